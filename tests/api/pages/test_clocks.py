"""The clocks that a plan's page is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.pages.clocks import zone_offsets
from forecasting.timegrid import to_local

ZONES = ["UTC", "Europe/Riga", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia"]


@pytest.mark.parametrize("zone", ZONES)
def test_offsets_are_those_of_the_zone(zone: str) -> None:
    first = datetime(2026, 3, 1, 10, 7, tzinfo=UTC)
    last = first + timedelta(days=60)
    spans = zone_offsets([zone], int(first.timestamp()) // 60, int(last.timestamp()) // 60)[zone]
    assert spans[0][0] <= first.timestamp() / 60
    assert spans[-1] == (spans[-1][0], None)
    assert spans[-1][0] >= last.timestamp() / 60
    for step in range(0, 60 * 24 * 60, 15):
        instant = first.replace(minute=0) + timedelta(minutes=step)
        said = [offset for start, offset in spans if start <= instant.timestamp() / 60][-1]
        assert timedelta(minutes=said or 0) == to_local(instant, zone).utcoffset(), instant
