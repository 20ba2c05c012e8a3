"""What a workspace asks for and this version does not act on: said in every report, never passed over."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.workspace import Workspace

__all__ = ["features_not_in_effect"]


def features_not_in_effect(workspace: Workspace) -> tuple[str, ...]:
    """Return a sentence for each thing that the workspace states and the plan does not heed.

    Notes that the workspace carries from its reading come first.
    """
    return (*workspace.notes, *_columns(workspace))


def _columns(workspace: Workspace) -> Iterator[str]:
    settings = workspace.settings
    # A site without agents costs nothing.
    used = {workspace.sites[agent.site].currency for agent in workspace.agents.values() if agent.hourly_cost}
    without = sorted({c for c in used if c is not None} - {settings.currency, *settings.rates})
    if without:
        yield f"Costs in {', '.join(without)} are reported and weigh nothing: plan.toml has no rate."
