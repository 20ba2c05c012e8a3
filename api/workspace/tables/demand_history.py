"""Contacts as counted, contacts one by one (tickets), and staffing made elsewhere: the big tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from api.workspace.cells import INSTANT, LANGUAGE, NAME, CellParser, number
from api.workspace.parse import ParsedTable
from api.workspace.schema import Column, Table
from forecasting.queues import Queue, QueueKey
from forecasting.tables import QUEUE_COLUMNS, ContactHistory
from scheduler.requirement import StaffingRequirement

__all__ = [
    "CONTACTS",
    "REQUIREMENT",
    "TICKETS",
    "build_contacts",
    "build_requirement",
    "build_tickets",
    "count_tickets",
    "long_frame",
]

_COUNT = number(0, 1_000_000_000)
_SECONDS = number(0, 31_622_400)

REGION = Column("region", NAME, "Region of the queue.", required=True)
LANGUAGE_OF_QUEUE = Column("language", LANGUAGE, "Language of the queue.", required=True)
CHANNEL = Column("channel", NAME, "Channel of the queue.", required=True)
QUEUE = (REGION, LANGUAGE_OF_QUEUE, CHANNEL)
KEY = ("interval_start", "region", "language", "channel")

CONTACTS = Table(
    "contacts",
    "What came, by queue and interval. A missing row is 'not recorded'; 0 is none. The interval of the file "
    "is the most frequent distance between neighbouring rows of a queue: a multiple of 5 minutes that "
    "divides a day. Coarser ones than the plan's are split, finer ones summed.",
    (
        Column("interval_start", INSTANT, "Begin of the interval.", required=True),
        *QUEUE,
        Column("contacts", _COUNT, "Contacts that arrived.", required=True),
        Column(
            "aht_seconds", _SECONDS, "Mean handle time; 0 is 'not recorded'.", default_text="not recorded"
        ),
        Column("abandoned", _COUNT, "Contacts that gave up.", default_text="not recorded"),
        Column(
            "answered_in_time", _COUNT, "Contacts answered within the threshold.", default_text="not recorded"
        ),
    ),
    key=KEY,
    rules=(
        "Region, language and channel are those of a row of queues.csv.",
        "Rows lie on whole intervals of UTC or of the region's clock (days begin at its midnight), do not "
        "overlap, and every queue is recorded at the same interval.",
        "`abandoned` and `answered_in_time` are at most `contacts`.",
    ),
    large=True,
)


def long_frame(table: ParsedTable, instant: str, numbers: tuple[str, ...]) -> pd.DataFrame:
    """Return queue columns, ``interval_start`` (UTC) and these columns as float64, a row a row."""
    columns = {name: table.columns[name].array("str") for name in QUEUE_COLUMNS}
    columns["interval_start"] = table.columns[instant].array("datetime64[us, UTC]")
    columns.update({name: table.columns[name].array("float64") for name in numbers})
    return pd.DataFrame(columns)


def build_contacts(table: ParsedTable, interval_minutes: int) -> ContactHistory:
    """Return the history at its own interval."""
    frame = long_frame(table, "interval_start", ("contacts", "aht_seconds"))
    frame["aht_seconds"] = frame["aht_seconds"].where(frame["aht_seconds"] > 0)
    return ContactHistory(frame, interval_minutes)


def _read_count_or_truth(text: str) -> float:
    lower = text.lower()
    return float(lower == "true") if lower in ("true", "false") else float(str(_COUNT.read(text)))


TICKETS = Table(
    "tickets",
    "One row a contact, instead of contacts.csv. Every contact between the first and the last row is taken "
    "to be in the file: an interval without rows is 0 for every queue seen.",
    (
        Column("created_at", INSTANT, "When the contact arrived.", required=True),
        *QUEUE,
        Column("handle_seconds", _SECONDS, "Time worked on it.", default_text="not recorded"),
        Column("first_response_seconds", _SECONDS, "Time to the first answer.", default_text="not recorded"),
        Column("resolved_at", INSTANT, "When it was resolved.", default_text="not recorded"),
        Column(
            "reopened",
            CellParser("true, false or how many times", _read_count_or_truth),
            "Whether, or how often, it was reopened.",
            default_text="not recorded",
        ),
        Column("csat", number(-1000, 1000), "Satisfaction as scored.", default_text="not recorded"),
        Column("nps", number(-1000, 1000), "Net promoter score as scored.", default_text="not recorded"),
        Column("ces", number(-1000, 1000), "Effort as scored.", default_text="not recorded"),
    ),
    rules=(
        "Region, language and channel are those of a row of queues.csv.",
        "`resolved_at` is not before `created_at`.",
    ),
    large=True,
)
_TICKET_NUMBERS = ("handle_seconds", "first_response_seconds", "reopened", "csat", "nps", "ces")


def build_tickets(table: ParsedTable) -> pd.DataFrame:
    """Return the tickets with typed columns, by ``created_at``."""
    frame = long_frame(table, "created_at", _TICKET_NUMBERS).rename(columns={"interval_start": "created_at"})
    frame["resolved_at"] = table.columns["resolved_at"].array("datetime64[us, UTC]")
    names = [column.name for column in TICKETS.columns]
    return frame[names].sort_values("created_at", kind="stable").reset_index(drop=True)


def count_tickets(tickets: pd.DataFrame, interval_minutes: int) -> ContactHistory:
    """Count tickets by queue and interval.

    Every queue seen has a row for each interval from that of the file's first ticket to that of its last,
    0 where none came. ``aht_seconds`` is the mean of the handle times recorded.
    """
    step = pd.Timedelta(minutes=interval_minutes)
    begun = tickets["created_at"].dt.floor(step)
    counted = (
        tickets.assign(interval_start=begun)
        .groupby([*QUEUE_COLUMNS, "interval_start"])["handle_seconds"]
        .agg(contacts="size", aht_seconds="mean")
    )
    grid = pd.date_range(begun.min(), begun.max(), freq=step)
    queues = tickets[QUEUE_COLUMNS].drop_duplicates()
    frame = queues.merge(pd.DataFrame({"interval_start": grid}), how="cross")
    frame = frame.merge(counted.reset_index(), how="left", on=[*QUEUE_COLUMNS, "interval_start"])
    frame["contacts"] = frame["contacts"].fillna(0).astype("float64")
    frame["aht_seconds"] = frame["aht_seconds"].where(frame["aht_seconds"] > 0)
    return ContactHistory(frame, interval_minutes)


REQUIREMENT = Table(
    "requirement",
    "Staffing made elsewhere; it replaces forecasting and staffing. A missing row needs nobody. "
    "A requirement.csv that sunrota wrote may be given back.",
    (
        Column("interval_start", INSTANT, "Begin of the interval, the plan's.", required=True),
        *QUEUE,
        Column(
            "agents",
            number(0, 1_000_000),
            "Agents needed at once (live), or agent-intervals of work arriving (deferred).",
            required=True,
        ),
        Column("load_erlangs", number(0, 1_000_000), "Offered load.", default_text="not known"),
        Column("service_level", number(0, 1), "Expected service level.", default_text="not known"),
        Column(
            "weight",
            number(0, 1_000_000),
            "Worth of an agent-hour missing here.",
            default_text="the queue's priority",
        ),
    ),
    key=KEY,
    rules=(
        "Region, language and channel are those of a row of queues.csv.",
        "Rows lie on the plan's interval, and not all on a longer one.",
    ),
    large=True,
)


def build_requirement(
    table: ParsedTable, queues: Mapping[QueueKey, Queue], interval_minutes: int
) -> StaffingRequirement:
    """Return the requirement, weighted by the queues' priority where it states no weight."""
    frame = long_frame(table, "interval_start", ("agents", "load_erlangs", "service_level", "weight"))
    if frame["weight"].isna().any():
        priority = pd.Series({key: queue.priority for key, queue in queues.items()}, dtype="float64")
        keys = pd.MultiIndex.from_frame(frame[QUEUE_COLUMNS])
        frame["weight"] = frame["weight"].fillna(pd.Series(priority.reindex(keys).to_numpy()))
    return StaffingRequirement(frame, interval_minutes)
