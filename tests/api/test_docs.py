"""``docs/service.md`` and ``docs/operations.md`` say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from api.config import PREFIX, Config, load_config
from api.problems import TITLE_OF_CODE
from api.store.database import Store
from tests.api.client import Client
from tests.api.sign_in import bearer

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "service.md").read_text()
OPERATIONS = (DOCS / "operations.md").read_text()


def settings_table() -> str:
    """The table of settings as the page must hold it."""
    defaults = load_config({})
    rows = []
    for name, field in Config.model_fields.items():
        default = getattr(defaults, name)
        shown = ",".join(default) if isinstance(default, tuple) else str(default)
        rows.append(
            f"| `{PREFIX}{name.upper()}` | {f'`{shown}`' if shown else 'none'} | {field.description} |"
        )
    return "\n".join(rows)


def address_table(client: Client) -> str:
    """The table of addresses as the page must hold it."""
    return "\n".join(
        f"| `{method.upper()} {path}` | {operation['summary']} |"
        for path, item in client.document["paths"].items()
        for method, operation in item.items()
    )


def test_every_setting_is_documented() -> None:
    assert settings_table() in OPERATIONS


@pytest.mark.parametrize("page", [PAGE, OPERATIONS])
def test_every_setting_that_is_named_exists(page: str) -> None:
    told = {name.lower() for name in re.findall(rf"{PREFIX}([A-Z_]+)", page)}
    assert told
    assert told <= Config.model_fields.keys()


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_every_figure_that_is_named_exists(app: Flask, store: Store) -> None:
    client, headers = app.test_client(), bearer(store, "metrics")
    client.get("/metrics", headers=headers)  # a request is counted once it is answered
    text = client.get("/metrics", headers=headers).text
    names = set(re.findall(r"sunrota_(?!queue)[a-z_]+", OPERATIONS))
    assert "sunrota_workers" in names
    assert [name for name in sorted(names) if f"\n{name}" not in text] == []


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_every_address_is_documented(app: Flask) -> None:
    assert address_table(Client(app)) in PAGE


def test_every_code_of_a_run_that_fails_is_one_that_the_code_gives() -> None:
    source = "".join(path.read_text() for path in Path(__file__).parents[2].glob("api/**/*.py"))
    told = set(re.findall(r"`failed` with `(\w+)`", PAGE))
    assert told >= {"worker_lost", "process_died", "time_limit", "memory_limit", "internal_error"}
    assert all(f'"{code}"' in source for code in told)


def test_the_list_of_problem_codes_is_whole() -> None:
    import api.problems

    listed = re.findall(r"^\d{3}    (\w+)", api.problems.__doc__ or "", re.MULTILINE)
    assert sorted(listed) == sorted(TITLE_OF_CODE)
