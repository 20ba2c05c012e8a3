"""Machine translation is the last resort: only while nobody present knows the language."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting.queues import QueueKey, Translation
from scheduler.agents import Skill
from scheduler.simulation.result import SimulationResult
from scheduler.simulation.simulate import simulate
from scheduler.simulation.simulate_rota import rota_system
from scheduler.simulation.system import System
from tests.scheduler.factory import EMAIL, make_agent, make_queue, make_rota, make_shift, make_workspace
from tests.scheduler.simulation.centres import Line, Person, centre
from tests.scheduler.simulation.test_simulate_rota import make_forecast

MORNING, DAY = ((0.0, 12.0),), ((0.0, 24.0),)
FOREIGN = Line(6.0, aht=100.0, cv=0.0, limit=0.0)
OWN = Line(0.5, aht=100.0, cv=0.0, limit=0.0)


def translating(lines: list[Line], people: list[Person], helpers: list[int], *, days: int = 1) -> System:
    """Return a centre in which these people translate the first queue."""
    system = centre(lines, people, days=days)
    flags = np.zeros(system.agents.speed.shape, dtype=bool)
    flags[helpers, 0] = True
    return replace(system, agents=replace(system.agents, translates=flags))


def halves(result: SimulationResult, measure: str, queue: int = 0) -> tuple[float, float]:
    """Return a measure's mean over the intervals of the morning and of the rest of the day."""
    values = result.of_intervals(measure).mean[:, queue]
    return float(np.nanmean(values[:48])), float(np.nanmean(values[48:]))


def test_translators_serve_only_while_no_native_is_present() -> None:
    # Two natives until noon, ten translators at half speed all day.
    people = [Person((1.0, 0.0), present=MORNING)] * 2 + [Person((0.5, 1.0), present=DAY)] * 10
    result = simulate(translating([FOREIGN, OWN], people, list(range(2, 12))), replications=60)
    alone = simulate(centre([FOREIGN], [Person(present=MORNING)] * 2), replications=60)
    with_help, without = halves(result, "service_level"), halves(alone, "service_level")
    # In the morning as if there were no translators, though they stand idle and calls wait.
    assert with_help[0] == pytest.approx(without[0], abs=1e-12)
    assert with_help[0] < 0.999
    assert without[1] == 0
    assert with_help[1] > 0.98


def test_translation_is_slower() -> None:
    people = [Person((0.25, 1.0), present=DAY)]
    result = simulate(translating([Line(1.0, aht=100.0, cv=0.0), OWN], people, [0], days=20), replications=5)
    fast = simulate(
        centre([Line(1.0, aht=100.0, cv=0.0), OWN], [Person((1.0, 1.0))], days=20), replications=5
    )
    slow_wait, fast_wait = (each.of_horizon("asa_seconds").mean[1] for each in (result, fast))
    assert slow_wait > 3 * fast_wait


def test_those_who_wait_when_the_last_native_leaves_are_taken_at_once() -> None:
    # One native, busy with a call of ages; all others wait until noon, then translators take them all.
    lines = [Line([20.0] * 48 + [0.0] * 48, aht=36000.0, cv=0.0), OWN]
    people = [Person((1.0, 0.0), present=MORNING)] + [Person((1.0, 1.0), present=DAY)] * 400
    result = simulate(translating(lines, people, list(range(1, 401))), replications=5)
    backlog = result.of_intervals("backlog").mean[:, 0]
    assert backlog[47] > 150
    assert backlog[48] == 0
    assert result.measure("answered")[:, 0].sum() == result.measure("arrived")[:, 0].sum()


def test_own_languages_are_not_touched() -> None:
    lines = [FOREIGN, Line(20.0, aht=200.0, patience=90.0)]
    people = [Person((1.0, 1.0))] * 3
    plain = simulate(centre(lines, people), replications=3)
    nobody = simulate(translating(lines, people, []), replications=3)
    np.testing.assert_array_equal(plain.days, nobody.days)


def test_available_time_is_that_of_natives() -> None:
    people = [Person((1.0, 0.0), present=MORNING), Person((0.5, 1.0), present=DAY)]
    result = simulate(translating([FOREIGN, OWN], people, [1]), replications=2)
    # The native's twelve hours and what a call in hand at noon takes beyond them; the other's whole day.
    available = result.measure("available").sum(axis=2)
    assert (available[:, 0] >= 12 * 3600).all()
    assert (available[:, 0] < 12 * 3600 + 200).all()
    assert (available[:, 1] >= 24 * 3600).all()


def test_a_workspace_says_who_translates() -> None:
    english = QueueKey("lv", "en", "email")
    queue = make_queue(EMAIL, translation=(Translation("en", 0.6), Translation("ru", 0.4)))
    agents = [
        make_agent("a1", skills=(Skill("lv", "email"), Skill("en", "email"))),
        make_agent("a2", skills=(Skill("en", "*", 0.8), Skill("ru", "email"))),
        make_agent("a3", skills=(Skill("ru", "*"),)),
        make_agent("a4", skills=(Skill("en", "phone"),)),
        make_agent("a5", skills=(Skill("en", "email"),), regions=frozenset({"ee"})),
    ]
    workspace = make_workspace(agents=agents, queues=[queue, make_queue(english)])
    rota = make_rota([make_shift(workspace)], EMAIL)
    made = rota_system(workspace, make_forecast(workspace, keys=(EMAIL, english)), rota).agents
    assert made.translates is not None
    assert made.speed.tolist() == [[1.0, 1.0], [0.8, 0.6], [0.0, 0.4], [0.0, 0.0], [0.0, 0.0]]
    assert made.translates.tolist() == [[False] * 2, [False, True], [False, True], [False] * 2, [False] * 2]


def test_natives_get_relief_while_the_rota_plans_it() -> None:
    # One native, overloaded all day; translators may help from 06:00 to 12:00.
    lines, people = [Line(60.0, aht=100.0, cv=0.0, limit=0.0), OWN], [Person((1.0, 0.0))]
    people += [Person((0.5, 1.0), present=DAY)] * 10
    system = translating(lines, people, list(range(1, 11)))
    relief = replace(system.agents, relief=np.array([[6.0, 12.0]]) * 3600, relief_queue=np.array([0]))
    result = simulate(replace(system, agents=relief), replications=10)
    level, backlog = (result.of_intervals(name).mean[:, 0] for name in ("service_level", "backlog"))
    assert level[30:48].mean() > 0.99
    assert level[:20].mean() < 0.5 > level[60:].mean()
    # What waits at 06:00 is done within an hour and a half; the native falls behind again from noon on.
    assert backlog[20] > 50
    assert backlog[30:46].max() < 2
    assert backlog[-1] > 100


def test_a_rota_says_when_it_plans_translation() -> None:
    queue = make_queue(EMAIL, translation=(Translation("en", 0.6),))
    agents = [make_agent(name, skills=(Skill("en", "*"),)) for name in ("a1", "a2")]
    workspace = make_workspace(agents=agents, queues=[queue])
    rota = make_rota([make_shift(workspace), make_shift(workspace, "a2", minute=510)], EMAIL)
    tiles = tuple(replace(each, translated=each.activity == "work") for each in rota.stretches)
    made = rota_system(
        workspace, make_forecast(workspace, keys=(EMAIL,)), replace(rota, stretches=tiles)
    ).agents
    assert made.relief is not None
    assert made.relief_queue is not None
    # From 08:00 to 17:00, the break of one and the other being the other's work.
    assert ((made.relief[:, 1] - made.relief[:, 0]) / 3600).tolist() == [9.0]
    assert made.relief_queue.tolist() == [0]
    plain = rota_system(workspace, make_forecast(workspace, keys=(EMAIL,)), rota).agents
    assert plain.relief is not None
    assert len(plain.relief) == 0
