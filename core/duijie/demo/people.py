"""The invented people: a representative, an alternate and a head for every department, and the street's own."""

from typing import Final

from sqlalchemy import select

from duijie.domain.roles import Role
from duijie.domain.text import T
from duijie.services import accounts, demo_accounts, passwords, rosters
from duijie.services.demo_accounts import DemoAccount
from duijie.services.work import Work
from duijie.storage.models import Area, Department, User

_SURNAMES: Final = (
    "王 Wang", "李 Li", "张 Zhang", "刘 Liu", "陈 Chen", "杨 Yang", "赵 Zhao", "黄 Huang", "周 Zhou", "吴 Wu",
    "徐 Xu", "孙 Sun", "胡 Hu", "朱 Zhu", "高 Gao", "林 Lin", "何 He", "郭 Guo", "马 Ma", "罗 Luo",
)  # fmt: skip
_GIVEN: Final = (
    "海燕 Haiyan", "志强 Zhiqiang", "晓东 Xiaodong", "丽娟 Lijuan", "建华 Jianhua", "文静 Wenjing", "永康 Yongkang",
    "春梅 Chunmei", "国平 Guoping", "雅琴 Yaqin", "立新 Lixin", "玉兰 Yulan", "明辉 Minghui",
)  # fmt: skip
_SHOWN: Final = ("economy", "power", "hr", "water")  # representatives that the sign-in page offers


class People:
    """Makes accounts one after the other, each with a name and number of its own."""

    def __init__(self, work: Work, password: str) -> None:
        self._work = work
        self._password = password
        self._hash = passwords.hasher(work.office).hash(password)  # hashed once: the demo must start at once
        self._count = 0
        self.shown: list[DemoAccount] = []

    def add(self, login: str, role: Role, title: T, *, show: T | None = None, area: int | None = None,
            department: int | None = None) -> User:
        """One account with one role; ``show`` puts it on the sign-in page under that heading."""
        name = self._name()
        user = User(
            login=login, name=name, title=title, email=f"{login}@bingang.example" if show else "",
            phone=f"1390000{self._count:04d}", password_hash=self._hash, created_at=self._work.now,
        )  # fmt: skip
        self._work.session.add(user)
        self._work.session.flush()
        accounts.grant(self._work, user, role, area_id=area, department_id=department)
        if show:
            self.shown.append(DemoAccount(login, self._password, show, name))
        return user

    def _name(self) -> T:
        surname, given = _SURNAMES[self._count % len(_SURNAMES)], _GIVEN[self._count * 5 % len(_GIVEN)]
        self._count += 1
        (zh1, en1), (zh2, en2) = surname.split(), given.split()
        return T(f"{zh1}{zh2}", en=f"{en2} {en1}")


def build(work: Work, district: Area, areas: dict[str, list[Area]], password: str) -> None:
    """Make everybody, seat them in the rosters, and write down whom the sign-in page offers."""
    people = People(work, password)
    people.add("coordinator", Role.COORDINATOR, T("街道协调员", en="Coordinator of the street"),
               show=T("协调员（全街道）", en="Coordinator (whole street)"), area=district.id)  # fmt: skip
    dagang = areas["industrial"][0]
    people.add("dagang", Role.COORDINATOR, T("大港工业社区协调员", en="Coordinator of Dagang"),
               show=T("协调员（大港工业社区）", en="Coordinator (Dagang Industrial Community)"), area=dagang.id)  # fmt: skip
    for department in work.session.scalars(select(Department).order_by(Department.id)).all():
        _staff(work, people, department)
    people.add("areaadmin", Role.AREA_ADMIN, T("片区管理员", en="Area administrator"),
               show=T("片区管理员", en="Area administrator"), area=district.id)  # fmt: skip
    people.add("sysadmin", Role.SYSTEM_ADMIN, T("系统管理员", en="System administrator"),
               show=T("系统管理员", en="System administrator"))  # fmt: skip
    people.add("auditor", Role.AUDITOR, T("审计员", en="Auditor"), show=T("审计员", en="Auditor"))
    demo_accounts.keep(work, people.shown)


def _staff(work: Work, people: People, department: Department) -> None:
    parts = (("", "representative", T("代表", en="representative")), ("2", "alternate", T("候补代表", en="alternate")),
             ("0", "head", T("负责人", en="head")))  # fmt: skip
    for suffix, part, title in parts:
        login = f"{department.key.replace('_', '')}{suffix}"
        show = None
        if not suffix and department.key in _SHOWN:
            show = T("{name}代表", en="{name}: representative").fill(name=department.name)
        name = T("{name}{title}", en="{title}, {name}").fill(name=department.name, title=title)
        user = people.add(login, Role.REPRESENTATIVE, name, show=show, department=department.id)
        rosters.seat(work, department.id, user.id, part)
