"""A plugin's own tables, in transactions of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from duijie.domain.errors import Refused
from duijie.domain.text import T
from duijie.hooks.context import Store
from duijie.storage.database import Database

_READ_ONLY = T("插件在参与决定时只能读取数据，不能写入；请在 duijie_on_event 中写入。",
               en="While it decides, a plugin only reads; write in duijie_on_event.")


class OwnStore(Store):
    """The store of a plugin that runs in this process."""

    def __init__(self, database: Database, *, read_only: bool = False) -> None:
        super().__init__(read_only=read_only)
        self._database = database

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with self._database.read() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session of its own: committed at the end. Raises Refused in a decide hook."""
        if self.read_only:
            raise Refused(_READ_ONLY)
        with self._database.write() as session:
            yield session
