"""Rules of a company's own packs, and the packs that sites name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from api.workspace.faults import FaultList
from api.workspace.parse import ParsedTable
from api.workspace.tables.team import build_rules
from forecasting.errors import InvalidInput
from scheduler.rules.resolve import RuleBook

__all__ = ["check_rule_packs"]


def check_rule_packs(tables: Mapping[str, ParsedTable], faults: FaultList) -> None:
    """Check that every rule is known and readable, and every site's pack there is."""
    rules = tables.get("rules")
    known = set(RuleBook().packs)
    if rules is not None:
        if not rules.usable:
            # Which packs it would have made is unknown, which is no fault of the sites.
            return
        known |= rules.known("pack")
        try:
            RuleBook(build_rules(rules))
        except InvalidInput as error:
            for fault in error.faults:
                faults.add(**vars(replace(fault, file=rules.file)))
    if "sites" in tables and tables["sites"].usable:
        _check_sites(tables["sites"], known, faults)


def _check_sites(sites: ParsedTable, known: set[str], faults: FaultList) -> None:
    for place, row in list(sites.places()):
        if row["rules"] not in known:
            rule = f"rules must be a shipped pack or one of rules.csv: {', '.join(sorted(known))}"
            sites.blame(faults, place, "rules", rule, "unknown_pack")
