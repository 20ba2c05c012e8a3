"""What a rota changes of an earlier one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from scheduler.checking.found import found
from scheduler.checking.record import Record
from scheduler.checking.violation import Violation, wall_time
from scheduler.earlier import Earlier

__all__ = ["begun", "changed_dates"]

Work = tuple[datetime, datetime, str | None]


def changed_dates(record: Record, earlier: Earlier | None) -> Iterator[date]:
    """Return the dates on which an agent's shifts are not those of an earlier rota.

    A shift is the same with the same start, end and template. Dates count that both plans have.
    """
    if earlier is None:
        return
    now: dict[date, set[Work]] = defaultdict(set)
    for duty, shift in record.plan:
        now[duty.day].add((shift.start, shift.end, shift.template))
    before = earlier.by_agent.get(record.agent.name, {})
    for day in record.settings.dates:
        then = {(shift.start, shift.end, shift.template) for shift in before.get(day, ())}
        if earlier.counts(day) and now.get(day, set()) != then:
            yield day


def begun(record: Record, earlier: Earlier | None) -> Iterator[Violation]:
    """What starts before ``keep_before`` was given: keep_before ≤ start of every other shift."""
    if earlier is None or earlier.keep_before is None:
        return
    for duty, shift in record.plan:
        if shift.start < earlier.keep_before and not duty.given:
            text = (
                f"a shift starts at {wall_time(shift.start, record.zone)}, before the instant from which "
                "on the earlier rota may change"
            )
            yield found(record, "keep_before", duty.day, text)
