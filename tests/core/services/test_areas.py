import pytest
from town import Town

from duijie.domain.errors import Forbidden, Invalid, NotFound
from duijie.domain.roles import SYSTEM
from duijie.domain.text import T
from duijie.services import areas
from duijie.storage.models import Area, Event

NAME = T("新港工业社区", en="Xingang Industrial Community")


def test_the_system_administrator_adds_an_area_of_a_known_kind(town: Town) -> None:
    with town.office.write(town.actor("system_admin")) as work:
        areas.add_kind(work, "industrial", T("工业社区", en="Industrial community"))
        added = areas.add(work, "xingang", NAME, "industrial", town.area_id)
        assert areas.kind_label(work, "industrial").en == "Industrial community"
        assert work.session.get_one(Area, added.id).name == NAME
        kinds = [event.kind for event in work.session.query(Event).filter(Event.about_id == added.id)]
    assert "area.added" in kinds


@pytest.mark.parametrize(
    ("key", "name", "kind", "parent", "field"),
    [
        ("Xin gang", NAME, "district", None, "key"),
        ("-xin", NAME, "district", None, "key"),
        ("dagang", NAME, "district", None, "key"),
        ("xingang", T("  ", en="x"), "district", None, "name_zh"),
        ("xingang", NAME, "moon", None, "kind"),
        ("xingang", NAME, "district", 9999, "parent_id"),
    ],
)
def test_what_is_wrong_with_a_new_area_is_said_at_its_field(
    lite_town: Town, key: str, name: T, kind: str, parent: int | None, field: str
) -> None:
    with lite_town.office.write(SYSTEM) as work, pytest.raises(Invalid) as refused:
        areas.add(work, key, name, kind, parent)
    assert refused.value.problems[0].field == field


def test_a_kind_is_named_once_and_with_a_name(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        for key, name in (("Urban!", NAME), ("district", NAME), ("urban", T("", en=""))):
            with pytest.raises(Invalid):
                areas.add_kind(work, key, name)
        assert list(areas.kinds(work)) == ["district"]


def test_an_area_administrator_renames_their_own_area_and_no_more(lite_town: Town) -> None:
    actor = lite_town.actor("area_admin")
    with lite_town.office.write(actor) as work:
        assert [area.id for area in areas.administered(work)] == [lite_town.area_id]
        areas.change(work, lite_town.area_id, NAME, active=True)
        with pytest.raises(NotFound):
            areas.change(work, lite_town.other_area_id, NAME, active=True)
        with pytest.raises(Forbidden):
            areas.change(work, lite_town.area_id, NAME, active=False)
        with pytest.raises(Forbidden):
            areas.add(work, "xingang", NAME, "district", None)
        with pytest.raises(Forbidden):
            areas.add_kind(work, "urban", NAME)
    with lite_town.office.read(SYSTEM) as work:
        assert work.session.get_one(Area, lite_town.area_id).name == NAME


def test_saving_without_a_change_leaves_no_trace(lite_town: Town) -> None:
    with lite_town.office.write(SYSTEM) as work:
        area = work.session.get_one(Area, lite_town.area_id)
        areas.change(work, area.id, area.name, active=area.active)
        assert work.session.query(Event).filter(Event.kind == "area.changed").count() == 0
        areas.change(work, area.id, area.name, active=False)
        assert not area.active
        with pytest.raises(Invalid):
            areas.change(work, area.id, T("", en=""), active=True)
