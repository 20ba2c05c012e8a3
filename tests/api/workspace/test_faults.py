"""Collecting faults, and the words in which they are told."""

from __future__ import annotations

from api.workspace.faults import MAX_TOLD, FaultList, brief, did_you_mean


def test_faults_beyond_the_first_hundred_are_counted() -> None:
    faults = FaultList()
    for number in range(MAX_TOLD):
        assert not faults.full
        faults.add("must be", file="t.csv", row=number)
    assert faults.full
    assert len(faults.error().faults) == MAX_TOLD
    faults.add("must be", file="t.csv")
    faults.count_untold(1_000_000)
    assert len(faults) == MAX_TOLD + 1_000_001
    assert str(faults.error().faults[-1]) == "… and 1,000,001 more"


def test_errors_are_quoted_briefly() -> None:
    assert brief(ValueError("first\nsecond")) == "first"
    assert len(brief(ValueError("x" * 10_000))) == 200


def test_hints_are_near_words_of_few() -> None:
    assert did_you_mean("agent", ["agents", "sites"]) == "; did you mean 'agents'?"
    assert did_you_mean("zzz", ["agents", "sites"]) == ""
    assert did_you_mean("agent", ["agents", *map(str, range(3000))]) == ""
