"""Who may sign in: the list of users, and what admins change about them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from api.store.identity_tables import Role, UserRow
from api.store.users import (
    add_user,
    change_user,
    get_user,
    list_users,
    one_time_password,
    reset_password,
    unlock_user,
)
from api.v1.identity_models import UserRequest
from api.v1.service import service
from forecasting.errors import InvalidInput

__all__ = ["ACTS", "act_on_user", "add_one", "change_one", "user_page", "users_page"]

USERS_A_PAGE = 100
ACTS = ("disable", "enable", "unlock", "reset")
ROLE_WORDS = {
    Role.AGENT: "Agent: their own shifts",
    Role.LEAD: "Lead: shifts of their sites",
    Role.PLANNER: "Planner: workspaces, plans, publishing",
    Role.ADMIN: "Admin: all of it, users too",
}


def users_page() -> str:
    """List the users by name, and offer to make another."""
    return _list({})


def _list(values: dict[str, str], error: str = "", made: UserRow | None = None, password: str = "") -> str:
    rows = list_users(service().store, limit=USERS_A_PAGE + 1, after=request.args.get("after"))
    shown = rows[:USERS_A_PAGE]
    return render_template(
        "pages/users.html",
        users=[_line(row) for row in shown],
        more=url_for("pages.users", after=shown[-1].name) if len(rows) > USERS_A_PAGE else None,
        roles=ROLE_WORDS,
        values=values,
        error=error,
        made=made,
        password=password,
    )


def _line(row: UserRow) -> dict[str, Any]:
    return {
        "row": row,
        "limited": ", ".join(filter(None, [*row.sites, row.agent, row.workspace])) or "–",
        "state": _state(row),
    }


def _state(row: UserRow) -> str:
    if row.disabled is not None:
        return "Disabled"
    if row.locked_until is not None and row.locked_until > service().store.clock():
        return f"Locked until {row.locked_until:%H:%M} UTC"
    return "To choose a password" if row.must_change else "May sign in"


def _asked() -> dict[str, Any]:
    """Return what the form says of a user."""
    texts = {name: request.form.get(name, "").strip() for name in ("role", "sites", "agent", "workspace")}
    return {
        "role": texts["role"],
        "sites": [site.strip() for site in texts["sites"].split(";") if site.strip()],
        "agent": texts["agent"] or None,
        "workspace": texts["workspace"] or None,
    }


def add_one() -> str | tuple[str, int]:
    """Make a user; show the password that is good for one sign-in, this once."""
    name, password = request.form.get("name", "").strip(), one_time_password()
    try:
        UserRequest(name=name, **_asked())
        row = add_user(service().store, name=name, password=password, **_asked())
    except ValueError as error:  # what pydantic and we ourselves refuse
        return _list(request.form.to_dict(), _why(error)), 422
    return _list({}, made=row, password=password)


def _why(error: ValueError) -> str:
    if isinstance(error, InvalidInput):
        text = str(error)
        return f"{text[0].upper()}{text[1:]}."
    return "A name of at most 100 characters and a role are needed."


def user_page(user_id: str, error: str = "", password: str = "") -> str:
    """Show a user, and what may be changed."""
    row = get_user(service().store, user_id)
    return render_template(
        "pages/user.html",
        line=_line(row),
        user=row,
        roles=ROLE_WORDS,
        error=error,
        password=password,
    )


def change_one(user_id: str) -> Response | tuple[str, int]:
    """Change what a user may do."""
    asked = _asked()
    try:
        UserRequest(name="checked", **asked)
        change_user(service().store, user_id, **asked)
    except ValueError as error:
        return user_page(user_id, _why(error)), 422
    return redirect(url_for("pages.user", user_id=user_id), code=303)


def act_on_user(user_id: str, act: str) -> str | Response:
    """Disable, enable or unlock a user, or give them a new password for one sign-in."""
    store = service().store
    if act == "reset":
        return user_page(user_id, password=reset_password(store, user_id))
    if act == "unlock":
        unlock_user(store, user_id)
    else:
        change_user(store, user_id, disabled=act == "disable")
    return redirect(url_for("pages.user", user_id=user_id), code=303)
