"""Shifts that a site's rule pack never allows: a planner must hear of them, or wonders at an empty rota."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.rostering.duties import PatternBook
from scheduler.rostering.person import Place
from scheduler.rules.labour_rules import LabourRules
from scheduler.shifts import ShiftTemplate
from scheduler.workspace import Workspace

__all__ = ["refused_shifts"]


def refused_shifts(workspace: Workspace, place: Place, book: PatternBook) -> Iterator[str]:
    """Yield a sentence for each template and length of the site's contracts that its pack never allows."""
    site, law = place.site, place.law
    if law.plain:
        return
    contracts = {agent.contract for agent in workspace.agents.values() if agent.site == site.name}
    used = {name for contract in contracts for name in workspace.contracts[contract].shifts}
    for number, name in enumerate(sorted(workspace.shifts)):
        template = workspace.shifts[name]
        for length in template.lengths if name in used else ():
            whys = {_why(rules, template, number, length, book) for rules in law.distinct}
            why = next(iter(whys))
            if len(whys) == 1 and why is not None:
                yield (
                    f"Shift {name} of {length} minutes is not planned at site {site.name}: it breaks "
                    f"{why} of rule pack {site.rules}."
                )


def _why(
    rules: LabourRules, template: ShiftTemplate, number: int, length: int, book: PatternBook
) -> str | None:
    if rules.max_shift_minutes is not None and length > rules.max_shift_minutes:
        return "max_shift_minutes"
    if rules.max_day_minutes is not None and template.paid_minutes(length) > rules.max_day_minutes:
        return "max_day_minutes"
    return "the rules on breaks" if book.number(number, length, rules) < 0 else None
