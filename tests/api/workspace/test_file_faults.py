"""Faults of whole files: which are there, how they are encoded, what their headers say."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from api.workspace.read import Need, read_workspace
from forecasting.errors import Fault, InvalidInput
from tests.api.workspace.loading import change, faults_of, load_faults, short_contacts
from tests.workspaces import minimal_tables, write_table, write_workspace

AGENTS = write_table(minimal_tables()["agents"])
REGIONS = write_table(minimal_tables()["regions"])


def places(faults: tuple[Fault, ...]) -> list[tuple[str | None, int | None, str | None, str]]:
    return [(fault.file, fault.row, fault.column, fault.code) for fault in faults]


def test_each_missing_file_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    faults = load_faults(tmp_path / "empty")
    assert [fault.file for fault in faults] == [
        "plan.toml",
        "regions.csv",
        "queues.csv",
        "sites.csv",
        "contracts.csv",
        "shifts.csv",
        "agents.csv",
        "contacts.csv",
    ]
    assert faults[-1].rule == "contacts.csv or tickets.csv or requirement.csv is needed to plan"
    assert [fault.file for fault in load_faults(tmp_path / "empty", Need.FORECAST)] == [
        "plan.toml",
        "regions.csv",
        "queues.csv",
        "contacts.csv",
    ]
    assert len(load_faults(tmp_path / "empty", Need.STAFF)) == 3
    assert len(load_faults(tmp_path / "empty", Need.ROTA)) == 7


def test_a_table_that_is_referred_to_is_needed(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"sites": None}, Need.FORECAST)
    assert places(faults) == [("sites.csv", None, None, "missing_file")]
    assert "agents.csv names rows of it" in faults[0].rule


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"agent": AGENTS}, ("agent.csv", None, None, "unknown_file")),
        ({"agents": b"\xff\xfea\x00"}, ("agents.csv", None, None, "encoding")),
        ({"agents": ""}, ("agents.csv", None, None, "empty_file")),
        ({"agents": "\n\n"}, ("agents.csv", None, None, "empty_file")),
        ({"agents": AGENTS.splitlines()[0]}, ("agents.csv", None, None, "empty_file")),
        ({"agents": AGENTS.replace(",", ";")}, ("agents.csv", 1, None, "delimiter")),
        ({"agents": AGENTS.replace(",", "\t")}, ("agents.csv", 1, None, "delimiter")),
        ({"agents": AGENTS.replace("bob", "b\0b")}, ("agents.csv", 3, None, "encoding")),
        ({"agents": AGENTS.replace("cyd", "c\xfdd").encode("latin-1")}, ("agents.csv", 4, None, "encoding")),
        ({"agents": AGENTS.replace("\n", ",email\n", 1)}, ("agents.csv", 2, None, "ragged_row")),
        ({"agents": AGENTS.replace("skills", "skill")}, ("agents.csv", 1, "skill", "unknown_column")),
        ({"agents": AGENTS.replace("skills", "site")}, ("agents.csv", 1, "site", "header")),
        ({"agents": AGENTS.replace("skills", "")}, ("agents.csv", 1, None, "header")),
        ({"agents": AGENTS.replace("en:*", '"en:*" x')}, ("agents.csv", 3, None, "csv")),
        ({"agents": AGENTS.replace("en:*", '"en:*')}, ("agents.csv", 3, None, "csv")),
        ({"regions": REGIONS.replace("region,", "region,region,")}, ("regions.csv", 1, "region", "header")),
        ({"plan": ""}, ("plan.toml", None, "start", "required")),
        ({"tickets": "created_at,region,language,channel\n"}, ("tickets.csv", None, None, "inconsistent")),
    ],
)
def test_the_first_fault_of_a_broken_file(
    tmp_path: Path, tables: dict[str, Any], expected: tuple[str, int | None, str | None, str]
) -> None:
    assert places(faults_of(tmp_path, tables))[0] == expected


def test_a_semicolon_file_is_one_fault_and_hides_no_other(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, {"agents": AGENTS.replace(",", ";"), **change("regions", 2, time_zone="x")})
    assert [fault.code for fault in faults] == ["delimiter", "unknown_zone"] or [
        fault.code for fault in faults
    ] == ["unknown_zone", "delimiter"]


def test_a_broken_file_is_not_blamed_on_those_who_refer_to_it(tmp_path: Path) -> None:
    wishes = [{"agent": "ann", "date": "2026-03-04", "wish": "work"}]
    faults = faults_of(tmp_path, {"agents": AGENTS.replace("skills", "skill"), "wishes": wishes})
    assert places(faults) == [
        ("agents.csv", 1, "skill", "unknown_column"),
        ("agents.csv", 1, "skills", "missing_column"),
    ]
    assert faults[0].rule == "unknown column; did you mean 'skills'?"


def test_a_faulty_row_may_still_be_referred_to(tmp_path: Path) -> None:
    wishes = [{"agent": "ann", "date": "2026-03-04", "wish": "work"}]
    faults = faults_of(tmp_path, {**change("agents", 2, skills=""), "wishes": wishes})
    assert places(faults) == [("agents.csv", 2, "skills", "required")]


def test_a_huge_cell_is_shown_shortened(tmp_path: Path) -> None:
    for size in (100_001, 10_000_000):
        text = AGENTS.replace("en:*", '"' + "en\n" * (size // 3 + 1) + '"')
        (fault,) = faults_of(tmp_path / str(size), {"agents": text})
        assert (fault.file, fault.row, fault.column) == ("agents.csv", 3, "skills")
        assert fault.rule == "a cell must have at most 100,000 characters"
        assert len(str(fault)) < 300


def test_the_first_hundred_faults_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    agents = [
        {"agent": f"a{number}", "site": f"nowhere{number}", "contract": "full", "skills": "en:*"}
        for number in range(150)
    ]
    faults = faults_of(tmp_path, {"agents": agents})
    assert len(faults) == 101
    assert faults[-1] == Fault("… and 50 more", code="more_faults")
    assert faults[99].row == 101


def test_the_same_value_of_a_big_table_is_told_once(tmp_path: Path) -> None:
    contacts = short_contacts()
    for row in contacts[10:20]:
        row["aht_seconds"] = "n/a"
    contacts[40]["aht_seconds"] = "-"
    first, second = faults_of(tmp_path, {"contacts": contacts})
    assert (first.row, first.value) == (12, "n/a")
    assert first.rule.endswith("(so too in 9 more rows)")
    assert (second.row, second.value) == (42, "-")
    assert "so too" not in second.rule


def test_a_contacts_file_of_another_queue_is_one_fault(tmp_path: Path) -> None:
    contacts = [{**row, "language": "cy"} for row in short_contacts() if row["channel"] == "phone"]
    (fault,) = faults_of(tmp_path, {"contacts": contacts})
    assert (fault.row, fault.value) == (2, "gb/cy/phone")
    assert "47 more rows" in fault.rule


def test_what_is_no_folder_and_no_archive_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path / "absent.zip"):
        with pytest.raises(InvalidInput, match=r"must be a folder or a \.zip file"):
            read_workspace(path)


def test_a_pipe_in_the_place_of_a_table_does_not_block(tmp_path: Path) -> None:
    write_workspace(tmp_path)
    (tmp_path / "agents.csv").unlink()
    os.mkfifo(tmp_path / "agents.csv")
    with pytest.raises(InvalidInput, match=r"must be a regular file \(agents\.csv\)"):
        read_workspace(tmp_path)


def test_documentation_and_folders_are_left_aside(tmp_path: Path) -> None:
    write_workspace(tmp_path)
    for name in ("README.md", "SOURCE.txt", "LICENSE", ".gitignore"):
        (tmp_path / name).write_text("words")
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "rota.csv").write_text("words")
    assert read_workspace(tmp_path).agents


def test_a_table_given_twice_is_refused(tmp_path: Path) -> None:
    write_workspace(tmp_path, contacts=short_contacts())
    (tmp_path / "agents.parquet").write_bytes(b"")
    (fault,) = load_faults(tmp_path)
    assert fault.rule == "either agents.csv or agents.parquet may be given, not both"
