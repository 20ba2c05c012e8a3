"""The hand-over between sites through the 24 hours, as a plan's page shows it."""

from __future__ import annotations

from typing import Any

__all__ = ["handover_columns", "handover_lines", "handover_rows"]


def handover_columns(report: dict[str, Any]) -> list[str]:
    """Return the headings of :func:`handover_rows`; none with fewer than two sites at work."""
    sites = _sites(report)
    return ["UTC", *sites, "Leads"] if len(sites) > 1 else []


def handover_rows(report: dict[str, Any]) -> list[list[str]]:
    """Return a row an hour: agents serving by site, and who leads."""
    sites = _sites(report)
    rows = []
    for each in (report.get("handover") or {}).get("hours", []):
        leads = f"{each['leader']} ({each['share']:.0%})" if each["leader"] else "nobody"
        agents = [f"{each['serving'][site]:.1f}" if site in each["serving"] else "–" for site in sites]
        rows.append([f"{each['hour']:02}:00", *agents, leads])
    return rows


def handover_lines(report: dict[str, Any]) -> list[str]:
    """Return a sentence for each time that the lead goes from one site to another."""
    return [
        f"{each['hour']:02}:00 UTC: {each['before']} hands over to {each['after']}, "
        f"{each['overlap']:.1f} agents of each at work together."
        for each in (report.get("handover") or {}).get("changes", [])
    ]


def _sites(report: dict[str, Any]) -> list[str]:
    hours = (report.get("handover") or {}).get("hours", [])
    return sorted({site for each in hours for site in each["serving"]})
