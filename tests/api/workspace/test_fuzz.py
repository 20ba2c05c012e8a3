# ruff: noqa: E501 - lists of odd values read best packed
"""Whatever the files hold, reading ends with a workspace or with InvalidInput."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.workspace.read import Need, read_workspace
from api.workspace.tables.catalogue import TABLES
from forecasting.errors import InvalidInput
from tests.api.workspace.loading import short_contacts
from tests.api.workspace.test_defaults import bare_tables
from tests.workspaces import PLAN, minimal_tables, write_table, write_workspace

FULL = {
    **{name: write_table(rows) for name, rows in {**minimal_tables(), **bare_tables()}.items()},
    "contacts": write_table(short_contacts()[:8]),
}
NAMES = sorted(FULL)

odd_cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "0", "-0", "1e308", "-1", "1e-400", "99999999999999999999", "NaN", "inf", "٣", "１２", "true", "0x10",
            "9999-12-31", "0001-01-01", "2026-02-29", "1970-01-01", "2199-12-31", "2026-03-29T01:00:00Z",
            "2026-03-29T01:30:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-29T24:00:00Z", "00:00", "24:00",
            "mon-sun", "mon-", ";", ";;", "a;a", "a>b;b>a", "lv:*@0.5", "@1", ":", "*:*", "en:phone@1e9",
            "x-private", "en-US-u-ca-gregory", "zh-Hant-TW", "i-klingon", "holidays closed", "daily open;mon closed",
            "mon 00:00-24:00,24:00-24:00", "paid 5 after 0 before 5", "shift ", "start_before 24:00", "\u2028", "\ufeff",
            "Etc/GMT+12", "../../etc/passwd", "=1+1", '"', "a\nb", "\x7f", "GB", "XK", "day", "ann", "gb", "london",
        ]
    ),
)  # fmt: skip


def read_or_refuse(folder: Path, need: Need = Need.PLAN) -> None:
    try:
        read_workspace(folder, need)
    except InvalidInput as error:
        # Whatever was wrong can be said, at bearable length.
        assert all(len(str(fault)) < 1500 for fault in error.faults)


def test_the_full_workspace_is_sound(tmp_path: Path) -> None:
    read_workspace(write_workspace(tmp_path, **FULL))
    assert {"contacts", *TABLES} - {*FULL} == {"tickets"}


def check_odd_cells(data: st.DataObject) -> None:
    tables: dict[str, str] = dict(FULL)
    for name in data.draw(st.sets(st.sampled_from(NAMES), min_size=1, max_size=3)):
        columns = [column.name for column in TABLES[name].columns]
        rows = [dict(row) for row in csv.DictReader(io.StringIO(FULL[name]))]
        for _ in range(data.draw(st.integers(1, 4))):
            row = data.draw(st.sampled_from(rows))
            row[data.draw(st.sampled_from(columns))] = data.draw(odd_cells)
        tables[name] = write_table(rows)
    with TemporaryDirectory() as folder:
        read_or_refuse(write_workspace(Path(folder), **tables))


def check_odd_bytes(name: str, content: bytes, keep: int) -> None:
    with TemporaryDirectory() as folder:
        write_workspace(Path(folder), **FULL)
        file = Path(folder) / ("plan.toml" if name == "plan" else f"{name}.csv")
        file.write_bytes(file.read_bytes()[:keep] + content)
        read_or_refuse(Path(folder))


def check_damage(place: int, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        for source in (ARCHIVE, PARQUET):
            at = place % len(source)
            damaged = source[:at] + content + source[at + len(content) :]
            if source is ARCHIVE:
                (Path(folder) / "in.zip").write_bytes(damaged)
                read_or_refuse(Path(folder) / "in.zip")
            else:
                write_workspace(Path(folder) / "in", **{**FULL, "agents": None})
                (Path(folder) / "in" / "agents.parquet").write_bytes(damaged)
                read_or_refuse(Path(folder) / "in")


def _archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.toml", PLAN)
        for name, text in FULL.items():
            archive.writestr(f"{name}.csv", text)
    return stream.getvalue()


def _parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in minimal_tables()["agents"]]), stream)
    return stream.getvalue()


ARCHIVE, PARQUET = _archive(), _parquet()


odd_cells_anywhere = given(data=st.data())
odd_bytes_anywhere = given(
    name=st.sampled_from([*NAMES, "plan"]), content=st.binary(max_size=200), keep=st.integers(0, 400)
)
damage_anywhere = given(place=st.integers(0, 3000), content=st.binary(min_size=1, max_size=20))
few, many = settings(max_examples=15, deadline=None), settings(max_examples=3000, deadline=None)

test_odd_cells_raise_nothing_but_invalid_input = few(odd_cells_anywhere(check_odd_cells))
test_odd_bytes_raise_nothing_but_invalid_input = few(odd_bytes_anywhere(check_odd_bytes))
test_damage_raises_nothing_but_invalid_input = few(damage_anywhere(check_damage))

test_odd_cells_at_length = pytest.mark.soak(many(odd_cells_anywhere(check_odd_cells)))
test_odd_bytes_at_length = pytest.mark.soak(many(odd_bytes_anywhere(check_odd_bytes)))
test_damage_at_length = pytest.mark.soak(many(damage_anywhere(check_damage)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("agents.csv", b'"'),
        ("agents.csv", b"\r\r\r"),
        ("plan.toml", b"a=" + b"[" * 5000),
        ("plan.toml", b"start = 2026-03-02\ndays = 1" + b"0" * 5000),
    ],
)
def test_hard_files_raise_nothing_but_invalid_input(tmp_path: Path, name: str, content: bytes) -> None:
    write_workspace(tmp_path, **FULL)
    (tmp_path / name).write_bytes(content)
    read_or_refuse(tmp_path)
