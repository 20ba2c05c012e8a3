"""Numbers behind the views of people: who works when, how many at each site, how evenly it is shared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from api.pages.access import PlanTables, epoch_minutes, queue_name

__all__ = ["AGENTS_A_PAGE", "fairness_rows", "rota_page", "site_presence"]

AGENTS_A_PAGE = 25
STEP_MINUTES = 5


def rota_page(
    tables: PlanTables,
    *,
    site: str = "",
    find: str = "",
    page: int = 1,
    first_minute: int | None = None,
    last_minute: int | None = None,
) -> dict[str, Any]:
    """Return one page of agents with their shifts and stretches that overlap a window of epoch minutes.

    A stretch is ``[from, to, what]``: minutes after its shift's start, and an index into ``activities``.
    Agents are sorted by site, then id, those without a shift last; ``find`` is looked for in
    the id, without regard to case.
    """
    shifts = tables.shifts
    people = _people(tables)
    if site:
        people = people[people["site"] == site]
    if find:
        people = people[people["agent"].str.contains(find, case=False, regex=False)]
    pages = max(1, -(-len(people) // AGENTS_A_PAGE))
    page = min(max(1, page), pages)
    shown = people.iloc[(page - 1) * AGENTS_A_PAGE : page * AGENTS_A_PAGE]
    stretches, activities = _stretches(tables, set(shown["agent"]))
    rows = shifts[shifts["agent"].isin(set(shown["agent"]))]
    rows = rows.assign(start_minute=epoch_minutes(rows["start"]), end_minute=epoch_minutes(rows["end"]))
    if first_minute is not None:
        rows = rows[rows["end_minute"] > first_minute]
    if last_minute is not None:
        rows = rows[rows["start_minute"] < last_minute]
    by_agent: dict[str, list[dict[str, Any]]] = {name: [] for name in shown["agent"]}
    for row in rows.sort_values(["agent", "start_minute"]).to_dict("records"):
        start, end = int(row["start_minute"]), int(row["end_minute"])
        by_agent[str(row["agent"])].append(
            {
                "start": start,
                "end": end,
                "shift": None if pd.isna(row.get("shift")) else row.get("shift"),
                "date": str(row.get("local_date")),
                "paid_minutes": None if pd.isna(row.get("paid_minutes")) else int(row["paid_minutes"]),
                "parts": [
                    [max(a, start) - start, min(b, end) - start, what]
                    for a, b, what in stretches.get(str(row["agent"]), [])
                    if a < end and b > start
                ],
            }
        )
    sites = dict(zip(shown["agent"], shown["site"], strict=True))
    return {
        "page": page,
        "pages": pages,
        "agents_found": len(people),
        "activities": activities,
        "agents": [{"agent": name, "site": sites[name], "shifts": by_agent[name]} for name in shown["agent"]],
    }


def _people(tables: PlanTables) -> pd.DataFrame:
    """Return site and agent of everyone, by site and id; who works no shift comes last, without a site."""
    working = tables.shifts[["site", "agent"]].drop_duplicates().sort_values(["site", "agent"])
    free = tables.shares.loc[~tables.shares["agent"].isin(working["agent"]), ["agent"]].sort_values("agent")
    return pd.concat([working, free.assign(site="")], ignore_index=True)


def _stretches(
    tables: PlanTables, names: set[str]
) -> tuple[dict[str, list[tuple[int, int, int]]], list[str]]:
    """Return per agent (from, to, activity index), and the activities: a queue, break, idle or other."""
    queues = queue_name(tables.timeline)
    labels = queues.where(queues != "", tables.timeline["activity"])
    activities = sorted(labels.unique().tolist())
    frame = tables.timeline
    chosen = frame[frame["agent"].isin(names)]
    codes = labels[chosen.index].map({label: at for at, label in enumerate(activities)})
    found: dict[str, list[tuple[int, int, int]]] = {}
    columns = (chosen["agent"], epoch_minutes(chosen["start"]), epoch_minutes(chosen["end"]), codes)
    for agent, start, end, code in zip(*columns, strict=True):
        found.setdefault(str(agent), []).append((int(start), int(end), int(code)))
    return {agent: sorted(rows) for agent, rows in found.items()}, activities


def site_presence(tables: PlanTables) -> dict[str, Any]:
    """Return per site how many agents are present (mean over each interval), breaks left out."""
    frame = tables.timeline[tables.timeline["activity"] != "break"]
    step = tables.interval_minutes
    if frame.empty:
        return {"minute": [], "sites": {}, "interval_minutes": step}
    site_of = tables.shifts.drop_duplicates("agent").set_index("agent")["site"]
    starts, ends = epoch_minutes(frame["start"]), epoch_minutes(frame["end"])
    origin = int(starts.min()) // step * step
    length = -(-(int(ends.max()) - origin) // step) * step // STEP_MINUTES
    sites = frame["agent"].map(site_of)
    present = {}
    for name in sorted(sites.dropna().unique()):
        change = np.zeros(length + 1)
        mine = (sites == name).to_numpy()
        np.add.at(change, (starts[mine].to_numpy() - origin) // STEP_MINUTES, 1.0)
        np.add.at(change, (ends[mine].to_numpy() - origin) // STEP_MINUTES, -1.0)
        heads = np.cumsum(change)[:length].reshape(-1, step // STEP_MINUTES).mean(axis=1)
        present[str(name)] = np.round(heads, 2).tolist()
    count = length * STEP_MINUTES // step
    return {
        "minute": [origin + at * step for at in range(count)],
        "sites": present,
        "interval_minutes": step,
    }


def fairness_rows(tables: PlanTables) -> list[dict[str, Any]]:
    """Return what each agent bears: nights, weekends and refused wishes as the report counts them, and pay.

    Everyone is there, also who works no shift; ``site`` and ``currency`` are empty then.
    """
    frame = tables.shifts
    paid = pd.DataFrame(
        {
            "agent": frame["agent"],
            "site": frame["site"],
            "currency": frame["currency"].fillna(""),
            "shifts": 1,
            "holiday_hours": frame["holiday_minutes"].astype(float) / 60,
            "cost": frame["cost"].astype(float),
        }
    )
    sums = paid.groupby("agent", as_index=False).agg(
        {"site": "first", "currency": "max", "shifts": "sum", "holiday_hours": "sum", "cost": "sum"}
    )
    rows = tables.shares.merge(sums, on="agent", how="left")
    rows = rows.fillna({"site": "", "currency": "", "shifts": 0, "holiday_hours": 0.0, "cost": 0.0})
    rows = rows.astype({"shifts": int}).round({"paid_hours": 2, "holiday_hours": 2, "cost": 2})
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]
