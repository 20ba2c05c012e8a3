"""``docs/forecasting.md`` says what the code does."""

from __future__ import annotations

import csv
import doctest
import re
import shlex
from pathlib import Path

import pytest

from api.cli.main import build_parser
from api.workspace.read import read_workspace
from forecasting.drift import DRIFT_LIMIT, SMOOTHING
from forecasting.members import MEDIAN_OF_4_WEEKS
from forecasting.models.protocol import Model
from tests.workspaces import write_workspace

FILE = Path(__file__).parents[2] / "docs" / "forecasting.md"
PAGE = FILE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_example_of_a_model_of_ones_own_runs_as_printed() -> None:
    done = doctest.testfile(str(FILE), module_relative=False, encoding="utf-8")
    assert done.attempted > 15
    assert done.failed == 0


def test_the_example_keeps_the_protocol() -> None:
    """Sunrota's own models are checked against it by mypy; the example has the same members."""
    asked: Model = MEDIAN_OF_4_WEEKS
    assert asked.name
    example = PAGE.split("```python")[1]
    for member in ("name =", "def fit(self, days)", "def forecast(self, calendar)"):
        assert member in example


def test_every_command_is_one() -> None:
    commands = re.findall(r"^    sunrota (.+)$", PAGE, re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        build_parser().parse_args(shlex.split(command))


def test_the_example_of_overrides_is_read(tmp_path: Path) -> None:
    lines = re.findall(r"^    ((?:start,end|2026-).+)$", PAGE, re.MULTILINE)
    assert len(list(csv.reader(lines))) == 3
    workspace = read_workspace(write_workspace(tmp_path / "in", overrides="\n".join(lines) + "\n"))
    fair, late = workspace.overrides
    assert (fair.contacts, fair.factor, fair.channel) == (500.0, None, "phone")
    assert (late.contacts, late.factor, late.channel) == (None, 1.4, None)


def test_the_rule_of_drift_is_the_code_s() -> None:
    assert f"beyond ±{DRIFT_LIMIT}," in PAGE
    assert f"E + {SMOOTHING} (e − E)" in PAGE
