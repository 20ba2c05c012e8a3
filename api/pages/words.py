"""A plan's report in a planner's words: the tiles at the top of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["STATUS_WORDS", "Tile", "short_number", "summary_tiles"]

STATUS_WORDS = {
    "optimal": "Proven best",
    "feasible": "Rota found",
    "stopped": "Stopped early",
    "infeasible": "Not possible",
    "no_solution": "No rota found",
}
LONG_STATUS_WORDS = {
    "optimal": "No better rota exists under these rules and weights: that is proven.",
    "feasible": "Every rule is kept. A better rota may exist; what is known of that is stated under Proof.",
    "stopped": "The search was stopped. This is the best rota found until then.",
    "infeasible": "No rota can keep all the rules. The reasons are listed below.",
    "no_solution": "No rota was found within the limits. A longer time limit may help.",
}


@dataclass(frozen=True)
class Tile:
    """One figure of the summary: its name, its value, what it means, and whether it is good news.

    ``tone`` is ``good``, ``bad`` or empty; the words say the same, so that colour is never needed.
    """

    name: str
    value: str
    meaning: str
    tone: str = ""


def short_number(value: float, digits: int = 1) -> str:
    """Return a number with thousands apart and at most so many decimals.

    Examples
    --------
    >>> short_number(12345.678), short_number(2.0), short_number(0.04, 2)
    ('12,345.7', '2', '0.04')
    """
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    r"""Return a share as a percentage that says 100 % or 0 % only when it is; lines do not break in it.

    Examples
    --------
    >>> percent(0.99996), percent(1.0), percent(0.9731)
    ('99.9\xa0%', '100\xa0%', '97.3\xa0%')
    """
    value = share * 100
    shown = min(value, 99.9) if value < 100 else value
    shown = max(shown, 0.1) if value > 0 else shown
    return f"{short_number(shown)}\N{NO-BREAK SPACE}%"


def summary_tiles(report: Mapping[str, Any]) -> list[Tile]:
    """Return the figures of a plan in the order in which a planner asks for them."""
    status = str(report["status"])
    tiles = [Tile("Result", STATUS_WORDS.get(status, status), LONG_STATUS_WORDS.get(status, ""))]
    coverage = report.get("coverage")
    if not coverage:
        return tiles
    required, short = float(coverage["required_hours"]), float(coverage["short_hours"])
    edge = float(coverage.get("edge_short_hours") or 0.0)
    tiles.append(
        Tile(
            "Covered",
            percent(float(coverage["covered_share"])),
            f"of {short_number(required)} agent-hours required",
            "good" if short < 0.05 else "",
        )
    )
    apart = f"; {short_number(edge)} h more lie outside the plan’s shifts" if edge >= 0.05 else ""
    tiles.append(
        Tile("Short", f"{short_number(short)} h", f"agent-hours that nobody covers{apart}")
        if short >= 0.05
        else Tile("Short", "0 h", f"no agent-hour is missing{apart}", "good")
    )
    return [*tiles, *_service(report), _proof(report), _violations(report), *_costs(report)]


def _service(report: Mapping[str, Any]) -> list[Tile]:
    simulated = (report.get("service") or {}).get("simulated")
    if not simulated:
        return []
    live, deferred = (simulated[kind]["service_level"]["mean"] for kind in ("live", "deferred"))
    if live is None and deferred is None:
        return []
    if live is None:
        return [Tile("In time", percent(deferred), "of deferred contacts, as simulated")]
    others = "" if deferred is None else f"; of deferred ones {percent(deferred)}"
    return [Tile("In time", percent(live), f"of live contacts, as simulated{others}")]


def _proof(report: Mapping[str, Any]) -> Tile:
    gap = report.get("gap")
    if gap is None:
        return Tile("Proof", "not proven", "how far this is from the best possible rota is not known")
    hours, share = float(gap["objective"]), float(gap["of_required"])
    if hours < 0.005:
        return Tile("Proof", "best possible", "no rota can be better", "good")
    return Tile(
        "Proof",
        f"within {percent(share)}",
        f"the best possible rota saves at most {short_number(hours)} agent-hours (or their worth)",
    )


def _violations(report: Mapping[str, Any]) -> Tile:
    check = report.get("check") or {}
    broken, reported = int(check.get("violations", 0)), int(check.get("reported", 0))
    apart = f"; {reported} caused by fixed work or earlier days" if reported else ""
    if broken:
        return Tile("Rule check", f"{broken:,} ✗", f"rules are broken{apart}", "bad")
    return Tile("Rule check", "0 ✓", f"no rule is broken, checked apart from the solver{apart}", "good")


def _costs(report: Mapping[str, Any]) -> list[Tile]:
    costs = {name: float(amount) for name, amount in (report.get("cost") or {}).items() if amount}
    if not costs:
        return []
    own = str((report.get("plan") or {}).get("currency", ""))
    ordered = sorted(costs, key=lambda name: (name != own, -costs[name], name))
    first, *others = ordered
    amounts = {name: f"{short_number(costs[name], 0)}\N{NO-BREAK SPACE}{name}" for name in ordered}
    more = ", ".join(amounts[name] for name in others)
    return [Tile("Cost", amounts[first], f"and {more}" if more else "paid hours")]
