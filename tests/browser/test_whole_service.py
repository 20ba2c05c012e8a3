"""From an upload to a plan on the screen: the real service, its worker, the whole chain."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.config import load_config
from api.identity import COOKIE
from api.store.database import open_store
from tests.api.sign_in import session_of
from tests.browser.conftest import PATIENCE_MS, OpenPage, show_all_panels
from tests.processes import running
from tests.workspaces import contacts_table, write_workspace

pytestmark = pytest.mark.browser

PLAN = 'start = 2026-03-26\ndays = 7\ninterval_minutes = 30\ncurrency = "GBP"\n'
CHAIN_MS = 180_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def session_cookie(address: str, data: Path) -> str:
    store = open_store(load_config({}, data_dir=data))
    secret, _ = session_of(store)
    store.close()
    return secret


@pytest.fixture(scope="module")
def address(data: Path) -> Iterator[str]:
    """The service as its command starts it, on a free port."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUNROTA_")}
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0", "--data-dir", str(data)]
    log = data / "log"
    with (
        log.open("w") as target,
        running(command, env=environment, stderr=target, stdout=target) as process,
    ):
        yield _wait_for_address(process, log)
        process.terminate()
        process.wait(60)


def _wait_for_address(process: subprocess.Popen[str], log: Path) -> str:
    for _ in range(1200):
        found = re.search(r"Sunrota is at (\S+?)/?\s", log.read_text())
        if found is not None:
            return found[1]
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the service did not start: {log.read_text()}")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace over London's clock change in spring, as a .zip."""
    folder = tmp_path_factory.mktemp("upload") / "london"
    write_workspace(folder, plan=PLAN, contacts=contacts_table(days=80))
    return Path(shutil.make_archive(str(folder), "zip", folder))


def choose_london(page: Page) -> None:
    select = page.get_by_label("Workspace", exact=True)
    label = select.locator("option", has_text="london").first.inner_text()
    select.select_option(label=label)


def test_a_rota_from_upload_to_screen(open_page: OpenPage, archive: Path) -> None:
    page = open_page("/", timezone_id="Asia/Kolkata")
    page.locator("#workspace").set_input_files(archive)
    page.get_by_label("Time limit, seconds").fill("5")
    page.get_by_role("button", name="Build the rota").click()

    page.wait_for_url("**/runs/*")
    expect(page.get_by_role("heading", level=1)).to_have_text("london")
    expect(page.get_by_role("progressbar")).to_be_visible()

    page.wait_for_url("**/plans/*", timeout=CHAIN_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("london, from 2026-03-26")
    tiles = page.locator(".tiles")
    expect(tiles).to_contain_text(re.compile(r"\d\s%"))
    expect(tiles).to_contain_text("0 ✓")

    show_all_panels(page)
    for panel in ("coverage", "forecast", "sites"):
        drawn = page.locator(f"#{panel} .js-line, #{panel} .js-fill").evaluate_all(
            "paths => paths.map((path) => path.getAttribute('d') ?? '')"
        )
        assert any(len(path) > 100 for path in drawn), panel
    assert page.locator("#rota .gantt-bar").count() >= 5

    page.get_by_label("Time zone").select_option("Europe/London")
    expect(page.locator("#clock-changes")).to_have_text(
        "Clocks go forward by 1 hour on Sun 29 Mar (to 02:00)."
    )
    show_all_panels(page)
    # Every shift of the one template begins between 08:00 and 10:00 in London, before the change and after.
    labels = page.locator("#rota .gantt-bar").evaluate_all("all => all.map((one) => one.ariaLabel)")
    assert labels
    assert all(re.search(r"\w{3} \d+ \w{3} (08|09|10):\d\d", label) for label in labels), labels


def test_every_download_is_there(open_page: OpenPage) -> None:
    page = open_page("/")
    page.locator(".plans th a").first.click()
    links = page.locator("#downloads a").evaluate_all("all => all.map((one) => one.href)")
    assert len(links) == 6
    for link in links:
        answer = page.request.get(link)
        assert answer.ok, link
        kind = "json" if link.endswith("report") else "csv"
        assert kind in answer.headers["content-type"], link
        assert len(answer.text().splitlines()) > 0


def test_a_run_is_stopped_and_its_best_is_kept(open_page: OpenPage) -> None:
    page = open_page("/")
    choose_london(page)
    page.get_by_label("Time limit, seconds").fill("600")
    page.get_by_role("button", name="Build the rota").click()
    page.wait_for_url("**/runs/*")
    expect(page.locator("#stage")).to_have_text("Building the rota", timeout=CHAIN_MS)
    page.get_by_role("button", name="Stop and keep the best so far").click()
    page.wait_for_url("**/plans/*", timeout=CHAIN_MS)
    expect(page.locator(".tiles")).to_contain_text("Rule check")


def test_a_run_that_cannot_be_done_says_why(open_page: OpenPage, tmp_path: Path) -> None:
    folder = tmp_path / "short"
    write_workspace(folder, plan=PLAN, contacts=contacts_table(days=2))
    upload = shutil.make_archive(str(folder), "zip", folder)
    page = open_page("/")
    page.locator("#workspace").set_input_files(upload)
    page.get_by_role("button", name="Build the rota").click()
    page.wait_for_url("**/runs/*")
    expect(page.get_by_role("alert")).to_contain_text("Failed", timeout=CHAIN_MS)
    expect(page.get_by_role("alert")).to_contain_text("history")


def test_without_javascript_the_page_leads_to_the_plan(
    browser: Browser, address: str, session_cookie: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": COOKIE, "value": session_cookie, "url": address}])
    page = context.new_page()
    page.goto(address)
    choose_london(page)
    page.get_by_label("Time limit, seconds").fill("2")
    page.get_by_role("button", name="Build the rota").click()
    page.wait_for_url("**/runs/*")
    for _ in range(60):
        page.reload()  # what the page asks browsers without JavaScript to do
        if "/plans/" in page.url:
            break
        page.wait_for_timeout(PATIENCE_MS / 60)
    assert "/plans/" in page.url
    context.close()
