"""Which plan is in effect on which date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.store.publication_tables import PublicationRow

__all__ = ["owners", "owners_of"]


def owners(session: Session, workspace: str, *, without: str | None = None) -> dict[date, str]:
    """Return the plan in effect on each date: the one published last of those that stand.

    Parameters
    ----------
    without
        Id of a publication that is taken as reverted.
    """
    query = select(PublicationRow).where(
        PublicationRow.workspace == workspace, PublicationRow.reverted.is_(None)
    )
    if without is not None:
        query = query.where(PublicationRow.id != without)
    found: dict[date, str] = {}
    for publication in session.scalars(query.order_by(PublicationRow.sequence)):
        found |= dict.fromkeys(_dates(publication.first_date, publication.last_date), publication.plan_id)
    return found


def owners_of(
    session: Session, publication: PublicationRow, *, without: str | None = None
) -> dict[str, set[date]]:
    """Return the publication's dates by the plan in effect on them; see :func:`owners`."""
    dates = set(_dates(publication.first_date, publication.last_date))
    by_plan: dict[str, set[date]] = {}
    for day, plan_id in owners(session, publication.workspace, without=without).items():
        if day in dates:
            by_plan.setdefault(plan_id, set()).add(day)
    return by_plan


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=day) for day in range((last - first).days + 1))
