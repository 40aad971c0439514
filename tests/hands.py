"""Somebody at a page, for journeys: they find things by what they read, in their language."""

import re
from dataclasses import dataclass

from browser import PHONE, axe, fits, sign_in
from playwright.sync_api import Download, Locator, Page, expect


@dataclass
class Hands:
    """A person's hands and eyes on one page."""

    page: Page
    language: str

    def say(self, zh: str, en: str) -> str:
        """One of two texts."""
        return en if self.language == "en" else zh

    def go(self, address: str) -> None:
        """Open an address, and look at the page with the eyes of those who see little."""
        self.page.goto(address)
        self.looks()

    def back_as(self, login: str) -> None:
        """Sign in again: days have passed, and nobody stays signed in that long."""
        self.page.context.clear_cookies(name="duijie_sid")
        sign_in(self.page, login)
        self.looks()

    def field(self, zh: str, en: str, within: Locator | None = None) -> Locator:
        """The field that is labelled so, whether it must be filled in or not."""
        label = re.escape(self.say(zh, en))
        pattern = re.compile(rf"^\s*{label}\s*(必填|required|选填|optional)?\s*$")
        return (within or self.page).get_by_label(pattern)

    def fill(self, zh: str, en: str, value: str, within: Locator | None = None) -> None:
        """Type into a field."""
        self.field(zh, en, within).fill(value)

    def choose(self, zh: str, en: str, option_zh: str, option_en: str) -> None:
        """Choose one of a list."""
        self.field(zh, en).select_option(label=self.say(option_zh, option_en))

    def tick(self, zh: str, en: str, option_zh: str, option_en: str) -> None:
        """Tick one of several under a question."""
        group = self.page.get_by_role("group", name=re.compile(rf"^\s*{re.escape(self.say(zh, en))}"))
        group.get_by_label(re.compile(rf"^\s*{re.escape(self.say(option_zh, option_en))}")).check()

    def check(self, zh: str, en: str) -> None:
        """Tick the box or button with this text."""
        self.page.get_by_label(re.compile(rf"^\s*{re.escape(self.say(zh, en))}")).first.check()

    def press(self, zh: str, en: str, within: Locator | None = None) -> None:
        """Press a button, and look at the page that comes."""
        name = re.compile(rf"^\s*{re.escape(self.say(zh, en))}(\s|$)")  # what follows is for those who listen
        (within or self.page).get_by_role("button", name=name).first.click()
        self.looks()

    def follow(self, zh: str, en: str) -> None:
        """Follow a link, and look at the page that comes."""
        self.page.get_by_role("link", name=self.say(zh, en)).first.click()
        self.looks()

    def unfold(self, zh: str, en: str) -> Locator:
        """Open a part of the page that is folded away."""
        summary = self.page.locator("summary").filter(has_text=self.say(zh, en)).first
        part = self.page.locator("details").filter(has=summary).first
        if part.get_attribute("open") is None:
            summary.click()
        return part

    def sees(self, zh: str, en: str | None = None) -> None:
        """Read something on the page."""
        expect(self.page.locator("main")).to_contain_text(self.say(zh, en if en is not None else zh))

    def downloads(self, zh: str, en: str, role: str = "button") -> Download:
        """Press or follow what brings a file."""
        with self.page.expect_download() as coming:
            where = self.page.get_by_role("link" if role == "link" else "button", name=self.say(zh, en))
            where.first.click()
        return coming.value

    def looks(self) -> None:
        """The page has no barrier and, on a phone, nothing to the side."""
        self.page.wait_for_load_state()
        axe(self.page)
        if (self.page.viewport_size or {})["width"] == PHONE:
            fits(self.page)
