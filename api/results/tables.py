"""The result files that are read back, declared like the workspace's tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from api.workspace.cells import DATE, IDENTIFIER, INSTANT, LANGUAGE, NAME, TEXT, TRUTH, ZONE, number, whole
from api.workspace.currencies import CURRENCY
from api.workspace.grammar import DATED_BREAKS
from api.workspace.schema import Broken, Column, Row, Table
from api.workspace.tables.demand_history import KEY, QUEUE

__all__ = ["FORECAST", "PRICES", "ROTA", "TIMELINE"]

_CONTACTS = number(0, 1_000_000_000)
_MINUTES = whole(0, 10_000)

FORECAST = Table(
    "forecast",
    "What is expected, by queue and interval.",
    (
        Column("interval_start", INSTANT, "Begin of the interval, the plan's.", required=True),
        *QUEUE,
        Column("contacts", _CONTACTS, "Mean.", required=True),
        Column("p10", _CONTACTS, "Quantile.", default_text="not known"),
        Column("p50", _CONTACTS, "Quantile.", default_text="not known"),
        Column("p90", _CONTACTS, "Quantile.", default_text="not known"),
        Column("aht_seconds", number(0, 31_622_400), "Mean handle time.", default_text="the queue's"),
        Column("model_contacts", _CONTACTS, "The model's mean.", default_text="contacts"),
        Column("override", TEXT, "Why a planner changed it.", default="", default_text="nobody did"),
    ),
    key=KEY,
    large=True,
)


def _check_shift(row: Row) -> Iterator[Broken]:
    if row["end"] <= row["start"]:
        yield Broken("end", "end must be after start")
        return
    previous = row["start"]
    for begin, finish, _ in row["breaks"]:
        if begin < previous or finish > row["end"]:
            yield Broken("breaks", "breaks must lie inside start and end, and must not overlap")
            return
        previous = finish
    if row["paid_minutes"] > (row["end"] - row["start"]) / timedelta(minutes=1):
        yield Broken("paid_minutes", "paid_minutes must be at most the minutes from start to end")


ROTA = Table(
    "rota",
    "A row a shift.",
    (
        Column("agent", IDENTIFIER, "Whose.", required=True),
        Column("site", NAME, "Where.", required=True),
        Column("shift", NAME, "Template.", default_text="fixed work without one"),
        Column("start", INSTANT, "Begin.", required=True),
        Column("end", INSTANT, "End.", required=True),
        Column("local_date", DATE, "The site's date at the start.", required=True),
        Column("time_zone", ZONE, "The site's zone.", required=True),
        Column(
            "paid_minutes", _MINUTES, "Elapsed less unpaid breaks, or as fixed.csv states.", required=True
        ),
        Column("unpaid_minutes", _MINUTES, "Elapsed less paid.", default_text="from paid_minutes"),
        Column("night_minutes", _MINUTES, "Paid, 23:00 to 06:00 on the site's clock.", default_text="none"),
        Column("holiday_minutes", _MINUTES, "Paid, on public holidays of the site.", default_text="none"),
        Column("overtime_minutes", _MINUTES, "Paid, beyond contract.", default_text="none"),
        Column("cost", number(0), "Paid hours × hourly cost.", default_text="none"),
        Column("currency", CURRENCY, "Of the cost.", default_text="the plan's"),
        Column("breaks", DATED_BREAKS, "In order.", default=(), default_text="none"),
    ),
    key=("agent", "start"),
    check_row=_check_shift,
)


def _check_stretch(row: Row) -> Iterator[Broken]:
    if row["end"] <= row["start"]:
        yield Broken("end", "end must be after start")


TIMELINE = Table(
    "timeline",
    "A row a stretch in which an agent does one thing.",
    (
        Column("agent", IDENTIFIER, "Whose.", required=True),
        Column("start", INSTANT, "Begin.", required=True),
        Column("end", INSTANT, "End.", required=True),
        Column(
            "activity", TEXT, "work, break, idle or the name of fixed work or of an activity.", required=True
        ),
        Column("region", NAME, "Of the queue served.", default_text="none"),
        Column("language", LANGUAGE, "Of the queue served.", default_text="none"),
        Column("channel", NAME, "Of the queue served.", default_text="none"),
        Column("translated", TRUTH, "Whether by machine translation.", default=False),
    ),
    key=("agent", "start"),
    check_row=_check_stretch,
)

PRICES = Table(
    "prices",
    "What one agent more is worth, by queue and interval.",
    (
        Column("interval_start", INSTANT, "Begin of the interval, the plan's.", required=True),
        *QUEUE,
        Column("price", number(0), "Agent-hours of the objective, for an agent-interval.", required=True),
    ),
    key=KEY,
    large=True,
)
