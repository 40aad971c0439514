"""What can go wrong, in words for the person in front of the screen."""

from dataclasses import dataclass

from duijie.domain.text import T


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what was typed. ``field`` is its form key, or "" for the whole form."""

    field: str
    message: T


class DuijieError(Exception):
    """Base of every error that is meant to be read by a person. ``message`` says what to do."""

    def __init__(self, message: T) -> None:
        super().__init__(message.zh)
        self.message = message


class Invalid(DuijieError):
    """What was typed cannot be taken as it is; each problem names its field."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].message)
        self.problems = problems

    @classmethod
    def field(cls, field: str, zh: str, en: str) -> "Invalid":
        """One problem with one field."""
        return cls(Problem(field, T(zh, en)))


class Refused(DuijieError):
    """The action is not possible in this state; nothing was changed."""


class Conflict(DuijieError):
    """Somebody else changed the record since it was read; nothing was changed."""


class Busy(DuijieError):
    """The database was held by somebody else for too long; nothing was changed, and the same again may work."""

    def __init__(self) -> None:
        super().__init__(T("系统正忙，您的操作没有保存。请稍等片刻再提交一次。",
                           en="The system is busy and nothing was saved. Please wait a moment and send it again."))
        self.retry_after = 5


class NotFound(DuijieError):
    """There is no such record, or not for this person: the two look alike on purpose."""

    def __init__(self, message: T | None = None) -> None:
        super().__init__(message or T("没有找到，或您无权查看。", en="Not found, or not open to you."))


class Forbidden(DuijieError):
    """The person is known, but this is not theirs to do."""

    def __init__(self, message: T | None = None) -> None:
        super().__init__(message or T("您的角色不能进行此操作。", en="Your role does not allow this."))


class TooMany(DuijieError):
    """Too many tries from one place; ``retry_after`` in seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = max(1, -(-retry_after // 60))
        super().__init__(
            T(f"尝试次数过多，请 {minutes} 分钟后再试。", en=f"Too many tries. Please try again in {minutes} min.")
        )
        self.retry_after = retry_after


class Unavailable(DuijieError):
    """Something that a plugin brings does not work just now; the rest does, and nothing was half-written."""

    def __init__(self) -> None:
        super().__init__(T("这个功能暂时无法使用，其他功能不受影响。问题已记录，请稍后再试，或联系系统管理员。",
                           en="This part cannot be used just now; everything else works. The problem has been recorded: please "
                           "try again later, or tell the system administrator."))
