"""The offsets of zones over a plan, so that a browser with an older zone database shows what was planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from forecasting.timegrid import to_local

__all__ = ["zone_offsets"]

STEP_MINUTES = 15
STEPS_A_DAY = 24 * 60 // STEP_MINUTES
MARGIN_DAYS = 8


def zone_offsets(
    zones: Iterable[str], first_minute: int, last_minute: int
) -> dict[str, list[tuple[int, int | None]]]:
    """Return per zone the spans of its offset from UTC, a week's margin round the window included.

    Parameters
    ----------
    first_minute, last_minute
        Epoch minutes of the window.

    Returns
    -------
    dict
        ``(epoch minute from which, offset in minutes)`` in order; the last one, with None, ends what is said.

    Examples
    --------
    >>> start = int(datetime(2026, 3, 29, tzinfo=UTC).timestamp()) // 60
    >>> [offset for _, offset in zone_offsets(["Europe/Riga"], start, start + 1440)["Europe/Riga"]]
    [120, 180, None]
    """
    # No zone changes its clock between two quarter hours, or twice within a day.
    first = first_minute // STEP_MINUTES - MARGIN_DAYS * STEPS_A_DAY
    last = -(-last_minute // STEP_MINUTES) + MARGIN_DAYS * STEPS_A_DAY
    return {zone: _spans(zone, first, last) for zone in sorted(set(zones))}


def _spans(zone: str, first: int, last: int) -> list[tuple[int, int | None]]:
    spans: list[tuple[int, int | None]] = [(first * STEP_MINUTES, _offset(zone, first))]
    for start in range(first, last, STEPS_A_DAY):
        low, high = start, min(start + STEPS_A_DAY, last)
        before, after = _offset(zone, low), _offset(zone, high)
        if before == after:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
        spans.append((high * STEP_MINUTES, after))
    return [*spans, (last * STEP_MINUTES, None)]


def _offset(zone: str, step: int) -> int:
    instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=step * STEP_MINUTES)
    offset = to_local(instant, zone).utcoffset()
    assert offset is not None  # noqa: S101 -- an aware time has one
    return offset // timedelta(minutes=1)
