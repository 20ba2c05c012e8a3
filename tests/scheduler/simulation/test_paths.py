"""Rates of replications: the days' luck that queues share, and intervals that follow each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from forecasting.dispersion import Dispersion
from forecasting.queues import QueueKey
from scheduler.simulation.paths import rates_of
from scheduler.simulation.simulate_rota import rota_system
from scheduler.simulation.system import Demand
from tests.scheduler.factory import PHONE, make_queue, make_rota, make_shift, make_workspace
from tests.scheduler.simulation.centres import Line, Person, centre
from tests.scheduler.simulation.test_simulate_rota import make_forecast

ENGLISH = QueueKey("lv", "en", "phone")


def demand(*, day: float, own: float, shared: float = 0.0, persistence: float = 0.0) -> Demand:
    lines = [Line(8.0), Line(4.0)]
    made = centre(lines, [Person((1.0, 1.0))], days=40, day_variance=day, interval_variance=own).demand
    return replace(made, shared=np.full(2, shared), persistence=np.full(2, persistence))


def ratios(made: Demand, count: int = 20) -> npt.NDArray[np.float64]:
    """Return rate / mean of replications, shape (count, queues, days, intervals of a day)."""
    rates = np.array([rates_of(made, seed=3, replication=number).T for number in range(count)])
    return (rates / made.contacts).reshape(count, 2, 40, -1)


@pytest.mark.parametrize("shared", [0.0, 0.6])
def test_queues_share_the_luck_of_a_date_as_far_as_the_forecast_says(shared: float) -> None:
    luck = ratios(demand(day=0.05, own=0.0, shared=shared))
    assert np.allclose(luck, luck[..., :1])
    days = luck[..., 0]
    assert days.mean() == pytest.approx(1.0, abs=0.02)
    assert days.var() == pytest.approx(0.05, abs=0.01)
    together = np.corrcoef(days[:, 0].ravel(), days[:, 1].ravel())[0, 1]
    # 800 days: a standard error of 0.035 at most.
    assert together == pytest.approx(shared, abs=0.11)


@pytest.mark.parametrize("persistence", [0.0, 0.7])
@pytest.mark.parametrize("own", [0.05, 1.5])
def test_intervals_follow_each_other_as_far_as_the_forecast_says(own: float, persistence: float) -> None:
    luck = ratios(demand(day=0.0, own=own, persistence=persistence), count=4)
    assert luck.mean() == pytest.approx(1.0, abs=0.05)
    assert luck.var() == pytest.approx(own, rel=0.15)
    after = np.corrcoef(luck[..., :-1].ravel(), luck[..., 1:].ravel())[0, 1]
    # A gamma variable of variance 1.5 is less correlated than the normal one behind it.
    assert after == pytest.approx(persistence, abs=0.03 if own < 1 else 0.12)


def test_a_rota_is_simulated_with_what_the_forecast_measured() -> None:
    workspace = make_workspace(queues=[make_queue(PHONE), make_queue(ENGLISH)])
    rota = make_rota([make_shift(workspace)])
    made = rota_system(
        workspace,
        make_forecast(workspace, keys=(PHONE, ENGLISH)),
        rota,
        dispersion={PHONE: Dispersion(0.1, (1.0,), (0.2,), shared=0.5, persistence=0.3)},
    ).demand
    place = [PHONE, ENGLISH].index(PHONE) if made.shared is not None and made.shared[0] else 1
    assert made.shared is not None
    assert made.persistence is not None
    assert (made.shared[place], made.persistence[place]) == (0.5, 0.3)
    assert (made.shared[1 - place], made.persistence[1 - place]) == (0.0, 0.0)
