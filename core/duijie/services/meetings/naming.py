"""How a requester's name reads where strangers can see it: organisations in full, private persons masked."""

import re
from typing import Final, Protocol

from duijie.domain.text import T
from duijie.storage.models import Case, Desk

ANONYMOUS: Final = T("匿名诉求人", en="Anonymous requester")
_CREDIT_CODE: Final = re.compile(r"[0-9A-Z]{18}")
_HAN_NAME: Final = re.compile(r"[㐀-鿿·]{1,4}")
_LATIN_NAME: Final = re.compile(r"[A-Za-z][a-z'’-]*(?: [A-Z][A-Za-z.'’-]*){1,2}")
_PLACES: Final = ("社区", "小区", "村", "公司", "厂", "店", "中心", "学校", "医院", "合作社", "委会")


class Named(Protocol):
    """An invitation, or anything else that has a name and a party key."""

    name: str
    party_key: str | None


def shown_name(who: Named) -> str:
    """The name for a board or a door: in full for an organisation, 张** for a private person."""
    return mask(who.name) if is_private(who) else who.name


def party(case: Case) -> T:
    """Who brought a case, as the people who handle it read it."""
    return ANONYMOUS if case.anonymous else T.same(case.requester)


def desk_name(desk: Desk) -> T:
    """What a desk is called in the room: its number where it has one, else the words on its sign."""
    if not desk.label.isdigit():
        return T.same(desk.label)
    return T(f"{desk.label}号席", en=f"Desk {desk.label}")


def is_private(who: Named) -> bool:
    """Whether the name is a private person's; in doubt it is."""
    if who.party_key is None or _CREDIT_CODE.fullmatch(who.party_key):
        return False
    if who.name.endswith(_PLACES):
        return False
    return bool(_HAN_NAME.fullmatch(who.name) or _LATIN_NAME.fullmatch(who.name))


def mask(name: str) -> str:
    """张三丰 → 张**; Mary Jane → M*** J***."""
    if _HAN_NAME.fullmatch(name):
        return name[:1] + "*" * max(1, len(name) - 1)
    return " ".join(f"{part[:1]}***" for part in name.split())


def plain(text: T | str) -> str:
    """A `T` as one string in both languages, to search in."""
    return f"{text.zh} {text.en}" if isinstance(text, T) else text
