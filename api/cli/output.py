"""What a command prints: words for people on a terminal, or one JSON document for programs.

Results go to standard output, progress and errors to standard error, so that pipes stay clean.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from forecasting.errors import Fault
from scheduler.progress import Progress, ProgressReport

__all__ = ["EXIT_BAD_INPUT", "EXIT_BROKEN", "EXIT_DONE", "Output", "StopRequest", "records"]

EXIT_DONE = 0
EXIT_BROKEN = 1
EXIT_BAD_INPUT = 2
FILE_COLUMNS = 200


class StopRequest:
    """Ctrl-C or SIGTERM: the first asks for the best result so far, a second one ends at once."""

    def __init__(self) -> None:
        self._asked = False

    def __call__(self) -> bool:
        """Tell whether a stop was asked for."""
        return self._asked

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        print("\nStopping with the best rota so far; once more ends at once.", file=sys.stderr)  # noqa: T201

    @contextmanager
    def listening(self) -> Iterator[StopRequest]:
        """Take over the signals while the block runs."""
        before = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


class Output:
    """One command's output.

    Parameters
    ----------
    as_json
        Print one JSON document instead of words.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False, soft_wrap=True)
        if not self.console.is_terminal:
            # A file or a pipe has no width; cells must not be folded for one.
            self.console = Console(highlight=False, soft_wrap=True, width=FILE_COLUMNS)
        self._errors = Console(stderr=True, highlight=False)

    def document(self, document: Mapping[str, object]) -> None:
        """Print a JSON document."""
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")

    def table(self, title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        """Print a table; columns whose cells are all numbers stand right."""
        cells = [[_cell(value) for value in row] for row in rows]
        table = Table(title=title, title_justify="left", title_style="bold")
        for place, name in enumerate(columns):
            numeric = bool(cells) and all(_is_number(row[place]) for row in cells)
            table.add_column(name, justify="right" if numeric else "left", overflow="fold")
        for row in cells:
            table.add_row(*row)
        self.console.print(table)

    def faults(self, faults: Iterable[Fault]) -> None:
        """Report everything that is wrong with an input."""
        listed = list(faults)
        if self.as_json:
            self.document(
                {
                    "status": "invalid_input",
                    "faults": [
                        {
                            "file": fault.file,
                            "row": fault.row,
                            "column": fault.column,
                            "value": fault.value,
                            "rule": fault.rule,
                            "code": fault.code,
                        }
                        for fault in listed
                    ],
                }
            )
            return
        for fault in listed:
            self._errors.print(f"[red]error[/]: {_plain(str(fault))}", soft_wrap=True)
        count = "one fault" if len(listed) == 1 else f"{len(listed)} faults"
        self._errors.print(f"{count}; nothing was changed.")

    def error(self, code: str, message: str) -> None:
        """Report one error that has no place in a file."""
        if self.as_json:
            self.document({"status": code, "message": message})
        else:
            self._errors.print(f"[red]error[/]: {_plain(message)}", soft_wrap=True)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show progress on standard error: a bar on a terminal, elsewhere a line for each new stage."""
        if self.as_json or not self._errors.is_terminal:
            yield _Stages(None if self.as_json else self._errors)
            return
        bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=self._errors,
            transient=True,
        )
        with bar:
            task = bar.add_task("Starting", total=1.0)

            def show(report: ProgressReport) -> None:
                bar.update(task, description=_plain(report.message), completed=report.done)

            yield show


class _Stages:
    """Prints the first message of each stage; without a console, nothing."""

    def __init__(self, console: Console | None) -> None:
        self._console = console
        self._stage = ""

    def __call__(self, report: ProgressReport) -> None:
        if self._console is not None and report.stage != self._stage:
            self._stage = report.stage
            self._console.print(f"{report.stage}: {_plain(report.message)}", soft_wrap=True)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows as JSON holds them: dates as text, what is not known as null."""
    text = frame.to_json(orient="records", date_format="iso", double_precision=15, default_handler=str)
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def _plain(text: str) -> str:
    # Brackets in data must not be read as rich's markup.
    return text.replace("[", r"\[")


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return "–" if value != value else f"{value:,.3f}" if abs(value) < 1 else f"{value:,.1f}"  # noqa: PLR0124 (NaN)
    return _plain(str(value))


def _is_number(text: str) -> bool:
    return text == "–" or text.translate(str.maketrans("", "", ",.-+%")).isdigit()
