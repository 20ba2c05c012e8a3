"""Two Ray nodes on this machine, and what they make of a forecast beside what one process makes of it.

``python -m tests.api.ray_main WORKSPACE OUT`` prints one JSON document.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from api.cli.main import main
from api.cluster import fan_out_over
from api.workspace.read import Need, read_workspace
from forecasting.errors import InvalidInput
from forecasting.fan_out import FanOut, in_turn
from forecasting.forecast import ForecastResult
from forecasting.grouped import forecast_in_groups
from forecasting.queues import QueueKey
from scheduler.workspace import Workspace

GROUP = 2


def forecast_by(fan_out: FanOut, workspace: Workspace) -> ForecastResult:
    """Forecast a workspace in groups of two queues."""
    assert workspace.history is not None
    return forecast_in_groups(
        workspace.history,
        queues=workspace.queues,
        regions=workspace.regions,
        events=workspace.events,
        start=workspace.settings.start,
        days=workspace.settings.days,
        interval_minutes=workspace.settings.interval_minutes,
        fan_out=fan_out,
        most=GROUP,
    )


def where(_: int) -> str:
    """Return the id of the node that this runs on, busy for a moment so that no node gets all the work."""
    import time

    time.sleep(1.0)
    ray: Any = importlib.import_module("ray")
    return str(ray.get_runtime_context().get_node_id())


def fault_from(fan_out: FanOut, workspace: Workspace) -> list[str]:
    """Return the faults of a forecast that cannot be made, as they come back."""
    stranger = QueueKey("mars", "en", "phone")
    some = next(iter(workspace.queues.values()))
    broken: Any = {**workspace.queues, stranger: some}
    history = workspace.history
    assert history is not None
    try:
        forecast_in_groups(
            history,
            queues=broken,
            regions=workspace.regions,
            events=(),
            start=workspace.settings.start,
            days=1,
            interval_minutes=30,
            fan_out=fan_out,
            most=GROUP,
        )
    except InvalidInput as error:
        return [f"{fault.column} {fault.value} {fault.code}" for fault in error.faults]
    return []


def same(one: ForecastResult, other: ForecastResult) -> bool:
    """Whether two forecasts are equal to the last bit."""
    pd.testing.assert_frame_equal(one.forecast.frame, other.forecast.frame, check_exact=True)
    pd.testing.assert_frame_equal(one.models, other.models, check_exact=True)
    return one.dispersion == other.dispersion and one.notes == other.notes


def run(folder: str, out: str) -> dict[str, object]:
    """Do all of it."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster_utils: Any = importlib.import_module("ray.cluster_utils")
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        workspace = read_workspace(Path(folder), Need.FORECAST)
        local = forecast_by(in_turn, workspace)
        with fan_out_over(cluster.address) as fan_out:
            sizes: list[int] = []

            def counting(work: Any, items: Sequence[Any], /) -> Iterable[Any]:
                sizes.append(len(items))
                return fan_out(work, items)

            spread = forecast_by(counting, workspace)
            nodes = len(set(fan_out(where, list(range(4)))))
            faults = fault_from(fan_out, workspace)
        command = ["forecast", folder, "--out", f"{out}/ray", "--ray", cluster.address, "--json"]
        status = main(command) or main(["forecast", folder, "--out", f"{out}/here", "--json"])
        files = [Path(out, place, "forecast.csv").read_bytes() for place in ("ray", "here")]
        return {
            "groups": sizes,
            "nodes": nodes,
            "same": same(local, spread),
            "faults": faults,
            "command": status,
            "same_files": files[0] == files[1],
        }
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    document = json.dumps(run(*sys.argv[1:3]))
    Path(sys.argv[2], "result.json").write_text(document, encoding="utf-8")
