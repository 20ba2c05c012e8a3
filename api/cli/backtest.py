"""``backtest``: how good the forecast would have been, against what anyone could do."""

from __future__ import annotations

import argparse
from collections.abc import Hashable, Mapping
from math import isnan
from pathlib import Path
from typing import Any

from api.backtest_page.page import backtest_page
from api.backtest_page.series import carried_by
from api.cli.arguments import Commands, add_command, whole_number
from api.cli.output import EXIT_DONE, Output, records
from api.files import write_text
from api.workspace.read import Need, read_workspace
from forecasting.backtest import backtest
from forecasting.errors import InvalidInput
from forecasting.tables import QUEUE_COLUMNS
from scheduler.progress import ProgressReport

__all__ = ["add_commands"]

SHOWN = {
    "WAPE": ("wape", True),
    "of days": ("wape_day", True),
    "bias": ("bias", True),
    "MASE": ("mase", False),
    "pinball": ("pinball", False),
    "in 80 % band": ("coverage_80", True),
    "noise floor": ("floor", True),
}
"""Columns of the printed table: the measure, and whether it is a share."""


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "backtest",
        _backtest,
        summary="forecast the past from before it, and measure the errors beside two simple methods",
        example="sunrota backtest sample_data/global_support --horizon 14 --origins 4",
    )
    parser.add_argument("--horizon", type=whole_number, default=14, metavar="DAYS", help="default 14")
    parser.add_argument(
        "--origins", type=whole_number, default=4, metavar="N", help="forecasts to make, default 4"
    )
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page with charts here, in one file of its own"
    )


def _backtest(options: argparse.Namespace, output: Output) -> int:
    workspace = read_workspace(options.workspace, Need.FORECAST)
    if workspace.history is None:
        raise InvalidInput("a backtest needs contacts.csv or tickets.csv")
    with output.progress() as show:

        def tell(done: float, message: str) -> None:
            show(ProgressReport("backtest", done, message))

        measured = backtest(
            workspace.history,
            queues=workspace.queues,
            regions=workspace.regions,
            events=workspace.events,
            interval_minutes=workspace.settings.interval_minutes,
            horizon_days=options.horizon,
            origins=options.origins,
            on_progress=tell,
        )
    if options.html is not None:
        name = options.workspace.resolve().name
        write_text(backtest_page(measured, workspace=name, regions=workspace.regions), options.html)
    table = measured.table
    if output.as_json:
        models = measured.models.assign(origin=measured.models["origin"].astype(str))
        output.document({"status": "done", "rows": records(table), "models": records(models)})
    else:
        output.table(
            f"{len(measured.origins)} forecasts of {options.horizon} days from before them",
            ["queue", "method", *SHOWN],
            [
                ["/".join(row[name] for name in QUEUE_COLUMNS), row["method"], *_cells(row)]
                for row in table.to_dict("records")
            ],
        )
        output.table(
            "Models that carry each queue's forecast, in the last window",
            ["queue", "models"],
            [["/".join(key), words] for key, words in carried_by(measured).items()],
        )
        if options.html is not None:
            output.console.print(f"Written to {options.html}", markup=False)
    return EXIT_DONE


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    """Return shares as percentages, other measures as they are, what is not known as a dash."""
    cells = []
    for column, (name, share) in SHOWN.items():
        value = float(row[name])
        sign = "+" if column == "bias" else ""
        cells.append("–" if isnan(value) else f"{value:{sign}.1%}" if share else f"{value:.2f}")
    return cells
