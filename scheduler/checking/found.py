"""How a rule tells what it found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Severity, Violation
from scheduler.rules.tighter import Limits

__all__ = ["found", "severity_of", "severity_of_days", "stated_by"]


def severity_of(duties: Iterable[Duty]) -> Severity:
    """What given work breaks alone is reported; with any planned shift in it, the plan breaks the rule."""
    return Severity.REPORTED if all(duty.given for duty in duties) else Severity.VIOLATION


def severity_of_days(duties: Iterable[Duty]) -> Severity:
    """Like :func:`severity_of`, for rules that count days: a fixed meeting makes its date a working day."""
    return Severity.REPORTED if all(duty.given_day for duty in duties) else Severity.VIOLATION


def stated_by(limits: Limits, rule: str) -> str:
    """Return `` (pack DE: ArbZG § 5 (1))`` where a rule pack states the value that holds, else nothing."""
    return f" ({limits.holder(rule)})" if limits.by_pack(rule) else ""


def found(
    record: Record,
    rule: str,
    day: date,
    text: str,
    *,
    value: float | None = None,
    limit: float | None = None,
    span: str = "",
    severity: Severity = Severity.VIOLATION,
) -> Violation:
    """Return a violation whose message begins with agent and date, e.g. ``agent a12, 2026-03-28: …``.

    Parameters
    ----------
    span
        What the date begins, where it stands for more than itself: ``week of``, ``plan of``.
    """
    message = f"agent {record.agent.name}, {f'{span} {day}'.strip()}: {text}"
    return Violation(rule, record.agent.name, day, value, limit, message, severity)
