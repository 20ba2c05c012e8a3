"""The page on the data contract, made from the declarations that the reader itself goes by.

``python -m api.workspace.documentation`` writes it to standard output.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from api.workspace.faults import MAX_TOLD
from api.workspace.needs import NEEDED
from api.workspace.plan_toml import RATE, SETTINGS, SOLVER_SETTINGS, STAFFING_SETTINGS, WEIGHTS, Setting
from api.workspace.raw import MAX_CELL_CHARACTERS
from api.workspace.schema import Column, Table
from api.workspace.source import MAX_MEMBERS, MAX_TOTAL_BYTES
from api.workspace.tables.catalogue import TABLES
from scheduler.results import OPTIONAL_COLUMNS, TABLE_COLUMNS

__all__ = ["workspace_page"]

_INTRODUCTION = f"""\
# The workspace

A workspace is a folder, or a .zip of one, with `plan.toml` and tables. Each table is a UTF-8 CSV file (with
or without byte-order mark, separated by commas) or a Parquet file with the same columns. Columns marked *
are required; every other column may be left out or left blank, and then has its default.

- **Instants** are RFC 3339 with offset: `2026-03-29T01:00:00Z`. **Dates** (`2026-03-29`) are local to the
  site for people and to the region for customers. **Times of day** are `HH:MM` on the wall clock; `24:00`
  ends a day.
- **Weekdays** are `mon` … `sun`; `mon;wed-fri` names several. **Lists** in a cell are separated by `;`.
- **Languages** are BCP 47 tags, compared after canonicalising, exactly: `pt` does not serve `pt-BR` unless
  listed.
- **Text is text**: a cell that begins with `=` is no formula. Blanks around a cell are not part of it.
- Documentation (`*.md`, `*.txt`, `LICENSE*`), hidden files and sub-folders are left aside. Any other unknown
  file, and any unknown column, is refused by name.
- Every fault names file, row (the header is row 1), column, value and rule. A load reports all of them at
  once, the first {MAX_TOLD} in words, and changes nothing if there is one. In the tables of contacts,
  tickets and requirements the same wrong value is told once, with the number of its rows.
- All files together hold at most {MAX_TOTAL_BYTES >> 20:,} MiB, an archive at most {MAX_MEMBERS:,} files, a
  cell at most {MAX_CELL_CHARACTERS:,} characters.

How the rules are meant is in [rules.md](rules.md).
"""


def workspace_page() -> str:
    """Return the page as Markdown."""
    parts = [_INTRODUCTION, _needs(), _plan()]
    parts += [_table(table) for table in TABLES.values()]
    parts.append(_results())
    return "\n".join(parts)


def _needs() -> str:
    rows = (
        (f"`{need}`", "`plan.toml`", *(" or ".join(f"`{name}`" for name in group) for group in groups))
        for need, groups in NEEDED.items()
    )
    lines = [f"- {name}: {', '.join(files)}" for name, *files in rows]
    return "\n".join(
        [
            "## Which files are needed",
            "",
            *lines,
            "",
            "`backtest` needs what `forecast` needs; `staff` needs contacts or tickets too, unless it is",
            "given a forecast; `rota` needs a requirement, in the workspace or beside it.",
            "",
        ]
    )


def _plan() -> str:
    return "\n".join(
        [
            "## plan.toml",
            "",
            *_settings("", SETTINGS),
            *_settings("staffing.", STAFFING_SETTINGS),
            *_settings("solver.", SOLVER_SETTINGS),
            *_settings("weights.", WEIGHTS),
            *_settings("rates.", {"XXX": RATE}),
            "",
            "Costs in a currency without a rate are reported apart and weigh nothing.",
            "",
        ]
    )


_RESULTS = """\
## Results

A plan's folder holds these files, written together or not at all; that of `simulate` holds `service.csv`,
`service_intervals.csv` and `report.json`. Instants are in UTC; `breaks` are
`start/end/paid` or `start/end/unpaid`, separated by `;`; only `work` in `timeline.csv` names a queue.
"""


def _results() -> str:
    lines = [
        f"- `{file}`: {', '.join(f'`{name}`' for name in columns)}{_optional(file)}"
        for file, columns in TABLE_COLUMNS.items()
    ]
    report = "status, objective and its terms, bound, gap, rule check, coverage, service, cost, warnings"
    return "\n".join([_RESULTS, *lines, f"- `report.json`: {report}", ""])


def _optional(file: str) -> str:
    names = " and ".join(f"`{name}`" for name in OPTIONAL_COLUMNS.get(file, ()))
    return f"; where overrides are in effect, {names} too" if names else ""


def _settings(prefix: str, settings: Mapping[str, Setting]) -> Iterable[str]:
    if not prefix:
        yield "| setting | default | must be | meaning |"
        yield "| --- | --- | --- | --- |"
    for name, setting in settings.items():
        shown = f"`{prefix}{name}`" + ("*" if setting.required else "")
        yield f"| {shown} | {setting.default_text} | {setting.parser.rule} | {setting.meaning} |"


def _table(table: Table) -> str:
    lines = [f"## {table.name}.csv", "", table.meaning, ""]
    lines += ["| column | default | must be | meaning |", "| --- | --- | --- | --- |"]
    lines += [_column(column) for column in table.columns]
    lines += ["", *(f"- {rule}" for rule in table.rules)]
    if table.key:
        lines.append(f"- One row for each {', '.join(f'`{name}`' for name in table.key)}.")
    return "\n".join([*lines, ""]).replace("\n\n\n", "\n\n")


def _column(column: Column) -> str:
    star = "*" if column.required else ""
    default = "" if column.required else column.default_text or _show(column.default)
    return f"| `{column.name}`{star} | {default} | {_rule(column)} | {column.meaning} |"


def _rule(column: Column) -> str:
    if column.refers_to is None:
        return column.parser.rule
    if column.pick is None:
        several = ", or several separated by ;" if "separated" in column.parser.rule else ""
        return f"one of `{column.refers_to}`{several}"
    return f"{column.parser.rule}; names are those of `{column.refers_to}`"


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.stdout.write(workspace_page())
