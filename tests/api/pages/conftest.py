"""The app with an empty database, and a client that asks it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.config import load_config
from api.store.database import Store, open_store
from api.store.migrate import migrate
from api.v1.service import service, service_of
from tests.api.sign_in import sign_in


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its schema, to copy: bringing one up to date takes longer than most tests."""
    config = load_config({}, data_dir=tmp_path_factory.mktemp("schema"))
    store = open_store(config)
    migrate(store)
    store.close()
    return config.data_dir / "sunrota.db"


@pytest.fixture
def app(tmp_path: Path, empty_database: Path) -> Iterator[Flask]:
    shutil.copy(empty_database, tmp_path)
    made = create_app(load_config({}, data_dir=tmp_path))
    yield made
    with made.app_context():
        service().close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Someone signed in as admin."""
    return sign_in(app.test_client(), service_of(app).store)


@pytest.fixture
def shown_store(app: Flask) -> Store:
    """The store behind the pages."""
    with app.app_context():
        return service().store
