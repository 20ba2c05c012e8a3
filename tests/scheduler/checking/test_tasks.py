"""Each rule and price of rotas of tasks, kept and broken by hand."""

from __future__ import annotations

import numpy as np
import pytest

from scheduler.checking.tasks import score_tasks
from scheduler.tasks import TaskPerson, TaskProblem, TaskShift

DAY = 1440
NOBODY = np.zeros((7 * 96, 2), dtype=np.int64)
ADA = TaskPerson("Ada", 0, 3600)
PROBLEM = TaskProblem(360, 360 + 7 * DAY, ("1", "2"), (ADA,), NOBODY, NOBODY + 9)


def _shift(day: int, minute: int, *tasks: int) -> TaskShift:
    return TaskShift(day * DAY + minute, tuple((str(at % 2 + 1), length) for at, length in enumerate(tasks)))


def _broken(*shifts: TaskShift) -> tuple[str, ...]:
    return score_tasks(PROBLEM, {"Ada": shifts}).violations


def test_lawful_shifts() -> None:
    assert _broken(_shift(0, 360, 360), _shift(1, 360, 60, 300), _shift(2, 600, 600), _shift(7, 0, 360)) == ()
    assert _broken(*(_shift(day, 600, 360) for day in range(5))) == ()


@pytest.mark.parametrize(
    ("shifts", "words"),
    [
        ([_shift(0, 360, 345)], "works 345 minutes on day 0, not 360 to 600"),
        ([_shift(0, 360, 615)], "works 615 minutes on day 0, not 360 to 600"),
        ([_shift(0, 615, 360)], "starts on day 0 at minute 615"),
        ([_shift(0, 365, 360)], "does not keep to quarter-hours on day 0"),
        ([_shift(0, 0, 360)], "works outside the horizon on day 0"),
        ([_shift(7, 0, 375)], "works outside the horizon on day 7"),
        ([_shift(0, 360, 45, 360)], "works 45 minutes on task 1 on day 0, at least 60"),
        ([TaskShift(360, (("3", 360),))], "works on an unknown task 3 on day 0"),
        ([_shift(0, 1080, 360), _shift(1, 825, 360)], "rests 825 minutes before day 1"),
        ([_shift(1, 0, 360), _shift(1, 1200, 360)], "starts twice on day 1"),
        ([_shift(day, 360, 360) for day in range(6)], "works more than 5 days in a row up to day 5"),
        ([_shift(day, 360, 600) for day in (0, 1, 2, 3, 4, 6)] + [_shift(7, 0, 360)], "works 3960 minutes"),
    ],
)
def test_broken_shifts(shifts: list[TaskShift], words: str) -> None:
    assert any(words in found for found in _broken(*shifts)), _broken(*shifts)


def test_cost_is_the_squares_of_excess_and_the_least_is_hard() -> None:
    least, most = NOBODY.copy(), NOBODY.copy()
    least[0, 0], most[0, 0] = 3, 3
    most[1:24, 0] = 1
    people = (ADA, TaskPerson("Bob", 0, 3600))
    problem = TaskProblem(360, 360 + 7 * DAY, ("1", "2"), people, least, most)
    score = score_tasks(problem, {"Ada": (_shift(0, 360, 375),), "Bob": (_shift(0, 360, 390),)})
    assert (score.cost, score.missing) == (23 * 1 + 2**2 + 1, 1)
    assert score.violations == ("1 person-quarters are below the least",)


def test_who_is_not_in_the_problem_is_told() -> None:
    assert score_tasks(PROBLEM, {"Eve": ()}).violations == ("Eve is not in the problem",)
