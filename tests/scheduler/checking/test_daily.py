"""Each rule and price of rotas of whole days, kept and broken by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.checking.daily import score_daily
from scheduler.daily import DailyCover, DailyPerson, DailyProblem, DailyShift, ShiftRequest

SHIFTS = (DailyShift("E", 480), DailyShift("L", 600, frozenset({"E"})))
ADA = DailyPerson("Ada", {"E": 4, "L": 2}, 2640, 480, 3, 2, 2, 1)
PROBLEM = DailyProblem(14, SHIFTS, (ADA,), (), ())


def _broken(line: str, person: DailyPerson = ADA) -> tuple[str, ...]:
    return score_daily(replace(PROBLEM, people=(person,)), {"Ada": tuple(line)}).violations


@pytest.mark.parametrize(
    "line",
    [
        "EEL--EE-------",
        "E--EE-------LL",
        "EEE-----------",
        "-----EE-------",
        "-EE----------E",
        "E-------------",
    ],
)
def test_lawful_lines(line: str) -> None:
    assert _broken(line) == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("-LE-----------", "works E on day 2 after L"),
        ("EE--EE--E-----", "works E 5 times, at most 4"),
        ("--LLL---------", "works L 3 times, at most 2"),
        ("EEE--EL----LE-", "works E on day 12 after L"),
        ("EEE--L--------", "works 1 days from day 5, at least 2"),
        ("EE-LL---------", "has 1 days off from day 2, at least 2"),
        ("EEEL----------", "works 4 days from day 0, at most 3"),
        ("-----EE-----E-", "works on 2 weekends, at most 1"),
        ("--------------", "works 0 minutes, not 480 to 2640"),
        ("EEE--ELL------", "works 3120 minutes"),
        ("EEX-----------", "works unknown shifts: ['X']"),
        ("EE", "has 2 days instead of 14"),
    ],
)
def test_broken_lines(line: str, words: str) -> None:
    assert any(words in found for found in _broken(line)), _broken(line)


def test_days_off_and_shifts_never_worked() -> None:
    person = replace(ADA, most={"E": 4}, days_off=frozenset({1}))
    assert _broken("E-------------", person) == ()
    assert _broken("LE------------", person) == (
        "Ada works on day 1, a day off",
        "Ada works E on day 1 after L",
        "Ada works L 1 times, at most 0",
    )


def test_costs() -> None:
    bob = replace(ADA, name="Bob")
    problem = DailyProblem(
        14,
        SHIFTS,
        (ADA, bob),
        (
            ShiftRequest("Ada", 0, "E", 3, True),
            ShiftRequest("Ada", 1, "L", 5, True),
            ShiftRequest("Bob", 0, "E", 7, False),
            ShiftRequest("Bob", 1, "L", 11, False),
        ),
        (DailyCover(0, "E", 1, 100, 2), DailyCover(1, "E", 3, 100, 2), DailyCover(2, "L", 1, 40, 2)),
    )
    score = score_daily(problem, {"Ada": tuple("EE------------"), "Bob": tuple("EE------------")})
    assert (score.requests, score.under, score.over) == (5 + 7, 100 + 40, 2)
    assert score.cost == 154
    assert not score.violations


def test_who_is_missing_or_unknown() -> None:
    assert score_daily(PROBLEM, {"Bob": tuple("EE------------")}).violations == (
        "Bob is not in the problem",
        "Ada is missing",
    )
