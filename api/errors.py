"""Errors of the service's edges; the tree is drawn in :mod:`forecasting.errors`."""

from __future__ import annotations

from forecasting.errors import SunrotaError

__all__ = [
    "Conflict",
    "Forbidden",
    "LeaseLost",
    "NotFound",
    "PreconditionFailed",
    "ProviderFailed",
    "RulesBroken",
    "SyncExpired",
]


class NotFound(SunrotaError):
    """There is no such thing, or no longer."""

    code = "not_found"


class Conflict(SunrotaError):
    """What was asked for does not fit the state that the thing is in."""

    code = "conflict"


class Forbidden(SunrotaError):
    """Someone is not let in."""

    code = "forbidden"


class ProviderFailed(SunrotaError):
    """The identity provider does not answer, or not as the standard says."""

    code = "provider_failed"


class LeaseLost(SunrotaError):
    """The run was given to another worker, or has ended: whoever sees this must let go of it."""

    code = "lease_lost"


class RulesBroken(Conflict):
    """The plan breaks rules, and nobody has said why it should be published all the same."""

    code = "rules_broken"


class PreconditionFailed(SunrotaError):
    """The thing is no longer as the one who wants to change it has seen it."""

    code = "precondition_failed"


class SyncExpired(SunrotaError):
    """Changes since the sync token are no longer kept: everything must be pulled anew."""

    code = "sync_expired"
