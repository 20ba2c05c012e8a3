"""Contract and rule pack together: the tighter of the two holds, and who binds is known by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scheduler.contracts import Contract
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.resolve import RuleBook

__all__ = ["SHARED_RULES", "LimitBook", "Limits", "tighter"]

SHARED_RULES: Mapping[str, Callable[[int, int], int]] = {
    "max_week_minutes": min,
    "max_days_a_week": min,
    "max_days_running": min,
    "min_rest_minutes": max,
}
"""Rules that both a contract and a pack may state, under the same name and with the same meaning, and how the
tighter of two values is found. Every other rule is one of the two alone."""


@dataclass(frozen=True)
class Limits:
    """What binds an agent while the same rules are in force.

    Parameters
    ----------
    contract
        The contract with the tighter value of every shared rule: whatever reads contracts may read this one.
    rules
        The pack's rules.
    holders
        For messages: who states the value that holds, by shared rule.
    """

    contract: Contract
    rules: LabourRules
    holders: Mapping[str, str]

    def by_pack(self, rule: str) -> bool:
        """Tell whether the pack, and not the contract, states the value of a rule that holds."""
        return self.holder(rule) != f"contract {self.contract.name}"

    def holder(self, rule: str) -> str:
        """Return who states the value of a rule: ``contract full`` or ``pack DE: ArbZG § 5 (1)``."""
        if rule in self.holders:
            return self.holders[rule]
        if rule in self.rules.sources:
            return self.rules.source(rule)
        return f"contract {self.contract.name}"


def tighter(contract: Contract, rules: LabourRules) -> Limits:
    """Return the limits that hold for a contract under a pack's rules.

    Where both state the same value it is the contract's.

    Examples
    --------
    >>> contract = Contract("full", shifts=("day",), max_week_minutes=2400, min_rest_minutes=600)
    >>> source = {"min_rest_minutes": "pack EU: Art. 3"}
    >>> rules = LabourRules("EU", source, min_rest_minutes=660)
    >>> limits = tighter(contract, rules)
    >>> limits.contract.min_rest_minutes, limits.holder("min_rest_minutes"), limits.holder("max_week_minutes")
    (660, 'pack EU: Art. 3', 'contract full')
    """
    held: dict[str, int] = {}
    holders: dict[str, str] = {}
    for rule, pick in SHARED_RULES.items():
        agreed: int | None = getattr(contract, rule)
        lawful: int | None = getattr(rules, rule)
        if lawful is not None and (agreed is None or pick(agreed, lawful) != agreed):
            held[rule] = lawful
            holders[rule] = rules.source(rule)
        elif agreed is not None:
            holders[rule] = f"contract {contract.name}"
    return Limits(replace(contract, **held), rules, holders)  # type: ignore[arg-type]


class LimitBook:
    """Contracts under packs on any date; each pair is put together once.

    Parameters
    ----------
    book
        The packs.
    """

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._limits: dict[tuple[str, int], Limits] = {}

    def on(self, contract: Contract, pack: str, day: date) -> Limits:
        """Return what binds under a contract at a site with this pack on a date."""
        rules = self.book.on(pack, day)
        key = contract.name, id(rules)
        if key not in self._limits:
            self._limits[key] = tighter(contract, rules)
        return self._limits[key]
