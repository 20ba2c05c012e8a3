"""Who bears what."""

from __future__ import annotations

from datetime import timedelta

from scheduler.agents import Wish, WishKind
from scheduler.fairness import AgentShare, Spread, measure_fairness
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from tests.scheduler.factory import (
    DAY,
    MONDAY,
    make_agent,
    make_contract,
    make_rota,
    make_shift,
    make_workspace,
)

DAYS = timedelta(days=1)
NIGHT = ShiftTemplate("night", 1320, 1320, min_minutes=480, max_minutes=480)


def test_shares_and_their_spread() -> None:
    workspace = make_workspace(
        agents=[make_agent("a1", wish_factor=2.0), make_agent("a2", site="tel aviv"), make_agent("a3")],
        sites=[Site("riga", "Europe/Riga", country="LV"), Site("tel aviv", "Asia/Jerusalem", country="IL")],
        templates=[DAY, NIGHT],
        contracts=[make_contract(shifts=("day", "night"))],
        settings={"start": MONDAY - DAYS, "days": 8},
        wishes=(Wish("a1", WishKind.DAY_OFF, weekday=6, weight=0.5),),
    )
    friday, sunday = MONDAY + 4 * DAYS, MONDAY + 6 * DAYS
    rota = make_rota(
        [
            make_shift(workspace, "a1", MONDAY - DAYS),
            make_shift(workspace, "a1", friday, 1320, template="night"),
            make_shift(workspace, "a1", sunday),
            make_shift(workspace, "a2", friday),
            make_shift(workspace, "a2", friday + DAYS, 480),
            make_shift(workspace, "a2", sunday),
        ]
    )
    fairness = measure_fairness(workspace, rota)
    assert fairness.shares == (
        # Sunday before the plan's first Monday is the end of a weekend; Friday is in Israel.
        AgentShare("a1", nights=1, weekends=2, paid_hours=24.0, refused_wishes=2, refused_weight=2.0),
        AgentShare("a2", nights=0, weekends=1, paid_hours=24.0, refused_wishes=0, refused_weight=0.0),
        AgentShare("a3", nights=0, weekends=0, paid_hours=0.0, refused_wishes=0, refused_weight=0.0),
    )
    assert fairness.spread("weekends") == Spread(0.0, 1.0, 2.0)
    assert fairness.spread("paid_hours") == Spread(0.0, 16.0, 24.0)


def test_nobody() -> None:
    assert measure_fairness(make_workspace(agents=0), make_rota([])).spread("nights") == Spread(0.0, 0.0, 0.0)
