from __future__ import annotations

import pytest

from benchmarks.forecast_speed import made_up, measure, peer_case


@pytest.mark.slow
def test_it_forecasts_every_queue_that_it_makes_up() -> None:
    found = measure(12, past_days=30, days=2)
    assert found["queues"] == 12
    assert found["forecast_rows"] == 12 * 2 * 48
    assert found["peak_mb"] >= found["peak_mb_before"] > 50


def test_the_same_history_is_made_up_each_time() -> None:
    one, two = (made_up(11, 5).frame for _ in range(2))
    assert one.equals(two)
    assert one["contacts"].mean() > 0


def test_peers_get_queues_of_one_region_up_to_the_start() -> None:
    case = peer_case(2, past_days=21, days=2)
    assert case.days.contacts.shape == (2, 21, 48)
    assert len(case.calendar) == 2
    assert {key.region for key in case.days.keys} == {"r0"}
