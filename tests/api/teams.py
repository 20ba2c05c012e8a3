"""A small whole workspace about people: at three sites whose clocks differ, over clock changes."""

from __future__ import annotations

from api.store.database import Store
from api.store.tables import WorkspaceRow
from api.store.workspaces import add_workspace
from api.workspace.packed import pack

__all__ = ["FILES", "SUMMARY", "add_team"]

SUMMARY = {
    "start": "2026-03-23",
    "days": 28,
    "interval_minutes": 60,
    "currency": "EUR",
    "counts": {"agents": 4},
    "time_zones": ["Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Berlin"],
}
FILES = {
    "plan.toml": "start = 2026-03-23\ndays = 28\ninterval_minutes = 60\n",
    "regions.csv": "region,time_zone,country\nEU,Europe/Berlin,DE\nNP,Asia/Kathmandu,\n",
    "queues.csv": "region,language,channel\nEU,de,phone\nNP,ne,phone\n",
    "sites.csv": (
        "site,time_zone,country,currency,seats\n"
        "Berlin,Europe/Berlin,DE,EUR,10\nLord Howe,Australia/Lord_Howe,AU,AUD,\n"
        "Kathmandu,Asia/Kathmandu,,NPR,\n"
    ),
    "contracts.csv": (
        "contract,max_week_minutes,min_week_minutes,max_days_a_week,shifts\n"
        "full,2400,1200,5,day;night\nhalf,960,,2,day\n"
    ),
    "shifts.csv": (
        "shift,earliest_start,latest_start,min_minutes,max_minutes\n"
        "day,08:00,10:00,480,480\nnight,22:00,22:00,480,480\n"
    ),
    "agents.csv": (
        "agent,site,contract,skills,name,email,team,regions,from,until\n"
        "ann,Berlin,full,de:phone;en:*@0.8,Ann Lee,ann@example.com,red,,,\n"
        "bea,Lord Howe,half,ne:*,,,,NP,,2026-02-28\n"
        "cem,Berlin,half,de:*,,,blue,EU,2026-02-01,\n"
        "dil,Kathmandu,full,ne:phone,,,,,,\n"
    ),
    "requirement.csv": (
        "interval_start,region,language,channel,agents\n2026-03-23T08:00:00Z,EU,de,phone,1\n"
        "2026-03-23T09:00:00Z,EU,de,phone,1\n"
    ),
    "time_off.csv": (
        "agent,start,end,kind,paid\nann,2026-03-29,2026-03-30,,\n"
        "dil,2026-04-01T09:00:00Z,2026-04-01T11:00:00Z,sick,false\n"
    ),
}


def add_team(store: Store, name: str = "team", **changed: str) -> WorkspaceRow:
    """Keep the workspace with other tables in place of some."""
    files = FILES | {f"{table}.csv": text for table, text in changed.items()}
    content = pack({file: text.encode() for file, text in files.items()})
    return add_workspace(store, name=name, summary=SUMMARY, content=content)
