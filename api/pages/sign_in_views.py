"""Signing in and out, and choosing a password."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from api.identity import COOKIE, me
from api.permissions import Permission
from api.signing_in import SESSION_LIFETIME
from api.store.identity_tables import TokenKind, UserRow
from api.store.tokens import issue_token, revoke_token, use_link
from api.store.users import MIN_PASSWORD, check_password, set_password
from api.v1.service import service
from forecasting.errors import InvalidInput

__all__ = [
    "change_password",
    "home",
    "let_in",
    "link",
    "own_address",
    "password_form",
    "sign_in",
    "sign_in_form",
    "sign_out",
]

REFUSED = (
    "Name and password do not fit, or there were too many attempts: after five, a name is locked for a "
    "quarter of an hour."
)


def home() -> str:
    """Return the page that someone sees first: plans, or shifts where they may not see plans."""
    return url_for("pages.index" if me().may(Permission.PLANS_READ) else "pages.shifts")


def sign_in_form(error: str = "", name: str = "") -> str:
    """Ask for name and password."""
    following = request.values.get("next", "")
    return render_template("pages/sign_in.html", error=error, name=name, next=following, company=_company())


def _company() -> str:
    """Return what the way in by the company's identity provider is called; nothing where there is none."""
    config = service().config
    return config.oidc_label if config.oidc_issuer else ""


def sign_in() -> Response | tuple[str, int]:
    """Let someone in by name and password."""
    name = request.form.get("name", "")
    user = check_password(service().store, name[:100], request.form.get("password", "")[:1000])
    if user is None:
        return sign_in_form(REFUSED, name), 422
    return let_in(user, own_address(request.form.get("next", "")))


def link(secret: str) -> Response | tuple[str, int]:
    """Let someone in by a link, once."""
    user = use_link(service().store, secret[:200])
    if user is None:
        detail = "This link was used before, or is too old. Ask for another: sunrota user NAME"
        return sign_in_form(detail), 410
    return let_in(user, own_address(request.args.get("next", "")))


def sign_out() -> Response:
    """End the session."""
    token_id = me().token_id
    if token_id is not None and me().csrf is not None:
        revoke_token(service().store, token_id, TokenKind.SESSION)
    response = redirect(url_for("pages.sign_in_form"), code=303)
    response.delete_cookie(COOKIE)
    return response


def password_form(error: str = "") -> str:
    """Ask for a new password."""
    return render_template("pages/password.html", error=error, least=MIN_PASSWORD, first=me().must_change)


def change_password() -> Response | tuple[str, int]:
    """Give the user the password that they chose."""
    password, again = request.form.get("password", ""), request.form.get("again", "")
    user_id = me().user_id
    if user_id is None or password != again:
        return password_form("Both fields must hold the same password."), 422
    try:
        set_password(service().store, user_id, password)
    except InvalidInput as error:
        return password_form(f"{str(error)[0].upper()}{str(error)[1:]}."), 422
    return redirect("/", code=303)


def own_address(address: str) -> str:
    """Return the address if it is one of this service's, else that of the first page."""
    parts = urlsplit(address)
    own = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    return address if own else "/"


def let_in(user: UserRow, address: str) -> Response:
    """Begin a session, and send the user to the address."""
    _, secret = issue_token(service().store, TokenKind.SESSION, user_id=user.id, lifetime=SESSION_LIFETIME)
    response = redirect(address, code=303)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",
    )
    return response
