"""Somebody at a real server without a browser: follows addresses, fills forms in as they stand on the page."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_INPUT = re.compile(r"<input\b([^>]*)>|<textarea\b([^>]*)>(.*?)</textarea>", re.DOTALL)
_SELECT = re.compile(r"<select\b([^>]*)>(.*?)</select>", re.DOTALL)
_OPTION = re.compile(r"<option\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


@dataclass(frozen=True)
class Answer:
    """What the server answered: status, address in the end, body."""

    status: int
    url: str
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()

    def words(self) -> str:
        """What somebody reads on it."""
        main = re.search(r"<main\b.*?</main>", self.text, re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main.group() if main else self.text)).split())


@dataclass
class Visitor:
    """One person's browser, as far as a server can tell. ``base`` is the server's address."""

    base: str
    language: str = "zh"
    _opener: Any = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("Accept-Language", self.language)]

    def get(self, path: str) -> Answer:
        """Open an address."""
        return self._open(urllib.parse.urljoin(self.base, path), None)

    def send(self, path: str, to: str = "", **values: Any) -> Answer:
        """Open ``path``, fill in the form that goes to an address with ``to`` in it, and send it.

        ``values`` win over what stands in the form; a list sends one name several times, ``_`` in a name stands for
        ``-`` where the form has it so.
        """
        page = self.get(path)
        for attributes, content in _FORM.findall(page.text):
            action = urllib.parse.urljoin(page.url, _attributes(attributes).get("action", ""))
            if to in action and _attributes(attributes).get("method") == "post":
                filled = _standing(content) | {_named(name, content): value for name, value in values.items()}
                return self._open(action, urllib.parse.urlencode(filled, doseq=True).encode())
        raise AssertionError(f"no form at {path} goes to {to!r}: {page.status} {page.words()[:500]}")

    def sign_in(self, login: str, password: str) -> "Visitor":
        """Sign in."""
        answer = self.send("/account/sign-in", "sign-in", login=login, password=password)
        assert answer.status == 200, answer.words()
        assert "/sign-in" not in answer.url, answer.words()
        return self

    def _open(self, url: str, data: bytes | None) -> Answer:
        try:
            with self._opener.open(url, data, timeout=30) as answer:
                return Answer(answer.status, answer.url, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, url, error.read())


def _attributes(text: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _standing(content: str) -> dict[str, list[str]]:
    """What a browser would send if nobody touched the form."""
    found: dict[str, list[str]] = {}
    for inputs, area, words in _INPUT.findall(content):
        one = _attributes(inputs or area)
        silent = one.get("type") in ("checkbox", "radio") and "checked" not in one
        if "name" in one and not silent and one.get("type") not in ("file", "submit", "button"):
            found.setdefault(one["name"], []).append(one.get("value", "on") if inputs else html.unescape(words))
    for attributes, inside in _SELECT.findall(content):
        options = [_attributes(option) for option in _OPTION.findall(inside)]
        chosen = [option for option in options if "selected" in option] or options[:1]
        found[_attributes(attributes)["name"]] = [option.get("value", "") for option in chosen]
    return found


def _named(name: str, content: str) -> str:
    return name if f'name="{name}"' in content else name.replace("_", "-")
