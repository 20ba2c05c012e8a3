"""Settings of the service, read from the environment once at start and checked there.

Every setting has a default that suits one machine. A value that cannot be right stops the start with one
line that names the variable; nothing is guessed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from forecasting.errors import Fault, InvalidInput

__all__ = ["PREFIX", "Config", "load_config"]

logger = logging.getLogger(__name__)

PREFIX = "SUNROTA_"
MEBIBYTE = 1024 * 1024
ISSUER = r"^$|^https://[^\s?#]+$|^http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#]*)?$"
"""Over TLS, but from this machine itself."""
ROLES = r"^$|^[^=,]+=(admin|planner|lead|agent)(,[^=,]+=(admin|planner|lead|agent))*$"


def _names(value: object) -> object:
    return (
        tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value
    )


def _database_url(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError("must be a database URL such as postgresql://user@host/name") from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        # Of the drivers that SQLAlchemy knows, the one that we ship and test.
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if backend == "sqlite" and url.database not in (None, "", ":memory:"):
        return value
    raise ValueError("must begin with postgresql:// or sqlite:/// (a file)")


class Config(BaseModel):
    """The settings; each is the environment variable of the same name in capitals after ``SUNROTA_``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Field(Path("var"), description="Folder of database, job queue and temporary files.")
    database_url: Annotated[str, BeforeValidator(_database_url)] = Field(
        "", description="PostgreSQL or SQLite URL; empty: sunrota.db in the data folder."
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    allowed_hosts: Annotated[tuple[str, ...], BeforeValidator(_names)] = Field(
        ("localhost", "127.0.0.1", "[::1]"),
        min_length=1,
        description="Host names of the service, with commas; a leading dot allows subdomains.",
    )
    web_processes: int = Field(2, ge=1, le=256, description="Processes of the web server.")
    web_threads: int = Field(16, ge=1, le=1000, description="Requests that each of them answers at once.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged to standard error."
    )
    proxies: int = Field(
        0,
        ge=0,
        le=9,
        description="Proxies in front: X-Forwarded-For and -Proto of so many are believed.",
    )
    requests_per_minute: int = Field(
        3000, ge=1, description="Requests of one session, key or address, for each web process."
    )
    sign_ins_per_minute: int = Field(
        60,
        ge=1,
        description="Tries to sign in or for an access token, of one address, for each web process.",
    )
    max_upload_bytes: int = Field(256 * MEBIBYTE, ge=1024, description="Largest request body.")
    oidc_issuer: str = Field(
        "", pattern=ISSUER, description="Issuer of the company's OpenID Connect provider; empty: none."
    )
    oidc_client_id: str = Field("", description="What the provider knows this service as.")
    oidc_client_secret: str = Field("", description="What the provider knows it by.")
    oidc_label: str = Field(
        "Sign in with the company account", min_length=1, description="Words of the way in."
    )
    oidc_role_claim: str = Field("groups", min_length=1, description="Claim that gives people their role.")
    oidc_roles: str = Field(
        "", pattern=ROLES, description="Role of each value of it: rota-admins=admin,planners=planner."
    )
    oidc_sites_claim: str = Field("sites", min_length=1, description="Claim with the sites of a lead.")
    oidc_agent_claim: str = Field(
        "employee_number", min_length=1, description="Claim with who an agent is in the rota."
    )
    run_slots: int = Field(1, ge=1, le=256, description="Runs that one worker works on at once.")
    run_attempts: int = Field(2, ge=1, le=10, description="Times that a run is tried when its worker dies.")
    run_time_limit_seconds: float = Field(3600.0, gt=0, description="Longest time of one run.")
    run_memory_limit_bytes: int = Field(
        8192 * MEBIBYTE, ge=64 * MEBIBYTE, description="Most memory of one run's processes."
    )
    run_grace_seconds: float = Field(
        30.0, ge=0, description="Time that a run has to hand in its best result once it is asked to stop."
    )
    lease_seconds: float = Field(
        20.0, gt=0, description="A run whose worker is silent for so long is taken from it."
    )
    renew_seconds: float = Field(5.0, gt=0, description="How often a worker says that a run goes on.")
    sweep_seconds: float = Field(
        10.0, gt=0, description="How often a worker looks for waiting and abandoned runs without being woken."
    )
    webhook_private_targets: bool = Field(
        False, description="Whether webhooks may call this machine and private networks, and without TLS."
    )
    keep_ended_runs_days: float = Field(30.0, gt=0, description="When runs without a plan are forgotten.")
    keep_drafts_days: float = Field(
        365.0, gt=0, description="When plans that were never published are forgotten, with their forecasts."
    )
    keep_workspaces_days: float = Field(
        30.0,
        gt=0,
        description="When versions of workspaces are forgotten that are not the newest, nor planned.",
    )
    keep_audit_days: float = Field(730.0, gt=0, description="When entries of the audit log are forgotten.")
    keep_deliveries_days: float = Field(
        30.0, gt=0, description="When messages to webhooks, and what became of them, are forgotten."
    )
    keep_changes_days: float = Field(
        90.0, gt=0, description="How far back a copy of published shifts may be brought up to date."
    )

    @property
    def storage_url(self) -> str:
        """SQLAlchemy URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'sunrota.db'}"

    @property
    def oidc_role_of(self) -> dict[str, str]:
        """Roles by the values of the role claim."""
        pairs = (pair.split("=") for pair in self.oidc_roles.split(",") if pair)
        return {value.strip(): role for value, role in pairs}

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the service."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def worker_silence_seconds(self) -> float:
        """After how many seconds a worker that says nothing is taken for dead."""
        return 3 * self.sweep_seconds + self.lease_seconds

    @property
    def is_postgresql(self) -> bool:
        """Whether the database is PostgreSQL rather than a SQLite file."""
        return self.database_url.startswith("postgresql")

    def environment(self) -> dict[str, str]:
        """Return the variables from which a child process reads these same settings."""
        shown = self.model_dump()
        shown["data_dir"] = self.data_dir.absolute()
        shown["allowed_hosts"] = ",".join(self.allowed_hosts)
        return {PREFIX + name.upper(): str(value) for name, value in shown.items()}


def load_config(environ: Mapping[str, str], **overrides: Any) -> Config:
    """Read and check the settings.

    Parameters
    ----------
    environ
        The process's environment. A ``SUNROTA_`` variable that is no setting is only warned of, since
        container platforms set such variables on their own.
    overrides
        Settings given on the command line; None means not given.

    Raises
    ------
    InvalidInput
        With one fault for each setting that cannot be right.

    Examples
    --------
    >>> load_config({"SUNROTA_RUN_SLOTS": "2"}).run_slots
    2
    >>> load_config({"SUNROTA_RUN_SLOTS": "0"})
    Traceback (most recent call last):
    ...
    forecasting.errors.InvalidInput: SUNROTA_RUN_SLOTS: input should be greater than or equal to 1, got 0
    """
    given: dict[str, Any] = {}
    for name, value in environ.items():
        setting = name.removeprefix(PREFIX).lower()
        if name.startswith(PREFIX) and setting in Config.model_fields:
            given[setting] = value
        elif name.startswith(PREFIX):
            logger.warning("%s is not a setting of Sunrota and is ignored", name)
    given |= {name: value for name, value in overrides.items() if value is not None}
    try:
        config = Config.model_validate(given)
    except ValidationError as error:
        raise InvalidInput(
            Fault(
                f"{PREFIX}{'_'.join(str(part) for part in fault['loc'][:1]).upper()}: {_rule(fault['msg'])}",
                value=str(fault["input"]),
                code="invalid_setting",
            )
            for fault in error.errors()
        ) from None
    if config.renew_seconds * 2 > config.lease_seconds:
        raise InvalidInput(
            Fault(
                "SUNROTA_RENEW_SECONDS: must be at most half of SUNROTA_LEASE_SECONDS",
                value=str(config.renew_seconds),
                code="invalid_setting",
            )
        )
    if config.oidc_issuer and not (config.oidc_client_id and config.oidc_roles):
        rule = "SUNROTA_OIDC_ISSUER: needs SUNROTA_OIDC_CLIENT_ID and SUNROTA_OIDC_ROLES"
        raise InvalidInput(Fault(rule, value=config.oidc_issuer, code="invalid_setting"))
    return config


def _rule(message: str) -> str:
    text = message.removeprefix("Value error, ")
    return text[0].lower() + text[1:]
