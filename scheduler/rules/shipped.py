"""The packs that ship with Sunrota: dated rows with their source, and what each pack covers."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from scheduler.team import RuleRow

__all__ = ["COLUMNS", "NO_RULES", "STATUSES", "Pack", "shipped_packs", "shipped_rows", "split_source"]

NO_RULES = "none"
"""The pack without rules: a site that names it, or none at all, has its contracts' limits only."""

COLUMNS = ("pack", "rule", "value", "from", "until", "source")
"""Those of a workspace's ``rules.csv``, so that a shipped file can be copied into one and edited."""

STATUSES: Mapping[str, str] = {
    "text read": "the wording was read in a copy of the statute or judgment, which may have changed since",
    "unverified (secondary source)": "the figure was found in an authority's, employer's or lawyer's summary",
    "unverified": "the figure was written down from general knowledge and checked against nothing",
}
"""How far a shipped row was checked: what its source ends with, after a semicolon. Rows that only point to
another pack have none."""

_FOLDER = files("scheduler.rules") / "packs"


@dataclass(frozen=True)
class Pack:
    """What a shipped pack is about.

    Parameters
    ----------
    title
        The place, and whom its rules are for.
    law
        The statutes that it cites, with their abbreviations.
    left_out
        What the law says and the pack's rules do not, a sentence each.
    """

    name: str
    title: str
    law: str
    left_out: tuple[str, ...]


@cache
def shipped_packs() -> Mapping[str, Pack]:
    """Return what is known of every shipped pack but ``none``, by name."""
    about = tomllib.loads((_FOLDER / "about.toml").read_text(encoding="utf-8"))
    return {
        name: Pack(name, entry["title"], entry["law"], tuple(entry["left_out"]))
        for name, entry in about.items()
    }


@cache
def shipped_rows() -> tuple[RuleRow, ...]:
    """Return the rows of every shipped pack, in the order of packs and of their files."""
    return tuple(row for name in shipped_packs() for row in _read_rows(f"{name}.csv"))


def split_source(source: str) -> tuple[str, str]:
    """Return a shipped row's citation and its status, which is blank where it has none.

    Examples
    --------
    >>> split_source("ArbZG § 4 sentence 1; text read")
    ('ArbZG § 4 sentence 1', 'text read')
    """
    citation, mark, status = source.rpartition("; ")
    return (citation, status) if mark and status in STATUSES else (source, "")


def _read_rows(file: str) -> list[RuleRow]:
    text = (_FOLDER / file).read_text(encoding="utf-8")
    return [
        RuleRow(
            pack=cells["pack"],
            rule=cells["rule"],
            value=cells["value"],
            first_date=date.fromisoformat(cells["from"]) if cells["from"] else None,
            last_date=date.fromisoformat(cells["until"]) if cells["until"] else None,
            source=cells["source"],
        )
        for cells in csv.DictReader(io.StringIO(text))
    ]
