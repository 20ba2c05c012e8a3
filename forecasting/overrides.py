"""What planners know better than the model: overrides of a forecast, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from forecasting.errors import Fault, InvalidInput
from forecasting.queues import QueueKey

__all__ = ["Conflict", "Override", "find_conflicts"]


@dataclass(frozen=True)
class Override:
    """A window in which a planner's figure replaces the model's.

    Not an event: events are taken out of what the model learns and put into what it forecasts; an override
    changes the forecast alone, after the model, and both values are kept.

    Parameters
    ----------
    windows
        Half-open window of instants (UTC) by region; regions that are not named are not touched. Local days
        are other instants in each region.
    reason
        Why the planner knows better, for reports and for scoring it later.
    factor
        Contacts are this many times what the model says.
    contacts
        So many contacts come in the whole window to all queues that the override touches, together. Either
        this or ``factor``.
    language, channel
        Narrow it; None means all.

    Raises
    ------
    InvalidInput
        With every rule that it breaks.
    """

    windows: Mapping[str, tuple[datetime, datetime]]
    reason: str
    factor: float | None = None
    contacts: float | None = None
    language: str | None = None
    channel: str | None = None

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InvalidInput(faults)

    def _faults(self) -> Iterator[Fault]:
        if not self.reason.strip():
            yield Fault("an override needs a reason", column="reason", code="required")
        if (self.factor is None) == (self.contacts is None):
            yield Fault("an override states either factor or contacts", column="factor", code="inconsistent")
        for column, value in (("factor", self.factor), ("contacts", self.contacts)):
            if value is not None and not 0 <= value < math.inf:
                rule = f"{column} must be a number of at least 0"
                yield Fault(rule, column=column, value=str(value), code="out_of_range")
        if not self.windows:
            yield Fault("an override needs a region", column="region", code="required")
        for region, (start, end) in self.windows.items():
            if end <= start:
                rule = f"end must be after start ({region})"
                yield Fault(rule, column="end", value=end.isoformat(), code="inconsistent")

    def touches(self, key: QueueKey) -> bool:
        """Tell whether the override concerns this queue."""
        return (
            key.region in self.windows
            and self.language in (None, key.language)
            and self.channel in (None, key.channel)
        )


class Conflict(NamedTuple):
    """Two overrides, by their places in a list, that claim the same queue at the same time."""

    first: int
    second: int
    key: QueueKey


def find_conflicts(overrides: Sequence[Override], keys: Iterable[QueueKey]) -> list[Conflict]:
    """Return overrides that overlap, each with the longest one before it and a queue that both touch.

    Windows that only meet do not overlap.
    """
    found: dict[tuple[int, int], QueueKey] = {}
    for key in sorted(keys):
        windows = sorted(
            (*override.windows[key.region], place)
            for place, override in enumerate(overrides)
            if override.touches(key)
        )
        latest: tuple[datetime, int] | None = None
        for start, end, place in windows:
            if latest is not None and start < latest[0]:
                found.setdefault((min(latest[1], place), max(latest[1], place)), key)
            if latest is None or end > latest[0]:
                latest = end, place
    return [Conflict(*pair, key) for pair, key in sorted(found.items())]
