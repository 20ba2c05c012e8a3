"""Who asks: found out for every request, and held to what they may do."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import cast
from urllib.parse import quote

from flask import Flask, Response, abort, current_app, g, redirect, render_template, request

from api.permissions import PERMISSION_OF_ENDPOINT, PERMISSIONS_OF_ROLE, Permission
from api.problems import problem_response
from api.store.audit import ACTOR, Actor
from api.store.identity_tables import Role, TokenKind
from api.store.tokens import Found, find_token
from api.v1.service import service

__all__ = ["COOKIE", "CSRF_FIELD", "CSRF_HEADER", "Identity", "install_identity", "install_permissions", "me"]

COOKIE = "sunrota_session"
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
MAX_SECRET = 200


@dataclass(frozen=True)
class Identity:
    """Someone who asks.

    Parameters
    ----------
    role
        None for whoever is not signed in.
    sites, agent, workspace
        What a lead or an agent is limited to.
    csrf
        What a page's forms must send back; None where no cookie let them in.
    """

    name: str = "nobody"
    user_id: str | None = None
    token_id: str | None = None
    role: Role | None = None
    permissions: frozenset[Permission] = frozenset({Permission.PUBLIC})
    sites: tuple[str, ...] = ()
    agent: str | None = None
    workspace: str | None = None
    csrf: str | None = None
    must_change: bool = False

    def may(self, permission: str) -> bool:
        """Whether they have the permission."""
        return permission in self.permissions


NOBODY = Identity()


def me() -> Identity:
    """Return who sends the current request."""
    return cast(Identity, g.identity)


def install_identity(app: Flask) -> None:
    """Find out who sends each request."""
    app.before_request(_identify)
    app.context_processor(lambda: {"me": g.get("identity", NOBODY)})


def install_permissions(app: Flask) -> None:
    """Let no request through that may not be."""
    app.before_request(_refuse_forged)
    app.before_request(_authorize)


def _identify() -> None:
    g.identity = NOBODY
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    found: Found | None = None
    if kind.lower() == "bearer" and 0 < len(secret) <= MAX_SECRET:
        found = find_token(service().store, secret.strip(), [TokenKind.KEY, TokenKind.ACCESS])
    elif cookie := request.cookies.get(COOKIE, ""):
        found = find_token(service().store, cookie[:MAX_SECRET], [TokenKind.SESSION])
    if found is not None:
        g.identity = _identity(found)
    ACTOR.set(Actor(g.identity.name, g.request_id))


def _identity(found: Found) -> Identity:
    token, user = found.token, found.user
    if user is None:
        given = {Permission(name) for name in token.permissions}
        return Identity(
            name=f"key {token.name}",
            token_id=token.id,
            role=Role.INTEGRATION,
            permissions=PERMISSIONS_OF_ROLE[Role.INTEGRATION] & (given | {Permission.PUBLIC, Permission.OWN}),
        )
    role = Role(user.role)
    return Identity(
        name=user.name,
        user_id=user.id,
        token_id=token.id,
        role=role,
        permissions=PERMISSIONS_OF_ROLE[role],
        sites=tuple(user.sites) if role is Role.LEAD else (),
        agent=user.agent if role is Role.AGENT else None,
        workspace=user.workspace if role in (Role.LEAD, Role.AGENT) else None,
        csrf=token.csrf,
        must_change=user.must_change,
    )


def _refuse_forged() -> None:
    """Refuse a change that a cookie alone lets in: another site's page could have a browser send it."""
    expected = me().csrf
    needed = PERMISSION_OF_ENDPOINT.get(request.endpoint or "", Permission.PUBLIC)
    if request.method in SAFE_METHODS or expected is None or needed is Permission.PUBLIC:
        return
    given = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        abort(403, f"{CSRF_HEADER} or the field {CSRF_FIELD} must hold the session's token")


def _authorize() -> Response | None:
    if request.endpoint is None:
        return None  # no such address or method: the answer says so
    needed = PERMISSION_OF_ENDPOINT.get(request.endpoint)
    asks = me()
    if needed is None or not asks.may(needed):
        return _ask_to_sign_in() if asks.role is None else _forbid(f"{asks.role} {asks.name}", str(needed))
    if asks.must_change and needed is not Permission.PUBLIC and not _changes_password():
        if _is_page():
            return cast(Response, redirect("/password", code=303))
        return problem_response(403, "password_change", "choose a password of your own first")
    return None


def _is_page() -> bool:
    return request.blueprint == "pages" and request.endpoint != "pages.plan_data"


def _ask_to_sign_in() -> Response:
    if _is_page() and request.method in SAFE_METHODS:
        following = quote(request.full_path.rstrip("?"))
        return cast(Response, redirect(f"/sign-in?next={following}", code=303))
    response = problem_response(401, "sign_in", "a session, an API key or an access token is needed")
    response.headers["WWW-Authenticate"] = 'Bearer realm="sunrota"'
    return response


def _forbid(who: str, needed: str) -> Response:
    detail = f"{who} lacks the permission {needed}"
    if _is_page():
        html = render_template("pages/problem.html", title="Not allowed", detail=f"{detail}.")
        return current_app.make_response((html, 403))
    return problem_response(403, "forbidden", detail)


def _changes_password() -> bool:
    return request.endpoint in ("pages.password_form", "pages.change_password", "pages.sign_out")
