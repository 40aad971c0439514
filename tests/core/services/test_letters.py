"""Letters on a case: for those who handle it, made of what the case holds now, and on record."""

import io
import shutil
from pathlib import Path

import pytest
from browse import enter
from busy_plugin import BusyPlugin
from docx import Document
from scene import LEAD, STRANGER, Scene, play
from sqlalchemy import select
from town import Town, build_town, small_settings

from duijie.bootstrap import make_app, open_office
from duijie.domain.errors import NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.states import ReplyKind
from duijie.services import casework, find, letters
from duijie.services.plugins import state
from duijie.storage.models import Event
from enterprise_advisors import plugin as enterprise


@pytest.fixture
def scene(lite_town: Town) -> Scene:
    return play(lite_town, "dagang", "coordinator")


def reply(town: Town, scene: Scene, text: str) -> None:
    with town.office.write(town.actor(f"rep_{LEAD}")) as work:
        case = find.case(work, scene.values["case_id"])
        casework.reply(work, case, town.department_id(LEAD), ReplyKind.SOLVED, text, "online")


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_reply_letter_is_a_word_file_with_the_reply_in_it(lite_town: Town, scene: Scene) -> None:
    reply(lite_town, scene, "变压器<b>已装好</b> & 验收 {{ 7 * 7 }}\x0b\n费用见附单")
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        made, _ = letters.make(work, scene.values["case_id"], "reply_letter", "zh")
        assert made.name == f"答复函-{find.case(work, scene.values['case_id']).number}.docx"
        english, _ = letters.make(work, scene.values["case_id"], "reply_letter", "en")
    said = words_of(made.content)
    for words in ("滨港第", "变压器<b>已装好</b> & 验收 {{ 7 * 7 }}", "费用见附单", "两周内装好变压器", "现答复如下", "水电气"):
        assert words in said
    assert "{%" not in said
    assert "13800" not in said
    assert "answers as follows" in words_of(english.content)


def test_before_a_reply_it_says_who_works_on_it_and_until_when(lite_town: Town, scene: Scene) -> None:
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        waiting = words_of(letters.make(work, scene.values["received_id"], "reply_letter", "zh")[0].content)
        under_way = words_of(letters.make(work, scene.values["case_id"], "reply_letter", "zh")[0].content)
    assert "目前正在受理，将于" in waiting
    assert "协办，正在办理，将于" in under_way


def test_data_is_plain_words_without_personal_data(lite_town: Town, scene: Scene) -> None:
    reply(lite_town, scene, "变压器已装好")
    with lite_town.office.read(lite_town.actor("coordinator")) as work:
        data = letters.data_of(work, find.case(work, scene.values["case_id"]), "en")
        document = Path(__file__).parents[3] / "docs" / "plugins" / "documents.md"
        table = document.read_text().partition('about="case"`')[2].partition("A small one")[0]
    assert all(f"`{key}`" in table for key in data), "documents.md does not name every key"
    assert data["state"] == "Answered"
    assert "Economy" in data["lead"]
    assert len(data["co"]) == 1
    assert data["commitments"][0]["state_words"] in ("kept", "under way")
    lines = dict(line for section in data["answers"] for line in section["lines"])
    assert lines["Present capacity"] == "630 kVA"
    assert not any("138" in str(said) or "陈立群" in str(said) for said in lines.values())


def test_buttons_stand_where_the_case_is_handled(lite_town: Town, scene: Scene) -> None:
    office = lite_town.office
    app = make_app(small_settings(office.files_dir.parent, str(office.database.url)), office)
    page, address = f"/cases/{scene.values['case_id']}", f"/cases/{scene.values['case_id']}/letter/reply_letter"
    for login in ("coordinator", f"rep_{LEAD}"):
        person = enter(app, login)
        assert "答复函（Word）" in person.see(page)
        sent = person.send(page, address)
        assert sent.mimetype.endswith("wordprocessingml.document")
        assert words_of(sent.data)
    stranger = enter(app, f"rep_{STRANGER}")
    stranger.see(page, 404)
    assert stranger.send("/", address).status_code == 404
    assert enter(app, "coordinator").send(page, address.replace("reply", "love")).status_code == 404
    with office.read(SYSTEM) as work:
        told = list(work.session.scalars(select(Event.actor).where(Event.kind == "case.letter_made").order_by(Event.id)))
    assert told == ["coordinator", f"rep_{LEAD}"]


def test_a_letter_is_gone_where_its_plugin_is_off(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copyfile(migrated_file, tmp_path / "duijie.db")
    settings = small_settings(tmp_path, f"sqlite:///{tmp_path / 'duijie.db'}")
    office = open_office(settings, [("enterprise_advisors", enterprise), ("busy", BusyPlugin())])
    town = build_town(office)
    scene = play(town, "dagang", "coordinator")
    with office.read(town.actor("coordinator")) as work:
        case = find.case(work, scene.values["case_id"])
        assert {one.key for one in letters.offered(work, case)} == {"reply_letter", "note"}
        made = letters.make(work, case.id, "note", "en")[0]
        assert made.content.startswith(f"en {case.number} ".encode())
    with office.write(SYSTEM) as work:
        state.switch_in(work, "busy", town.area_id, False)
    with office.read(town.actor("coordinator")) as work:
        case = find.case(work, scene.values["case_id"])
        assert [one.key for one in letters.offered(work, case)] == ["reply_letter"]
        with pytest.raises(NotFound):
            letters.make(work, case.id, "note", "zh")
    office.database.close()
