"""Agents of the synthetic workspace: groups with a site, a contract and languages, and who is in them."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from sample_data.generator.supply import SITES

__all__ = ["GROUPS", "AgentRow", "Group", "agent_rows"]


class Group(NamedTuple):
    """``size`` agents hired alike; ``skills`` lists ``language:channels``, the mother tongue first."""

    site: str
    contract: str
    size: int
    skills: str
    team: str
    regions: str = ""


GROUPS = (
    Group("manila", "full_time", 9, "fil:* en:*", "manila-a"),
    Group("manila", "full_time", 6, "fil:phone,chat en:chat,email,social", "manila-b"),
    Group("manila", "full_time", 3, "en:*", "manila-b"),
    Group("manila", "rotating", 6, "en:* fil:chat,social", "manila-night"),
    Group("manila", "nights", 5, "en:phone,chat,email", "manila-night", "north-america;india"),
    Group("manila", "part_time_20", 3, "fil:chat,social en:chat", "manila-a"),
    Group("manila", "weekend", 2, "fil:phone,chat en:chat", "manila-b"),
    Group("kolkata", "full_time", 8, "hi:* en:*", "kolkata-hindi"),
    Group("kolkata", "full_time", 4, "hi:phone,chat en:phone,chat", "kolkata-hindi"),
    Group("kolkata", "full_time", 6, "ta:* en:phone,chat", "kolkata-tamil"),
    Group("kolkata", "rotating", 3, "en:* hi:phone", "kolkata-night"),
    Group("kolkata", "rotating", 3, "en:phone,chat ta:chat", "kolkata-night"),
    Group("kolkata", "annual_hours", 3, "hi:phone,chat en:*", "kolkata-hindi"),
    Group("kolkata", "part_time_20", 2, "ta:phone,chat hi:chat", "kolkata-tamil"),
    Group("kolkata", "part_time_20", 2, "hi:chat en:chat", "kolkata-hindi"),
    Group("krakow", "full_time", 7, "pl:* en:chat,email", "krakow-polish"),
    Group("krakow", "annual_hours", 3, "pl:phone,chat,email en:*", "krakow-polish"),
    Group("krakow", "part_time_30", 2, "pl:chat,email", "krakow-polish"),
    Group("krakow", "weekend", 2, "pl:chat en:chat,social", "krakow-polish"),
    Group("krakow", "full_time", 4, "lv:* en:chat,email,social", "krakow-baltic"),
    Group("krakow", "part_time_30", 1, "lv:* en:chat", "krakow-baltic"),
    Group("krakow", "full_time", 3, "el:* en:chat,email", "krakow-south"),
    Group("krakow", "annual_hours", 1, "el:phone,chat en:chat", "krakow-south"),
    Group("krakow", "full_time", 3, "az:* en:chat,email,social", "krakow-south"),
    Group("lisbon", "full_time", 4, "pt-BR:* en:phone,chat,email", "lisbon-atlantic"),
    Group("lisbon", "annual_hours", 2, "es-419:phone,chat,email pt-BR:chat,email en:chat", "lisbon-atlantic"),
    Group("lisbon", "full_time", 2, "es-419:* pt-BR:chat,social en:chat", "lisbon-atlantic"),
    Group("lisbon", "full_time", 3, "lv:* en:chat,email", "lisbon-europe"),
    Group("lisbon", "full_time", 3, "el:* en:chat,email", "lisbon-europe"),
    Group("lisbon", "part_time_30", 1, "el:phone,chat", "lisbon-europe"),
    Group("lisbon", "annual_hours", 2, "az:* en:phone,chat", "lisbon-europe"),
    Group("lisbon", "full_time", 2, "en:* pl:chat,email", "lisbon-europe"),
    Group("lisbon", "rotating", 2, "en:*", "lisbon-atlantic"),
    Group("lisbon", "part_time_20", 2, "pt-BR:chat en:chat", "lisbon-atlantic"),
    Group("sao-paulo", "six_day_36", 10, "pt-BR:* en:email,chat", "sao-paulo-a"),
    Group("sao-paulo", "six_day_36", 4, "pt-BR:phone,chat es-419:phone,chat", "sao-paulo-b"),
    Group("sao-paulo", "six_day_36", 2, "pt-BR:* es-419:chat,email en:phone,chat", "sao-paulo-b"),
    Group("sao-paulo", "part_time_20", 3, "pt-BR:chat,social", "sao-paulo-b"),
    Group("guadalajara", "full_time", 9, "es-419:* en:phone,chat", "guadalajara-a", "north-america"),
    Group("guadalajara", "full_time", 4, "en:* es-419:chat", "guadalajara-a"),
    Group("guadalajara", "rotating", 4, "es-419:phone,chat en:phone,chat,email", "guadalajara-b"),
    Group("guadalajara", "nights", 2, "en:phone,chat,email es-419:chat", "guadalajara-b"),
    Group("guadalajara", "annual_hours", 2, "es-419:phone,chat en:phone,chat", "guadalajara-b"),
    Group("guadalajara", "part_time_20", 2, "es-419:chat en:chat", "guadalajara-b"),
)

CHANNELS = ("phone", "chat", "email", "social")
FIRST_SPEEDS, FIRST_CHANCES = (1.0, 1.1, 0.9), (0.8, 0.1, 0.1)
OTHER_SPEEDS, OTHER_CHANCES = (1.0, 0.9, 0.8), (0.6, 0.25, 0.15)
TRAINEE_CHANCE = 0.08
"""Share of agents who do not yet take phone calls in their second language."""

JOINERS = {"manila-a": date(2026, 3, 30), "krakow-polish": date(2026, 3, 26)}
LEAVERS = {"guadalajara-b": date(2026, 3, 31), "kolkata-tamil": date(2026, 4, 2)}
"""By team: the last agent of it joins, or the first one leaves, at this date."""


class AgentRow(NamedTuple):
    """A row of ``agents.csv``; ``first_date`` and ``last_date`` are its ``from`` and ``until``."""

    agent: str
    site: str
    contract: str
    skills: str
    name: str
    email: str
    team: str
    regions: str
    hourly_cost: float
    wish_factor: float
    first_date: date | None
    last_date: date | None


def _skills(rng: np.random.Generator, wanted: str) -> str:
    parts = []
    for place, item in enumerate(wanted.split()):
        language, _, names = item.partition(":")
        if place == 0:
            speed = rng.choice(FIRST_SPEEDS, p=FIRST_CHANCES)
        else:
            speed = rng.choice(OTHER_SPEEDS, p=OTHER_CHANCES)
        channels = names.split(",")
        if place and rng.random() < TRAINEE_CHANCE:
            channels = [name for name in (CHANNELS if names == "*" else channels) if name != "phone"]
        suffix = "" if speed == 1 else f"@{speed:g}"
        parts += [f"{language}:{channel}{suffix}" for channel in channels]
    return ";".join(parts)


def agent_rows(seed: int) -> list[AgentRow]:
    """Return the rows of ``agents.csv``, by site and number."""
    rng = np.random.default_rng([seed, 3])
    numbers = dict.fromkeys(SITES, 0)
    rows = []
    for group in GROUPS:
        site = SITES[group.site]
        for _ in range(group.size):
            numbers[group.site] += 1
            number = numbers[group.site]
            agent = f"{site.code}-{number:02d}"
            low, high = site.pay
            rows.append(
                AgentRow(
                    agent=agent,
                    site=group.site,
                    contract=group.contract,
                    skills=_skills(rng, group.skills),
                    name=f"{group.site.replace('-', ' ').title()} {number:02d} (synthetic)",
                    email=f"{agent}@example.com",
                    team=group.team,
                    regions=group.regions,
                    hourly_cost=round(float(rng.uniform(low, high)), 2 if high < 100 else 0),
                    wish_factor=1.5 if rng.random() < 0.1 else 1.0,
                    first_date=None,
                    last_date=None,
                )
            )
    return _with_joiners_and_leavers(rows)


def _with_joiners_and_leavers(rows: list[AgentRow]) -> list[AgentRow]:
    for team, day in JOINERS.items():
        place = max(place for place, row in enumerate(rows) if row.team == team)
        rows[place] = rows[place]._replace(first_date=day)
    for team, day in LEAVERS.items():
        place = min(place for place, row in enumerate(rows) if row.team == team)
        rows[place] = rows[place]._replace(last_date=day)
    return rows
