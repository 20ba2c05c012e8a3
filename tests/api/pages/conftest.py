"""The app with an empty database, and a client that asks it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.config import load_config
from api.store.database import Store, utc_now
from api.v1.service import install_service, open_service, service, service_of
from tests.api.sign_in import sign_in


@pytest.fixture
def app(assembled: Flask, tmp_path: Path, migrated: Path) -> Iterator[Flask]:
    shutil.copy(migrated, tmp_path)
    parts = open_service(load_config({}, data_dir=tmp_path), utc_now)
    install_service(assembled, parts)
    yield assembled
    parts.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Someone signed in as admin."""
    return sign_in(app.test_client(), service_of(app).store)


@pytest.fixture
def shown_store(app: Flask) -> Store:
    """The store behind the pages."""
    with app.app_context():
        return service().store
