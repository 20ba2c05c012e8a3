"""What a planner sees and does on the page of a plan."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, show_all_panels

pytestmark = pytest.mark.browser


def ticks(page: Page, panel: str) -> dict[str, float]:
    """Where the labels of the time axis stand, in pixels."""
    labels = page.locator(f"#{panel} .xtick text")
    return dict(
        labels.evaluate_all("all => all.map((one) => [one.textContent, one.getBoundingClientRect().x])")
    )


def hours_apart(page: Page, panel: str, one: str, other: str) -> float:
    """Distance of two labels in units of the distance between 08:00 and 10:00, which are two hours apart."""
    at = ticks(page, panel)
    return 2 * (at[other] - at[one]) / (at["10:00"] - at["08:00"])


def test_every_panel_is_drawn_with_its_figures(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day")
    show_all_panels(page)
    for panel in ("coverage", "forecast", "sites"):
        drawn = page.locator(f"#{panel} .js-line, #{panel} .js-fill").evaluate_all(
            "paths => paths.map((path) => path.getAttribute('d') ?? '')"
        )
        assert any(len(path) > 40 for path in drawn), panel
    assert page.locator("#rota .gantt-bar").count() == 2
    assert page.locator("#heat td.short").count() == 2
    assert page.locator("#fairness tbody tr").count() == 3


def test_over_and_under_differ_in_pattern_and_words(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day&queue=eu/lv/phone")
    show_all_panels(page)
    legend = page.locator("#coverage .legendtext").all_text_contents()
    assert "Short (striped)" in legend
    assert "Over (dotted)" in legend
    assert page.locator("#coverage pattern").count() >= 2
    expect(page.locator("#heat td.short").first).to_have_text("−1")
    expect(page.locator("#heat td.over").first).to_have_text("+1")


def test_the_zone_switch_moves_everything(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day&queue=eu/lv/phone")
    show_all_panels(page)
    assert hours_apart(page, "coverage", "02:00", "04:00") == pytest.approx(1, abs=0.05)
    caption = page.locator("#coverage [data-caption]")
    expect(caption).to_contain_text("Sun 29 Mar 00:00 (UTC+02:00)")
    row = page.locator("#heat tbody tr").nth(3)
    expect(row).to_contain_text("×")  # 03:00 does not exist in Riga on that date
    expect(page.locator("#clock-changes")).to_have_text(
        "Clocks go forward by 1 hour on Sun 29 Mar (to 04:00)."
    )

    page.get_by_label("Time zone").select_option("Asia/Kathmandu")
    page.locator("#coverage").scroll_into_view_if_needed()
    expect(caption).to_contain_text("Sun 29 Mar 03:45")
    assert "(UTC" not in caption.inner_text()
    expect(page.locator("#clock-changes")).to_be_empty()
    show_all_panels(page)
    expect(page.locator("#rota .gantt-bar").nth(1)).to_have_attribute(
        "aria-label", re.compile(r"Sun 29 Mar 03:45 – Sun 29 Mar 07:45")
    )
    expect(row).not_to_contain_text("×")
    assert hours_apart(page, "coverage", "02:00", "04:00") == pytest.approx(2, abs=0.05)
    assert "zone=Asia%2FKathmandu" in page.url

    page.get_by_label("Time zone").select_option("UTC")
    expect(page.locator("#window-label")).to_have_text("Sun 29 Mar")
    page.get_by_role("button", name="Earlier days").click()
    page.locator("#coverage").scroll_into_view_if_needed()
    expect(caption).to_contain_text("Sat 28 Mar 22:00")


def test_the_choice_of_zone_is_remembered(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(plan_path)
    page.get_by_label("Time zone").select_option("UTC")
    page.goto(page.url.split("?")[0])
    expect(page.get_by_label("Time zone")).to_have_value("UTC")


def test_every_chart_has_a_table(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day&queue=eu/lv/phone")
    show_all_panels(page)
    for panel, rows in (("coverage", 8), ("forecast", 8), ("sites", 8), ("rota", 2)):
        page.locator(f"#{panel} summary").click()
        expect(page.locator(f"#{panel} [data-table] tbody tr")).to_have_count(rows)
    first = page.locator("#coverage [data-table] tbody tr").first
    assert first.locator("th, td").all_text_contents() == [
        "Sun 29 Mar 00:00 (UTC+02:00)", "2", "1", "1", "0", "0",
    ]  # fmt: skip


def test_a_deferred_queue_shows_its_backlog(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day")
    page.get_by_label("Queue").select_option("eu/en/email")
    page.locator("#coverage").scroll_into_view_if_needed()
    expect(page.locator("#coverage .legendtext", has_text="Waiting (backlog)")).to_be_visible()


def test_shifts_are_read_with_arrow_keys(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day")
    show_all_panels(page)
    bars = page.locator("#rota .gantt-bar")
    bars.first.focus()
    expect(page.locator("[data-detail]")).to_contain_text("bo <b>, kathmandu: night")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-detail]")).to_contain_text("ann, riga: night")
    expect(page.locator("[data-detail]")).to_contain_text("Serves eu/lv/phone 2 h, eu/en/email 1.5 h")
    expect(page.locator("[data-detail]")).to_contain_text("Break 02:00–02:30")
    assert page.locator("#rota .gantt-bar[tabindex='0']").count() == 1


def test_agents_are_found(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day")
    show_all_panels(page)
    page.get_by_label("Find an agent", exact=True).fill("ANN")
    expect(page.locator("#rota .gantt-bar")).to_have_count(1)
    page.get_by_label("Find an agent", exact=True).fill("")
    page.get_by_label("Site", exact=True).select_option("kathmandu")
    expect(page.locator("#rota .gantt-name")).to_have_text(["bo <b>kathmandu"])


def test_who_works_no_shift_is_not_forgotten(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(f"{plan_path}?span=day")
    show_all_panels(page)
    expect(page.locator("#rota .gantt-name").last).to_have_text("cyno shift in this plan")
    expect(page.locator("#fairness [data-caption]")).to_contain_text("1 of 3 agents work no shift.")
    expect(page.locator("#fairness [data-caption]")).to_contain_text("refused wishes 0 to 2 (mean 0.7)")


def test_fairness_is_sorted_by_its_headings(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(plan_path)
    show_all_panels(page)
    page.get_by_role("button", name="Cost").click()
    expect(page.locator("#fairness tbody th")).to_have_text(["ann", "bo <b>", "cy"])
    page.get_by_role("button", name="Cost").click()
    expect(page.locator("#fairness tbody th")).to_have_text(["bo <b>", "cy", "ann"])
    expect(page.get_by_role("columnheader", name="Cost")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("button", name="Cost")).to_be_focused()


def test_a_chart_that_cannot_be_fetched_says_so(open_page: OpenPage, plan_path: str) -> None:
    page = open_page("/", expected="503")
    page.route("**/data/sites", lambda route: route.fulfill(status=503, json={"detail": "Come back later."}))
    page.goto(page.url.rstrip("/") + plan_path)
    page.locator("#sites").scroll_into_view_if_needed()
    expect(page.locator("#sites [data-failure]")).to_have_text("Come back later.")
