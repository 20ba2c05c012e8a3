"""``user``: who may sign in, and a link that lets them in."""

from __future__ import annotations

import argparse
import os

from api.cli.arguments import Commands, add_command
from api.cli.importing import open_migrated_store
from api.cli.output import EXIT_DONE, Output
from api.config import load_config
from api.signing_in import sign_in_link
from api.store.users import add_user, change_user, find_user
from forecasting.errors import Fault, InvalidInput

__all__ = ["add_commands"]

ROLES = ("admin", "planner", "lead", "agent")


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "user",
        _user,
        summary="make or change a user of the service, and print a link that lets them in once",
        example="sunrota user kim --role planner",
        workspace=False,
    )
    parser.add_argument("name", help="to sign in with")
    parser.add_argument("--role", choices=ROLES, help="what they may do; needed for a new user")
    parser.add_argument("--site", action="append", metavar="SITE", help="of a lead; may be given again")
    parser.add_argument("--agent", help="who an agent is in the rota")
    parser.add_argument("--team", metavar="NAME", help="workspace that a lead or agent is limited to")


def _user(options: argparse.Namespace, output: Output) -> int:
    config = load_config(os.environ)
    store = open_migrated_store(config)
    try:
        user = find_user(store, options.name)
        given = {"sites": options.site, "agent": options.agent, "workspace": options.team}
        given = {name: value for name, value in given.items() if value is not None}
        if user is None:
            if options.role is None:
                raise InvalidInput(Fault("a new user needs a --role", value=options.name, code="missing"))
            user = add_user(store, name=options.name, role=options.role, **given)
        elif options.role is not None or given:
            role = {} if options.role is None else {"role": options.role}
            user = change_user(store, user.id, **role, **given)
        link = sign_in_link(store, user, config.address)
    finally:
        store.close()
    if output.as_json:
        output.document({"status": "done", "name": user.name, "role": user.role, "link": link})
    else:
        output.console.print(f"{user.name} is {user.role}; this link lets them in once, within a day:")
        output.console.print(link, markup=False, soft_wrap=True)
    return EXIT_DONE
