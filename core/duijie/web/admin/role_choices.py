"""The roles that somebody may give, as one list: a role and where it holds are one choice."""

from duijie.domain.errors import Invalid
from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import administration, areas, rosters
from duijie.services.work import Work
from duijie.web.whole import whole

Choice = tuple[str, T]


def role_choices(work: Work) -> list[tuple[T, list[Choice]]]:
    """``[(role's name, [(value, place)])]``; a role without a place has its own name there."""
    places = {Role.REPRESENTATIVE: [(one.id, one.name) for one in rosters.departments(work)]}
    own = [(area.id, area.name) for area in areas.administered(work) if area.active]
    places |= dict.fromkeys(administration.OF_AN_AREA, own)
    return [(role.label, _choices(role, places.get(role))) for role in administration.givable(work)]


def chosen(value: str) -> tuple[Role, int | None, int | None]:
    """The role, area id and department id that a value of `role_choices` stands for. Raises Invalid."""
    word, _, place = value.partition(":")
    where = whole(place)
    if word not in list(Role) or (place and where is None):
        raise Invalid.field("role", "请选择要授予的角色。", "Choose the role to give.")
    role = Role(word)
    return (role, None, where) if role is Role.REPRESENTATIVE else (role, where, None)


def _choices(role: Role, places: list[tuple[int, T]] | None) -> list[Choice]:
    if places is None:
        return [(role.value, role.label)]
    words = T("{role}：{place}", en="{role}: {place}")
    return [(f"{role.value}:{id_}", words.fill(role=role.label, place=name)) for id_, name in places]
