"""Breaks: which a shift has, where they lie, and what they leave of the pay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from scheduler.checking.found import found, severity_of
from scheduler.checking.pattern import patterned
from scheduler.checking.record import Record
from scheduler.checking.violation import Violation, duration, wall_time
from scheduler.rota import Break, Shift
from scheduler.shifts import BreakRule

__all__ = ["break_gaps", "break_windows", "breaks_apart", "breaks_there", "paid"]

MINUTE = timedelta(minutes=1)
Kinds = Counter[tuple[float, bool]]


def _found_kinds(shift: Shift) -> Kinds:
    return Counter(((pause.end - pause.start) / MINUTE, pause.paid) for pause in shift.breaks)


def _wanted_kinds(rules: Sequence[BreakRule]) -> Kinds:
    return Counter((float(rule.minutes), rule.paid) for rule in rules)


def _named(kinds: Kinds) -> str:
    parts = (f"{'paid' if paid else 'unpaid'} {minutes:g} min" for minutes, paid in sorted(kinds.elements()))
    return ", ".join(parts) or "none"


def breaks_there(record: Record) -> Iterator[Violation]:
    """A shift has the breaks of its template that fit its length: those with after + minutes ≤ length."""
    for duty, shift, template in patterned(record):
        rules = template.breaks_of(shift.minutes)
        wanted, has = _wanted_kinds(rules), _found_kinds(shift)
        # Fixed work need not state its breaks.
        if has == wanted or (duty.given and not has):
            continue
        text = f"the shift's breaks are {_named(has)}; it must have {_named(wanted)}"
        yield found(
            record,
            "breaks",
            duty.day,
            text,
            value=len(shift.breaks),
            limit=len(rules),
            severity=severity_of([duty]),
        )


def break_windows(record: Record) -> Iterator[Violation]:
    """Each break lies inside its window: after ≤ start and end ≤ min(before, length), minutes of the shift.

    Breaks of equal length and pay may take each other's windows; their order is free.
    """
    for duty, shift, template in patterned(record):
        rules = template.breaks_of(shift.minutes)
        if _found_kinds(shift) != _wanted_kinds(rules) or _assigned(shift, shift.breaks, rules):
            continue
        places = ", ".join(wall_time(pause.start, record.zone) for pause in shift.breaks)
        windows = ", ".join(
            f"{rule.minutes} min from {duration(rule.after)} to {duration(min(rule.before, shift.minutes))}"
            for rule in rules
        )
        text = f"breaks at {places} do not lie in the shift's windows ({windows} after its start)"
        yield found(record, "break_window", duty.day, text, severity=severity_of([duty]))


def _assigned(shift: Shift, pauses: tuple[Break, ...], rules: tuple[BreakRule, ...]) -> bool:
    """Tell whether every break can have a rule of its own that it keeps."""
    if not pauses:
        return True
    pause = pauses[0]
    start = (pause.start - shift.start) / MINUTE
    return any(
        rule.minutes == (pause.end - pause.start) / MINUTE
        and rule.paid == pause.paid
        and rule.after <= start <= rule.latest_start(shift.minutes)
        and _assigned(shift, pauses[1:], rules[:place] + rules[place + 1 :])
        for place, rule in enumerate(rules)
    )


def breaks_apart(record: Record) -> Iterator[Violation]:
    """Breaks neither overlap nor touch: end of one < start of the next."""
    for duty, shift in record.plan:
        for before, after in pairwise(sorted(shift.breaks, key=lambda pause: pause.start)):
            if after.start <= before.end:
                first, second = (wall_time(pause.start, record.zone) for pause in (before, after))
                text = f"the breaks at {first} and {second} touch"
                yield found(record, "breaks_apart", duty.day, text, severity=severity_of([duty]))


def break_gaps(record: Record) -> Iterator[Violation]:
    """Work between two consecutive breaks: min_break_gap ≤ next start − end ≤ max_break_gap."""
    for duty, shift, template in patterned(record):
        for before, after in pairwise(sorted(shift.breaks, key=lambda pause: pause.start)):
            gap = (after.start - before.end) / MINUTE
            least, most = template.min_break_gap_minutes, template.max_break_gap_minutes
            severity = severity_of([duty])
            told = f"{duration(gap)} of work between two breaks,"
            if least is not None and 0 < gap < least:
                text = f"{told} at least {duration(least)} are required"
                rule = "min_break_gap_minutes"
                yield found(record, rule, duty.day, text, value=gap, limit=least, severity=severity)
            if most is not None and gap > most:
                text = f"{told} at most {duration(most)} are allowed"
                rule = "max_break_gap_minutes"
                yield found(record, rule, duty.day, text, value=gap, limit=most, severity=severity)


def paid(record: Record) -> Iterator[Violation]:
    """A shift's paid minutes are elapsed less unpaid breaks, or as its fixed row states."""
    for duty, shift in record.plan:
        states, has = shift.paid_minutes, duty.minutes
        if states != has:
            text = f"the shift states {duration(states)} paid, it has {duration(has)}"
            yield found(record, "paid_minutes", duty.day, text, value=states, limit=has)
