"""How far beyond a fair share agents bear nights, weekends, holidays and refused wishes."""

from __future__ import annotations

from forecasting.calendars import public_holidays, weekend_days
from scheduler.checking.amounts import is_night
from scheduler.checking.record import Record
from scheduler.checking.wishes import refused_weight
from scheduler.shares import FairShare

__all__ = ["unfairness"]


def unfairness(record: Record, share: FairShare) -> float:
    """Return Σ max(0, what the agent bears − the share)², over nights, weekends, holidays and wishes.

    Nights are night shifts; weekends and holidays are shifts that start on dates of the country's weekend
    and on public holidays of the site; of wishes the refused weight counts, times the agent's factor.
    """
    duties = [duty for duty, _ in record.plan]
    weekend = weekend_days(record.site.country)
    dates = record.settings.dates
    known = public_holidays(record.site.country, record.site.subdivision, dates[0], dates[-1])
    beyond = (
        sum(is_night(record, duty) for duty in duties) - share.nights,
        sum(duty.day.weekday() in weekend for duty in duties) - share.weekends,
        sum(duty.day in known for duty in duties) - share.holidays,
        refused_weight(record) - share.refused,
    )
    return sum(max(0.0, each) ** 2 for each in beyond)
