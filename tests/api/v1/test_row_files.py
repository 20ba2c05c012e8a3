"""Rows as files: the same as the pages of JSON, whole, in every form, and read as they are written."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from api.store.database import Store
from api.store.published import ShiftFilter, stream_published
from api.store.publishing import publish_plan
from api.v1 import streams
from api.v1.forms import MEDIA_TYPES, Form
from tests.api.client import Client
from tests.api.sign_in import bearer

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)

TABLES = ["coverage", "requirement", "timeline", "shifts"]


def items(client: Client, address: str) -> list[dict[str, Any]]:
    """All rows as pages of JSON have them."""
    found, cursor = [], ""
    sign = "&" if "?" in address else "?"
    while True:
        page = client.get(f"{address}{sign}limit=2{cursor}")
        found += page.json["items"]
        if page.json["next_cursor"] is None:
            return found
        cursor = f"&cursor={page.json['next_cursor']}"


@pytest.fixture
def addresses(store: Store, plan_id: str) -> list[str]:
    """Of every table, of a plan that is published too."""
    publish_plan(store, plan_id)
    payroll = "/v1/payroll?from=2026-03-01&until=2026-04-01"
    return [*(f"/v1/plans/{plan_id}/{name}" for name in TABLES), "/v1/shifts", payroll]


def test_lines_of_json_are_the_items_of_the_pages(
    client: Client, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BATCH", 2)
    for address in addresses:
        answer = client.get(address, headers={"Accept": "application/x-ndjson"})
        assert answer.headers["Content-Type"] == "application/x-ndjson"
        assert [json.loads(line) for line in answer.text.splitlines()] == items(client, address)
        assert len(answer.text.splitlines()) > 1


def test_spreadsheets_have_the_cells_of_csv(client: Client, addresses: list[str]) -> None:
    for address in addresses:
        sign = "&" if "?" in address else "?"
        rows = list(csv.reader(io.StringIO(client.get(f"{address}{sign}format=csv").text)))
        answer = client.get(address, headers={"Accept": MEDIA_TYPES[Form.XLSX]})
        assert answer.headers["Content-Disposition"].endswith('.xlsx"')
        sheet = load_workbook(io.BytesIO(answer.data)).active
        cells = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
        assert [[as_text(cell) for cell in row] for row in cells] == rows


def as_text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def test_filters_hold_for_files(client: Client, addresses: list[str]) -> None:
    coverage, _, timeline, shifts, published, _ = addresses
    for address, query in (
        (coverage, {"language": "en", "from": "2026-03-28T22:30:00Z"}),
        (timeline, {"agent": "ann"}),
        (shifts, {"site": "Berlin", "until": "2026-03-29T12:00:00Z"}),
        (published, {"agent": "ann"}),
    ):
        page = client.get(address, query_string=query).json["items"]
        lines = client.get(address, query_string=query | {"format": "ndjson"}).text.splitlines()
        assert [json.loads(line) for line in lines] == page
        assert 0 < len(page) < len(items(client, address))


def test_nothing_is_read_before_it_is_asked_for(
    store: Store, plan_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_plan(store, plan_id)
    monkeypatch.setattr("api.store.database.STREAMED_ROWS", 1)
    rows = stream_published(store, ShiftFilter())
    assert store.engine.pool.status().count("Current Checked out connections: 0") == 1
    next(rows)
    assert "Current Checked out connections: 1" in store.engine.pool.status()
    rows.close()
    assert "Current Checked out connections: 0" in store.engine.pool.status()


def test_a_type_that_is_not_there_is_refused(client: Client, addresses: list[str]) -> None:
    answer = client.get(addresses[0], headers={"Accept": "application/pdf"})
    assert (answer.status_code, answer.json["code"]) == (406, "not_acceptable")
    assert client.get("/v1/plans/none/coverage?format=ndjson").status_code == 404
    assert client.get("/v1/plans/none/shifts?format=xlsx").status_code == 404


PACKED = {"Accept-Encoding": "gzip"}


class TestGzip:
    """Answers packed for those who take it."""

    def test_a_packed_answer_is_the_same(self, client: Client, addresses: list[str]) -> None:
        for query in ("", "?format=csv", "?format=ndjson"):
            plain = client.get(addresses[0] + query)
            packed = client._client.get(addresses[0] + query, headers=PACKED)
            assert packed.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(packed.data) == plain.data
            assert len(packed.data) < len(plain.data) / 2
            assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"

    def test_its_tag_is_its_own_and_understood(self, client: Client, addresses: list[str]) -> None:
        plain = client.get(addresses[0]).headers["ETag"]
        packed = client._client.get(addresses[0], headers=PACKED).headers["ETag"]
        assert packed == plain.replace('"', '-gzip"', 2).removeprefix("-gzip")
        for tag in (plain, packed):
            again = client._client.get(addresses[0], headers=PACKED | {"If-None-Match": tag})
            assert (again.status_code, again.data) == (304, b"")

    def test_a_packed_tag_lets_a_change_go_on(self, app: Flask, store: Store, plan_id: str) -> None:
        headers = bearer(store)
        tag = app.test_client().get(f"/v1/plans/{plan_id}", headers=headers | PACKED).headers["ETag"]
        publish = f"/v1/plans/{plan_id}/publish"
        for given, status in (('"other-gzip"', 412), (tag, 201)):
            answer = app.test_client().post(publish, json={}, headers=headers | {"If-Match": given})
            assert answer.status_code == status

    def test_pages_and_what_is_small_are_sent_as_they_are(self, client: Client) -> None:
        for address in ("/", "/v1/me"):
            answer = client._client.get(address, headers=PACKED)
            assert answer.status_code == 200
            assert "Content-Encoding" not in answer.headers
