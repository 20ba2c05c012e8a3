"""What each further agent is worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.staffing.service import LiveLoad, expected_service
from scheduler.staffing.value import concave_above, service_curve


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
