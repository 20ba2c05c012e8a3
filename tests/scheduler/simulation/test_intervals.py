"""Confidence intervals."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.simulation.intervals import ratio_estimate, share_estimate, t_quantile


@pytest.mark.parametrize(
    ("probability", "degrees", "exact"),
    # Tables of Student's t: 0.975 and 0.995.
    [
        (0.975, 1, 12.706), (0.975, 2, 4.303), (0.975, 3, 3.182), (0.975, 4, 2.776), (0.975, 10, 2.228),
        (0.975, 99, 1.984), (0.995, 2, 9.925), (0.995, 4, 4.604), (0.995, 10, 3.169), (0.995, 30, 2.750),
    ],
)  # fmt: skip
def test_t_quantiles(probability: float, degrees: int, exact: float) -> None:
    assert t_quantile(probability, degrees) == pytest.approx(exact, rel=0.01)


def test_ratio_covers_the_truth_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    x = random.gamma(20.0, size=(2000, 40))
    y = 0.3 * x + random.normal(0, 0.5, size=x.shape)
    moments = np.stack([part.sum(axis=1) for part in (y, x, y * y, x * y, x * x)], axis=-1)
    estimate = ratio_estimate(moments, 40)
    covered = np.mean((estimate.low <= 0.3) & (estimate.high >= 0.3))
    assert 0.935 < covered < 0.965


def test_ratio_of_nothing_is_unknown() -> None:
    estimate = ratio_estimate(np.zeros((1, 5)), 10)
    assert np.isnan(estimate.mean[0])
    assert np.isnan(estimate.low[0])


def test_one_replication_tells_no_spread() -> None:
    estimate = ratio_estimate(np.array([[3.0, 4.0, 9.0, 12.0, 16.0]]), 1)
    assert estimate.mean[0] == 0.75
    assert np.isnan(estimate.low[0])
    assert np.isnan(estimate.high[0])


def test_ratio_intervals_are_cut_where_the_ratio_ends() -> None:
    # Two replications: 0 of 10 and 10 of 10.
    estimate = ratio_estimate(np.array([[10.0, 20.0, 100.0, 100.0, 200.0]]), 2, most=1.0)
    assert (estimate.low[0], estimate.mean[0], estimate.high[0]) == (0.0, 0.5, 1.0)


def test_share_by_wilson() -> None:
    # Wilson's interval of 7 in 10: 0.397 to 0.892.
    estimate = share_estimate(np.array([7.0, 0.0, 10.0]), 10)
    assert estimate.mean.tolist() == [0.7, 0.0, 1.0]
    assert estimate.low == pytest.approx([0.3968, 0.0, 0.7225], abs=1e-4)
    assert estimate.high == pytest.approx([0.8922, 0.2775, 1.0], abs=1e-4)
