"""How values cross to a plugin's own process and back: plain data of duijie's own types, and names of functions.

A function in an answer (a notifier's ``send``, a panel's ``draw``) stays where it is; what crosses is where it
was found, and the other side makes something of it that can be called.
"""

import io
import pickle
from collections.abc import Callable
from typing import Any, Final

from duijie.hooks.context import Store
from duijie.hooks.faults import Failed

Found = tuple[str, str, int]
"""Where a function stands: the hook, its ``group`` argument, and which of the functions in that answer."""

MakeStore = Callable[[bool], Store]
"""Makes the plugin's store on this side; told whether it only reads."""

MOST_ANSWER: Final = 1024 * 1024
"""Bytes of one answer to a hook."""

MOST_FILE: Final = 32 * 1024 * 1024
"""Bytes of one document or page."""

_STORE: Final = "store"
_MODULES: Final = frozenset({
    "duijie.domain.roles", "duijie.domain.rules", "duijie.domain.text", "duijie.hooks.capabilities",
    "duijie.hooks.context", "duijie.hooks.facts", "duijie.hooks.values",
})  # fmt: skip
_PACKAGES: Final = ("duijie.domain.forms.",)
_PLAIN: Final = {
    "builtins": {"set", "frozenset", "complex", "bytearray", "range", "slice"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "collections": {"OrderedDict"},
}


class Packer(pickle.Pickler):
    """Writes values; ``functions`` collects the functions met, in their order, and ``where`` names them."""

    def __init__(self, file: io.BytesIO, where: tuple[str, str] = ("", "")) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._where = where
        self.functions: dict[Found, Callable[..., Any]] = {}

    def persistent_id(self, value: Any) -> Any:
        """Functions, other people's classes and the store do not travel."""
        if isinstance(value, Store):
            return (_STORE, value.read_only)
        own = isinstance(value, type) and _is_ours(value.__module__, value.__qualname__)
        if callable(value) and not own and not hasattr(type(value), "__dataclass_fields__"):
            found = (*self._where, len(self.functions))
            self.functions[found] = value
            return found
        return None


class Unpacker(pickle.Unpickler):
    """Reads values of duijie's own types and nothing else; ``make`` turns a name into something to call."""

    def __init__(self, file: io.BytesIO, make: Callable[[Found], Any], store: MakeStore | None = None) -> None:
        super().__init__(file)
        self._make = make
        self._store = store

    def find_class(self, module: str, name: str) -> Any:
        """The class that a value is of. Raises Failed when it is not one of ours."""
        if not _is_ours(module, name):
            raise Failed(f"answered a {module}.{name}, which is not one of duijie.api's")
        return super().find_class(module, name)

    def persistent_load(self, found: Any) -> Any:
        """What `Packer.persistent_id` named."""
        if found[0] == _STORE:
            return self._store(bool(found[1])) if self._store else None
        return self._make(found)


def pack(value: object, where: tuple[str, str] = ("", ""), most: int = MOST_ANSWER) -> tuple[bytes, dict[Found, Any]]:
    """``value`` as bytes, and the functions in it. Raises Failed when it is too large or cannot be written."""
    file = _Bounded(most)
    packer = Packer(file, where)
    try:
        packer.dump(value)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise Failed(f"answered something that is no plain data: {error}") from error
    return file.getvalue(), packer.functions


def unpack(data: bytes, make: Callable[[Found], Any], store: MakeStore | None = None) -> Any:
    """The value that `pack` wrote. Raises Failed for anything else."""
    try:
        return Unpacker(io.BytesIO(data), make, store).load()
    except Failed:
        raise
    except Exception as error:  # whatever a garbled stream makes of itself
        raise Failed(f"answered something unreadable: {error!r}") from error


class _Bounded(io.BytesIO):
    """Stops a value that is too large while it is being written, not after."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most:
            raise Failed(f"answered more than {self._most // 1024} KB")
        return super().write(data)


def _is_ours(module: str, name: str) -> bool:
    if "." in name and not module.startswith("duijie."):
        return False
    ours = module in _MODULES or module.startswith(_PACKAGES)
    return (ours and not name.startswith("_")) or name in _PLAIN.get(module, ())
