"""The staffing requirement: what staffing hands to rostering."""

from __future__ import annotations

from forecasting.tables import LongTable

__all__ = ["StaffingRequirement"]


class StaffingRequirement(LongTable):
    """Agents needed per queue and interval.

    Columns: ``agents`` (live: present at once; deferred: work arriving in the interval, in
    agent-intervals), ``load_erlangs``, ``service_level`` (expected with that many agents; NaN where it
    was made elsewhere) and ``weight`` (value of a missing agent-hour: the queue's priority by default).
    """

    columns = ("agents", "load_erlangs", "service_level", "weight")
