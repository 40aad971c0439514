"""A real headless Chromium for tests, and a real server for it to look at.

`live` serves a seeded town; ``page_for("coordinator", "en")`` is a page of somebody who has signed in there,
in a browser profile of their own. When the test ends, a script error or a server error on any page is a
failure, and a failed test leaves pictures of its pages in ``test-results/``.
"""

import re
import shutil
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, expect, sync_playwright
from town import PASSWORD, Town, build_town, small_settings
from waitress import create_server, wasyncore

from duijie.bootstrap import make_app, open_office
from duijie.services.work import Office

REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()
RESULTS = Path(__file__).parents[1] / "test-results"
PHONE, DESKTOP = 390, 1366
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)
_LOCALES = {"zh": "zh-CN", "en": "en-GB"}
_WAIT = 15_000  # milliseconds; a machine with two cores runs the other worker's tests as well


@dataclass(frozen=True)
class Live:
    """A running server: where it is, and what is behind it."""

    url: str
    town: Town
    app: Flask

    @property
    def office(self) -> Office:
        """The office that the server works with; services called on it act on the same records."""
        return self.town.office


@dataclass
class People:
    """Opens pages, one browser profile each, and collects what went wrong on them."""

    browser: Browser
    live: Live
    pages: list[Page] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __call__(self, login: str | None = None, language: str = "zh", width: int = DESKTOP) -> Page:
        """A page for ``login`` (None: a visitor without an account), signed in through the sign-in page."""
        context = self.browser.new_context(
            base_url=self.live.url,
            locale=_LOCALES[language],
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 844},
            accept_downloads=True,
            reduced_motion="reduce",
        )
        context.set_default_timeout(_WAIT)
        expect.set_options(timeout=_WAIT)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._console(page, message))
        page.on("response", self._response)
        page.on("dialog", lambda dialog: dialog.accept())
        self.pages.append(page)
        if login is not None:
            sign_in(page, login)
        return page

    def _console(self, page: Page, message: ConsoleMessage) -> None:
        # A refused form answers 4xx on purpose, and Chromium logs that; `_response` looks at statuses.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(f"{page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.errors.append(f"{response.status} {response.request.method} {response.url}")


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Sign in as a person would; returns when the first page is there."""
    page.goto("/account/sign-in")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.locator("form:has(input[name=password]) button[type=submit], "
                 "form:has(input[name=password]) button:not([type])").first.click()
    expect(page).not_to_have_url(re.compile("/account/sign-in"))


def axe(page: Page) -> None:
    """Assert that axe finds no serious or critical barrier on the page."""
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    grave = [_told(violation) for violation in found if violation["impact"] in ("serious", "critical")]
    assert not grave, f"{page.url} has barriers:\n" + "\n".join(grave)


def fits(page: Page) -> None:
    """Assert that nobody has to scroll sideways."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"


def chromium() -> str | None:
    """The system's Chromium; None where only Playwright's own can be there."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep each phase's report where `page_for` finds it."""
    report = yield
    item.stash.setdefault(REPORTS, {})[report.when or ""] = report
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with sync_playwright() as playwright:
        path = chromium() or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.skip("there is no Chromium here: `python3 run test` installs one where it may")
        opened = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def live(tmp_path: Path, migrated_file: Path) -> Iterator[Live]:
    """A server on a small town (see `town.build_town`)."""
    yield from _serve(tmp_path, migrated_file)


@pytest.fixture
def live_demo(tmp_path: Path, migrated_file: Path) -> Iterator[Live]:
    """Like `live`, with the demo's clock that can be moved forward."""
    yield from _serve(tmp_path, migrated_file, demo=True)


@pytest.fixture
def page_for(request: pytest.FixtureRequest, browser: Browser) -> Iterator[People]:
    """Opens a page for a person on `live`, or on `live_demo` where the test uses that."""
    name = "live_demo" if "live_demo" in request.fixturenames else "live"
    people = People(browser, request.getfixturevalue(name))
    yield people
    report = request.node.stash.get(REPORTS, {}).get("call")
    if report is not None and report.failed:
        _take_pictures(request.node.name, people.pages)
    for page in people.pages:
        page.context.close()
    assert not people.errors, "\n".join(people.errors)


def _serve(folder: Path, migrated: Path, **settings: Any) -> Iterator[Live]:
    shutil.copyfile(migrated, folder / "duijie.db")
    base = small_settings(folder, f"sqlite:///{folder / 'duijie.db'}")
    holder: list[Callable[..., Any]] = []
    server = create_server(
        lambda environ, start: holder[0](environ, start), host="127.0.0.1", port=0, threads=4, ident=None
    )
    url = f"http://127.0.0.1:{server.effective_port}"
    whole = replace(base, public_url=url, **settings)
    office = open_office(whole)
    app = make_app(whole, office)
    holder.append(app)
    thread = threading.Thread(target=server.run, daemon=True)
    try:
        town = build_town(office)
        thread.start()
        yield Live(url, town, app)
    finally:
        if thread.is_alive():
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # ends `run` from within
            thread.join(timeout=10)
        else:
            server.close()
        server.task_dispatcher.shutdown()
        office.database.close()


def _take_pictures(name: str, pages: list[Page]) -> None:
    RESULTS.mkdir(exist_ok=True)
    for number, page in enumerate(pages, start=1):
        stem = RESULTS / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', name)}-{number}"
        page.screenshot(path=stem.with_suffix(".png"), full_page=True)
        stem.with_suffix(".txt").write_text(f"{page.url}\n\n{page.locator('body').inner_text()}\n")


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"][:4]
    places = "\n".join(f"    {' '.join(node['target'])}: {node['failureSummary']}" for node in nodes)
    return f"  {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"
