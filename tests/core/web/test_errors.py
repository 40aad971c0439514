"""What goes wrong is said on a page, in the reader's language, with a status that fits; never a bare 500."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from town import PASSWORD, Town, small_settings

from duijie.bootstrap import make_app
from duijie.storage import database
from duijie.web import access


@pytest.fixture
def client(lite_town: Town, tmp_path: Path) -> Iterator[FlaskClient]:
    app = make_app(small_settings(tmp_path, str(lite_town.office.database.url)), lite_town.office)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_client() as client:
        client.post("/account/sign-in", data={"login": "coordinator", "password": PASSWORD})
        yield client


@pytest.mark.parametrize("path", ["/cases/{}", "/meetings/{}", "/meetings/invitation/{}", "/desk/meeting/{}"])
def test_a_number_that_no_record_has_is_not_found(client: FlaskClient, path: str) -> None:
    for number in ("0", str(2**31), str(2**63), "9" * 400):
        assert client.get(path.format(number)).status_code == 404


@pytest.mark.parametrize(
    "asked", ["_scheme=javascript&_external=1", "_method=POST", "endpoint=x", "_anchor=x", "values=1", "page=0&a=1&a=2"]
)
def test_no_parameter_of_an_address_reaches_into_the_links_of_its_page(client: FlaskClient, asked: str) -> None:
    for path in ("/track", "/cases/", "/cases/ledger", "/account/messages", "/no-such-page"):
        found = client.get(f"{path}?{asked}")
        assert found.status_code in (200, 404)
        assert 'href="javascript:' not in found.text
    assert f'href="/track?{asked.replace("&", "&amp;")}&amp;lang=en"' in client.get(f"/track?{asked}").text


@pytest.mark.parametrize("asked", ["area=1", "area=x", "area=", "department=1", "department=x", "page=" + "9" * 30])
def test_the_ledgers_filters_take_anything(client: FlaskClient, asked: str) -> None:
    assert client.get(f"/cases/ledger?{asked}").status_code == 200


def test_a_page_that_answered_a_form_is_offered_in_the_other_language_at_its_own_address(client: FlaskClient) -> None:
    client.post("/account/sign-out")
    wrong = client.post("/account/sign-in", data={"login": "nobody", "password": "x"})
    assert wrong.status_code == 422
    assert 'href="/account/sign-in?lang=en"' in wrong.text


def test_a_form_with_more_text_than_anybody_types_is_refused_before_it_is_read(client: FlaskClient) -> None:
    for path in ("/track", "/file/enterprise/dagang", "/account/sign-in"):
        refused = client.post(path, data={"text": "a" * 1_200_000})
        assert refused.status_code == 413
        assert "文字请控制在几千字以内" in refused.text, "it was no file that was too large"
    assert client.post("/track", data={"code": "a" * 500_000}).status_code == 404


def test_while_somebody_holds_the_database_one_reads_on_and_is_told_when_sending(
    client: FlaskClient, lite_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    monkeypatch.setattr(database, "_BUSY", "busy_timeout=100")
    lite_town.office.database.close()  # the next connections are the impatient ones
    monkeypatch.setattr(access.accounts, "needs_touch", lambda *_: True)
    monkeypatch.setattr(access, "_quiet", {"until": 0.0})
    holder = sqlite3.connect(str(lite_town.office.database.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert client.get("/cases/").status_code == 200
    sent = client.post("/track", data={"code": "x"}, headers={"Accept-Language": "en"})
    assert (sent.status_code, sent.headers["Retry-After"]) == (503, "5")
    assert "The system is busy" in sent.text
    holder.execute("ROLLBACK")
    holder.close()
    assert client.post("/track", data={"code": "x"}).status_code == 404


def test_without_a_database_the_page_still_says_so_in_both_languages(
    client: FlaskClient, lite_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(str(lite_town.office.database.url.database))
    lite_town.office.database.close()
    for file in path.parent.glob("duijie.db*"):
        file.unlink()
    path.mkdir()
    for language, words in (("zh", "数据库暂时无法使用"), ("en", "The database cannot be reached")):
        gone = client.get(f"/track?lang={language}")
        assert (gone.status_code, gone.headers["Retry-After"]) == (503, "30")
        assert words in gone.text
