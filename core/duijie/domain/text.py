"""A text in both languages, so that neither can be forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class T:
    """One text, Chinese first: ``T("受理", en="Accept")``.

    Both languages stand side by side where the text is written, so a missing translation is a type
    error and not a discovery on somebody's screen.
    """

    zh: str
    en: str

    def to(self, language: str) -> str:
        """The text in ``language`` (``"zh"`` or ``"en"``; anything else reads Chinese)."""
        return self.en if language == "en" else self.zh

    def fill(self, **values: object) -> "T":
        """Put ``values`` into the ``{name}`` places; a value that is a ``T`` enters in its own language."""
        return T(zh=self.zh.format(**_in("zh", values)), en=self.en.format(**_in("en", values)))

    def as_json(self) -> dict[str, str]:
        """``{"zh": …, "en": …}`` for a JSON column or file."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "T":
        """Read what `as_json` wrote. Raises KeyError when a language is missing."""
        return cls(zh=str(data["zh"]), en=str(data["en"]))

    @classmethod
    def same(cls, text: str) -> "T":
        """A text that reads alike in both languages: a name, a number, what somebody typed."""
        return cls(zh=text, en=text)


def _in(language: str, values: Mapping[str, object]) -> dict[str, object]:
    return {key: value.to(language) if isinstance(value, T) else value for key, value in values.items()}


def joined(texts: "list[T] | tuple[T, ...]") -> T:
    """Several texts as one enumeration: 甲、乙 / A, B."""
    return T(zh="、".join(t.zh for t in texts), en=", ".join(t.en for t in texts))
