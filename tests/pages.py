"""What every test's application has in common, made once or when it is wanted: there are hundreds of applications."""

from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    """Keeps compiled templates in memory, by name, place and content."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._kept.get((bucket.key, bucket.checksum))) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class Late(Rule):
    """A route whose address is worked out when somebody first asks for it; of two hundred a test asks for a few."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(super(Late, self)._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build


COMPILED: Final = Compiled()


def share() -> None:
    """Let the applications of this process share compiled templates, and start with nothing that nobody asks for."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": COMPILED}
    Flask.url_rule_class = Late
