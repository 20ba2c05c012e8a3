"""Settings from the environment."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from api.config import load_config
from api.store.database import open_store
from api.store.migrate import migrate
from forecasting.errors import InvalidInput


def test_a_child_process_reads_the_same_settings(tmp_path: Path) -> None:
    config = load_config(
        {"SUNROTA_ALLOWED_HOSTS": "rota.example, .corp.example", "SUNROTA_RUN_SLOTS": "3"},
        data_dir=tmp_path / "a folder",
        database_url="postgresql://me:p%40ss@db/rota",
    )
    assert config.allowed_hosts == ("rota.example", ".corp.example")
    assert config.storage_url == "postgresql+psycopg://me:p%40ss@db/rota"
    assert load_config(config.environment()) == config
    assert load_config(load_config({}).environment()).data_dir == Path("var").absolute()


def test_the_command_line_goes_before_the_environment() -> None:
    environ = {"SUNROTA_PORT": "9000", "SUNROTA_HOST": "0.0.0.0"}
    config = load_config(environ, port=8100, host=None)
    assert (config.port, config.host) == (8100, "0.0.0.0")


def test_all_faults_are_told_by_the_name_of_their_variable() -> None:
    environ = {
        "SUNROTA_PORT": "http",
        "SUNROTA_RUN_SLOTS": "0",
        "SUNROTA_DATABASE_URL": "mysql://db/rota",
        "SUNROTA_ALLOWED_HOSTS": " , ",
    }
    with pytest.raises(InvalidInput) as refused:
        load_config(environ)
    told = [fault.rule.partition(":")[0] for fault in refused.value.faults]
    assert sorted(told) == sorted(environ)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgres", "rota.db"])
def test_a_database_is_a_file_or_a_server(url: str) -> None:
    with pytest.raises(InvalidInput, match="SUNROTA_DATABASE_URL: must "):
        load_config({"SUNROTA_DATABASE_URL": url})


def test_a_lease_must_outlive_its_renewal() -> None:
    with pytest.raises(InvalidInput, match="SUNROTA_RENEW_SECONDS: must be at most half of"):
        load_config({"SUNROTA_RENEW_SECONDS": "11"})


def test_what_is_no_setting_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert load_config({"SUNROTA_SLOTS": "3", "HOME": "/"}) == load_config({})
    assert [record.getMessage() for record in caplog.records] == [
        "SUNROTA_SLOTS is not a setting of Sunrota and is ignored"
    ]


@pytest.mark.parametrize("url", ["sqlite:////dev/null/rota.db", "postgresql://nobody@127.0.0.1:1/rota"])
def test_a_database_that_does_not_answer_is_told_in_one_line(url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        (tmp_path / "rota.db").mkdir()
        url = f"sqlite:///{tmp_path / 'rota.db'}"
    store = open_store(load_config({"SUNROTA_DATABASE_URL": url}))
    with pytest.raises(InvalidInput, match="the database must answer"):
        migrate(store)
    store.close()
