"""``backup`` and ``restore``: all that the service keeps, in one file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from api.cli.arguments import Commands, add_command
from api.cli.importing import open_migrated_store
from api.cli.output import EXIT_DONE, Output
from api.config import load_config
from api.store.backup import restore, write_backup
from api.store.database import Store

__all__ = ["add_commands"]


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the two commands."""
    for name, run, summary in (
        ("backup", _backup, "write all that the store holds to one file, while the service goes on"),
        ("restore", _restore, "fill an empty store from a backup, of SQLite or PostgreSQL"),
    ):
        parser = add_command(
            commands,
            name,
            run,
            summary=summary,
            example=f"sunrota {name} sunrota-backup.zip",
            workspace=False,
        )
        parser.add_argument("file", type=Path, metavar="FILE", help="the backup")


def _backup(options: argparse.Namespace, output: Output) -> int:
    return _carry_out(write_backup, options.file, output, "are in")


def _restore(options: argparse.Namespace, output: Output) -> int:
    return _carry_out(restore, options.file, output, "were restored from")


def _carry_out(work: Callable[[Store, Path], dict[str, int]], file: Path, output: Output, done: str) -> int:
    store = open_migrated_store(load_config(os.environ))
    try:
        rows = work(store, file)
    finally:
        store.close()
    if output.as_json:
        output.document({"status": "done", "file": str(file), "rows": rows})
    else:
        output.console.print(f"{sum(rows.values())} rows {done} {file}", markup=False)
    return EXIT_DONE
