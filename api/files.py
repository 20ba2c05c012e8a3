"""Writing one file whole or not at all."""

from __future__ import annotations

import secrets
from pathlib import Path

from forecasting.errors import Fault, InvalidInput

__all__ = ["write_text"]


def write_text(text: str, path: Path) -> None:
    """Write a text beside the file, then put it in its place.

    Raises
    ------
    InvalidInput
        Where nothing can be written there.
    """
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        rule = f"the file cannot be written: {error.strerror}"
        raise InvalidInput(Fault(rule, file=str(path), code="unwritable")) from error
