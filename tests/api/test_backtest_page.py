"""The page of a backtest: whole, self-contained, true to the table, and proof against names."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from api.backtest_page.page import backtest_page
from api.backtest_page.series import charts, queue_scores
from api.cli.main import main
from forecasting.backtest import OURS
from tests.api.backtests import NASTY, REGIONS, small_report
from tests.workspaces import write_workspace


class Reader(HTMLParser):
    """Elements with their attributes, texts of table cells, and what each script holds."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.scripts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))
        self._inside.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")
        elif tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "script" in self._inside[-1:]:
            self.scripts[-1] += data
        elif any(tag in ("th", "td") for tag in self._inside):
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def page() -> str:
    return backtest_page(small_report(), workspace=NASTY, regions=REGIONS)


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_nothing_is_fetched_from_anywhere(read: Reader) -> None:
    assert len(read.scripts) == 3
    for tag, attributes in read.elements:
        assert not {"src", "href", "data", "action", "srcset", "style"} & attributes.keys(), tag
        assert tag not in ("link", "img", "iframe", "object", "base", "form"), tag
        assert not any(name.startswith("on") for name in attributes), tag
    policy = next(attributes for _, attributes in read.elements if "http-equiv" in attributes)
    assert (policy["content"] or "").startswith("default-src 'none'")


def test_names_are_text_wherever_they_stand(page: str, read: Reader) -> None:
    # As a name it ends no script and opens no element: only data and text hold it.
    assert "<script>document.title" not in page
    assert "<img" not in page
    assert "<b>bold" not in page
    assert read.rows[2][0].startswith(NASTY) or read.rows[3][0].startswith(NASTY)
    numbers = json.loads(read.scripts[0])
    assert any(queue["label"].startswith(NASTY) for queue in numbers["queues"])


def test_the_table_has_every_queue_and_every_method(read: Reader) -> None:
    report = small_report()
    header, *lines = read.rows
    assert [line[0] for line in lines] == [line.label for line in queue_scores(report)]
    assert len({len(line) for line in read.rows}) == 1
    assert header[2:5] == ["WAPE" + method for method in report.table["method"].unique().tolist()]
    total = report.table[report.table["language"] == "all"].set_index("method")
    assert lines[0][0] == "All queues"
    assert lines[0][1] == f"{float(total['contacts'][OURS]):,.0f}"
    assert lines[0][2:5] == [f"{value:.1%}" for value in total["wape"]]
    # Quantiles of a sum are not known: a dash, never "nan".
    assert lines[0][-3] == "–"
    assert [line[-1] for line in lines] == ["–", *["trees <i> 75%, weekly profile 25%"] * 3]
    assert not any("nan" in cell.lower() for line in lines for cell in line)
    contacts = [float(line[1].replace(",", "")) for line in lines[1:]]
    assert contacts == sorted(contacts, reverse=True)


def test_the_lowest_error_is_bold(page: str) -> None:
    for line in queue_scores(small_report()):
        assert line.best == OURS
        assert f"<b>{line.wape[OURS]:.1%}</b>" in page


def test_the_charts_hold_what_the_table_says() -> None:
    report = small_report()
    numbers: dict[str, Any] = charts(report, REGIONS)
    queues = {queue["label"]: queue for queue in numbers["queues"]}
    assert next(iter(queues)) == "All queues"
    assert queues["All queues"]["detail"] is None
    for label, line in zip(numbers["bars"]["labels"], queue_scores(report)[1:], strict=True):
        days = queues[label]["days"]
        assert sum(days["actual"]) == pytest.approx(line.contacts)
        assert len(days["x"]) == 14
        errors = np.abs(np.subtract(days["means"][OURS], days["actual"])).sum() / line.contacts
        assert errors == pytest.approx(line.ours["wape_day"], abs=1e-4)
    assert numbers["lead"]["days"] == list(range(1, 8))
    own = report.pieces[report.pieces["method"] == OURS]
    inside = (own["actual"] >= own["p10"]) & (own["actual"] <= own["p90"])
    last = own["day"] - own["origin"].dt.tz_localize(None).to_numpy().astype("datetime64[D]").astype(int) == 6
    assert numbers["lead"]["coverage"][-1] == pytest.approx(inside[last].mean(), abs=1e-4)


def test_the_last_window_is_shown_on_the_regions_wall_clock() -> None:
    queues = charts(small_report(), REGIONS)["queues"]
    london = next(queue["detail"] for queue in queues if queue["detail"] and "phone" in queue["label"])
    india = next(queue["detail"] for queue in queues if queue["detail"] and "hi" in queue["label"])
    # The 29th of March 2026 has no 01:00 in London; whole UTC hours are half past in India.
    assert len(london["x"]) == 7 * 24 - 1
    assert london["x"][0] == "2026-03-23T00:00"
    assert "2026-03-29T00:00" in london["x"]
    assert "2026-03-29T01:00" not in london["x"]
    assert india["x"][0] == "2026-03-23T00:30"
    assert (london["zone"], india["zone"]) == ("Europe/London", "Asia/Kolkata")


def test_a_window_that_was_not_forecast_breaks_the_line() -> None:
    report = small_report()
    day = int(np.datetime64("2026-03-20", "D").astype(int))
    hole = report.pieces[report.pieces["day"] != day]
    numbers = charts(replace(report, pieces=hole), REGIONS)
    days = numbers["queues"][0]["days"]
    assert days["actual"][days["x"].index("2026-03-20")] is None
    assert len(days["x"]) == 14


def test_where_windows_overlap_the_later_one_is_drawn() -> None:
    report = small_report()
    early = report.pieces["origin"] == report.pieces["origin"].min()
    again = report.pieces[early].assign(origin=report.pieces["origin"].min() - pd.Timedelta(days=7), mean=1e6)
    numbers = charts(replace(report, pieces=pd.concat([report.pieces, again], ignore_index=True)), REGIONS)
    assert numbers["queues"] == charts(report, REGIONS)["queues"]


@pytest.mark.slow
def test_the_command_writes_the_page_or_says_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = 'start = 2026-03-23\ndays = 7\ninterval_minutes = 60\ncurrency = "GBP"\n'
    workspace = write_workspace(tmp_path / "a <b> & 'c'", plan=plan)
    command = ["backtest", str(workspace), "--horizon", "7", "--origins", "1"]
    assert main([*command, "--html", str(tmp_path / "page.html")]) == 0
    written = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<strong>a &lt;b&gt; &amp; &#39;c&#39;</strong>" in written
    assert "gb · en · phone" in written
    assert "page.html" in capsys.readouterr().out
    assert main([*command, "--html", str(tmp_path / "no" / "page.html")]) == 2
    assert "the file cannot be written: No such file" in capsys.readouterr().err
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a <b> & 'c'", "page.html"]
