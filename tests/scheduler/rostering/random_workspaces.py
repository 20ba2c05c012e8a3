"""Random workspaces with every rule of contracts and rule packs in play at once, one per seed.

Problems in which few things meet, and far more of them, are those of
:mod:`tests.scheduler.rostering.problems.draw`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from forecasting.hours import ALWAYS_OPEN, parse_hours
from forecasting.queues import Queue, QueueKey, Translation
from forecasting.timegrid import day_bounds, interval_grid
from scheduler.agents import Agent, Availability, FixedWork, Skill, TimeOff, Wish, WishKind, WorkedDay
from scheduler.contracts import Contract
from scheduler.requirement import StaffingRequirement
from scheduler.settings import Weights
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.team import Activity, Presence, RuleRow
from scheduler.workspace import Workspace
from tests.scheduler.factory import MONDAY, instant, make_queue, make_requirement, make_workspace
from tests.scheduler.rostering.problems.packs import draw_rules

ZONES = ("Europe/Riga", "Asia/Kolkata", "Asia/Kathmandu", "America/Mexico_City", "Pacific/Auckland")
TEMPLATES = (
    ShiftTemplate("day", 420, 600, 480, 540, 60, 60, (BreakRule(30, False, 180, 330),)),
    ShiftTemplate(
        "late", 780, 900, 480, 480, 60, 30,
        (BreakRule(15, True, 60, 180), BreakRule(30, False, 150, 360), BreakRule(15, True, 300, 450)),
        45, 240,
    ),
    ShiftTemplate("night", 1320, 1500, 510, 510, 60, 30, (BreakRule(30, False, 120, 390),)),
    ShiftTemplate("short", 540, 720, 240, 300, 60, 30, (BreakRule(15, True, 60, 200),)),
)  # fmt: skip
NAMES = [template.name for template in TEMPLATES]
QUEUES = (
    QueueKey("lv", "lv", "phone"),
    QueueKey("lv", "en", "chat"),
    QueueKey("lv", "en", "email"),
)


def random_case(
    seed: int, *, agents: int = 3, days: int = 7, translation: tuple[Translation, ...] = ()
) -> tuple[Workspace, StaffingRequirement]:
    """Return a workspace and its requirement; English queues may have a machine translation."""
    random = Random(seed)
    zone = random.choice(ZONES)
    start = MONDAY + timedelta(days=random.randint(0, 6))
    hours = parse_hours("daily 06:00-24:00") if random.random() < 0.2 else ALWAYS_OPEN
    site = Site("riga", zone, country=random.choice(["LV", "IN", "SA", None]), hours=hours, currency="EUR")
    queues: list[Queue] = [
        make_queue(
            key,
            priority=random.choice([1.0, 1.0, 2.0]),
            respond_within_minutes=random.choice([60, 240, 600]),
            translation=translation if key.language == "en" else (),
        )
        for key in QUEUES[: random.randint(1, 3)]
    ]
    people = [_agent(random, f"a{number}") for number in range(agents)]
    contract = _contract(random)
    tables: dict[str, Any] = {
        "availability": [row for agent in people for row in _availability(random, agent)],
        "time_off": [row for agent in people for row in _time_off(random, agent, start, days, zone)],
        "wishes": [row for agent in people for row in _wishes(random, agent, start, days)],
        "fixed": [row for agent in people for row in _fixed(random, agent, start, days, zone)],
        "worked": [row for agent in people for row in _worked(random, agent, start, zone)],
    }
    workspace = make_workspace(
        agents=people,
        queues=queues,
        templates=TEMPLATES,
        contracts=[contract],
        sites=[site],
        settings={
            "start": start,
            "days": days,
            "interval_minutes": 30,
            "weights": Weights(overstaffing=random.choice([0.0, 0.0, 0.1])),
        },
        **{name: tuple(rows) for name, rows in tables.items()},
    )
    rows = []
    for queue in queues:
        last = start + timedelta(days=days)
        for moment in interval_grid(
            day_bounds("Europe/Riga", start)[0], day_bounds("Europe/Riga", last)[0], 30
        ):
            if random.random() < 0.6:
                need = random.choice([0.0, 0.4, 1.0, 1.5, 2.0])
                rows.append((queue.key, moment.to_pydatetime(), need))
    return workspace, make_requirement(rows, interval_minutes=30)


def lawful_case(seed: int, *, agents: int = 3, days: int = 9) -> tuple[Workspace, StaffingRequirement]:
    """Return a workspace whose site has a random rule pack, with fixed work after the horizon too."""
    workspace, requirement = random_case(seed, agents=agents, days=days)
    random = Random(f"law {seed}")
    site = workspace.sites["riga"]
    rules = tuple(draw_rules(random))
    end = workspace.settings.end
    later = [
        row
        for agent in workspace.agents.values()
        if random.random() < 0.4
        for row in _later(random, agent, end + timedelta(days=random.choice([0, 0, 1, 2])), site.time_zone)
    ]
    return (
        replace(
            workspace,
            sites={"riga": replace(site, rules="own")},
            rules=(RuleRow("own", "notice_days", "1"), *rules),
            fixed=(*workspace.fixed, *later),
        ),
        requirement,
    )


def crowded_case(seed: int, *, agents: int = 4, days: int = 7) -> tuple[Workspace, StaffingRequirement]:
    """Return a workspace with rules on who is at work at once: seats, least and most present."""
    workspace, requirement = random_case(seed, agents=agents, days=days)
    random = Random(f"crowd {seed}")
    site = workspace.sites["riga"]
    rows = [_presence(random, site.time_zone) for _ in range(random.randint(0, 2))]
    seats = random.choice([None, 1, 2]) if rows else random.choice([1, 2])
    return replace(workspace, sites={"riga": replace(site, seats=seats)}, presence=tuple(rows)), requirement


def attending_case(seed: int, *, agents: int = 3, days: int = 7) -> tuple[Workspace, StaffingRequirement]:
    """Return a workspace with activities to attend, some together, and half of the time rules on presence."""
    random = Random(f"attend {seed}")
    case = crowded_case if random.random() < 0.5 else random_case
    workspace, requirement = case(seed, agents=agents, days=days)
    zone = workspace.sites["riga"].time_zone
    activities = tuple(_activity(random, number, workspace, zone) for number in range(random.randint(1, 3)))
    return replace(workspace, activities=activities), requirement


def _activity(random: Random, number: int, workspace: Workspace, zone: str) -> Activity:
    settings = workspace.settings
    start = settings.start + timedelta(days=random.randint(-1, settings.days - 1))
    end = start + timedelta(days=random.randint(0, 4))
    low = random.choice([0, 480, 545])
    whom: dict[str, Any] = random.choice(
        [{"site": "riga"}, {"skill": "en:*"}, {"agents": tuple(random.sample([*workspace.agents], 2))}]
    )
    return Activity(
        f"activity {number}",
        random.choice([15, 30, 60, 90]),
        instant(start, low, zone),
        instant(end, random.choice([1080, 1320]), zone),
        together=random.random() < 0.4,
        **whom,
    )


def _presence(random: Random, zone: str) -> Presence:
    low = random.choice([0, 420, 545, 900, 1320])
    least, most = random.choice([(1, None), (None, 1), (None, 2), (1, 2), (0, 1)])
    whom: dict[str, str] = random.choice(
        [{"site": "riga"}, {"skill": "en:*"}, {"skill": "lv:phone"}, {"region": "lv", "language": "en"}]
    )
    return Presence(
        low,
        low + random.choice([60, 200, 480, 1440]),
        frozenset(random.sample(range(7), random.randint(1, 7))),
        random.choice([zone, "Europe/Riga", "America/Los_Angeles"]),
        least,
        most,
        **whom,
    )


def _later(random: Random, agent: Agent, day: date, zone: str) -> list[FixedWork]:
    low = instant(day, random.choice([60, 480, 780]), zone)
    works = [
        FixedWork(agent.name, low, low + timedelta(minutes=480), "shift", random.choice(["day", "late"]))
    ]
    after = low + timedelta(days=1)
    works.append(FixedWork(agent.name, after, after + timedelta(minutes=90), "training"))
    return works[: random.randint(1, 2)]


def _agent(random: Random, name: str) -> Agent:
    speeds = [1.0, 1.0, 0.8, 1.1]
    skills = [Skill("lv", "*", random.choice(speeds))]
    if random.random() < 0.7:
        skills.append(Skill("en", "*", random.choice(speeds)))
    return Agent(
        name,
        "riga",
        "full",
        tuple(skills),
        hourly_cost=random.choice([0.0, 15.0]),
        wish_factor=random.choice([1.0, 2.0]),
    )


def _contract(random: Random) -> Contract:
    def maybe(*values: Any) -> Any:
        return random.choice([None, *values])

    return Contract(
        "full",
        shifts=tuple(sorted(random.sample(NAMES, random.randint(2, 4)))),
        max_week_minutes=random.choice([1200, 2400, 2700]),
        min_week_minutes=random.choice([0, 1200]),
        min_plan_minutes=maybe(1500),
        max_plan_minutes=maybe(2000),
        max_days_a_week=random.choice([4, 5, 6]),
        max_days_running=maybe(2, 4),
        min_days_running=maybe(2),
        days_off_running=random.choice([1, 1, 2]),
        max_days_off_running=maybe(3),
        min_rest_minutes=random.choice([480, 660, 720]),
        max_nights=maybe(1, 2),
        weekends_off=maybe(1),
        start_tolerance_minutes=maybe(120),
        forbidden_next=random.choice([(), (("late", "day"), ("night", "day"))]),
    )


def _availability(random: Random, agent: Agent) -> list[Availability]:
    if random.random() < 0.7:
        return []
    weekdays = random.sample(range(7), 5)
    return [Availability(agent.name, weekday, None, 360, random.choice([1080, 1800])) for weekday in weekdays]


def _time_off(random: Random, agent: Agent, start: Any, days: int, zone: str) -> list[TimeOff]:
    if random.random() < 0.6:
        return []
    first = start + timedelta(days=random.randint(0, days - 1))
    low, high = day_bounds(zone, first)
    if random.random() < 0.3:
        return [TimeOff(agent.name, low + timedelta(hours=8), low + timedelta(hours=10))]
    return [TimeOff(agent.name, low, high, (first,), paid=random.random() < 0.5)]


def _wishes(random: Random, agent: Agent, start: Any, days: int) -> list[Wish]:
    wishes = []
    for kind in WishKind:
        if random.random() < 0.25:
            wishes.append(
                Wish(
                    agent.name,
                    kind,
                    day=start + timedelta(days=random.randint(0, days - 1))
                    if random.random() < 0.7
                    else None,
                    weekday=random.randint(0, 6),
                    shift="late" if kind is WishKind.SHIFT else None,
                    minute=540,
                    weight=random.choice([1.0, 3.0]),
                )
            )
    return [wish if wish.day is None else Wish(**{**wish.__dict__, "weekday": None}) for wish in wishes]


def _fixed(random: Random, agent: Agent, start: Any, days: int, zone: str) -> list[FixedWork]:
    if random.random() < 0.6:
        return []
    day = start + timedelta(days=random.randint(0, days - 1))
    if random.random() < 0.5:
        low = instant(day, 600, zone)
        return [FixedWork(agent.name, low, low + timedelta(minutes=60), "meeting")]
    low = instant(day, 480, zone)
    pause = (low + timedelta(minutes=200), low + timedelta(minutes=230), False)
    return [FixedWork(agent.name, low, low + timedelta(minutes=480), "shift", "day", (pause,))]


def _worked(random: Random, agent: Agent, start: Any, zone: str) -> list[WorkedDay]:
    rows = []
    for back in range(1, random.randint(1, 5)):
        day = start - timedelta(days=back)
        if random.random() < 0.5:
            end = instant(day, random.choice([1020, 1380]), zone)
            rows.append(WorkedDay(agent.name, day, 480, end, random.choice(["day", "late"])))
        else:
            rows.append(WorkedDay(agent.name, day))
    return rows
