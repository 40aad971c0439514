"""The tracking code: made once, kept as a digest only, and what it or a signed link opens."""

import hashlib
import hmac
import secrets
import unicodedata
from copy import copy
from typing import Final

from sqlalchemy import select

from duijie.domain.errors import NotFound
from duijie.domain.roles import requester
from duijie.domain.states import CaseState
from duijie.domain.text import T
from duijie.services import find
from duijie.services.work import Office, Work
from duijie.storage.models import Case

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
LENGTH: Final = 20  # 100 random bits
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})

UNKNOWN: Final = T("没有找到这个追踪码。请核对后重新输入：共 20 位，由数字和大写字母组成。",
                   en="No case has this tracking code. Please check it: 20 digits and capital letters.")


def new_code() -> str:
    """A tracking code that nobody can guess: 20 characters in fours."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def code_of_draft(office: Office, draft: str) -> str:
    """The code of the case that the form ``draft`` becomes: the same each time the form is sent.

    ``draft`` is random and known only to whoever filled the form in: the code is as hard to guess as any.
    """
    mark = hmac.new(office.secret.encode(), f"tracking-code:{draft}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(mark) >> (256 - 5 * LENGTH)
    return _grouped("".join(ALPHABET[(number >> 5 * n) & 31] for n in range(LENGTH)))


def normal(typed: str) -> str:
    """A code as it was typed, on whatever keyboard, in its one spelling; a wrong one stays wrong."""
    plain = unicodedata.normalize("NFKC", typed[:200]).upper()
    return _grouped("".join(c for c in plain if c.isalnum()).translate(_READ_AS)[: 2 * LENGTH])


def hash_of(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(normal(code).encode()).hexdigest()


def link_of(office: Office, case: Case) -> str:
    """The path of a link that opens ``case`` without the code; void once the code is renewed."""
    return f"/t/link/{office.sign('track', [case.id, case.tracking_hash[:16]])}"


def by_code(work: Work, code: str) -> Case:
    """The case that a tracking code opens. Raises NotFound."""
    found = work.session.scalar(select(Case).where(Case.tracking_hash == hash_of(code)))
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def by_link(work: Work, token: str) -> Case:
    """The case that a signed link opens. Raises NotFound, also when the code was renewed since."""
    match work.office.unsign("track", token):
        case [int(case_id), str(mark)]:
            found = work.session.get(Case, case_id)
        case _:
            found, mark = None, ""
    if found is None or not hmac.compare_digest(found.tracking_hash[:16], mark):
        raise NotFound(T("这个链接已失效。请用最新的追踪码查询，或联系协调员。",
                         en="This link is void. Use your latest tracking code or ask a coordinator."))
    return found


def principal(work: Work, case: Case) -> Case:
    """The case that ``case`` is handled in: the one it was merged into, else itself."""
    for _ in range(10):  # merged cases may have been merged again
        if case.state is not CaseState.MERGED or case.merged_into_id is None:
            break
        case = work.session.get_one(Case, case.merged_into_id)
    return case


def as_requester(work: Work, case: Case) -> Work:
    """The same piece of work in the requester's name, unless somebody with an account is acting."""
    if work.actor.kind != "requester":
        return work
    own = copy(work)
    own.actor = requester(case.requester, work.actor.address)
    return own


def renew_slip(work: Work, case_id: int) -> tuple[Case, str]:
    """Give the case a new code, for a requester who lost theirs; the old one and old links are void."""
    case = find.case(work, case_id)
    code = new_code()
    case.tracking_hash = hash_of(code)
    work.record("case.slip_renewed", "case", case.id, public=True)
    work.session.flush()
    return case, code


def _grouped(plain: str) -> str:
    return "-".join(plain[n : n + 4] for n in range(0, len(plain), 4))
