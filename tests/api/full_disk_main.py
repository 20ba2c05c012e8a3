"""The application on a file system that gets full, and then has room again; run where the disk is mounted.

Prints a JSON object of status and code of each request, and what SQLite says of its file.
"""

from __future__ import annotations

import errno
import io
import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import text

from api.app import create_app
from api.config import load_config
from api.v1.service import service_of
from tests.api.sign_in import bearer
from tests.api.v1.conftest import zipped


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    block = 1 << 20
    with path.open("wb", buffering=0) as file:
        while block:
            try:
                file.write(b"x" * block)
            except OSError as error:
                assert error.errno == errno.ENOSPC
                block //= 2


def main(disk: Path) -> dict[str, Any]:
    """Fill the disk, ask for a change, make room, and ask again."""
    app = create_app(load_config({}, data_dir=disk / "var"))
    store = service_of(app).store
    client, key = app.test_client(), bearer(store)
    content = zipped()

    def upload() -> list[Any]:
        files = {"file": (io.BytesIO(content), "spring.zip")}
        answer = client.post("/v1/workspaces", data=files, headers=key | {"Idempotency-Key": "once"})
        return [answer.status_code, answer.get_json().get("code")]

    def shown() -> list[Any]:
        answer = client.get("/v1/workspaces", headers=key)
        return [answer.status_code, len(answer.get_json()["items"])]

    fill(disk / "filler")
    found: dict[str, Any] = {"full": upload(), "read": shown()}
    (disk / "filler").unlink()
    found |= {"again": upload(), "then": shown()}
    with store.reading() as session:
        found["check"] = session.scalar(text("PRAGMA integrity_check"))
    service_of(app).close()
    return found


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))  # noqa: T201
