"""Reading whole workspaces."""

from __future__ import annotations

from pathlib import Path

from api.workspace.read import Need, read_workspace
from forecasting.queues import ChannelKind, QueueKey
from tests.workspaces import write_workspace


def test_the_minimal_workspace_is_read_with_every_default(tmp_path: Path) -> None:
    workspace = read_workspace(write_workspace(tmp_path))
    phone = workspace.queues[QueueKey("gb", "en", "phone")]
    assert (phone.kind, phone.service_level, phone.answer_within_seconds) == (ChannelKind.LIVE, 0.8, 20)
    assert workspace.queues[QueueKey("gb", "en", "email")].kind is ChannelKind.DEFERRED
    assert list(workspace.agents) == ["ann", "bob", "cyd"]
    assert workspace.agents["cyd"].speed("gb", "en", "phone") == 0.8
    assert workspace.history is not None
    assert workspace.history.interval_minutes == 60
    assert len(workspace.history.frame) == 2 * 56 * 24


def test_each_need_reads_what_it_needs(tmp_path: Path) -> None:
    demand_only = write_workspace(tmp_path, sites=None, contracts=None, shifts=None, agents=None)
    assert read_workspace(demand_only, Need.FORECAST).agents == {}
    assert read_workspace(demand_only, Need.STAFF).history is not None
