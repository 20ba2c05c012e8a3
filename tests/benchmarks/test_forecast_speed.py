from __future__ import annotations

from benchmarks.forecast_speed import made_up, measure


def test_it_forecasts_every_queue_that_it_makes_up() -> None:
    found = measure(12, past_days=30, days=2)
    assert found["queues"] == 12
    assert found["forecast_rows"] == 12 * 2 * 48
    assert found["peak_mb"] >= found["peak_mb_before"] > 50


def test_the_same_history_is_made_up_each_time() -> None:
    one, two = (made_up(11, 5).frame for _ in range(2))
    assert one.equals(two)
    assert one["contacts"].mean() > 0
