"""The tighter of contract and pack holds, and it is known which."""

from __future__ import annotations

from datetime import date

import pytest

from scheduler.contracts import Contract
from scheduler.rules.labour_rules import LabourRules
from scheduler.rules.resolve import resolve_rules
from scheduler.rules.tighter import SHARED_RULES, tighter

DAY = date(2026, 3, 23)
CONTRACT = Contract("full", shifts=("day",), max_week_minutes=2400)


@pytest.mark.parametrize(
    ("rule", "agreed", "lawful", "value", "holder"),
    [
        ("max_week_minutes", 2400, 2880, 2400, "contract full"),
        ("max_week_minutes", 3000, 2880, 2880, "pack X: Act 1"),
        ("max_week_minutes", 2400, 2400, 2400, "contract full"),
        ("max_week_minutes", 2400, None, 2400, "contract full"),
        ("max_days_a_week", 7, 6, 6, "pack X: Act 1"),
        ("max_days_a_week", 5, 6, 5, "contract full"),
        ("max_days_running", None, 6, 6, "pack X: Act 1"),
        ("max_days_running", 5, 6, 5, "contract full"),
        ("min_rest_minutes", 660, 720, 720, "pack X: Act 1"),
        ("min_rest_minutes", 720, 660, 720, "contract full"),
        ("min_rest_minutes", 660, 0, 660, "contract full"),
    ],
)
def test_the_tighter_value_holds(
    rule: str, agreed: int | None, lawful: int | None, value: int, holder: str
) -> None:
    terms = {"max_week_minutes": 2400, rule: agreed}
    contract = Contract("full", ("day",), **terms)  # type: ignore[arg-type]
    rules = LabourRules("X", {rule: "pack X: Act 1"}, **{rule: lawful})  # type: ignore[arg-type]
    limits = tighter(contract, rules)
    assert getattr(limits.contract, rule) == value
    assert limits.holder(rule) == holder


def test_every_shared_rule_is_a_field_of_both() -> None:
    for rule in SHARED_RULES:
        assert hasattr(CONTRACT, rule)
        assert hasattr(LabourRules("X"), rule)


def test_the_rest_of_contract_and_pack_stays() -> None:
    limits = tighter(CONTRACT, resolve_rules("LV", DAY))
    assert limits.contract.shifts == CONTRACT.shifts
    assert limits.contract.min_rest_minutes == 720
    assert limits.rules.night_premium == 0.5
    assert limits.holder("night_premium") == "pack LV: Darba likums art. 67 (1)"
    assert limits.holder("weekends_off") == "contract full"


def test_without_rules_the_contract_is_unchanged() -> None:
    assert tighter(CONTRACT, resolve_rules("none", DAY)).contract == CONTRACT
