"""A little OpenID Connect provider on loopback, as real ones are: codes, PKCE, signed identity tokens."""

# ruff: noqa: ARG002 - the library calls these methods, and names what it hands them

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, request
from joserfc.jwk import ECKey
from werkzeug.serving import make_server

__all__ = ["CLIENT", "SECRET", "Provider", "running_provider"]

CLIENT, SECRET = "sunrota", "known to both"


class Client(ClientMixin):  # type: ignore[misc]
    """This service, as the provider knows it."""

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return ""

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri.endswith("/sign-in/company/return")

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code that was given out."""

    def __init__(self, code: str, asked: Any, user: dict[str, Any]) -> None:
        self.code, self.user, data = code, user, asked.payload.data
        self.redirect_uri, self.scope, self.nonce = (
            asked.payload.redirect_uri,
            asked.payload.scope,
            data.get("nonce"),
        )
        self.code_challenge, self.code_challenge_method = (
            data["code_challenge"],
            data["code_challenge_method"],
        )

    def get_redirect_uri(self) -> str:
        return str(self.redirect_uri)

    def get_scope(self) -> str:
        return str(self.scope)

    def get_nonce(self) -> Any:
        return self.nonce

    def get_auth_time(self) -> None:
        return None

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Provider:
    """The provider; ``claims`` are of whoever signs in next, ``lies`` what its tokens say instead."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.claims: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}
        self.key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
        self.signing_key = self.key
        self.codes: dict[str, Code] = {}

    def app(self) -> Flask:
        """Return it as an application."""
        provider, app = self, Flask("provider")

        class Codes(AuthorizationCodeGrant):  # type: ignore[misc]
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012 - the library's

            def save_authorization_code(self, code: str, request: Any) -> None:
                provider.codes[code] = Code(code, request, request.user)

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                return provider.codes.get(code)

            def delete_authorization_code(self, authorization_code: Code) -> None:
                del provider.codes[authorization_code.code]

            def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
                return authorization_code.user

        class Identity(OpenIDCode):  # type: ignore[misc]
            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return False

            def get_client_claims(self, client: Client) -> dict[str, Any]:
                return {"iss": provider.issuer}

            def resolve_client_private_key(self, client: Client) -> Any:
                return provider.signing_key

            def get_client_algorithm(self, client: Client) -> str:
                return "ES256"

            def get_authorization_code_claims(self, authorization_code: Code) -> dict[str, Any]:
                return {**super().get_authorization_code_claims(authorization_code), **provider.lies}

            def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
                return UserInfo(user)

        server = AuthorizationServer(app, query_client=lambda _: Client(), save_token=lambda *_: None)
        server.register_grant(Codes, [Identity(require_nonce=True), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def configuration() -> Response:
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return jsonify(
                issuer=provider.issuer, **{name: f"{provider.issuer}/{path}" for name, path in names.items()}
            )

        @app.get("/authorize")
        def authorize() -> Any:
            if not provider.claims:
                refused = urlencode({"error": "access_denied", "state": request.args["state"]})
                return "", 302, {"Location": f"{request.args['redirect_uri']}?{refused}"}
            grant = server.get_consent_grant(end_user=provider.claims)
            return server.create_authorization_response(grant_user=provider.claims, grant=grant)

        app.post("/token")(server.create_token_response)
        app.get("/keys")(lambda: jsonify(keys=[provider.key.as_dict(private=False)]))
        return app


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider on a free port of this machine."""
    provider = Provider("")
    server = make_server("127.0.0.1", 0, provider.app(), threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()
