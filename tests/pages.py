"""The pages' templates, compiled once for each test process: every test has an application of its own."""

from typing import Final

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """Keeps compiled templates in memory, by name, place and content."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (code := self._kept.get((bucket.key, bucket.checksum))) is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED: Final = Compiled()


def keep_compiled() -> None:
    """Let every application of this process share what any of them has compiled."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": COMPILED}
