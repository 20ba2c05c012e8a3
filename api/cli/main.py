"""``sunrota``: parse the command line, run one command, turn errors into words and an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from api.cli.output import EXIT_BAD_INPUT, Output
from api.versions import program_versions
from forecasting.errors import InvalidInput, SunrotaError

__all__ = ["build_parser", "main"]

MODULES = {
    "chain": ("plan", "forecast", "staff", "rota"),
    "backtest": ("backtest",),
    "accuracy": ("accuracy",),
    "checking": ("check",),
    "explaining": ("explain",),
    "simulating": ("simulate",),
    "importing": ("import",),
    "benchmark": ("benchmark",),
    "serving": ("serve", "worker"),
    "users": ("user",),
    "backing_up": ("backup", "restore"),
}
"""Commands of each module; only the asked one's is imported, for all of them together take seconds."""

DESCRIPTION = """\
Plan the work of customer-service teams around the clock.

  sunrota plan WORKSPACE --out DIR     forecast, staff, build the rota, check it, report
  sunrota serve --plan WORKSPACE       the same, then the planner pages and the API

A workspace is a folder of CSV tables and one plan.toml; sample_data/ has some to start from.
"""

EPILOG = """\
exit status: 0 done, 1 a rule is broken or there is no rota, 2 bad input

Try it:
  sunrota plan sample_data/global_support --out /tmp/plan --time-limit 60
  sunrota check sample_data/global_support --rota /tmp/plan
  sunrota explain sample_data/global_support --rota /tmp/plan
  sunrota simulate sample_data/global_support --rota /tmp/plan
"""


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of a command, or of all where none of that name is known."""
    parser = argparse.ArgumentParser(
        prog="sunrota",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=program_versions()["sunrota"])
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = [module for module, names in MODULES.items() if command in names]
    for module in asked or MODULES:
        import_module(f"api.cli.{module}").add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        Words after ``sunrota``; None: those of the process.

    Returns
    -------
    int
        Exit status: 0 done, 1 a rule is broken or there is no rota, 2 bad input.
    """
    words = sys.argv[1:] if arguments is None else arguments
    options = build_parser(words[0] if words else None).parse_args(words)
    output = Output(as_json=options.json)
    try:
        status: int = options.run(options, output)
    except InvalidInput as error:
        output.faults(error.faults)
        return EXIT_BAD_INPUT
    except SunrotaError as error:
        output.error(error.code, str(error))
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        output.error("interrupted", "Interrupted; nothing was written.")
        return 130
    except BrokenPipeError:
        # The reader of a pipe (head, less) has gone; there is no one left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


if __name__ == "__main__":
    sys.exit(main())
