"""Stretches: they tile each shift, match its breaks, and serve only what the agent can serve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forecasting.queues import Queue, QueueKey
from forecasting.timegrid import local_date
from scheduler.checking.found import found
from scheduler.checking.record import SHIFT_ACTIVITY, Duty, Record
from scheduler.checking.violation import Violation, wall_time
from scheduler.rota import IDLE, ON_BREAK, WORK, Shift, Stretch

__all__ = ["Laid", "activities", "five_minutes", "lay_out", "outside", "served", "stretch_breaks", "tiling"]

STEP_SECONDS = 300


@dataclass(frozen=True)
class Laid:
    """A shift with its stretches, by start."""

    duty: Duty
    shift: Shift
    stretches: tuple[Stretch, ...]


def lay_out(record: Record) -> tuple[list[Laid], list[Stretch]]:
    """Give each stretch to the shift that holds it; return what no shift holds apart."""
    laid: list[Laid] = []
    loose: list[Stretch] = []
    stretches = record.stretches
    at = 0
    for duty, shift in sorted(record.plan, key=lambda pair: pair[1].start):
        own: list[Stretch] = []
        while at < len(stretches) and stretches[at].start < shift.end:
            fits = shift.start <= stretches[at].start and stretches[at].end <= shift.end
            (own if fits else loose).append(stretches[at])
            at += 1
        laid.append(Laid(duty, shift, tuple(own)))
    return laid, [*loose, *stretches[at:]]


def tiling(record: Record, laid: Laid) -> Iterator[Violation]:
    """Stretches fill a shift exactly: each begins where the one before it ends, from its start to its end."""
    at = laid.shift.start
    for stretch in laid.stretches:
        if stretch.start != at or stretch.end <= stretch.start:
            break
        at = stretch.end
    if at != laid.shift.end:
        text = f"the timeline has a gap or an overlap at {wall_time(at, record.zone)}"
        yield found(record, "timeline", laid.duty.day, text)


def outside(record: Record, loose: Sequence[Stretch]) -> Iterator[Violation]:
    """No stretch lies outside a shift, or reaches out of one."""
    for stretch in loose:
        low, high = wall_time(stretch.start, record.zone), wall_time(stretch.end, record.zone)
        text = f"{stretch.activity} at {low}-{high} lies outside every shift"
        yield found(record, "outside_shift", local_date(stretch.start, record.zone), text)


def stretch_breaks(record: Record, laid: Laid) -> Iterator[Violation]:
    """The timeline's breaks are the shift's: the same starts and ends."""
    told = sorted((pause.start, pause.end) for pause in laid.shift.breaks)
    seen = [(stretch.start, stretch.end) for stretch in laid.stretches if stretch.activity == ON_BREAK]
    if told != seen:
        text = f"the timeline has {len(seen)} breaks that are not the shift's {len(told)}"
        if len(told) == len(seen):
            text = "the timeline's breaks lie elsewhere than the shift's"
        yield found(record, "timeline_breaks", laid.duty.day, text)


def activities(record: Record, laid: Laid) -> Iterator[Violation]:
    """A stretch is work, break, idle, fixed work of that name or an activity that the agent attends.

    Inside fixed work it is nothing else.
    """
    works = [work for work in record.fixed if work.activity != SHIFT_ACTIVITY]
    free = {WORK, IDLE, ON_BREAK, *(activity.name for activity in record.activities)}
    for stretch in laid.stretches:
        overlapping = [work for work in works if work.start < stretch.end and stretch.start < work.end]
        if not overlapping and stretch.activity in free:
            continue
        for work in overlapping:
            # A break of the fixed row itself is part of it.
            own_break = any((low, high) == (stretch.start, stretch.end) for low, high, _ in work.breaks)
            if stretch.activity != work.activity and not (own_break and stretch.activity == ON_BREAK):
                text = (
                    f"{stretch.activity} at {wall_time(stretch.start, record.zone)} falls into the fixed "
                    f"{work.activity} at {wall_time(work.start, record.zone)}"
                )
                yield found(record, "activity", laid.duty.day, text)
        if not overlapping:
            at = wall_time(stretch.start, record.zone)
            text = f"{stretch.activity} at {at} is neither fixed work nor an activity to attend"
            yield found(record, "activity", laid.duty.day, text)


def served(
    record: Record, laid: Laid, queues: Mapping[QueueKey, Queue], speeds: dict[tuple[QueueKey, bool], float]
) -> Iterator[Violation]:
    """Work names a queue of the plan that the agent has the skill for (speed > 0); nothing else names one.

    Work by machine translation takes a language that the queue lists for it, and none of its own.

    Parameters
    ----------
    speeds
        The agent's by queue and whether by machine translation, filled as queues are met.
    """
    for stretch in laid.stretches:
        key = stretch.queue
        if stretch.activity != WORK:
            if key is not None:
                yield _served(record, laid, stretch, "queue", f"names the queue {key} without being work")
        elif key is None or key not in queues:
            yield _served(record, laid, stretch, "queue", f"serves no queue of the plan ({key})")
        else:
            how = (key, stretch.translated)
            if how not in speeds:
                native = record.agent.speed(*key)
                speeds[how] = _translating(record, queues[key]) if stretch.translated else native
            if speeds[how] <= 0:
                why = "by a translation that it does not allow" if stretch.translated else "without the skill"
                yield _served(record, laid, stretch, "skill", f"serves {key} {why}")


def _translating(record: Record, queue: Queue) -> float:
    """Return the best speed of the listed languages that the agent knows there; 0 for who knows its own."""
    agent, (region, _, channel) = record.agent, queue.key
    if agent.speed(*queue.key) > 0:
        return 0.0
    known = [each.speed for each in queue.translation if agent.speed(region, each.language, channel) > 0]
    return max(known, default=0.0)


def _served(record: Record, laid: Laid, stretch: Stretch, rule: str, text: str) -> Violation:
    at = wall_time(stretch.start, record.zone)
    return found(record, rule, laid.duty.day, f"{stretch.activity} at {at} {text}")


def five_minutes(record: Record, laid: Laid) -> Iterator[Violation]:
    """Starts, breaks and stretches lie on whole five minutes; the times of fixed work may be any."""
    given = {moment for work in record.fixed for moment in (work.start, work.end)}
    given.update(moment for work in record.fixed for pause in work.breaks for moment in pause[:2])
    moments = {laid.shift.start}
    moments.update(moment for pause in laid.shift.breaks for moment in (pause.start, pause.end))
    moments.update(moment for stretch in laid.stretches for moment in (stretch.start, stretch.end))
    for moment in sorted(moments):
        if _off_step(moment) and moment not in given:
            text = f"{moment:%Y-%m-%dT%H:%M:%S}Z is not on whole five minutes"
            yield found(record, "five_minutes", laid.duty.day, text)
            return


def _off_step(moment: datetime) -> bool:
    return moment.timestamp() % STEP_SECONDS != 0
