"""Ruin and recreate: take related people out together and let them answer again, one after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from scheduler.rostering.answer import Answers
from scheduler.rostering.attendance import Attendance
from scheduler.rostering.budget import Budget
from scheduler.rostering.state import State
from scheduler.rostering.together import attendants, likely_times

__all__ = ["recreate_until", "related"]

Ints = npt.NDArray[np.int64]

SMALLEST, LARGEST = 1, 2
"""People taken out together: more have been measured to gain less in the same time."""
BENDS = (0.0, 0.05, 0.4)
LUCK, LUCK_INTERVALS = 0.001, 4
"""Most that chance adds to the worth of an interval, and how many intervals it adds as much to. So another
tour is found each time among those worth the same, and where all are kept that lose nothing, rotas wander
until one of them can be bettered."""
MENDING = 0.5
"""Share of the tries that go to rules across agents as long as some are broken."""
MOVE_EVERY = 25
"""Tries after which an activity that is attended together is moved once."""
GAIN = 1e-9
TELL_EVERY = 200
FRUITLESS = 2000
"""Tries in a row after which more of them are not worth it."""


def recreate_until(
    state: State,
    answers: Answers,
    budget: Budget,
    *,
    enough: Callable[[], bool],
    tell: Callable[[str], None],
    random: np.random.Generator,
    where: npt.NDArray[np.bool_] | None = None,
    fruitless: int = FRUITLESS,
) -> bool:
    """Improve a settled rota until told that it is enough, or the budget is over.

    Each time a queue and interval is drawn with a chance in proportion to what is short there; of those
    who could serve it one or two are taken out and answer again in a drawn order, to values that chance moves
    a little. What is worse is undone.

    Parameters
    ----------
    where
        Rows of the requirement at which to look, (T, Q); None: at all.
    fruitless
        Tries in a row without a gain after which it ends.

    Returns
    -------
    bool
        Whether it ended because nothing had helped for long.
    """
    tries = gains = idle = 0
    places = {number: likely_times(state.problem, number) for number in sorted(state.times)}
    while not enough() and not budget.over() and idle < fruitless:
        people = related(state, random, int(random.integers(SMALLEST, LARGEST + 1)), where)
        if not people:
            return True
        tries += 1
        helped = _answer_together(state, answers, people, bend=BENDS[tries % len(BENDS)], random=random)
        if places and tries % MOVE_EVERY == 0:
            helped |= _move_together(state, answers, budget, places, random)
        gains += helped
        idle = 0 if helped else idle + 1
        budget.spend(len(people))
        if tries % TELL_EVERY == 0:
            tell(f"Rearranged {tries} groups, {gains} for the better: {state.covered:.1%} covered")
    return idle >= fruitless


def related(
    state: State, random: np.random.Generator, most: int, where: npt.NDArray[np.bool_] | None = None
) -> list[int]:
    """Draw a gap, and people who could serve it; half of the time first who may mend rules across agents.

    Nobody, where nothing is short ``where`` the gap is to lie, (T, Q).
    """
    problem = state.problem
    if state.attendance is not None and random.random() < MENDING:
        menders = _menders(state, state.attendance, random)
        if menders is not None:
            return [int(at) for at in menders[:most]]
    able = np.arange(len(problem.people))
    missing = state.missing if where is None else (state.short * problem.demand.weight * where).sum(axis=1)
    total = float(missing.sum())
    if total > 0:
        step = int(random.choice(len(missing), p=missing / total))
        row = state.short[step] * problem.demand.weight[step] * (1 if where is None else where[step])
        able = problem.able[int(random.choice(len(row), p=row / row.sum()))]
    elif where is not None:
        return []
    return [int(at) for at in random.permutation(able)[:most]]


def _menders(state: State, attendance: Attendance, random: np.random.Generator) -> Ints | None:
    """Draw people who count where too few are at work, or one who breaks a rule and people in the way."""
    wanted = attendance.wanted(random)
    broken = state.breakers
    if wanted is None or (broken and random.random() < MENDING):
        if not broken:
            return None
        first = broken[int(random.integers(len(broken)))]
        others = random.permutation(attendance.beside(first))
        return np.concatenate([[first], others[others != first]])
    return random.permutation(wanted)


def _move_together(
    state: State, answers: Answers, budget: Budget, places: Mapping[int, Ints], random: np.random.Generator
) -> bool:
    """Try another time of an activity that is attended together; tell whether that is better."""
    number = list(places)[int(random.integers(len(places)))]
    times = places[number]
    old, before = state.times[number], state.merit
    people = attendants(state.problem, number)
    state.save()
    for person in people:
        state.take_out(person)
    # Times at which little is required come first.
    state.times[number] = int(times[int(len(times) * random.random() ** 2)])
    for person in random.permutation(people).tolist():
        state.settle()
        value = state.values(state.problem.people[person].kind, 0.0)
        state.put_in(person, answers.best(person, value, state.leeway(person)))
    state.settle()
    budget.spend(len(people))
    if state.merit < before - GAIN:
        return True
    state.restore()
    state.times[number] = old
    return False


def _answer_together(
    state: State, answers: Answers, people: Sequence[int], *, bend: float, random: np.random.Generator
) -> bool:
    """Take people out and let them answer in turn; tell whether that is better, undo it where it is worse."""
    before = state.merit
    state.save()
    for person in people:
        state.take_out(person)
    for person in people:
        state.settle()
        value = state.values(state.problem.people[person].kind, bend)
        luck = random.random(-(-len(value) // LUCK_INTERVALS)).repeat(LUCK_INTERVALS)[: len(value)]
        state.put_in(person, answers.best(person, value + LUCK * luck, state.leeway(person)))
    state.settle()
    after = state.merit
    if after > before + GAIN:
        state.restore()
    return after < before - GAIN
