"""Rule packs on breaks: how much, how early, and how long people work without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from scheduler.checking.found import found, severity_of, stated_by
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Violation, duration
from scheduler.rota import Break, Shift
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.tighter import Limits
from scheduler.rules.values import Tiers, tier_value

__all__ = [
    "break_minutes",
    "continuous_work",
    "counting_breaks",
    "first_breaks",
    "paid_break_minutes",
    "unpaid_break_minutes",
]

MINUTE = timedelta(minutes=1)


def counting_breaks(shift: Shift, rules: LabourRules) -> list[Break]:
    """Return the breaks that count: at least min_break_minutes long, touching neither end of the shift."""
    least = rules.min_break_minutes or 0
    return [pause for pause in _inner(shift) if _minutes(pause) >= least]


def _inner(shift: Shift) -> list[Break]:
    """Return the breaks that touch neither end of the shift, sorted."""
    inner = (pause for pause in shift.breaks if shift.start < pause.start and pause.end < shift.end)
    return sorted(inner, key=lambda pause: pause.start)


def _minutes(pause: Break) -> float:
    return (pause.end - pause.start) / MINUTE


def _shifts(record: Record) -> Iterator[tuple[Duty, Shift, Limits]]:
    """Yield the shifts whose breaks are known: fixed work need not state its breaks."""
    for duty, shift in record.plan:
        if shift.breaks or not duty.given:
            yield duty, shift, record.limits(duty.day)


def break_minutes(record: Record) -> Iterator[Violation]:
    """Counting breaks of a shift, in all ≥ the minutes of its tier of break_minutes."""
    for duty, shift, limits in _shifts(record):
        pauses = counting_breaks(shift, limits.rules)
        yield from _enough(record, duty, limits, "break_minutes", limits.rules.break_minutes, pauses)


def unpaid_break_minutes(record: Record) -> Iterator[Violation]:
    """Unpaid counting breaks of a shift, in all ≥ the minutes of its tier of unpaid_break_minutes."""
    for duty, shift, limits in _shifts(record):
        pauses = [pause for pause in counting_breaks(shift, limits.rules) if not pause.paid]
        tiers = limits.rules.unpaid_break_minutes
        yield from _enough(record, duty, limits, "unpaid_break_minutes", tiers, pauses)


def paid_break_minutes(record: Record) -> Iterator[Violation]:
    """Paid breaks of a shift, in all ≥ the minutes of its tier of paid_break_minutes.

    Each counts that is at least min_paid_break_minutes long and lies min(paid_break_edge_minutes) from both
    ends of the shift.
    """
    for duty, shift, limits in _shifts(record):
        least = limits.rules.min_paid_break_minutes or 0
        edge = (limits.rules.paid_break_edge_minutes or 0) * MINUTE
        pauses = [
            pause
            for pause in _inner(shift)
            if pause.paid
            and _minutes(pause) >= least
            and shift.start + edge <= pause.start
            and pause.end <= shift.end - edge
        ]
        tiers = limits.rules.paid_break_minutes
        yield from _enough(record, duty, limits, "paid_break_minutes", tiers, pauses)


def _enough(  # noqa: PLR0917
    record: Record, duty: Duty, limits: Limits, rule: str, tiers: Tiers, pauses: Sequence[Break]
) -> Iterator[Violation]:
    wanted = tier_value(tiers, duty.minutes)
    has = sum(_minutes(pause) for pause in pauses)
    if has < wanted:
        kind = {"break_minutes": "", "unpaid_break_minutes": "unpaid ", "paid_break_minutes": "paid "}[rule]
        text = (
            f"{duration(has)} of {kind}break count in {duration(duty.minutes)} of work, "
            f"{duration(wanted)} are required{stated_by(limits, rule)}"
        )
        yield found(record, rule, duty.day, text, value=has, limit=wanted, severity=severity_of([duty]))


def first_breaks(record: Record) -> Iterator[Violation]:
    """The k-th tier's minutes lie in counting breaks that begin by the k-th of break_latest_starts."""
    for duty, shift, limits in _shifts(record):
        rules = limits.rules
        pauses = counting_breaks(shift, rules)
        unpaid = [pause for pause in pauses if not pause.paid]
        for tiers, counting in ((rules.break_minutes, pauses), (rules.unpaid_break_minutes, unpaid)):
            for tier, latest in zip(tiers, rules.break_latest_starts, strict=False):
                begun = [pause for pause in counting if pause.start <= shift.start + latest * MINUTE]
                if tier.applies(duty.minutes) and sum(map(_minutes, begun)) < tier.value:
                    said = stated_by(limits, "break_latest_starts")
                    text = (
                        f"breaks of {duration(tier.value)} must begin within {duration(latest)} of the "
                        f"shift's start{said}"
                    )
                    yield found(
                        record,
                        "break_latest_starts",
                        duty.day,
                        text,
                        value=min(((pause.start - shift.start) / MINUTE for pause in counting), default=None),
                        limit=latest,
                        severity=severity_of([duty]),
                    )


def continuous_work(record: Record) -> Iterator[Violation]:
    """Elapsed minutes between a shift's start, its counting breaks and its end ≤ max_continuous_minutes."""
    for duty, shift, limits in _shifts(record):
        limit = limits.rules.max_continuous_minutes
        if limit is None:
            continue
        pauses = counting_breaks(shift, limits.rules)
        edges = [shift.start, *(edge for pause in pauses for edge in (pause.start, pause.end)), shift.end]
        longest = max((after - before) / MINUTE for before, after in list(pairwise(edges))[::2])
        if longest > limit:
            said = stated_by(limits, "max_continuous_minutes")
            text = f"{duration(longest)} of work without a break, at most {duration(limit)} are allowed{said}"
            yield found(
                record,
                "max_continuous_minutes",
                duty.day,
                text,
                value=longest,
                limit=limit,
                severity=severity_of([duty]),
            )
