"""``python -m api.permissions_page > docs/permissions.md``: who may do what, as a page."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from api.app import create_app
from api.config import load_config
from api.permissions import MEANING_OF_PERMISSION, PERMISSION_OF_ENDPOINT, PERMISSIONS_OF_ROLE, Permission
from api.store.identity_tables import Role
from api.v1.service import service_of

__all__ = ["permissions_page", "routes"]

HEAD = """\
# Permissions

Made by `python -m api.permissions_page`; every cell of the second table is tested.

| permission | lets one |
| --- | --- |
"""
MIDDLE = """
An integration is a program with an API key: of its role's permissions it has those that the key was given.
Leads see the shifts and people of their sites, agents their own shifts and themselves; both may be limited to
one workspace.

"""


def routes(app: Flask) -> Iterator[tuple[str, str, Permission]]:
    """Yield method, address and permission of every address."""
    found = [
        (rule.rule, method, PERMISSION_OF_ENDPOINT[rule.endpoint])
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    for address, method, permission in sorted(found):
        yield method, address, permission


def permissions_page(app: Flask) -> str:
    """Return the page."""
    meanings = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in MEANING_OF_PERMISSION.items())
    header = f"| address | permission | nobody | {' | '.join(Role)} |\n|{' --- |' * (3 + len(Role))}\n"
    rows = "".join(
        f"| `{method} {address}` | `{permission}` | {_mark(permission is Permission.PUBLIC)} | "
        + " | ".join(_mark(permission in PERMISSIONS_OF_ROLE[role]) for role in Role)
        + " |\n"
        for method, address, permission in routes(app)
    )
    return HEAD + meanings + MIDDLE + header + rows


def _mark(allowed: bool) -> str:
    return "yes" if allowed else "–"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_config({}, data_dir=Path(folder)))
        sys.stdout.write(permissions_page(app))
        service_of(app).close()
