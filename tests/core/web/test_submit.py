"""Filing in the browser: nothing typed is lost, errors stand beside their fields, a case is made once."""

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from filed import ANSWERS
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from town import PASSWORD, Town, small_settings
from werkzeug.test import TestResponse

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.storage.models import Attachment, Case

FORM = "/file/enterprise/dagang"


@pytest.fixture
def client(lite_town: Town, tmp_path: Path) -> Iterator[FlaskClient]:
    app = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)
    with app.test_client() as client:
        yield client


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', html)
    assert found, name
    return unescape(found[1])


def blank(client: FlaskClient, path: str = FORM) -> dict[str, str]:
    html = client.get(path).text
    return {"csrf_token": hidden(html, "csrf_token"), "draft": hidden(html, "draft")}


def typed(**more: object) -> dict[str, object]:
    sample = {k: ("yes" if v is True else "no" if v is False else v) for k, v in ANSWERS["E2"].items()}
    return sample | {"consent": "yes"} | more


def post(client: FlaskClient, data: dict[str, object], path: str = FORM) -> TestResponse:
    answer = client.post(path, data=data, content_type="multipart/form-data")
    answer.request.environ[
        "wsgi.input"
    ].close()  # the client writes a large body to a file and leaves it open
    return answer


def upload(name: str, content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "#084f36").save(out, "PNG")
    return out.getvalue()


def cases(town: Town) -> int:
    with town.office.read(SYSTEM) as work:
        return work.session.scalar(select(func.count(Case.id))) or 0


def test_areas_of_a_group(client: FlaskClient) -> None:
    html = client.get("/file/enterprise").text
    assert '<a class="area-link" href="/file/enterprise/dagang">大港工业社区</a>' in html
    assert "滨港街道" not in html  # it has parts of its own
    assert "Dagang Industrial Community" in client.get("/file/enterprise?lang=en").text
    assert client.get("/file/nobody").status_code == 404
    assert client.get("/file/enterprise/nowhere").status_code == 404


def test_the_receipt_shows_the_code_once(client: FlaskClient, lite_town: Town) -> None:
    sent = blank(client) | typed()
    answer = post(client, sent)
    assert answer.status_code == 200
    fours = re.findall(r"<span>([0-9A-Z]{4})</span>", answer.text)
    assert len(fours) == 5
    assert "<svg" in answer.text
    assert "style=" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r"QF-\d{4}-0001", answer.text)
    assert "预计日期是怎么算的" in answer.text
    page = client.get(f"/t/{'-'.join(fours)}").text
    assert "-".join(fours) not in re.sub(r'(?:href|action)="[^"]*"', "", page)
    again = post(client, sent)
    assert re.findall(r"<span>([0-9A-Z]{4})</span>", again.text) == fours
    assert cases(lite_town) == 1


def test_errors_stand_beside_their_fields_and_nothing_is_lost(client: FlaskClient, lite_town: Town) -> None:
    data = blank(client) | typed(
        credit_code="91330299MA2AB12345", mobile="", company='宏业<script>alert(1)</script>"'
    )
    data["attachments"] = [upload("铭牌.png", png()), upload("现场.png", png())]
    answer = post(client, data)
    assert answer.status_code == 422
    html = answer.text
    assert 'href="#field-credit_code"' in html
    assert "field-credit_code-error" in html
    assert "请填写“手机”。" in html
    assert "<script>alert" not in html
    assert "宏业&lt;script&gt;alert(1)&lt;/script&gt;&#34;" in html
    assert "91330299MA2AB12345" in html
    assert "铭牌.png" in html
    assert re.search(r'name="consent"[^>]*checked', html, re.DOTALL)
    kept = re.findall(r'name="attachments.kept" value="([^"]+)"', html)
    assert len(kept) == 2
    mended = {"csrf_token": hidden(html, "csrf_token"), "draft": hidden(html, "draft")} | typed()
    mended |= {"attachments.kept": kept, "attachments.removed": kept[1]}
    assert post(client, mended).status_code == 200
    with lite_town.office.read(SYSTEM) as work:
        case = work.session.scalars(select(Case)).one()
        assert [a.name for a in case.attachments] == ["铭牌.png"]


def test_conditional_fields_are_checked_only_where_they_are_asked(client: FlaskClient) -> None:
    wrong = {"capacity_wanted": "很多"}
    asked = post(client, blank(client) | typed(topic="utilities", **wrong))
    assert asked.status_code == 422
    assert "field-capacity_wanted-error" in asked.text
    assert post(client, blank(client) | typed(topic="policy", **wrong)).status_code == 200


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("大.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), "超过 10 MB"),
        ("页.png", b"\x89PNG\r\n\x1a\n<html><script>1</script>", "无法打开"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "类型不能上传"),
    ],
)
def test_a_file_that_is_not_taken(
    client: FlaskClient, lite_town: Town, name: str, content: bytes, message: str
) -> None:
    answer = post(client, blank(client) | typed(attachments=[upload(name, content), upload("好.png", png())]))
    assert answer.status_code == 422
    assert message in answer.text
    assert 'id="field-attachments-error"' in answer.text
    assert len(re.findall(r'name="attachments.kept"', answer.text)) == 1  # the good one stays
    assert cases(lite_town) == 0


def test_names_with_paths_stay_outside_the_tree(client: FlaskClient, lite_town: Town) -> None:
    assert (
        post(client, blank(client) | typed(attachments=upload("../../../evil.png", png()))).status_code == 200
    )
    with lite_town.office.read(SYSTEM) as work:
        found = work.session.scalars(select(Attachment)).one()
        assert found.name == "evil.png"
    kept = [p for p in lite_town.office.files_dir.rglob("*") if p.is_file()]
    assert [p.relative_to(lite_town.office.files_dir).as_posix().replace("/", "") for p in kept] == [
        found.sha256
    ]


def test_somebody_elses_files_cannot_be_taken_along(client: FlaskClient, lite_town: Town) -> None:
    first = post(client, blank(client) | typed(mobile="", attachments=upload("a.png", png()))).text
    stolen = hidden(first, "attachments.kept")
    sent = blank(client) | typed() | {"attachments.kept": stolen}
    assert post(client, sent).status_code == 200
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalars(select(Case)).one().attachments == []


def test_too_many_cases_from_one_address_lose_nothing(client: FlaskClient, lite_town: Town) -> None:
    from duijie.web.submit import form

    made = post(client, blank(client) | typed())
    assert made.status_code == 200
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form, "CASES_AN_HOUR", 1)
        answer = post(
            client, blank(client) | typed(company="第二家企业有限公司", attachments=upload("a.png", png()))
        )
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 3000
    assert "尝试次数过多" in answer.text
    assert "第二家企业有限公司" in answer.text
    assert "a.png" in answer.text
    assert cases(lite_town) == 1


def test_a_form_without_its_token_is_refused(client: FlaskClient, lite_town: Town) -> None:
    assert post(client, typed()).status_code == 403
    assert cases(lite_town) == 0


def test_fields_that_are_not_asked_change_nothing(client: FlaskClient, lite_town: Town) -> None:
    extra = {"state": "closed", "number": "X", "priority": "9", "source": "meeting", "created_by": "1"}
    assert post(client, blank(client) | typed(**extra)).status_code == 200
    with lite_town.office.read(SYSTEM) as work:
        case = work.session.scalars(select(Case)).one()
        assert (case.state.value, case.priority, case.source) == ("received", 0, "online")


def sign_in(client: FlaskClient, login: str) -> None:
    data = {
        "csrf_token": hidden(client.get("/account/sign-in").text, "csrf_token"),
        "login": login,
        "password": PASSWORD,
    }
    assert client.post("/account/sign-in", data=data).status_code == 302


def test_a_coordinator_files_for_somebody(client: FlaskClient, lite_town: Town) -> None:
    assert 'name="source"' not in client.get(f"{FORM}?source=visit").text
    sign_in(client, "coordinator")
    assert 'name="source"' not in client.get(FORM).text
    page = client.get(f"{FORM}?source=visit").text
    assert '<option value="visit" selected>走访</option>' in page
    assert post(client, blank(client) | typed(source="hotline")).status_code == 200
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.scalars(select(Case)).one().source == "hotline"


def test_not_for_a_place_of_others(client: FlaskClient) -> None:
    sign_in(client, "other_coordinator")
    assert 'name="source"' not in client.get(f"{FORM}?source=visit").text


def test_the_poster(client: FlaskClient) -> None:
    html = client.get(f"{FORM}/poster").text
    assert "企业发展顾问团" in html
    assert "大港工业社区" in html
    assert "<svg" in html
    assert "http://127.0.0.1:8000/file/enterprise/dagang" in html


def test_pages_are_light(client: FlaskClient) -> None:
    for path in ("/", "/track", "/file/enterprise", FORM):
        assert len(client.get(path).data) < 60_000
