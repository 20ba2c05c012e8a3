from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln

from forecasting.dispersion import Z_90, Dispersion, calibrate, quantiles
from forecasting.paths import sample_paths


def reached(count: float, mean: float, phi: float) -> float:
    """Return P(X <= count) of the negative binomial, term by term."""
    k = np.arange(count + 1)
    size = 1 / phi
    log_terms = gammaln(k + size) - gammaln(size) - gammaln(k + 1) - size * np.log1p(phi * mean)
    return float(np.exp(log_terms + k * np.log(phi * mean / (1 + phi * mean))).sum())


@settings(max_examples=50)
@given(mean=st.floats(1e-3, 1e4), phi=st.floats(1e-4, 25), probability=st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_is_the_least_count_that_reaches_its_probability(
    mean: float, phi: float, probability: float
) -> None:
    z = {0.1: -Z_90, 0.5: 0.0, 0.9: Z_90}[probability]
    found = quantiles(np.array([mean]), np.array([phi]), probability, z)[0]
    assert reached(found, mean, phi) >= probability - 1e-6
    assert found == 0 or reached(found - 1, mean, phi) < probability + 1e-6


def flat(day: float, interval: float) -> Dispersion:
    """Return a dispersion that is the same at every volume."""
    return Dispersion(day, (1.0,), ((1 + day) * (1 + interval) - 1,))


def test_nobody_expected_nobody_comes() -> None:
    assert quantiles(np.zeros(3), np.full(3, 0.1), 0.9, Z_90).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("day", "interval"), [(0.02, 0.01), (0.005, 0.05)])
def test_calibration_finds_the_dispersion_that_made_the_data(day: float, interval: float) -> None:
    rng = np.random.default_rng(11)
    means = np.full((1, 400 * 24), 80.0)
    days = np.repeat(np.arange(400), 24)
    drawn = sample_paths(means, days, [flat(day, interval)], 1, rng)[0]
    found = calibrate(means.reshape(1, 400, 24), drawn.reshape(1, 400, 24).astype(float))[0]
    assert found.total_at(np.array([80.0]))[0] == pytest.approx(day + interval, rel=0.15)
    assert found.day == pytest.approx(day + interval / 24, rel=0.2)


def test_paths_have_the_mean_and_share_the_days_luck() -> None:
    rng = np.random.default_rng(3)
    means = np.full((1, 20), 100.0)
    day = np.repeat([0, 1], 10)
    paths = sample_paths(means, day, [flat(0.04, 0.0)], 4000, rng)[:, 0]
    assert paths.mean() == pytest.approx(100, rel=0.02)
    assert paths.var(axis=0).mean() == pytest.approx(100 + 0.04 * 100**2, rel=0.1)
    together = np.corrcoef(paths[:, 0], paths[:, 9])[0, 1]
    apart = np.corrcoef(paths[:, 0], paths[:, 10])[0, 1]
    assert together == pytest.approx(0.8, abs=0.05)
    assert abs(apart) < 0.06


def test_the_band_covers_four_fifths_of_new_data() -> None:
    rng = np.random.default_rng(5)
    means = rng.uniform(5, 60, (1, 200 * 24))
    days = np.repeat(np.arange(200), 24)
    known, new = sample_paths(means, days, [flat(0.03, 0.02)], 2, rng).astype(float)
    found = calibrate(means.reshape(1, 200, 24), known.reshape(1, 200, 24))[0]
    phi = found.total_at(means[0])
    inside = (new[0] >= quantiles(means[0], phi, 0.1, -Z_90)) & (
        new[0] <= quantiles(means[0], phi, 0.9, Z_90)
    )
    assert 0.78 <= inside.mean() <= 0.85


def test_holidays_do_not_widen_the_band_of_other_days() -> None:
    rng = np.random.default_rng(7)
    means = rng.uniform(20, 60, (1, 56 * 24))
    days = np.repeat(np.arange(56), 24)
    drawn = sample_paths(means, days, [flat(0.01, 0.01)], 1, rng)[0].astype(float).reshape(1, 56, 24)
    holiday = np.arange(56) < 8
    missed = np.where(holiday[:, None], 1.0, drawn)
    of_all, of_others = (
        calibrate(means.reshape(1, 56, 24), missed, marked)[0].total_at(np.array([40.0]))[0]
        for marked in (None, holiday)
    )
    assert of_others == pytest.approx(0.02, rel=0.4)
    assert of_all > 1.8 * of_others
    # Where there are only holidays, they are all that is known.
    alone = calibrate(means[:, :48].reshape(1, 2, 24), missed[:, :2], holiday[:2])[0]
    assert alone.total_at(np.array([40.0]))[0] > 1


def test_quiet_intervals_may_scatter_more_than_busy_ones() -> None:
    rng = np.random.default_rng(6)
    means = np.tile(np.r_[np.full(12, 8.0), np.full(12, 200.0)], 300)
    days = np.repeat(np.arange(300), 24)
    truth = Dispersion(0.005, (8.0, 200.0), (0.3, 0.02))
    drawn = sample_paths(means[None], days, [truth], 1, rng)[0].astype(float)
    found = calibrate(means.reshape(1, 300, 24), drawn.reshape(1, 300, 24))[0]
    quiet, busy = found.total_at(np.array([8.0, 200.0]))
    assert quiet == pytest.approx(0.3, rel=0.2)
    assert busy == pytest.approx(0.02, rel=0.2)
    assert found.total_at(np.array([0.0, 8.0, 1e6])) == pytest.approx([quiet, quiet, busy])
