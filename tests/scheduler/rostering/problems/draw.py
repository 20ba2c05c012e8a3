"""Random problems, one per seed: a small workspace with some features, and what is required."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS
from forecasting.timegrid import day_bounds, interval_grid, to_local
from scheduler.agents import Skill
from scheduler.requirement import StaffingRequirement
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.workspace import Workspace
from tests.scheduler.factory import MONDAY, make_agent, make_contract, make_requirement, make_workspace
from tests.scheduler.rostering.problems.features import FEATURES, Feature

__all__ = ["draw_problem"]

INTERVAL = 30
DAY = ShiftTemplate("day", 420, 540, 480, 540, 60, 60, (BreakRule(30, False, 180, 240),))


def draw_problem(
    seed: int,
    *,
    most_agents: int = 3,
    most_days: int = 8,
    features: Sequence[Feature] = FEATURES,
    share: float = 0.25,
    template: ShiftTemplate = DAY,
    asked: tuple[int, int] = (0, 1440),
) -> tuple[Workspace, StaffingRequirement]:
    """Return a workspace with some of the features, each with this chance, and its requirement.

    Parameters
    ----------
    asked
        Minutes of the first site's days, from and to, in which anything is required.
    """
    random = Random(seed)
    days = random.randint(2, most_days)
    workspace = make_workspace(
        agents=[
            make_agent(f"a{number}", skills=(Skill("lv", "*"),))
            for number in range(random.randint(1, most_agents))
        ],
        contracts=[make_contract()],
        templates=[template],
        settings={
            "start": MONDAY + timedelta(days=random.randint(0, 6)),
            "days": days,
            "interval_minutes": INTERVAL,
        },
    )
    for feature in features:
        own = Random(f"{seed} {feature.__name__}")
        if own.random() < share:
            workspace = feature(own, workspace)
    return workspace, _requirement(Random(f"{seed} requirement"), workspace, *asked)


def _requirement(
    random: Random, workspace: Workspace, low_minute: int, high_minute: int
) -> StaffingRequirement:
    """Ask for agents in some intervals of the first site's days, in few of them or in half."""
    settings = workspace.settings
    zone = next(iter(workspace.sites.values())).time_zone
    rows = []
    chance = random.choice([0.15, 0.5])
    for key in sorted(workspace.queues):
        low, high = day_bounds(zone, settings.start)[0], day_bounds(zone, settings.end)[0]
        for moment in interval_grid(low, high, INTERVAL):
            wall = to_local(moment.to_pydatetime(), zone)
            inside = low_minute <= wall.hour * 60 + wall.minute < high_minute
            if random.random() < chance and inside:
                need = random.choice([0.0, 0.4, 1.0, 1.5, 2.0])
                rows.append((key, moment.to_pydatetime(), need))
    frame = make_requirement(rows, interval_minutes=INTERVAL).frame
    keys = frame[QUEUE_COLUMNS].itertuples(index=False)
    weight = [workspace.queues[QueueKey(*key)].priority for key in keys]
    return StaffingRequirement(frame.assign(weight=weight), INTERVAL)
