"""The start page and tracking: who knows the code sees the case, who guesses is stopped."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from filed import ANSWERS
from flask.testing import FlaskClient
from PIL import Image
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app, open_office
from duijie.domain.roles import SYSTEM, requester
from duijie.domain.states import CaseState, ReplyKind
from duijie.services import casework, filing, find, tracking, triage
from duijie.services.filing import Filed
from duijie.storage.models import Case


@pytest.fixture
def client(lite_town: Town, tmp_path: Path) -> Iterator[FlaskClient]:
    app = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)
    with app.test_client() as client:
        yield client


@pytest.fixture
def filed(lite_town: Town) -> Filed:
    with lite_town.office.write(requester("")) as work:
        answers = ANSWERS["E2"] | {
            "company": "<script>alert(1)</script>有限公司",
            "text": "<img src=x onerror=alert(1)>停电了怎么办",
        }
        return filing.file_case(work, "enterprise", "dagang", answers, consent=True)


def answer(town: Town, case_id: int) -> None:
    with town.office.write(town.actor("coordinator")) as work:
        triage.accept(work, find.case(work, case_id), town.department_id("economy"), [], None)
    with town.office.write(town.actor("rep_economy")) as work:
        case = find.case(work, case_id)
        casework.reply(work, case, town.department_id("economy"), ReplyKind.SOLVED, "<b>已装好</b>", "phone")


def token(html: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', html)
    assert found
    return unescape(found[1])


def draft(html: str) -> str:
    found = re.search(r'name="draft" value="([^"]*)"', html)
    assert found
    return unescape(found[1])


def state(town: Town, case_id: int) -> CaseState:
    with town.office.read(SYSTEM) as work:
        return work.session.get_one(Case, case_id).state


def test_the_start_page_leads_everywhere(client: FlaskClient) -> None:
    html = client.get("/").text
    for href in ("/file/enterprise", "/file/community", "/file/rural", "/account/sign-in"):
        assert f'href="{href}"' in html
    assert 'action="/track"' in html
    assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"<a[^>]*>中文</a>", "", client.get("/?lang=en").text))


def test_without_a_group_it_says_what_is_missing(lite_town: Town, tmp_path: Path) -> None:
    settings = replace(small_settings(tmp_path, str(lite_town.office.database.url)), plugins="none")
    office = open_office(settings, [])
    home = make_app(settings, office).test_client().get("/").text
    office.database.close()
    assert "还没有安装顾问团" in home
    assert "请系统管理员安装至少一个顾问团插件" in home


def test_a_code_is_taken_however_it_is_typed(client: FlaskClient, filed: Filed) -> None:
    data = {
        "csrf_token": token(client.get("/track").text),
        "code": f"  {filed.code.replace('-', ' ').lower()} ",
    }
    found = client.post("/track", data=data)
    assert (found.status_code, found.location) == (302, f"/t/{filed.code}")
    assert client.get(f"/t/{filed.code.lower().replace('-', '')}").status_code == 200


def test_the_page_shows_the_case_and_runs_nothing(client: FlaskClient, filed: Filed, lite_town: Town) -> None:
    answer(lite_town, filed.case.id)
    html = client.get(f"/t/{filed.code}").text
    assert filed.case.number in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "&lt;b&gt;已装好&lt;/b&gt;" in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "rep_economy" not in html
    assert 'aria-current="step"' in html
    english = client.get(f"/t/{filed.code}?lang=en").text
    assert "Are you satisfied with the answer?" in english
    assert "Progress" in english


def test_unknown_codes_look_alike_and_are_stopped_after_twenty(client: FlaskClient, filed: Filed) -> None:
    for _ in range(60):
        assert client.get(f"/t/{filed.code}").status_code == 200  # who knows their code is not counted
    csrf = token(client.get("/track").text)
    bodies = set()
    for n in range(20):
        guess = "0" * 20 if n % 2 else "nonsense"
        wrong = (
            client.post("/track", data={"csrf_token": csrf, "code": guess})
            if n < 10
            else client.get(f"/t/{guess}")
        )
        assert wrong.status_code == 404
        bodies.add(wrong.text.replace(guess, "").replace("?code=", ""))
    assert len({re.sub(r'value="[^"]*"|href="[^"]*lang[^"]*"', "", body) for body in bodies}) == 1
    for path in (f"/t/{filed.code}", f"/t/link/{'x' * 40}", f"/t/{filed.code}/file/x"):
        assert client.get(path).status_code == 429
    stopped = client.post("/track", data={"csrf_token": csrf, "code": filed.code})
    assert stopped.status_code == 429
    assert int(stopped.headers["Retry-After"]) <= 600


def test_a_mails_link_opens_the_case_until_the_slip_is_renewed(
    client: FlaskClient, filed: Filed, lite_town: Town
) -> None:
    link = tracking.link_of(lite_town.office, filed.case)
    page = client.get(link)
    assert page.status_code == 200
    assert f'action="{link}/add"' in page.text
    sent = {"csrf_token": token(page.text), "draft": draft(page.text), "text": "补一句"}
    assert client.post(f"{link}/add", data=sent).location == link
    with lite_town.office.write(lite_town.actor("coordinator")) as work:
        tracking.renew_slip(work, filed.case.id)
    assert client.get(link).status_code == 404
    assert client.get(f"/t/{filed.code}").status_code == 404


def test_rating_badly_reopens_and_well_closes(client: FlaskClient, filed: Filed, lite_town: Town) -> None:
    here = f"/t/{filed.code}"
    answer(lite_town, filed.case.id)
    csrf = token(client.get(here).text)
    wrong = client.post(f"{here}/rate", data={"csrf_token": csrf, "comment": "写了很多字"})
    assert wrong.status_code == 422
    assert "请选择 1 到 5 星。" in wrong.text
    assert "写了很多字" in wrong.text
    rated = client.post(
        f"{here}/rate", data={"csrf_token": csrf, "stars": "2", "comment": "没装好"}, follow_redirects=True
    )
    assert "我们接着办" in rated.text
    assert state(lite_town, filed.case.id) is CaseState.IN_PROGRESS
    with lite_town.office.write(lite_town.actor("rep_economy")) as work:
        case = find.case(work, filed.case.id)
        casework.reply(work, case, lite_town.department_id("economy"), ReplyKind.SOLVED, "装好了", "phone")
    rated = client.post(f"{here}/rate", data={"csrf_token": csrf, "stars": "5"}, follow_redirects=True)
    assert "诉求已办结" in rated.text
    twice = client.post(f"{here}/rate", data={"csrf_token": csrf, "stars": "1"})
    assert twice.status_code == 409
    again = client.post(f"{here}/reopen", data={"csrf_token": csrf, "reason": ""})
    assert again.status_code == 422
    client.post(f"{here}/reopen", data={"csrf_token": csrf, "reason": "又坏了"})
    assert state(lite_town, filed.case.id) is CaseState.IN_PROGRESS


def test_files_added_are_kept_and_only_its_holder_gets_them(
    client: FlaskClient, filed: Filed, lite_town: Town
) -> None:
    here = f"/t/{filed.code}"
    page = client.get(here).text
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    sent = {"csrf_token": token(page), "draft": draft(page), "text": "见照片",
            "files": [(io.BytesIO(picture.getvalue()), "现场.png"),
                      (io.BytesIO(b"<svg/>"), "x.svg")]}  # fmt: skip
    refused = client.post(f"{here}/add", data=sent)
    assert refused.status_code == 422
    assert "见照片" in refused.text
    kept = re.findall(r'name="files.kept" value="([^"]+)"', refused.text)
    assert len(kept) == 1
    sent = {"csrf_token": token(page), "draft": draft(refused.text), "text": "见照片", "files.kept": kept[0]}
    assert client.post(f"{here}/add", data=sent).status_code == 302
    links = re.findall(rf'href="({re.escape(here)}/file/[^"]+)"', client.get(here).text)
    with client.get(links[0]) as got:
        assert got.headers["Content-Type"] == "image/png"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Security-Policy"].startswith("sandbox")
        assert got.data.startswith(b"\x89PNG")
    with lite_town.office.write(requester("")) as work:
        other = filing.file_case(work, "enterprise", "dagang", ANSWERS["E1"], consent=True)
    assert client.get(links[0].replace(filed.code, other.code)).status_code == 404


def test_documents_are_downloaded_never_shown(client: FlaskClient, filed: Filed) -> None:
    here = f"/t/{filed.code}"
    page = client.get(here).text
    sent = {"csrf_token": token(page), "draft": draft(page), "files": (io.BytesIO(b"%PDF-1.7 x"), "合同.pdf")}
    assert client.post(f"{here}/add", data=sent).status_code == 302
    link = re.findall(rf'href="({re.escape(here)}/file/[^"]+)"', client.get(here).text)[0]
    with client.get(link) as got:
        assert got.headers["Content-Disposition"].startswith("attachment;")


def test_changes_need_the_pages_token(client: FlaskClient, filed: Filed) -> None:
    for act in ("add", "rate", "reopen"):
        assert (
            client.post(f"/t/{filed.code}/{act}", data={"text": "x", "stars": "5", "reason": "x"}).status_code
            == 403
        )


def test_a_coordinator_prints_a_new_slip_and_nobody_else(client: FlaskClient, filed: Filed) -> None:
    def renew(login: str) -> tuple[int, str]:
        csrf = token(client.get("/account/sign-in").text)
        client.post("/account/sign-in", data={"csrf_token": csrf, "login": login, "password": PASSWORD})
        csrf = token(client.get("/account/password").text)
        made = client.post(f"/cases/{filed.case.id}/slip", data={"csrf_token": csrf})
        client.post("/account/sign-out", data={"csrf_token": csrf})
        return made.status_code, made.text

    csrf = token(client.get("/track").text)
    assert client.post(f"/cases/{filed.case.id}/slip", data={"csrf_token": csrf}).status_code == 403
    assert renew("rep_economy")[0] == 403
    assert renew("other_coordinator")[0] == 404
    status, html = renew("coordinator")
    assert status == 200
    code = "-".join(re.findall(r"<span>([0-9A-Z]{4})</span>", html))
    assert client.get(f"/t/{code}").status_code == 200
    assert client.get(f"/t/{filed.code}").status_code == 404
