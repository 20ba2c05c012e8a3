"""People as pages: the directory, and one person's shifts, time off, leave, wishes and calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response

from api.errors import Conflict, NotFound
from api.identity import me
from api.pages.publish_views import shift_times
from api.permissions import Permission
from api.store.identity_tables import TokenKind, TokenRow
from api.store.published import PublishedShift, find_published
from api.store.tokens import get_token, issue_token, list_tokens, revoke_token
from api.store.workspaces import workspace_names
from api.team import Team
from api.v1.leave_balances import seen_balances
from api.v1.people import person_id_of, seen_team
from api.v1.people_models import WishModel, WishRequest
from api.v1.published import own_filter
from api.v1.service import service
from api.v1.time_off import seen_time_off
from api.v1.wishes import put_in_wish, seen_wishes, withdraw_wish
from forecasting.errors import InvalidInput
from forecasting.hours import WEEKDAYS
from forecasting.timegrid import to_local
from scheduler.agents import Agent, WishKind

__all__ = ["make_calendar", "people_page", "person_page", "put_in", "revoke_calendar", "withdraw"]

PEOPLE_A_PAGE = 50
AHEAD = timedelta(days=42)
SHIFTS_SHOWN = 10
FEEDS_SHOWN = 50
MOST_SHIFTS = 5_000
WISH_WORDS = {
    WishKind.DAY_OFF: "A day off",
    WishKind.WORK: "To work",
    WishKind.START_BEFORE: "To start at the latest at",
    WishKind.START_AFTER: "To start at the earliest at",
    WishKind.SHIFT: "The shift",
}
DAY_WORDS = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)


def people_page() -> str | Response:
    """List the people in sight; an agent's own page is theirs."""
    team = seen_team(_workspace())
    if me().agent is not None:
        return redirect(url_for("pages.person", person_id=_own(team)), code=303)
    site, find = request.args.get("site", "").strip(), request.args.get("find", "").strip()
    found = [
        agent
        for agent in team.agents.values()
        if site in ("", agent.site)
        and find.lower() in f"{agent.name}\n{agent.display_name or ''}\n{agent.team or ''}".lower()
    ]
    after = request.args.get("after", "")
    shown = [agent for agent in found if agent.name > after][: PEOPLE_A_PAGE + 1]
    following = shown[PEOPLE_A_PAGE - 1].name if len(shown) > PEOPLE_A_PAGE else None
    shown = shown[:PEOPLE_A_PAGE]
    shifts = _next_shifts(agents=tuple(agent.name for agent in shown))
    return render_template(
        "pages/people.html",
        people=[_line(team, agent, shifts.get(agent.name, ())) for agent in shown],
        count=len(found),
        more=url_for("pages.people", after=following, **_chosen(site=site, find=find)) if following else None,
        sites=sorted(team.sites),
        site=site,
        find=find,
        workspace=team.workspace,
        workspaces=[team.workspace] if me().workspace else workspace_names(service().store),
    )


def _own(team: Team) -> str:
    if not team.agents:
        raise NotFound(f"{me().agent} is not among the people of {team.workspace}")
    return person_id_of(next(iter(team.agents)))


def _workspace() -> str | None:
    return request.args.get("workspace", "").strip() or None


def _chosen(**values: str) -> dict[str, Any]:
    return {name: value for name, value in (values | {"workspace": _workspace() or ""}).items() if value}


def _next_shifts(agents: tuple[str, ...]) -> Mapping[str, list[PublishedShift]]:
    """Return the shifts of the next weeks by agent."""
    now = service().store.clock()
    wanted = own_filter(agents=agents, window_from=now, window_until=now + AHEAD)
    found: dict[str, list[PublishedShift]] = {}
    for row in find_published(service().store, wanted, limit=MOST_SHIFTS):
        found.setdefault(row.agent, []).append(row)
    return found


def _line(team: Team, agent: Agent, shifts: Iterable[PublishedShift]) -> dict[str, Any]:
    contract = team.contracts[agent.contract]
    least, most = contract.min_week_minutes / 60, contract.max_week_minutes / 60
    now = service().store.clock()
    first = next(iter(shifts), None)
    return {
        "id": person_id_of(agent.name),
        "agent": agent.name,
        "name": agent.display_name or agent.name,
        "site": agent.site,
        "languages": ", ".join(sorted({skill.language for skill in agent.skills})),
        "hours": f"{least:g}–{most:g}" if 0 < least < most else f"up to {most:g}",
        "next": "none published" if first is None else _times(first),
        "state": "" if team.is_employed(agent, now) else "not employed today",
    }


def _times(row: PublishedShift) -> str:
    times = shift_times(row.site, row.time_zone, row.start, row.end)
    return f"{row.local_date:%a} {row.local_date.isoformat()}, {times}"


def person_page(person_id: str, *, error: str = "", address: str = "", values: Any = None) -> str:
    """Show a person, and let those who may put in wishes and make calendars for them."""
    team = seen_team(_workspace())
    agent = _agent(team, person_id)
    contract = team.contracts[agent.contract]
    zone = team.sites[agent.site].time_zone
    shifts = _next_shifts((agent.name,)).get(agent.name, [])[:SHIFTS_SHOWN]
    return render_template(
        "pages/person.html",
        line=_line(team, agent, shifts),
        agent=agent,
        zone=zone,
        contract=contract.name,
        shifts=[{"when": _times(row), "shift": row.shift or "–"} for row in shifts],
        time_off=[
            {"when": _away(item.start, item.end, zone), "kind": item.kind, "paid": item.paid}
            for item in sorted(seen_time_off(team), key=lambda item: item.starts_at)
            if item.agent == agent.name and item.ends_at > service().store.clock()
        ],
        balances=[item for item in seen_balances(team) if item.agent == agent.name],
        wishes=[_wish_line(item) for item in seen_wishes(team) if item.agent == agent.name],
        feeds=_feeds(agent),
        templates=contract.shifts,
        wish_words=WISH_WORDS,
        day_words=DAY_WORDS,
        chosen=_chosen(),
        values=values or {},
        error=error,
        address=address,
    )


def _agent(team: Team, person_id: str) -> Agent:
    for agent in team.agents.values():
        if person_id_of(agent.name) == person_id:
            return agent
    raise NotFound(f"there is no person {person_id}")


def _away(start: str, end: str, zone: str) -> str:
    """Return time off in words: days, the last one named too, or times on the site's clock."""
    if len(start) == len("2026-03-29"):
        last = date.fromisoformat(end) - timedelta(days=1)
        return start if last.isoformat() == start else f"{start} to {last.isoformat()}"
    begin, until = (to_local(datetime.fromisoformat(text), zone) for text in (start, end))
    same = begin.date() == until.date()
    return f"{begin:%Y-%m-%d %H:%M} to {until:{'%H:%M' if same else '%Y-%m-%d %H:%M'}}"


def _wish_line(item: WishModel) -> dict[str, str]:
    kind, _, rest = item.wish.partition(" ")
    days = ", ".join(DAY_WORDS[day] for day in item.weekdays or ())
    return {
        "id": item.id,
        "wish": f"{WISH_WORDS[WishKind(kind.lower())]} {rest}".strip(),
        "when": f"every {days}" if item.date is None else f"{item.date:%a} {item.date.isoformat()}",
    }


def _feeds(agent: Agent) -> list[TokenRow]:
    if not me().may(Permission.FEEDS):
        return []
    return list_tokens(service().store, TokenKind.FEED, limit=FEEDS_SHOWN, agent=agent.name)


def put_in(person_id: str) -> Response | tuple[str, int]:
    """Put in a wish; say on the page what is wrong with it."""
    agent, form = _agent(seen_team(_workspace()), person_id), request.form
    kind = form.get("kind", "")
    time = form.get("time", "")
    detail = {"shift": form.get("shift", ""), "start_before": time, "start_after": time}
    try:
        asked = WishRequest(
            agent=agent.name,
            date=date.fromisoformat(text) if (text := form.get("date", "")) else None,
            weekdays=form.getlist("weekday") or None,  # type: ignore[arg-type]  # checked by the model
            wish=f"{kind} {detail.get(kind, '')}".strip(),
            weight=None,
        )
        put_in_wish(asked, _workspace())
    except InvalidInput as error:
        return _again(person_id, error.faults[0].rule), 422
    except Conflict as error:
        return _again(person_id, str(error)), 409
    except ValidationError:
        return _again(person_id, "weekdays are mon … sun"), 422
    except ValueError:
        return _again(person_id, "the date is none"), 422
    return redirect(url_for("pages.person", person_id=person_id, **_chosen()), code=303)


def _again(person_id: str, rule: str) -> str:
    values = request.form.to_dict() | {"weekdays": request.form.getlist("weekday")}
    return person_page(person_id, error=f"{rule[0].upper()}{rule[1:]}.", values=values)


def withdraw(person_id: str, wish_id: str) -> Response:
    """Withdraw a wish."""
    withdraw_wish(wish_id, _workspace())
    return redirect(url_for("pages.person", person_id=person_id, **_chosen()), code=303)


def make_calendar(person_id: str) -> str:
    """Make a calendar feed; show its address, this once."""
    team = seen_team(_workspace())
    agent = _agent(team, person_id).name
    workspace = me().workspace or _workspace()
    name = f"feed of {agent}"
    _, secret = issue_token(service().store, TokenKind.FEED, name=name, agent=agent, workspace=workspace)
    return person_page(person_id, address=url_for("calendars.calendar", secret=secret, _external=True))


def revoke_calendar(person_id: str, feed_id: str) -> Response:
    """Revoke a calendar feed of theirs."""
    agent = _agent(seen_team(_workspace()), person_id).name
    if get_token(service().store, feed_id, TokenKind.FEED).agent != agent:
        raise NotFound(f"there is no feed {feed_id}")
    revoke_token(service().store, feed_id, TokenKind.FEED)
    return redirect(url_for("pages.person", person_id=person_id, **_chosen()), code=303)
