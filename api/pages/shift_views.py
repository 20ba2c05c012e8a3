"""Published shifts as a page: an agent's own, a lead's sites', everyone's."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request

from api.pages.publish_views import shift_times
from api.store.published import find_published
from api.v1.published import own_filter
from api.v1.service import service

__all__ = ["shifts_page"]

SHOWN = 500
AHEAD = timedelta(days=42)


def shifts_page() -> str:
    """List the shifts that end from now on, within six weeks."""
    store = service().store
    now = store.clock()
    agent = request.args.get("agent", "").strip() or None
    wanted = own_filter(agent=agent, window_from=now, window_until=now + AHEAD)
    rows = find_published(store, wanted, limit=SHOWN)
    return render_template(
        "pages/shifts.html",
        agent=agent or "",
        rows=[
            {
                "agent": row.agent,
                "date": f"{row.local_date:%a} {row.local_date.isoformat()}",
                "times": shift_times(row.site, row.time_zone, row.start, row.end),
                "zone": row.time_zone,
                "shift": row.shift or "–",
                "revision": row.revision,
            }
            for row in rows
        ],
        more=len(rows) == SHOWN,
    )
