"""Queues and campaigns of the synthetic workspace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

__all__ = ["EVENTS", "GAPS", "INCIDENTS", "QUEUES", "QueueSpec", "Window", "queue_rows"]


class QueueSpec(NamedTuple):
    """A queue's row in ``queues.csv``, and what its contacts are drawn from.

    ``mean`` is the count of contacts per open half hour in an ordinary week at the plan's start; the other
    fields are the columns of the same names, None being the channel's default.
    """

    region: str
    language: str
    channel: str
    mean: float
    aht_seconds: int
    hours: str = ""
    respond_within_minutes: int | None = None
    min_agents: int | None = None
    priority: float | None = None
    deflection: float | None = None
    repeat_rate: float | None = None
    translation: str | None = None

    @property
    def live(self) -> bool:
        """Whether a contact must be answered at once."""
        return self.channel in ("phone", "chat")


OFFICE = "mon-fri 09:00-18:00; holidays closed"
LONG_DAY = "mon-fri 08:00-20:00; sat 09:00-15:00; holidays closed"

QUEUES = (
    QueueSpec("north-america", "en", "phone", 5.6, 340, min_agents=2, priority=2, repeat_rate=0.05),
    QueueSpec("north-america", "en", "chat", 6.4, 590, deflection=0.1),
    QueueSpec("north-america", "en", "email", 5.0, 420, respond_within_minutes=480),
    QueueSpec("north-america", "en", "social", 2.0, 240, respond_within_minutes=120),
    QueueSpec("north-america", "es-419", "phone", 4.5, 360, "daily 08:00-22:00"),
    QueueSpec("north-america", "es-419", "chat", 4.0, 620, "daily 08:00-22:00"),
    QueueSpec("north-america", "es-419", "email", 2.0, 420, respond_within_minutes=480),
    QueueSpec("brazil", "pt-BR", "phone", 6.0, 330, LONG_DAY, priority=1.5, repeat_rate=0.05),
    QueueSpec("brazil", "pt-BR", "chat", 6.0, 600, "daily 08:00-22:00", deflection=0.1),
    QueueSpec("brazil", "pt-BR", "email", 3.0, 400, respond_within_minutes=480),
    QueueSpec("brazil", "pt-BR", "social", 2.0, 240, respond_within_minutes=120),
    QueueSpec("eu-north", "en", "chat", 2.5, 560, "daily 09:00-22:00"),
    QueueSpec("eu-north", "lv", "phone", 3.0, 320, OFFICE),
    QueueSpec("eu-north", "lv", "chat", 2.0, 560, "mon-sat 09:00-20:00; holidays closed"),
    QueueSpec("eu-north", "lv", "email", 1.2, 420, respond_within_minutes=720, translation="en@0.6"),
    QueueSpec("eu-north", "pl", "phone", 4.5, 310, "mon-fri 08:00-20:00; holidays 10:00-16:00"),
    QueueSpec("eu-north", "pl", "chat", 4.0, 560, "daily 08:00-22:00"),
    QueueSpec("eu-north", "pl", "email", 2.5, 400, respond_within_minutes=480),
    QueueSpec("eu-south", "el", "phone", 3.0, 340, "mon-fri 09:00-19:00; holidays closed"),
    QueueSpec("eu-south", "el", "chat", 2.5, 560, "mon-sat 09:00-21:00; holidays closed"),
    QueueSpec("eu-south", "el", "email", 1.4, 420, respond_within_minutes=720),
    QueueSpec("eu-south", "az", "chat", 1.5, 580, "mon-sat 09:00-19:00"),
    QueueSpec("eu-south", "az", "email", 1.0, 450, respond_within_minutes=720, translation="en@0.6"),
    QueueSpec("india", "en", "phone", 6.0, 300, "daily 08:00-22:00", priority=1.5),
    QueueSpec("india", "en", "chat", 5.0, 540, "daily 06:00-24:00", deflection=0.15),
    QueueSpec("india", "hi", "phone", 4.5, 300, "daily 09:00-21:00", repeat_rate=0.08),
    QueueSpec("india", "hi", "chat", 4.0, 540, "daily 09:00-23:00"),
    QueueSpec("india", "ta", "phone", 3.0, 310, "mon-sat 09:00-18:00; holidays closed"),
    QueueSpec("india", "ta", "chat", 2.5, 560, "daily 09:00-21:00"),
    QueueSpec("philippines", "en", "email", 3.0, 400, respond_within_minutes=480),
    QueueSpec("philippines", "fil", "phone", 3.5, 300, "daily 09:00-19:00"),
    QueueSpec("philippines", "fil", "chat", 4.0, 560, "daily 08:00-23:00"),
    QueueSpec("philippines", "fil", "social", 2.4, 240, respond_within_minutes=120),
)

CHANNEL_TARGETS: Mapping[str, tuple[float, int | None, int | None, int | None, int | None]] = {
    "phone": (0.8, 20, None, 180, 1),
    "chat": (0.8, 60, None, 300, 2),
    "email": (0.9, None, 480, None, None),
    "social": (0.85, None, 120, None, None),
}
"""Service level, answer_within_seconds, respond_within_minutes, patience_seconds, concurrency."""


def queue_rows(specs: Iterable[QueueSpec]) -> tuple[list[str], list[list[object]]]:
    """Return header and rows of ``queues.csv``."""
    header = [
        *(
            "region",
            "language",
            "channel",
            "service_level",
            "answer_within_seconds",
            "respond_within_minutes",
        ),
        *("aht_seconds", "patience_seconds", "concurrency", "deflection", "repeat_rate", "hours"),
        *("min_agents", "priority", "translation"),
    ]
    rows: list[list[object]] = []
    for spec in specs:
        level, answer, respond, patience, concurrency = CHANNEL_TARGETS[spec.channel]
        row: list[object] = [spec.region, spec.language, spec.channel, level, answer]
        row += [spec.respond_within_minutes or respond, spec.aht_seconds, patience, concurrency]
        row += [
            spec.deflection,
            spec.repeat_rate,
            spec.hours,
            spec.min_agents,
            spec.priority,
            spec.translation,
        ]
        rows.append(row)
    return header, rows


class Window(NamedTuple):
    """A time [start, end) in which contacts are ``factor`` times the usual; None narrows nothing."""

    start: str
    end: str
    factor: float
    region: str | None
    language: str | None
    channel: str | None
    name: str


EVENTS = (
    Window(
        "2025-05-12T04:00:00Z", "2025-05-19T04:00:00Z", 1.35, "north-america", None, None, "Spring sale 2025"
    ),
    Window("2025-06-09T03:00:00Z", "2025-06-13T03:00:00Z", 1.4, "brazil", None, None, "Namorados week"),
    Window(
        "2025-07-01T21:00:00Z", "2025-07-08T21:00:00Z", 1.3, "eu-south", None, None, "Summer travel opening"
    ),
    Window("2025-09-02T04:00:00Z", "2025-09-05T04:00:00Z", 1.5, "north-america", "en", None, "App launch"),
    Window("2025-10-12T18:30:00Z", "2025-10-19T18:30:00Z", 1.45, "india", None, None, "Diwali offers"),
    Window("2025-11-24T00:00:00Z", "2025-12-02T00:00:00Z", 1.5, None, None, None, "Black week"),
    Window("2025-12-07T16:00:00Z", "2025-12-14T16:00:00Z", 1.3, "philippines", None, None, "Year-end deals"),
    Window("2026-01-19T22:00:00Z", "2026-01-23T22:00:00Z", 1.25, "eu-north", None, "email", "New price list"),
    Window("2026-02-13T18:30:00Z", "2026-02-15T18:30:00Z", 0.8, "india", None, "chat", "Chat maintenance"),
    Window(
        "2026-03-27T04:00:00Z", "2026-03-30T04:00:00Z", 1.2, "north-america", None, None, "Spring sale 2026"
    ),
    Window("2026-03-29T18:30:00Z", "2026-03-30T18:30:00Z", 0.8, "india", None, "chat", "Chat maintenance"),
    Window("2026-03-31T21:00:00Z", "2026-04-03T21:00:00Z", 1.25, "eu-south", None, "email", "Easter travel"),
)
"""Campaigns of ``events.csv``: nine in the history, three in the plan."""

INCIDENTS = (
    Window(
        "2025-06-26T14:00:00Z", "2025-06-26T17:30:00Z", 2.6, "north-america", None, None, "payment outage"
    ),
    Window("2025-10-07T07:00:00Z", "2025-10-07T10:00:00Z", 2.2, "eu-north", None, None, "delivery failure"),
    Window("2026-02-04T06:00:00Z", "2026-02-04T09:30:00Z", 2.4, "india", None, None, "login outage"),
)
"""Peaks that nobody announced: in the history, in no table."""

GAPS = (
    Window("2025-09-16T02:30:00Z", "2025-09-16T12:30:00Z", 0.0, "india", None, "phone", "recorder down"),
    Window("2025-11-08T03:00:00Z", "2025-11-09T03:00:00Z", 0.0, "brazil", None, "chat", "export lost"),
)
"""Times that were not recorded: rows are missing, which is not the same as zero contacts."""
