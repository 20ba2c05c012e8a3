"""The hand-over through the 24 hours, and nights as a last resort."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from api.pages.handover_rows import handover_columns, handover_lines, handover_rows
from scheduler.handover import measure_handover
from scheduler.rota import Rota
from scheduler.settings import Weights
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from scheduler.workspace import Workspace
from tests.scheduler.factory import (
    DAY,
    MONDAY,
    PHONE,
    RIGA,
    fill,
    instant,
    make_agent,
    make_contract,
    make_requirement,
    make_shift,
    make_workspace,
)
from tests.scheduler.rostering.test_solve import run

BOISE = Site("boise", "America/Boise")
NIGHT = ShiftTemplate("night", earliest_start=1380, latest_start=1380, min_minutes=420, max_minutes=420)


def two_sites() -> Workspace:
    """Riga works 08:00 to 16:30 (06:00 to 14:30 UTC), Boise likewise (14:00 to 22:30 UTC)."""
    agents = [make_agent("r1"), make_agent("r2"), make_agent("b1", site="boise")]
    return make_workspace(agents=agents, sites=(RIGA, BOISE), settings={"days": 2})


def test_each_hour_tells_who_serves_and_where_the_lead_goes_on() -> None:
    workspace = two_sites()
    shifts = [
        make_shift(workspace, name, MONDAY + timedelta(days=day))
        for name in ("r1", "r2", "b1")
        for day in range(2)
    ]
    rota = Rota(tuple(shifts), tuple(stretch for shift in shifts for stretch in fill(shift)))
    hours, changes = measure_handover(workspace, rota)
    assert [each.hour for each in hours] == list(range(24))
    assert hours[7].serving == {"riga": 2.0}
    # Breaks of half an hour at nine serve nobody.
    assert hours[9].serving == {"riga": 1.0}
    assert hours[14].serving == {"boise": 1.0, "riga": 1.0}
    assert (hours[3].leader, hours[3].share) == (None, 0.0)
    assert [(each.hour, each.before, each.after) for each in changes] == [(14, "riga", "boise")]
    assert changes[0].overlap == 1.0
    report = {
        "handover": {
            "hours": [
                {"hour": each.hour, "serving": each.serving, "leader": each.leader, "share": each.share}
                for each in hours
            ],
            "changes": [{"hour": 14, "before": "riga", "after": "boise", "overlap": 1.0}],
        }
    }
    assert handover_columns(report) == ["UTC", "boise", "riga", "Leads"]
    assert handover_rows(report)[7] == ["07:00", "–", "2.0", "riga (100%)"]
    assert handover_lines(report) == [
        "14:00 UTC: riga hands over to boise, 1.0 agents of each at work together."
    ]


@pytest.mark.parametrize(("price", "site"), [(0.05, "boise"), (0.0, "riga")])
def test_a_night_is_worked_only_where_no_day_shift_will_do(price: float, site: str) -> None:
    """From 21:00 to 04:00 UTC it is night in Riga and afternoon in Boise, where hours cost a little more."""
    late = replace(
        DAY, name="late", earliest_start=900, latest_start=900, min_minutes=420, max_minutes=420, breaks=()
    )
    contracts = (make_contract(shifts=("night",)), make_contract(name="late", shifts=("late",)))
    agents = [
        make_agent("r1", hourly_cost=10.0),
        make_agent("b1", site="boise", contract="late", hourly_cost=11.0),
    ]
    workspace = make_workspace(
        agents=agents,
        sites=(RIGA, BOISE),
        templates=(NIGHT, late),
        contracts=contracts,
        settings={"days": 1, "weights": Weights(night=price)},
    )
    rows = [(PHONE, instant(MONDAY, minute), 1.0) for minute in range(1380, 1800, 15)]
    result = run(workspace, make_requirement(rows), work=20)
    assert result.rota is not None
    assert [shift.site for shift in result.rota.shifts] == [site]
