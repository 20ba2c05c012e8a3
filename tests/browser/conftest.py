"""A real browser, the real app behind it, and a watch over what the browser complains of."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import make_server

from api.app import create_app
from api.config import load_config
from api.identity import COOKIE
from api.store.database import Store
from api.v1.service import service
from tests.api.pages.made import keep_plan
from tests.api.sign_in import session_of
from tests.needs import unavailable

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 100_000
"""Machines that run tests are shared and slow at times, and the charting library is large."""
expect.set_options(timeout=PATIENCE_MS)
OpenPage = Callable[..., Page]
"""Opens a path, with ``width`` and what else a browser's context takes."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, or the one that SUNROTA_CHROMIUM names."""
    program = os.environ.get("SUNROTA_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        unavailable("Chromium (in PATH, or named by SUNROTA_CHROMIUM)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """Address of the app on a free port, and its store."""
    app = create_app(load_config({}, data_dir=tmp_path_factory.mktemp("var")))
    with app.app_context():
        store = service().store
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}", store
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        service().close()


@pytest.fixture(scope="session")
def address(site: tuple[str, Store]) -> str:
    return site[0]


@pytest.fixture(scope="session")
def session_cookie(site: tuple[str, Store]) -> str:
    """The secret of an admin's session."""
    return session_of(site[1])[0]


@pytest.fixture(scope="session")
def plan_path(site: tuple[str, Store]) -> str:
    """Path of a finished plan over Riga's clock change in spring."""
    return f"/plans/{keep_plan(site[1])}"


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """Browsers of all sorts, kept for the next test: what they have fetched they need not fetch again."""
    kept: dict[str, BrowserContext] = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def open_page(
    browser: Browser, contexts: dict[str, BrowserContext], address: str, session_cookie: str
) -> Iterator[OpenPage]:
    """Open pages in a browser that stands in Riga, signed in as admin; the browser may complain of none.

    A document that is answered with 4xx is logged by the browser too: say ``expected`` for those.
    """
    complaints: list[str] = []
    ignored: list[str] = []
    pages: list[Page] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(words in message.text for words in ignored):
            complaints.append(f"{message.type}: {message.text}")

    def opened(path: str, *, width: int = 1280, expected: str = "", **options: Any) -> Page:
        if expected:
            ignored.append(expected)
        kind = repr(sorted(options.items()))
        if kind not in contexts:
            contexts[kind] = browser.new_context(**{"timezone_id": "Europe/Riga"} | options)
        contexts[kind].add_cookies([{"name": COOKIE, "value": session_cookie, "url": address}])
        page = contexts[kind].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield opened
    for page in pages:
        page.evaluate("localStorage.clear()")
        page.close()
    assert complaints == []


def show_all_panels(page: Page) -> None:
    """Bring every panel of a plan's page into sight until it is drawn."""
    for panel in page.locator("[data-panel]").all():
        panel.scroll_into_view_if_needed()
        panel.and_(page.locator("[data-shown]")).wait_for()
