"""Signing in at the company's identity provider."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from api.errors import Forbidden
from api.pages.sign_in_views import let_in, own_address
from api.store.subjects import sign_in_vouched
from api.v1.service import service

__all__ = ["oidc_return", "oidc_start"]

ATTEMPT = "sunrota_attempt"
NEXT = "sunrota_next"
PATH = "/sign-in/company"
SECONDS = 600


def _require_provider() -> None:
    if not service().config.oidc_issuer:
        abort(404)


def oidc_start() -> Response:
    """Send the browser to the identity provider."""
    from api.oidc import Attempt, authorization_address  # noqa: PLC0415 - half a second of every start

    _require_provider()
    attempt = Attempt.new()
    here = url_for("pages.oidc_return", _external=True)
    response = redirect(authorization_address(service().config, attempt, here), code=303)
    for name, value in ((ATTEMPT, attempt.secret), (NEXT, request.args.get("next", ""))):
        response.set_cookie(
            name, value, max_age=SECONDS, path=PATH, httponly=True, secure=request.is_secure, samesite="Lax"
        )
    return response


def oidc_return() -> Response:
    """Let in whom the identity provider vouches for."""
    from api.oidc import Attempt, vouched_by  # noqa: PLC0415 - half a second of every start

    _require_provider()
    secret = request.cookies.get(ATTEMPT, "")
    if not secret:
        raise Forbidden("this browser did not set out to sign in, or took too long: begin again")
    vouched = vouched_by(
        service().config,
        Attempt(secret),
        redirect_uri=url_for("pages.oidc_return", _external=True),
        said=request.args,
    )
    user = sign_in_vouched(service().store, vouched)
    response = let_in(user, own_address(request.cookies.get(NEXT, "")))
    for name in (ATTEMPT, NEXT):
        response.delete_cookie(name, path=PATH)
    return response
