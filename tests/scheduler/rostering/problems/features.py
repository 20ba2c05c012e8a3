"""What a random problem may have: one small function per feature, each of which changes a workspace.

A feature draws from its own random numbers, so that a new one leaves all others as they are. Add it to
:data:`FEATURES`, and to :data:`TINY` where the enumeration of :mod:`tests.scheduler.rostering.problems.brute`
knows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from forecasting.hours import parse_hours
from forecasting.queues import Queue, QueueKey, Translation
from scheduler.agents import Skill
from scheduler.settings import Weights
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.sites import Site
from scheduler.team import RuleRow
from scheduler.workspace import Workspace
from tests.scheduler.factory import make_queue
from tests.scheduler.rostering.problems.packs import draw_rules
from tests.scheduler.rostering.problems.people import (
    availability,
    employment,
    fixed_shift,
    history,
    later_work,
    meeting,
    time_off,
    wishes,
)

__all__ = ["FEATURES", "TINY", "Feature"]

Feature = Callable[[Random, Workspace], Workspace]

CHANGES = (
    ("Europe/Riga", date(2026, 3, 29)),
    ("Europe/Riga", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Auckland", date(2026, 4, 5)),
    ("Pacific/Auckland", date(2026, 9, 27)),
)
"""Zones and dates on which their clocks change."""
STEADY = ("Asia/Kolkata", "Asia/Kathmandu", "America/Mexico_City", "Pacific/Kiritimati", "Pacific/Pago_Pago")
"""Half and quarter hours, and both sides of the date line."""
COUNTRIES = ("LV", "IN", "SA", "US", None)


def _site(workspace: Workspace, name: str = "riga") -> Site:
    return workspace.sites[name]


def _with_site(workspace: Workspace, **changes: Any) -> Workspace:
    sites = {name: replace(site, **changes) for name, site in workspace.sites.items()}
    return replace(workspace, sites=sites)


def _with_contract(workspace: Workspace, **changes: Any) -> Workspace:
    contracts = {name: replace(each, **changes) for name, each in workspace.contracts.items()}
    return replace(workspace, contracts=contracts)


def _with_template(workspace: Workspace, template: ShiftTemplate) -> Workspace:
    contract = next(iter(workspace.contracts.values()))
    shifts = {**workspace.shifts, template.name: template}
    return _with_contract(replace(workspace, shifts=shifts), shifts=(*contract.shifts, template.name))


def _with_queue(workspace: Workspace, queue: Queue) -> Workspace:
    return replace(workspace, queues={**workspace.queues, queue.key: queue})


def clock_change(random: Random, workspace: Workspace) -> Workspace:
    """The site's clock changes in the plan, or just before or after it."""
    zone, day = random.choice(CHANGES)
    start = day - timedelta(days=random.randint(-1, workspace.settings.days))
    return _with_site(replace(workspace, settings=replace(workspace.settings, start=start)), time_zone=zone)


def steady_zone(random: Random, workspace: Workspace) -> Workspace:
    """A zone of odd minutes, or at the date line."""
    return _with_site(workspace, time_zone=random.choice(STEADY))


def country(random: Random, workspace: Workspace) -> Workspace:
    """Other weekends and holidays."""
    return _with_site(workspace, country=random.choice(COUNTRIES))


def second_site(random: Random, workspace: Workspace) -> Workspace:
    """Some agents work elsewhere, where the clock changes on another date or never."""
    zone = random.choice([zone for zone, _ in CHANGES] + list(STEADY))
    far = replace(_site(workspace), name="far", time_zone=zone, country=random.choice(COUNTRIES))
    agents = {
        name: replace(agent, site="far") if random.random() < 0.5 else agent
        for name, agent in workspace.agents.items()
    }
    return replace(workspace, sites={**workspace.sites, "far": far}, agents=agents)


def site_hours(random: Random, workspace: Workspace) -> Workspace:
    """The site is closed at night, or at weekends."""
    return _with_site(
        workspace, hours=parse_hours(random.choice(["daily 06:00-24:00", "mon-fri 07:00-20:00"]))
    )


def late(random: Random, workspace: Workspace) -> Workspace:
    """A late shift, with three breaks whose gaps bind or with one."""
    breaks = (
        (BreakRule(15, True, 60, 180), BreakRule(30, False, 150, 360), BreakRule(15, True, 300, 450)),
        (BreakRule(30, False, 180, 240),),
    )
    several = random.random() < 0.5
    return _with_template(
        workspace,
        ShiftTemplate(
            "late", 780, 840, 480, 480, 60, 30, breaks[not several],
            45 if several else None, 240 if several else None,
        ),
    )  # fmt: skip


def night(random: Random, workspace: Workspace) -> Workspace:
    """A night shift whose window crosses midnight."""
    breaks = (BreakRule(30, False, 120, 390),)
    return _with_template(workspace, ShiftTemplate("night", 1380, 1440, 510, 510, 60, 30, breaks))


def short(random: Random, workspace: Workspace) -> Workspace:
    """A short shift, on some weekdays."""
    weekdays = frozenset(random.sample(range(7), 5))
    breaks = (BreakRule(15, True, 60, 200),)
    return _with_template(
        workspace, ShiftTemplate("short", 540, 660, 240, 300, 60, 30, breaks, weekdays=weekdays)
    )


def max_week(random: Random, workspace: Workspace) -> Workspace:
    """Few hours a week."""
    return _with_contract(workspace, max_week_minutes=random.choice([960, 1500]))


def min_week(random: Random, workspace: Workspace) -> Workspace:
    """Hours a week that are promised."""
    return _with_contract(workspace, min_week_minutes=random.choice([900, 1800]))


def plan_minutes(random: Random, workspace: Workspace) -> Workspace:
    """Hours a plan, least and most."""
    return _with_contract(
        workspace,
        min_plan_minutes=random.choice([None, 1500]),
        max_plan_minutes=random.choice([None, 1600]),
    )


def days_a_week(random: Random, workspace: Workspace) -> Workspace:
    """Days a week."""
    return _with_contract(workspace, max_days_a_week=random.choice([2, 4, 6]))


def runs(random: Random, workspace: Workspace) -> Workspace:
    """Least and most days in a row, worked and off."""
    return _with_contract(
        workspace,
        max_days_running=random.choice([None, 2, 3]),
        min_days_running=random.choice([None, 2]),
        days_off_running=random.choice([1, 1, 2]),
        max_days_off_running=random.choice([None, 2]),
    )


def rest(random: Random, workspace: Workspace) -> Workspace:
    """Rest from shift to shift."""
    return _with_contract(workspace, min_rest_minutes=random.choice([480, 720, 900]))


def nights(random: Random, workspace: Workspace) -> Workspace:
    """Few nights a plan."""
    return _with_contract(workspace, max_nights=random.choice([0, 1, 2]))


def weekends(random: Random, workspace: Workspace) -> Workspace:
    """Weekends off."""
    return _with_contract(workspace, weekends_off=1)


def tolerance(random: Random, workspace: Workspace) -> Workspace:
    """Like starts in a week."""
    return _with_contract(workspace, start_tolerance_minutes=random.choice([0, 60, 120]))


def forbidden(random: Random, workspace: Workspace) -> Workspace:
    """Shifts that must not follow each other."""
    names = [*workspace.shifts]
    pairs = {(random.choice(names), random.choice(names)) for _ in range(2)}
    return _with_contract(workspace, forbidden_next=tuple(sorted(pairs)))


def languages(random: Random, workspace: Workspace) -> Workspace:
    """A second live queue, which some serve."""
    agents = {
        name: replace(agent, skills=(*agent.skills, Skill("en", "*"))) if random.random() < 0.7 else agent
        for name, agent in workspace.agents.items()
    }
    queue = make_queue(QueueKey("lv", "en", "chat"), priority=random.choice([1.0, 2.0]))
    return _with_queue(replace(workspace, agents=agents), queue)


def deferred(random: Random, workspace: Workspace) -> Workspace:
    """E-mail that may wait."""
    within = random.choice([30, 60, 90])
    return _with_queue(workspace, make_queue(QueueKey("lv", "lv", "email"), respond_within_minutes=within))


def long_deadline(random: Random, workspace: Workspace) -> Workspace:
    """English e-mail that may wait for hours."""
    agents = {
        name: replace(agent, skills=(*agent.skills, Skill("en", "email")))
        for name, agent in workspace.agents.items()
    }
    within = random.choice([240, 600, 1440])
    queue = make_queue(QueueKey("lv", "en", "email"), respond_within_minutes=within)
    return _with_queue(replace(workspace, agents=agents), queue)


def translation(random: Random, workspace: Workspace) -> Workspace:
    """Queues in a language that nobody speaks, live and deferred, by machine."""
    by = (Translation("lv", random.choice([0.6, 0.5])),)
    for channel in ("chat", "email"):
        workspace = _with_queue(workspace, make_queue(QueueKey("lv", "et", channel), translation=by))
    return workspace


def speeds(random: Random, workspace: Workspace) -> Workspace:
    """Agents who are slower or faster than others."""
    agents = {
        name: replace(
            agent, skills=tuple(replace(s, speed=random.choice([1.0, 0.8, 1.1])) for s in agent.skills)
        )
        for name, agent in workspace.agents.items()
    }
    return replace(workspace, agents=agents)


def costs(random: Random, workspace: Workspace) -> Workspace:
    """Hourly costs, some in a currency with a rate or without one."""
    agents = {
        name: replace(agent, hourly_cost=random.choice([0.0, 15.0, 80.0]))
        for name, agent in workspace.agents.items()
    }
    currency = random.choice(["EUR", "USD", "XXX"])
    settings = replace(workspace.settings, rates={"USD": 0.9})
    return _with_site(replace(workspace, agents=agents, settings=settings), currency=currency)


def overstaffing(random: Random, workspace: Workspace) -> Workspace:
    """A weight on what is more than required."""
    weights = Weights(overstaffing=random.choice([0.05, 0.2]))
    return replace(workspace, settings=replace(workspace.settings, weights=weights))


def rule_pack(random: Random, workspace: Workspace) -> Workspace:
    """The sites have a pack of a few random rules."""
    rules = (RuleRow("own", "notice_days", "1"), *draw_rules(random))
    return _with_site(replace(workspace, rules=rules), rules="own")


FEATURES: tuple[Feature, ...] = (
    clock_change, steady_zone, country, second_site, site_hours,
    late, night, short,
    max_week, min_week, plan_minutes, days_a_week, runs, rest, nights, weekends, tolerance, forbidden,
    languages, deferred, long_deadline, translation, speeds, costs, overstaffing,
    employment, availability, time_off, wishes, meeting, fixed_shift, history, later_work, rule_pack,
)  # fmt: skip
"""In the order in which they change a workspace: clocks and shifts before what refers to them."""

TINY: tuple[Feature, ...] = tuple(
    feature for feature in FEATURES if feature not in {late, night, short, long_deadline, translation}
)
"""What the enumeration of all rotas knows: few shifts, short deadlines, nobody who translates."""
