"""Small random problems of whole days with every rule in play, one per seed."""

from __future__ import annotations

from random import Random

from scheduler.daily import DailyCover, DailyPerson, DailyProblem, DailyShift, ShiftRequest

SHIFTS = (
    DailyShift("E", 480),
    DailyShift("L", 480, frozenset({"E"})),
    DailyShift("N", 600, frozenset({"E", "L"})),
)


def random_daily(seed: int, *, people: int = 1, days: int = 8) -> DailyProblem:
    """Return a problem."""
    random = Random(seed)
    team = tuple(_person(random, f"p{number}", days) for number in range(people))
    requests = tuple(
        ShiftRequest(
            person.name,
            random.randrange(days),
            random.choice(SHIFTS).name,
            random.randint(1, 3),
            random.random() < 0.5,
        )
        for person in team
        for _ in range(3)
    )
    covers = tuple(
        DailyCover(day, shift.name, random.randint(0, max(1, people // 2)), random.choice([10, 20]), 1)
        for day in range(days)
        for shift in SHIFTS
    )
    return DailyProblem(days, SHIFTS, team, requests, covers)


def _person(random: Random, name: str, days: int) -> DailyPerson:
    worked = random.randint(2, days // 2 + 1)
    most = {"E": days, "L": random.choice([0, 1, days]), "N": random.choice([0, 1, 2])}
    least = max(0, worked - 2) * 480
    run = random.randint(2, 4)
    return DailyPerson(
        name,
        most,
        worked * 480 + 240,
        least,
        run,
        random.randint(1, 2),
        random.randint(1, 3),
        random.randint(0, 2),
        frozenset(random.sample(range(days), random.randint(0, 2))),
    )
