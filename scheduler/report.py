"""The report on a plan: what was reached, what it costs, what is proven, what to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from forecasting.dispersion import Dispersion
from forecasting.override_summary import summarize_overrides
from forecasting.queues import QueueKey
from forecasting.snapshots import known_until
from forecasting.tables import ContactForecast
from scheduler.agents import Agent
from scheduler.changes import Change, ChangeKind
from scheduler.check import CheckReport, Severity
from scheduler.coverage import Coverage
from scheduler.explaining.windows import worst_windows
from scheduler.fairness import measure_fairness
from scheduler.handover import measure_handover
from scheduler.requirement import StaffingRequirement
from scheduler.rostering.result import RotaResult, RotaStatus
from scheduler.rota import Rota, Shift
from scheduler.workspace import Workspace

__all__ = ["build_report", "dispersion_rows", "shortages"]

NOTICEABLE_SHORT_SHARE = 0.01
SHOWN_VIOLATIONS = 1000


def build_report(
    workspace: Workspace,
    *,
    forecast: ContactForecast | None,
    requirement: StaffingRequirement,
    result: RotaResult,
    checked: CheckReport | None,
    changes: Sequence[Change],
    service: Mapping[str, object],
    pooling: Mapping[str, object] | None,
    dispersion: Mapping[QueueKey, Dispersion],
    warnings: tuple[str, ...],
    seed: int,
    versions: Mapping[str, str],
    timings: Mapping[str, float],
) -> dict[str, object]:
    """Return the report as a JSON document; the keys are those of ``report.json``.

    The objective and the coverage are the checker's, recomputed from the rota alone; only bound and
    status are the solver's own claims. ``forecast.dispersion`` is how the forecast's contacts scatter, for
    whoever simulates the rota again.

    Parameters
    ----------
    changes
        Against the workspace's earlier rota.
    service
        As :func:`scheduler.service.service_part` returns it.
    pooling
        As :meth:`scheduler.pooling.loop.PooledRota.report` returns it; None where no loop was asked for.
    """
    settings = workspace.settings
    report: dict[str, object] = {
        "status": str(result.status),
        "plan": {
            "start": settings.start.isoformat(),
            "days": settings.days,
            "interval_minutes": settings.interval_minutes,
            "currency": settings.currency,
            "agents": len(workspace.agents),
            "sites": len(workspace.sites),
            "queues": len(requirement.queues),
        },
        "objective": None,
        "bound": result.bound,
        "gap": None,
        "check": None,
        "coverage": None,
        "forecast": {
            "dispersion": dispersion_rows(dispersion),
            "overrides": [] if forecast is None else _overrides(forecast),
            "cutoff": {} if forecast is None else _cutoff(workspace, forecast),
        },
        "service": dict(service),
        "pooling": pooling,
        "cost": {},
        "fairness": {},
        "handover": {},
        "changes": None if workspace.earlier is None else _changes(changes),
        "explanations": list(result.reasons),
        "warnings": [*warnings, *result.notes],
        "versions": dict(versions),
        "seed": seed,
        "work": result.work,
        "timings": {name: round(seconds, 3) for name, seconds in timings.items()},
    }
    if checked is None or result.rota is None:
        return report
    report["objective"] = {
        "total": checked.objective.total,
        "terms": dict(checked.objective.terms),
        "quantities": dict(checked.objective.quantities),
    }
    report["gap"] = _gap(checked, result)
    report["check"] = _check(checked)
    report["coverage"] = _coverage(checked.coverage)
    report["cost"] = dict(checked.cost)
    report["fairness"] = _fairness(workspace, result.rota)
    report["handover"] = _handover(workspace, result.rota)
    report["explanations"] = [
        *result.reasons,
        *shortages(workspace, checked.coverage),
        *worst_windows(workspace, checked.coverage, result.rota),
    ]
    return report


def dispersion_rows(dispersion: Mapping[QueueKey, Dispersion]) -> list[dict[str, object]]:
    """Return how the contacts of each queue scatter, as ``report.json`` holds it."""
    return [
        {
            **key._asdict(),
            "day": each.day,
            "means": list(each.means),
            "totals": list(each.totals),
            "shared": each.shared,
            "persistence": each.persistence,
        }
        for key, each in sorted(dispersion.items())
    ]


def _gap(checked: CheckReport, result: RotaResult) -> dict[str, float] | None:
    if result.bound is None:
        return None
    gap = max(0.0, checked.objective.total - result.bound)
    if result.status is RotaStatus.OPTIMAL:
        # Proven optimal in whole units of the solver's scale; what is left is rounding.
        gap = min(gap, 0.0) if gap < 1e-3 else gap
    required = checked.coverage.required_hours
    return {"objective": gap, "of_required": gap / required if required else 0.0}


def _check(checked: CheckReport) -> dict[str, object]:
    broken = [item for item in checked.violations if item.severity is Severity.VIOLATION]
    reported = [item for item in checked.violations if item.severity is Severity.REPORTED]
    return {
        "violations": len(broken),
        "reported": len(reported),
        "details": [
            {
                "rule": item.rule,
                "agent": item.agent,
                "date": None if item.day is None else item.day.isoformat(),
                "value": item.value,
                "limit": item.limit,
                "severity": str(item.severity),
                "message": item.message,
            }
            for item in (*broken, *reported)[:SHOWN_VIOLATIONS]
        ],
    }


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "required_hours": coverage.required_hours,
        "scheduled_hours": coverage.scheduled_hours,
        "short_hours": coverage.short_hours,
        "covered_share": coverage.covered,
        "edge_short_hours": coverage.edge_short_hours,
        "queues": [
            {
                "region": row["region"],
                "language": row["language"],
                "channel": row["channel"],
                "kind": row["kind"],
                "required_hours": row["required"],
                "scheduled_hours": row["scheduled"],
                "short_hours": row["short"],
                "covered_share": row["covered"],
                "edge_short_hours": row["edge_short"],
            }
            for row in coverage.by_queue().to_dict("records")
        ],
    }


def _handover(workspace: Workspace, rota: Rota) -> dict[str, object]:
    """By hour of the UTC day who serves, and where the lead goes from one site to another."""
    hours, changes = measure_handover(workspace, rota)
    return {
        "hours": [
            {"hour": each.hour, "serving": dict(each.serving), "leader": each.leader, "share": each.share}
            for each in hours
        ],
        "changes": [asdict(change) for change in changes],
    }


def _changes(changes: Sequence[Change]) -> dict[str, object]:
    counts = Counter(change.kind for change in changes)
    return {
        **{str(kind): counts[kind] for kind in ChangeKind},
        "shifts": [
            {
                "agent": change.agent,
                "date": change.day.isoformat(),
                "change": str(change.kind),
                "before": _shift(change.before),
                "after": _shift(change.after),
                "reason": change.reason,
            }
            for change in changes
        ],
    }


def _shift(shift: Shift | None) -> dict[str, object] | None:
    if shift is None:
        return None
    return {"shift": shift.template, "start": shift.start.isoformat(), "end": shift.end.isoformat()}


def _fairness(workspace: Workspace, rota: Rota) -> dict[str, object]:
    fairness = measure_fairness(workspace, rota)
    names = ("nights", "weekends", "paid_hours", "refused_wishes")
    return {
        "spread": {name: asdict(fairness.spread(name)) for name in names},
        "agents": [asdict(share) for share in fairness.shares],
    }


def _cutoff(workspace: Workspace, forecast: ContactForecast) -> dict[str, str]:
    """By region, the instant after which nothing was known."""
    if workspace.history is None:
        return {}
    regions = {key.region: workspace.regions[key.region] for key in forecast.queues}
    known = known_until(workspace.history, regions, workspace.settings.start)
    return {name: moment.isoformat() for name, moment in known.items()}


def _overrides(forecast: ContactForecast) -> list[dict[str, object]]:
    """What planners changed in the forecast, a row for each queue and reason."""
    rows = summarize_overrides(forecast).to_dict("records")
    return [
        {str(name): value.isoformat() if name in ("first", "until") else value for name, value in row.items()}
        for row in rows
    ]


def shortages(workspace: Workspace, coverage: Coverage) -> list[str]:
    """Say where coverage is missing, the worst queue first, and who could serve it at all."""
    table = coverage.by_queue()
    lacking = table[table["short"] > NOTICEABLE_SHORT_SHARE * table["required"].clip(lower=1.0)]
    sentences = []
    for row in lacking.sort_values("short", ascending=False, kind="stable").to_dict("records"):
        key = QueueKey(row["region"], row["language"], row["channel"])
        agents = workspace.agents.values()
        able = [agent for agent in agents if agent.speed(*key) > 0]
        more = sum(agent.translating_speed(workspace.queues[key]) > 0 for agent in agents)
        sentences.append(
            f"{key} lacks {row['short']:,.1f} of {row['required']:,.1f} agent-hours; "
            + (_capacity(workspace, able) if able else "no agent has the skill.")
            + (f" {more} more may translate in time that is left over." if more else "")
        )
    return sentences


def _capacity(workspace: Workspace, able: list[Agent]) -> str:
    weeks = workspace.settings.days / 7
    hours = 0.0
    for agent in able:
        contract = workspace.contracts[agent.contract]
        most = contract.max_week_minutes * weeks
        if contract.max_plan_minutes is not None:
            most = min(most, contract.max_plan_minutes)
        hours += most / 60
    people = "one agent has" if len(able) == 1 else f"{len(able)} agents have"
    return f"{people} the skill, for all their queues together with at most {hours:,.0f} paid hours."
