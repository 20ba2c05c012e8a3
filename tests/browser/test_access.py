"""Everyone can use the pages: by keyboard, on a phone, with a screen reader, without JavaScript."""

from __future__ import annotations

import io
import zipfile

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Locator, Page, expect

from api.store.database import Store
from api.store.runs import create_run
from api.store.users import list_users
from api.v1.people import person_id_of
from tests.api.pages.made import keep_plan, keep_workspace
from tests.api.teams import add_team
from tests.browser.conftest import OpenPage, show_all_panels

pytestmark = pytest.mark.browser

PAGES = ["list", "run", "plan", "missing", "sign-in", "password", "shifts", "difference", "users", "user"]
PAGES += ["people", "person"]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}


@pytest.fixture
def paths(site: tuple[str, Store], plan_path: str) -> dict[str, str]:
    """Every page there is."""
    wishes = "agent,weekday,wish\nann,mon;tue,shift day\n"
    add_team(site[1], wishes=wishes, leave_balances="agent,year,days\nann,2026,0\n")
    run = create_run(site[1], workspace_id=keep_workspace(site[1]), options={})
    return {"list": "/", "run": f"/runs/{run.id}", "plan": plan_path, "missing": "/plans/none"} | {
        "sign-in": "/sign-in",
        "password": "/password",
        "shifts": "/shifts",
        "users": "/users",
        "people": "/people?workspace=team",
        "person": f"/people/{person_id_of('ann')}?workspace=team",
        "user": f"/users/{list_users(site[1], limit=1)[0].id}",
        "difference": f"/plans/{keep_plan(site[1])}/difference?before={plan_path.rpartition('/')[2]}",
    }


def settle(page: Page) -> None:
    show_all_panels(page)
    for summary in page.locator("summary").all():
        summary.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page: OpenPage, paths: dict[str, str], name: str, scheme: str) -> None:
    page = open_page(paths[name], color_scheme=scheme, reduced_motion="reduce", expected="404")
    settle(page)
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found] == []


def test_axe_finds_nothing_in_a_refused_form(open_page: OpenPage, site: tuple[str, Store]) -> None:
    keep_workspace(site[1])
    page = open_page("/", expected="422")
    page.get_by_label("Days").fill("400")
    page.get_by_role("button", name="Build the rota").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was started.")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(item["id"], [node["html"] for node in item["nodes"]][:3]) for item in found] == []


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(open_page: OpenPage, paths: dict[str, str], name: str, width: int) -> None:
    page = open_page(paths[name], width=width, expected="404")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("name", ["list", "run", "plan", "users", "user"])
def test_targets_are_large_enough(open_page: OpenPage, paths: dict[str, str], name: str) -> None:
    """24 px each way, but for links in running text and shifts, which keep that distance instead."""
    page = open_page(paths[name], width=390)
    settle(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, summary, nav a, .button')]
            .filter((one) => !one.closest('.gantt-track') && one.checkVisibility())
            .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24)
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""
    )
    assert small == []


def tab_to(page: Page, wanted: Locator, most: int = 12) -> None:
    """Press Tab until this has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{wanted} has no focus after {most} steps")


def test_the_keyboard_alone_builds_a_rota(open_page: OpenPage, site: tuple[str, Store]) -> None:
    keep_workspace(site[1], name="keyboard")
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.reload()
    # However many plans are listed before it, the form is a link and a few steps away.
    new_rota = page.get_by_role("link", name="New rota")
    tab_to(page, new_rota)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Days"))
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("keyboard")


def test_focus_is_seen_and_never_hidden(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(plan_path, reduced_motion="reduce")
    show_all_panels(page)
    page.evaluate("scrollTo(0, 0)")
    seen = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        state = page.evaluate(
            """() => {
                const one = document.activeElement;
                if (one === document.body) return null;
                const box = one.getBoundingClientRect();
                const x = box.left + Math.min(box.width / 2, 40);
                const y = box.top + Math.min(box.height, innerHeight - box.top) / 2;
                const top = document.elementFromPoint(x, y);
                const ring = getComputedStyle(one.matches('.segments input') ? one.nextElementSibling : one);
                const mine = [one, one.parentElement].some((place) => place.contains(top));
                return {
                    html: one.outerHTML.slice(0, 80), ring: ring.outlineStyle !== 'none',
                    shown: Boolean(top) && (mine || top.contains(one)),
                };
            }"""
        )
        if state is None:
            break
        assert state["ring"], state
        assert state["shown"], state
        seen.add(state["html"])
    assert len(seen) > 25


def test_without_javascript_a_run_is_asked_for_and_stopped(
    open_page: OpenPage, site: tuple[str, Store]
) -> None:
    keep_workspace(site[1])
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("Days").fill("7")
    page.get_by_role("button", name="Build the rota").click()
    page.wait_for_url("**/runs/*")
    page.get_by_role("button", name="Stop and keep the best so far").click()
    expect(page.get_by_role("alert")).to_contain_text("Stopped before it began")


def test_without_javascript_a_plan_says_what_it_reached(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(plan_path, java_script_enabled=False)
    expect(page.locator(".tiles")).to_contain_text("83.3 %")
    expect(page.get_by_role("link", name="shifts.csv")).to_be_visible()


def test_faults_of_an_upload_are_shown_as_a_table(open_page: OpenPage) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("plan.toml", "start = 2026-03-29\ndays = 400\n")
        archive.writestr("agents.csv", "agent,site\nann,narnia\n")
    page = open_page("/", width=390, expected="422")
    upload = FilePayload(name="team.zip", mimeType="application/zip", buffer=target.getvalue())
    page.locator("#workspace").set_input_files(upload)
    page.get_by_role("button", name="Build the rota").click()
    table = page.get_by_role("table", name="Faults in the workspace")
    expect(table.locator("tbody tr", has_text="plan.toml").first).to_contain_text("400")
    assert table.locator("thead th").all_text_contents() == ["File", "Row", "Column", "Value", "Rule"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_it_prints(open_page: OpenPage, plan_path: str) -> None:
    page = open_page(plan_path)
    show_all_panels(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Required against scheduled")).to_be_visible()
    expect(page.locator("#view")).to_be_hidden()
    assert len(page.pdf()) > 10_000
