"""How values of rules are written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.rules.values import (
    MINUTE_LIST,
    MINUTE_TIERS,
    SHARE,
    SHARE_TIERS,
    STACKING,
    TIME_OF_DAY,
    TRUTH,
    Stacking,
    Tier,
    ValueKind,
    tier_value,
    whole,
)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (whole(0, 660), "660", 660),
        (TIME_OF_DAY, "22:00", 1320),
        (TRUTH, "false", False),
        (SHARE, "0.25", 0.25),
        (SHARE, "1", 1.0),
        (STACKING, "multiply", Stacking.MULTIPLY),
        (MINUTE_LIST, "300; 600", (300, 600)),
        (MINUTE_TIERS, "360:30;540:45", (Tier(360, 30), Tier(540, 45))),
        (MINUTE_TIERS, ">=240:30; >=480:60", (Tier(240, 30, True), Tier(480, 60, True))),
        (SHARE_TIERS, "480:0.5;720:1.0", (Tier(480, 0.5), Tier(720, 1.0))),
    ],
)
def test_values_are_read(kind: ValueKind, text: str, value: object) -> None:
    assert kind.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (whole(1, 660), "0"),
        (whole(1, 660), "661"),
        (whole(1, 660), "-5"),
        (whole(1, 660), "11h"),
        (whole(1, 660), "٦٦٠"),
        (TIME_OF_DAY, "22"),
        (TIME_OF_DAY, "22:03"),
        (TRUTH, "True"),
        (SHARE, "25 %"),
        (SHARE, "25"),
        (SHARE, "nan"),
        (STACKING, "sum"),
        (MINUTE_LIST, "600;300"),
        (MINUTE_LIST, "300;2000"),
        (MINUTE_TIERS, "360"),
        (MINUTE_TIERS, "540:45;360:30"),
        (MINUTE_TIERS, "360:30;360:45"),
        (MINUTE_TIERS, "360:0.5"),
        (MINUTE_TIERS, "<=360:30"),
        (MINUTE_TIERS, "360:30;"),
        (SHARE_TIERS, "480:25"),
        (SHARE_TIERS, "482:0.5"),
    ],
)
def test_what_is_no_value_is_refused(kind: ValueKind, text: str) -> None:
    with pytest.raises(ValueError):
        kind.read(text)


def test_a_tier_begins_beyond_its_threshold_or_at_it() -> None:
    beyond, reached = (Tier(360, 30),), (Tier(360, 30, reached=True),)
    assert [tier_value(beyond, minutes) for minutes in (355, 360, 361)] == [0, 0, 30]
    assert [tier_value(reached, minutes) for minutes in (355, 360, 361)] == [0, 30, 30]


@given(st.lists(st.integers(0, 1440), min_size=1, max_size=5, unique=True), st.integers(0, 1500))
def test_the_last_tier_that_applies_counts(thresholds: list[int], minutes: int) -> None:
    text = ";".join(f"{threshold}:{threshold + 1}" for threshold in sorted(thresholds))
    tiers = MINUTE_TIERS.read(text)
    assert isinstance(tiers, tuple)
    expected = max((threshold + 1 for threshold in thresholds if threshold < minutes), default=0)
    assert tier_value(tiers, minutes) == expected
