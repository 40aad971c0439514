"""What the offices and applications of one test process have in common, worked out once: there are hundreds of each."""

from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, create_engine
from werkzeug.routing import Rule

from duijie.storage import database


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


TEMPLATES: Final = Compiled()
_statements: dict[str, tuple[Dialect, Any]] = {}


def engine(url: Any, **options: Any) -> Engine:
    """An engine that finds every statement compiled that an engine of its kind has compiled before."""
    made = create_engine(url, query_cache_size=10_000, **options)
    # Compiled statements are kept by dialect, so the dialect is shared too: one that has met its server, for only its
    # own engine's first connection tells it what that server can do.
    kept = _statements.get(made.dialect.name)
    if kept is None or kept[0].server_version_info is None:
        _statements[made.dialect.name] = (made.dialect, made._compiled_cache)
    else:
        made.dialect, made._compiled_cache = kept
    return made


def share() -> None:
    """Let all offices of this process share compiled statements, and all applications templates and late routes."""
    database.create_engine = engine
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": TEMPLATES}
    Flask.url_rule_class = Late
