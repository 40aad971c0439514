"""Passwords: hashed with Argon2, checked in the same time whether or not the account exists."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from duijie.domain.errors import Invalid
from duijie.services.work import Office

# Letters and digits that nobody misreads on paper or over the phone.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
MINIMUM_LENGTH = 10


def hasher(office: Office) -> PasswordHasher:
    """The hasher at this installation's cost."""
    return PasswordHasher(
        time_cost=office.limits["argon2_time_cost"], memory_cost=office.limits["argon2_memory_kib"], parallelism=1
    )


def matches(office: Office, password_hash: str, password: str) -> bool:
    """Whether ``password`` is the one that was hashed; a broken hash matches nothing."""
    try:
        return hasher(office).verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def check(password: str, field: str = "password") -> None:
    """Raise Invalid when ``password`` is too short to be one."""
    if len(password) < MINIMUM_LENGTH:
        raise Invalid.field(
            field, f"密码至少 {MINIMUM_LENGTH} 位，可用一句容易记的话。",
            f"Use at least {MINIMUM_LENGTH} characters; a phrase that you remember serves well.",
        )


def random_password() -> str:
    """A password that can be read from paper: three groups of four, some 59 random bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
