from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.splitting import split_rows


@settings(max_examples=50)
@given(
    counts=st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1e6)), min_size=1, max_size=60),
    parts=st.sampled_from([2, 3, 4, 8, 48]),
    first=st.integers(0, 47),
)
def test_parts_of_a_row_are_not_negative_and_sum_to_it(counts: list[float], parts: int, first: int) -> None:
    rows = np.array(counts)
    number = np.full(len(rows), parts)
    slots = (first + np.arange(len(rows)) * parts) % 48
    values, row = split_rows(rows, number, slots, np.ones(48, dtype=bool))
    assert np.nan_to_num(values).min() >= 0
    for each, count in enumerate(rows):
        own = values[row == each]
        assert len(own) == parts
        assert np.isnan(own).all() if np.isnan(count) else own.sum() == pytest.approx(count)


def test_closed_slots_get_nothing_unless_the_whole_row_is_closed() -> None:
    is_open = np.arange(24) >= 8
    values, _ = split_rows(np.array([10.0, 6.0]), np.array([12, 6]), np.array([0, 0]), is_open)
    assert values[:8].tolist() == [0.0] * 8
    assert values[8:12].sum() == pytest.approx(10)
    assert values[12:].sum() == pytest.approx(6)


def test_a_row_between_a_quiet_and_a_busy_one_rises() -> None:
    counts = np.tile([4.0, 8.0, 40.0, 8.0], 7)
    values, row = split_rows(counts, np.full(28, 4), np.tile([0, 4, 8, 12], 7), np.ones(16, dtype=bool))
    second = values[row == 1]
    assert (np.diff(second) > 0).all()
