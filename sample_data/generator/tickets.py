"""A helpdesk's ticket export: one row a contact, with the marks that customers gave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.timegrid import day_bounds
from sample_data.generator.contacts import expected_contacts, grid
from sample_data.generator.demand import QueueSpec
from sample_data.generator.markets import MARKETS
from sample_data.generator.writing import instant

__all__ = ["TICKET_COLUMNS", "TICKET_QUEUES", "ticket_rows"]

Floats = npt.NDArray[np.float64]

TICKET_COLUMNS = [
    *("created_at", "region", "language", "channel", "handle_seconds", "first_response_seconds"),
    *("resolved_at", "reopened", "csat", "nps", "ces"),
]

TICKET_QUEUES = (
    QueueSpec("brazil", "pt-BR", "email", 1.0, 400, respond_within_minutes=480),
    QueueSpec("eu-north", "lv", "chat", 1.0, 560, "mon-sat 09:00-20:00; holidays closed"),
    QueueSpec("eu-north", "lv", "email", 0.5, 420, respond_within_minutes=720),
)

FIRST_RESPONSE = {"chat": (35.0, 0.8), "email": (5400.0, 0.9)}
"""Median in seconds and spread of the logarithm."""
FOLLOW_UP = {"chat": 120.0, "email": 14400.0}
"""Median seconds that pass beside the handling itself until a ticket is resolved."""
REOPENED = 0.08
ANSWERED = {"csat": 0.35, "nps": 0.12, "ces": 0.18}
"""Share of customers who answer each question."""


def _mark(rng: np.random.Generator, mood: Floats, low: int, high: int, share: float) -> list[int | None]:
    """Return marks from ``low`` to ``high`` that follow the mood (mean 0, spread about 1), or None."""
    top = high - 0.22 * (high - low)
    marks = np.clip(np.rint(top + 0.25 * (high - low) * mood), low, high)
    given = rng.random(len(mood)) < share
    return [int(mark) if answered else None for mark, answered in zip(marks, given, strict=True)]


def _queue_rows(
    rng: np.random.Generator, spec: QueueSpec, start: date, plan_start: date
) -> list[list[object]]:
    index = grid(spec.region, start, (plan_start - start).days)
    _, end = day_bounds(MARKETS[spec.region].time_zone, plan_start - timedelta(days=1))
    rate = expected_contacts(spec, index, plan_start) * rng.gamma(12, 1 / 12, len(index))
    counts = rng.poisson(rate)
    total = int(counts.sum())
    created = index.repeat(counts) + pd.to_timedelta(rng.integers(0, 1800, total), unit="s")

    handle = np.rint(rng.lognormal(np.log(spec.aht_seconds) - 0.18, 0.6, total))
    median, spread = FIRST_RESPONSE[spec.channel]
    response = np.rint(rng.lognormal(np.log(median), spread, total))
    follow_up = np.rint(rng.lognormal(np.log(FOLLOW_UP[spec.channel]), 1.0, total))
    reopened = rng.random(total) < REOPENED
    resolved = created + pd.to_timedelta(response + handle + follow_up, unit="s")

    mood = rng.standard_normal(total) - 0.5 * np.log(response / median) - 1.5 * reopened
    marks = [
        _mark(rng, mood, low, high, ANSWERED[name])
        for name, low, high in (("csat", 1, 5), ("nps", 0, 10), ("ces", 1, 7))
    ]
    rows: list[list[object]] = []
    for place in range(total):
        done = instant(resolved[place]) if resolved[place] < end else None
        row: list[object] = [instant(created[place]), *spec[:3], int(handle[place]), int(response[place])]
        rows.append([*row, done, bool(reopened[place]), *(mark[place] if done else None for mark in marks)])
    return rows


def ticket_rows(seed: int, specs: Sequence[QueueSpec], start: date, plan_start: date) -> list[list[object]]:
    """Return the rows of ``tickets.csv`` from local date ``start`` up to ``plan_start``, by creation.

    What is not resolved by then has neither ``resolved_at`` nor marks.
    """
    rows = []
    for number, spec in enumerate(specs):
        rows += _queue_rows(np.random.default_rng([seed, 7, number]), spec, start, plan_start)
    return sorted(rows, key=lambda row: tuple(str(cell) for cell in row[:4]))
