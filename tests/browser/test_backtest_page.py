"""The page of a backtest in a real browser, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.backtest_page.page import backtest_page
from tests.api.backtests import NASTY, REGIONS, small_report
from tests.browser.conftest import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("width", [1280, 390])
def test_charts_are_drawn_names_stay_text_and_nothing_runs_off_the_side(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    file = tmp_path / "page.html"
    file.write_text(backtest_page(small_report(), workspace=NASTY, regions=REGIONS), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    # Five megabytes of script stand in the page itself.
    page.goto(file.as_uri(), timeout=2 * PATIENCE_MS)
    for chart in ("days", "lead", "band", "bars"):
        page.wait_for_selector(f"#{chart} .main-svg")
    assert not page.locator("#detail-figure").is_visible()
    page.select_option("#queue", index=1)
    page.wait_for_selector("#detail .main-svg")
    assert page.locator("#zone").text_content() in ("Europe/London", "Asia/Kolkata")
    labels = page.locator("#bars .ytick text").all_text_contents()
    assert len(labels) == 3
    assert any("<img src=x onerror=alert(1)>" in label for label in labels)
    assert any("a<b>bold</b>" in label for label in labels)
    assert page.title() == f"Backtest of {NASTY}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [file.as_uri()]
    assert complaints == []
    context.close()
