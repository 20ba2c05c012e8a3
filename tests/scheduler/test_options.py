"""What a planner chooses for one plan, in place of what the workspace says."""

from __future__ import annotations

from datetime import date

import pytest

from api.workspace.read import read_workspace
from forecasting.errors import InvalidInput
from forecasting.queues import ChannelKind
from scheduler.options import PlanOptions, with_options
from scheduler.workspace import Workspace
from tests.workspaces import write_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return read_workspace(write_workspace(tmp_path_factory.mktemp("options") / "workspace"))


def test_options_override_the_workspace(workspace: Workspace) -> None:
    changed = with_options(workspace, PlanOptions(start=date(2026, 3, 9), days=2, service_level=0.5))
    assert changed.settings.dates == (date(2026, 3, 9), date(2026, 3, 10))
    for key, queue in changed.queues.items():
        expected = 0.5 if queue.kind is ChannelKind.LIVE else workspace.queues[key].service_level
        assert queue.service_level == expected


@pytest.mark.parametrize(
    "options", [PlanOptions(days=0), PlanOptions(days=367), PlanOptions(service_level=1.0)]
)
def test_options_out_of_range_are_refused(workspace: Workspace, options: PlanOptions) -> None:
    with pytest.raises(InvalidInput):
        with_options(workspace, options)
