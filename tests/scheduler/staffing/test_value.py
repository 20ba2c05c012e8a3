"""What each further agent is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.tables import ContactForecast
from scheduler.staffing.service import LiveLoad, expected_service
from scheduler.staffing.staff import StaffingResult, staff
from scheduler.staffing.value import concave_above, service_curve
from tests.scheduler.factory import MONDAY, PHONE, instant, make_queue, make_workspace


@settings(max_examples=60, deadline=None)
@given(
    erlangs=st.floats(0.1, 60),
    patience=st.none() | st.floats(1, 3000),
    slots=st.integers(1, 3),
    most=st.integers(1, 90),
)
def test_the_curve_is_the_service_and_its_gains_fall(
    erlangs: float, patience: float | None, slots: int, most: int
) -> None:
    load = LiveLoad(erlangs * 6, 1800, 300, 20, patience, slots)
    curve = service_curve(load, most)
    exact = [expected_service(load, agents).service_level for agents in range(most + 1)]
    assert curve.level == pytest.approx(exact, abs=1e-9)
    assert (curve.concave >= curve.level - 1e-12).all()
    assert (np.diff(curve.gains) <= 1e-9 * max(1.0, load.contacts)).all()
    assert curve.concave[[0, -1]] == pytest.approx(curve.level[[0, -1]])
    # Nothing given away: every corner of the curve is a point of the service level.
    bends = np.flatnonzero(np.diff(np.diff(curve.concave)) < -1e-9) + 1
    assert curve.concave[bends] == pytest.approx(curve.level[bends])


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30))
def test_the_least_concave_curve(values: list[float]) -> None:
    points = np.array(values)
    curve = concave_above(points)
    assert (curve >= points - 1e-9).all()
    assert (np.diff(np.diff(curve)) <= 1e-9).all()
    assert concave_above(curve) == pytest.approx(curve)
    # Least: wherever it is above the points, it is a straight line.
    above = np.flatnonzero(curve > points + 1e-9)
    for place in above:
        assert curve[place] == pytest.approx((curve[place - 1] + curve[place + 1]) / 2, abs=1e-9)


def test_no_contacts_are_always_served() -> None:
    curve = service_curve(LiveLoad(0, 1800, 300, 20), 3)
    assert curve.level.tolist() == [1.0] * 4
    assert curve.gains.tolist() == [0.0] * 3


def test_nobody_to_ask_about_is_refused() -> None:
    with pytest.raises(ValueError, match="most"):
        service_curve(LiveLoad(1, 1800, 300, 20), 0)


def staffed(contacts: list[float], **queue: Any) -> StaffingResult:
    made = make_queue(PHONE, **queue)
    workspace = make_workspace(queues=[made])
    grid = [instant(MONDAY, 540 + 30 * step) for step in range(len(contacts))]
    frame = pd.DataFrame({"interval_start": pd.to_datetime(grid, utc=True), "contacts": contacts})
    frame[["region", "language", "channel"]] = list(PHONE)
    frame = frame.assign(aht_seconds=180.0, p10=0.0, p50=0.0, p90=0.0)
    return staff(
        ContactForecast(frame, 30),
        queues=workspace.queues,
        regions=workspace.regions,
        agents=workspace.agents,
        sites=workspace.sites,
        contracts=workspace.contracts,
    )


@pytest.mark.parametrize("patience", [None, 90.0])
def test_staffing_tells_what_each_further_agent_adds_in_each_interval(patience: float | None) -> None:
    found = staffed([100.0, 0.0, 7.0], patience_seconds=patience)
    curves = found.live[PHONE].curves(30)
    assert curves.contacts == pytest.approx([100.0, 0.0, 7.0])
    for row, contacts in ((0, 100.0), (2, 7.0)):
        one = service_curve(LiveLoad(contacts, 1800, 180, 20, patience), 30)
        assert curves.level[row] == pytest.approx(one.level)
        assert curves.gains[row] == pytest.approx(one.gains)
    assert (np.diff(curves.gains, axis=1) <= 1e-9).all()
    # The staffing's own choice: the fewest agents that meet the target.
    agents = found.requirement.of(PHONE)["agents"].to_numpy().astype(int)
    assert (curves.level[[0, 2], agents[[0, 2]]] >= 0.8).all()
    assert (curves.level[[0, 2], agents[[0, 2]] - 1] < 0.8).all()
    lost = curves.lost(agents)
    # Convex and falling to nothing at what is wanted; the first agent missing costs least.
    assert (np.diff(np.diff(lost, axis=1), axis=1) >= -1e-9).all()
    assert lost[[0, 1, 2], agents] == pytest.approx(0.0)
    assert lost[0, 0] == pytest.approx(100 * curves.concave[0, agents[0]])
    assert not lost[1].any()
    with pytest.raises(ValueError, match="most"):
        found.live[PHONE].curves(0)
