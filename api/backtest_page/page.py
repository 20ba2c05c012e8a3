"""Writing the page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from math import isnan
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.backtest_page.series import MOST_CHARTED, charts, queue_scores
from forecasting.backtest import OURS, BacktestReport
from forecasting.queues import Region

__all__ = ["backtest_page"]

HERE = Path(__file__).parent


def backtest_page(report: BacktestReport, *, workspace: str, regions: Mapping[str, Region]) -> str:
    """Return the page as HTML that needs no other file and no network.

    Parameters
    ----------
    workspace
        Its name, for the title.
    regions
        For the wall clocks of their charts.
    """
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    environment.filters["share"] = _share
    environment.filters["signed"] = _signed
    environment.filters["plain"] = _plain
    lines = queue_scores(report)
    numbers = charts(report, regions)
    return environment.get_template("page.html").render(
        workspace=workspace,
        report=report,
        lines=lines,
        total=lines[0],
        methods=numbers["methods"],
        baselines=[method for method in numbers["methods"] if method != OURS],
        ours=OURS,
        left_out=max(0, len(lines) - 1 - MOST_CHARTED),
        style=Markup(_text("page.css")),  # noqa: S704 - our own file
        script=Markup(_text("page.js")),  # noqa: S704 - our own file
        plotly=Markup(_plotly()),  # noqa: S704 - the library as installed
        numbers=Markup(_script_json(numbers)),  # noqa: S704 - made safe there
    )


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def _plotly() -> str:
    return files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")


def _script_json(value: object) -> str:
    """Return JSON that cannot end the script element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _share(value: float) -> str:
    return "–" if isnan(value) else f"{value:.1%}"


def _signed(value: float) -> str:
    return "–" if isnan(value) else f"{value:+.1%}"


def _plain(value: float) -> str:
    return "–" if isnan(value) else f"{value:.2f}"
