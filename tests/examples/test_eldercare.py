"""The worked third party: built, installed, used by everybody whom it concerns, removed, and installed again."""

import ast
import io
import json
import re
import shutil
import sqlite3
import threading
import time
import tokenize
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from docx import Document
from installation import Installation, build_wheel, install
from town import PASSWORD
from visitor import Visitor

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "eldercare_advisors"
NAME = "eldercare_advisors"
V = TypeVar("V")

WHO = {"requester": "沈阿婆", "mobile": "13800005009", "alone": "yes", "place": "海棠里 5 号楼 201", "consent": "yes"}
COOKER = WHO | {"topic": "home", "text": "燃气灶 <打不着火> 还有味道，请上门看看。", "hazards": ["gas"], "gas_since": "14"}
FILL = """
from duijie.domain.roles import SYSTEM
from duijie.services.plugins import options
from town import build_town
build_town(office)
with office.write(SYSTEM) as work:
    options.change(work, "eldercare_advisors", {"address": sys.argv[1], "token": "geheim", "visit_days": "7"})
"""


class DutyRoom(BaseHTTPRequestHandler):
    """The duty room's server: keeps what it is posted."""

    heard: ClassVar[list[tuple[str, str, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.heard.append((self.headers["Idempotency-Key"], self.headers["Authorization"], body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Not on the test's output."""


@pytest.fixture
def duty_room() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), DutyRoom)
    DutyRoom.heard.clear()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/bell"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(EXAMPLE, tmp_path_factory.mktemp("wheel"))


@pytest.mark.slow
def test_a_stranger_comes_works_leaves_and_comes_back(wheel: Path, tmp_path: Path, duty_room: str) -> None:
    here = Installation(tmp_path, [tmp_path / "site"])
    install(wheel, tmp_path / "site")
    _set_up(here, duty_room)
    with here.serving() as base:
        case = _file(base)
        _triage(base, case)
        _letter(base, case)
        _visit(base, case, here)
    shutil.rmtree(tmp_path / "site")
    with here.serving() as base:
        coordinator = Visitor(base).sign_in("coordinator", PASSWORD)
        assert "燃气灶 <打不着火>" in coordinator.get(f"/cases/{case}").words(), "a case outlives its plugin"
        assert coordinator.get(f"/x/{NAME}/visits").status == 404
    assert _rows(here, "SELECT note FROM x_eldercare_advisors_visit") == [("报警器已装好",)]
    install(wheel, tmp_path / "site")
    with here.serving() as base:
        coordinator = Visitor(base, "en").sign_in("coordinator", PASSWORD)
        assert "报警器已装好" in coordinator.get(f"/x/{NAME}/visits").words(), "and goes on where it stopped"


def test_under_300_lines_without_templates() -> None:
    """Lines that hold code: neither blank nor comment nor docstring."""
    assert sum(map(_code_lines, (EXAMPLE / NAME).rglob("*.py"))) < 300


def test_the_wheel_is_whole_and_clean(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    there = {p.relative_to(EXAMPLE).as_posix() for p in (EXAMPLE / NAME).rglob("*") if p.is_file() and p.suffix != ".pyc"}
    assert there == {name for name in names if ".dist-info/" not in name}


def _set_up(here: Installation, duty_room: str) -> None:
    here.run("init")
    here.python(FILL, duty_room)
    listed = {row["plugin"]: row for row in json.loads(here.run("plugins", "list", "--json"))}
    assert listed[NAME]["groups"] == ["eldercare"]
    assert listed[NAME]["faults"] == []


def _file(base: str) -> int:
    """File a case as somebody who just came; answers its id."""
    visitor = Visitor(base, "en")
    assert "Eldercare advisory group" in visitor.get("/").words()
    refused = visitor.send("/file/eldercare/dagang", **COOKER | {"text": "短"})
    assert refused.status == 422
    filed = visitor.send("/file/eldercare/dagang", **COOKER)
    assert re.search(r"YL-\S+", filed.words()), filed.words()
    inbox = Visitor(base).sign_in("coordinator", PASSWORD).get("/cases/")
    return int(re.findall(r"/cases/(\d+)", inbox.text)[0])


def _triage(base: str, case: int) -> None:
    """It may not be declined; the fire station is suggested, says why, takes it up and replies; it is closed."""
    coordinator = Visitor(base).sign_in("coordinator", PASSWORD)
    page = coordinator.get(f"/cases/{case}")
    assert "填报时勾选了燃气、电线或楼道隐患" in page.words()
    refused = coordinator.send(f"/cases/{case}", "decline", decline_reason="不归我们管")
    assert "独居老人的诉求不能直接不予受理" in refused.words()
    first = coordinator.send(f"/cases/{case}", "accept")
    assert "消防救援站" in first.words(), "what was suggested first stands ready to be accepted"
    message = _soon(lambda: [one for one in DutyRoom.heard if "燃气灶" in one[2]["body"]])
    assert {authorization for _, authorization, _ in message} == {"Bearer geheim"}
    assert len({key for key, _, _ in message}) == len(message), "each message has a key of its own"
    station = Visitor(base).sign_in("rep_fire", PASSWORD)
    station.send(f"/cases/{case}", "take-up")
    replied = station.send(f"/cases/{case}", "reply", reply_kind="solved", reply_text="已更换灶具，装好报警器。")
    assert replied.status == 200, replied.words()
    closed = coordinator.send(f"/cases/{case}", "close", close_reason="老人已确认")
    assert closed.status == 200, closed.words()


def _visit(base: str, case: int, here: Installation) -> None:
    """Closing made one visit; those whose it is see it and write it down, in their language; nobody else does."""
    _soon(lambda: _rows(here, "SELECT 1 FROM x_eldercare_advisors_visit"))
    coordinator = Visitor(base).sign_in("coordinator", PASSWORD)
    assert "待探访" in coordinator.get(f"/cases/{case}").words()
    station = Visitor(base, "en").sign_in("rep_fire", PASSWORD)
    assert "Visits due" not in station.get("/desk/").words()
    _execute(here, "UPDATE x_eldercare_advisors_visit SET due_on = '2026-01-02'")
    assert "Visits due: 1" in station.get("/desk/").words()
    _announce(here)
    assert Visitor(base).get(f"/x/{NAME}/visits").url.startswith(f"{base}/account/sign-in")
    assert Visitor(base).sign_in("auditor", PASSWORD).get(f"/x/{NAME}/visits").status == 403
    elsewhere = Visitor(base).sign_in("other_coordinator", PASSWORD)
    assert "目前没有探访" in elsewhere.get(f"/x/{NAME}/visits").words(), "visits of one's own areas only"
    page = station.get(f"/x/{NAME}/visits")
    assert "Visit by" in page.words()
    assert "Home visits" in page.text
    noted = station.send(f"/x/{NAME}/visits", "/visits/", note="报警器已装好")
    assert "The visit is written down." in noted.words()
    assert "报警器已装好" in coordinator.get(f"/cases/{case}").words()


def _announce(here: Installation) -> None:
    """The morning's job rings once a day, however often it runs."""
    _soon(lambda: _rows(here, "SELECT 1 FROM plugin_job"))
    _execute(here, "UPDATE plugin_job SET next_at = '2026-01-01 00:00:00'")
    _soon(lambda: [key for key, _, _ in DutyRoom.heard if key.startswith("visits-")])
    ((said, error),) = _soon(lambda: _rows(here, "SELECT last_said, last_error FROM plugin_job WHERE last_said IS NOT NULL"))
    assert json.loads(said)["en"] == "Visits due: 1: HTTP 204"
    assert error == ""


def _letter(base: str, case: int) -> None:
    letter = Visitor(base, "en").sign_in("coordinator", PASSWORD).send(f"/cases/{case}", "/letter/eldercare_letter")
    assert letter.status == 200, letter.words()
    words = [paragraph.text for paragraph in Document(io.BytesIO(letter.body)).paragraphs]
    assert "Eldercare services: a letter to you" in words
    assert "燃气灶 <打不着火> 还有味道，请上门看看" in " ".join(words), "what somebody typed is text and no part of the file"
    assert any("Fire and Rescue Station" in line and "已更换灶具" in line for line in words), words


def _rows(here: Installation, sql: str) -> list[Any]:
    with closing(sqlite3.connect(here.folder / "data" / "duijie.db")) as database:
        return database.execute(sql).fetchall()


def _execute(here: Installation, sql: str) -> None:
    with closing(sqlite3.connect(here.folder / "data" / "duijie.db", timeout=15)) as database:
        assert database.execute(sql).rowcount
        database.commit()


def _soon(look: Callable[[], V], seconds: float = 40) -> V:
    """What ``look`` finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < end:
        time.sleep(0.2)
    assert found
    return found


def _code_lines(path: Path) -> int:
    source = path.read_text()
    said = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            said |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    silent = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in silent:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - said)
