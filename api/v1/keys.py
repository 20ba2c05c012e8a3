"""Keys of programs, and the access tokens that OAuth2 exchanges them for."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, jsonify, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field, ValidationError

from api.problems import Problem
from api.store.identity_tables import TokenKind
from api.store.tokens import find_token, issue_token, list_tokens, revoke_token
from api.v1.answers import json_answer, secret_answer
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.identity_models import AccessToken, KeyList, KeyModel, KeyRequest, NewKey, TokenRequest
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.service import service

__all__ = ["TOKEN_PATH", "keys_api", "oauth_api"]

TAGS = [Tag(name="people")]
keys_api = APIBlueprint("keys", __name__, url_prefix="/v1", abp_tags=TAGS, abp_responses={404: Problem})
oauth_api = APIBlueprint("oauth", __name__, url_prefix="/v1", abp_tags=TAGS)
TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
FORM = "application/x-www-form-urlencoded"
LIFETIME = timedelta(hours=1)


class KeyPath(BaseModel):
    """Which key."""

    key_id: str = Field(description="Id of the key.")


class OAuthError(BaseModel):
    """An error of RFC 6749, section 5.2."""

    error: str
    error_description: str


@keys_api.get("/keys", responses={200: KeyList})
def get_keys(query: PageQuery) -> Response:
    """List the keys that are not revoked, newest first."""
    position = read_cursor(query.cursor, "keys")
    before = None if position is None else str(position)
    rows = list_tokens(service().store, TokenKind.KEY, limit=query.limit + 1, before=before)
    shown = rows[: query.limit]
    return json_answer(
        KeyList(
            items=[KeyModel.model_validate(row, from_attributes=True) for row in shown],
            next_cursor=write_cursor(shown[-1].id, "keys") if len(rows) > query.limit else None,
        )
    )


@keys_api.post(
    "/keys", responses={201: NewKey, 415: Problem}, openapi_extensions=request_body(json=KeyRequest)
)
def add_key() -> Response:
    """Make a key for a program. Its secret is told this once, and kept as a digest."""
    body_kind({JSON})
    asked = read_json(KeyRequest)
    row, secret = issue_token(
        service().store,
        TokenKind.KEY,
        name=asked.name,
        permissions=set(asked.permissions),
        lifetime=timedelta(days=asked.days),
    )
    plain = KeyModel.model_validate(row, from_attributes=True)
    return secret_answer(NewKey(**plain.model_dump(), secret=secret), 201)


@keys_api.delete("/keys/<key_id>", responses={204: None})
def forget_key(path: KeyPath) -> Response:
    """Revoke a key, and the access tokens that it was exchanged for."""
    revoke_token(service().store, path.key_id, TokenKind.KEY)
    return Response(status=204)


@oauth_api.post(
    TOKEN_PATH,
    responses={200: AccessToken, 400: OAuthError, 401: OAuthError},
    openapi_extensions={
        "requestBody": {
            "required": True,
            "content": {FORM: {"schema": TokenRequest.model_json_schema()}},
        }
    },
)
def issue_access_token() -> Response:
    """Exchange a key for an access token of one hour (OAuth2 client credentials, RFC 6749, section 4.4)."""
    try:
        asked = TokenRequest.model_validate(request.form.to_dict())
    except ValidationError:
        return _refuse(400, "invalid_request", "grant_type is missing")
    if asked.grant_type != "client_credentials":
        return _refuse(400, "unsupported_grant_type", "grant_type must be client_credentials")
    basic = request.authorization
    name, secret = asked.client_id, asked.client_secret
    if basic is not None and basic.type == "basic":
        name, secret = basic.username, basic.password
    found = find_token(service().store, (secret or "")[:200], [TokenKind.KEY])
    if found is None or found.token.id != name:
        return _refuse(401, "invalid_client", "no such key is good now")
    given = set(found.token.permissions)
    wanted = set(asked.scope.split()) if asked.scope else given
    if not wanted <= given:
        return _refuse(400, "invalid_scope", f"the key has {' '.join(sorted(given))}")
    _, token = issue_token(
        service().store,
        TokenKind.ACCESS,
        name=found.token.name,
        key_id=found.token.id,
        permissions=wanted,
        lifetime=LIFETIME,
    )
    return secret_answer(
        AccessToken(
            access_token=token,
            token_type="Bearer",  # noqa: S106 - a name
            expires_in=int(LIFETIME.total_seconds()),
            scope=" ".join(sorted(wanted)),
        )
    )


def _refuse(status: int, error: str, description: str) -> Response:
    response = jsonify(error=error, error_description=description)
    response.status_code = status
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="sunrota"'
    return response
