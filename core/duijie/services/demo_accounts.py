"""The demo's accounts with their passwords: these people are invented, and so is their town."""

from dataclasses import dataclass
from typing import Any

from duijie.domain.text import T
from duijie.services.work import Work
from duijie.storage.models import Setting

KEY = "demo_accounts"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that the sign-in page of the demo offers."""

    login: str
    password: str
    role: T
    name: T


def keep(work: Work, accounts: list[DemoAccount]) -> None:
    """Write the accounts down where the sign-in page finds them."""
    rows = [
        {"login": a.login, "password": a.password, "role": a.role.as_json(), "name": a.name.as_json()}
        for a in accounts
    ]
    work.session.merge(Setting(key=KEY, value={"accounts": rows}))


def kept(work: Work) -> list[DemoAccount]:
    """What `keep` wrote, or nothing."""
    setting = work.session.get(Setting, KEY)
    rows: list[dict[str, Any]] = setting.value["accounts"] if setting else []
    return [DemoAccount(r["login"], r["password"], T.from_json(r["role"]), T.from_json(r["name"])) for r in rows]
