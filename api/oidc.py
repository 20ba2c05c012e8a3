"""OpenID Connect: people sign in at the company's identity provider (authorization code flow with PKCE).

What ties the way back to the browser that set out is one secret in a cookie of its own, from which state,
nonce and code verifier are derived: nothing of it is kept by the service.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from api.config import Config
from api.errors import Forbidden, ProviderFailed
from api.store.identity_tables import Role
from api.store.subjects import Vouched

__all__ = ["Attempt", "authorization_address", "vouched_by"]

DISCOVERY = "/.well-known/openid-configuration"
SCOPE = "openid profile email"
TIMEOUT_SECONDS = 10
LEEWAY_SECONDS = 60
SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""With keys that only the provider has: never the client's secret, never nothing."""

ROLES = (Role.ADMIN, Role.PLANNER, Role.LEAD, Role.AGENT)
"""Of several roles the first holds."""


@dataclass(frozen=True)
class Attempt:
    """One attempt to sign in, of one browser."""

    secret: str

    @classmethod
    def new(cls) -> Attempt:
        """Begin one."""
        return cls(secrets.token_urlsafe(32))

    def part(self, use: str) -> str:
        """Return a value for one use, which tells nothing of the others."""
        return hashlib.sha256(f"{use} {self.secret}".encode()).hexdigest()


def authorization_address(config: Config, attempt: Attempt, redirect_uri: str) -> str:
    """Return where the browser signs in.

    Raises
    ------
    ProviderFailed
    """
    session = _session(config, redirect_uri)
    address, _ = session.create_authorization_url(
        _metadata(config, session)["authorization_endpoint"],
        state=attempt.part("state"),
        nonce=attempt.part("nonce"),
        code_verifier=attempt.part("verifier"),
    )
    return cast(str, address)


def vouched_by(config: Config, attempt: Attempt, *, redirect_uri: str, said: Mapping[str, str]) -> Vouched:
    """Return who the provider says has signed in.

    Parameters
    ----------
    said
        What the provider had the browser bring back: state, and code or error.

    Raises
    ------
    Forbidden
        If the provider refused, or the answer is not one to this attempt.
    ProviderFailed
    """
    if not hmac.compare_digest(said.get("state", "").encode(), attempt.part("state").encode()):
        raise Forbidden("this browser set out to sign in anew since: begin again")
    if "code" not in said:
        raise Forbidden(f"the identity provider refused it ({said.get('error', 'no code')[:100]})")
    session = _session(config, redirect_uri)
    metadata = _metadata(config, session)
    try:
        token = session.fetch_token(
            metadata["token_endpoint"],
            code=said["code"],
            code_verifier=attempt.part("verifier"),
            timeout=TIMEOUT_SECONDS,
        )
        return _vouched(config, _claims(config, session, metadata, token, attempt.part("nonce")))
    except OAuthError as error:
        raise Forbidden(f"the identity provider refused it ({error.error}: {error.description})") from error
    except JoseError as error:
        raise Forbidden(f"what the identity provider said does not hold ({error})") from error
    except (RequestException, ValueError, KeyError) as error:
        raise ProviderFailed(
            f"the identity provider {config.oidc_issuer} does not answer as it should"
        ) from error


def _session(config: Config, redirect_uri: str) -> OAuth2Session:
    return OAuth2Session(
        config.oidc_client_id,
        config.oidc_client_secret,
        scope=SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
    )


def _metadata(config: Config, session: OAuth2Session) -> dict[str, Any]:
    issuer = config.oidc_issuer
    try:
        found = _get(session, issuer.rstrip("/") + DISCOVERY)
    except (RequestException, ValueError) as error:
        raise ProviderFailed(f"the identity provider {issuer} does not answer as it should") from error
    if found.get("issuer") != issuer:
        raise ProviderFailed(f"the identity provider says that it is not {issuer}")
    return found


def _get(session: OAuth2Session, address: str) -> dict[str, Any]:
    answer = session.request("GET", address, withhold_token=True, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    return cast(dict[str, Any], answer.json())


def _claims(
    config: Config, session: OAuth2Session, metadata: Mapping[str, Any], token: Mapping[str, Any], nonce: str
) -> Mapping[str, Any]:
    keys = KeySet.import_key_set(_get(session, metadata["jwks_uri"]))  # type: ignore[arg-type]
    registry = JWSRegistry(algorithms=list(SIGNED_BY), strict_check_header=False)
    decoded = jwt.decode(token["id_token"], keys, registry=registry)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"values": [metadata["issuer"]]}, "aud": {"values": [config.oidc_client_id]}},
        {"nonce": nonce, "client_id": config.oidc_client_id, "access_token": token["access_token"]},
    )
    claims.validate(leeway=LEEWAY_SECONDS)
    return cast(Mapping[str, Any], claims)


def _vouched(config: Config, claims: Mapping[str, Any]) -> Vouched:
    subject, given = str(claims["sub"]), _texts(claims.get(config.oidc_role_claim))
    roles = [role for value, role in config.oidc_role_of.items() if value in given]
    email = claims.get("email") if claims.get("email_verified") is True else None
    name = str(claims.get("preferred_username") or email or subject)
    if not roles:
        raise Forbidden(f"the identity provider gives {name} no role here ({config.oidc_role_claim})")
    role = next(role for role in ROLES if role in roles)
    sites = _texts(claims.get(config.oidc_sites_claim)) if role == Role.LEAD else []
    agents = _texts(claims.get(config.oidc_agent_claim)) if role == Role.AGENT else []
    if (role == Role.LEAD and not sites) or (role == Role.AGENT and not agents):
        lacking = config.oidc_sites_claim if role == Role.LEAD else config.oidc_agent_claim
        raise Forbidden(f"the identity provider does not say the {lacking} of {name}, as a {role} needs")
    return Vouched(
        issuer=config.oidc_issuer,
        subject=subject,
        name=name,
        email=email,
        role=role,
        sites=tuple(sites),
        agent=agents[0] if agents else None,
    )


def _texts(value: object) -> list[str]:
    """Return a claim's values: providers send one as a text, several as a list."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [str(each) for each in values if str(each)]
