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
        self._open: list[Session] = []

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session whose changes are thrown away."""
        with self._database.read() as session, self._remembered(session):
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session of its own: committed at the end. Raises Refused in a decide hook."""
        if self.read_only:
            raise Refused(_READ_ONLY)
        with self._database.write() as session, self._remembered(session):
            yield session

    def release(self) -> bool:
        """Roll back whatever was left open, so that nobody waits for it; whether there was anything."""
        left, self._open = self._open, []
        for session in left:
            session.invalidate()
        return bool(left)

    @contextmanager
    def _remembered(self, session: Session) -> Iterator[None]:
        self._open.append(session)
        try:
            yield
        finally:
            if session in self._open:
                self._open.remove(session)
