"""A group with several forms: the first is shown, the others are a link away, and each case keeps its own."""

import re

import kept
from bad_plugins import Yard, group_of
from sqlalchemy import select
from town import build_town, small_settings

from duijie.bootstrap import make_app
from duijie.domain.roles import SYSTEM
from duijie.storage.models import Submission

FORMS = """[form(), __import__("dataclasses").replace(form(Field("pole", FieldType.TEXT, T("灯杆号", en="Pole"), True)),
           key="pole", title=T("灯杆报修", en="A broken pole"))]"""


def test_the_second_form_is_asked_filed_and_kept(yard: Yard) -> None:
    yard.write("lamps", group_of("lamps", FORMS))
    with yard.office("lamps") as office:
        kept.migrate(office.database)
        build_town(office)
        client = make_app(small_settings(yard.folder, yard.url), office).test_client()
        first = client.get("/file/lamps/dagang?lang=en").text
        assert "A broken pole" in first
        assert 'name="pole"' not in first
        (link,) = re.findall(r'href="(/file/lamps/dagang\?form=pole)"', first)
        second = client.get(link).text
        assert 'name="pole"' in second
        assert client.get("/file/lamps/dagang?form=nothing").status_code == 404
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', second))
        data = hidden | {"topic": "lamps", "text": "灯杆歪了", "name": "王五"}
        again = client.post(link, data=data)
        assert again.status_code == 422
        assert "灯杆歪了" in again.text
        assert client.post(link, data=data | {"pole": "17"}).status_code == 200
        with office.read(SYSTEM) as work:
            (filed,) = work.session.scalars(select(Submission))
            assert (filed.form.form_key, filed.answers["pole"]) == ("pole", "17")
