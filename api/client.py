"""A client for programs that work with the service: typed answers, safe repeats, copies kept up to date.

from api.client import ShiftCopy, SunrotaClient

with SunrotaClient("https://rota.example", key) as sunrota:
    copy = ShiftCopy(sunrota)
    for shift in copy.pull():        # what changed since the last pull; cancelled shifts with that state
        print(shift.agent, shift.start, shift.state)
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel

from api.v1.models import PlanModel, RunModel
from api.v1.people_models import (
    ChangedTimeOff,
    LeaveBalanceList,
    LeaveBalanceModel,
    LeaveBalanceRequest,
    LeaveBalancesRequest,
    PersonList,
    PersonModel,
    SiteList,
    SiteModel,
    TimeOffList,
    TimeOffModel,
    TimeOffRequest,
    WishList,
    WishModel,
    WishRequest,
)
from api.v1.publication_models import PublicationModel, PublishedPage, PublishedShiftModel, SyncPage
from api.v1.times import instant_text

__all__ = ["ServiceError", "ShiftCopy", "SunrotaClient"]

TRIES = 4
PAUSE_SECONDS = 0.5
MOST_PAUSE_SECONDS = 30.0
WAIT_SECONDS = 20.0
PAGE = 5_000
LIST_PAGE = 500
HEADER = "Idempotency-Key"
ENDED = ("done", "failed", "stopped")
Model = TypeVar("Model", bound=BaseModel)
Page = TypeVar("Page", PublishedPage, PersonList, SiteList, TimeOffList, WishList, LeaveBalanceList)


class ServiceError(Exception):
    """The service refused: with the status, the code that never changes its meaning, and its words."""

    def __init__(self, status: int, code: str, detail: str, request_id: str | None) -> None:
        super().__init__(f"{status} {code}: {detail} (request {request_id})")
        self.status, self.code, self.detail, self.request_id = status, code, detail, request_id


class SunrotaClient:
    """Speaks to one service with one key.

    Reads, and changes that carry a key of their own against doing them twice, are tried again when the
    connection fails or the service says that it is busy.

    Parameters
    ----------
    address
        Of the service, such as ``https://rota.example``.
    key
        An API key or access token.
    timeout
        Seconds until an answer is given up.
    transport
        Instead of the network; for tests.
    """

    def __init__(
        self, address: str, key: str, *, timeout: float = 60.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._http = httpx.Client(
            base_url=address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask_for_plan(self, workspace_id: str, **options: Any) -> RunModel:
        """Ask for a plan of a kept workspace; the options are those of ``POST /v1/plans``."""
        return self._post("/v1/plans", RunModel, {"workspace_id": workspace_id, **options})

    def run(self, run_id: str) -> RunModel:
        """Return how far a run is."""
        return self._get(f"/v1/runs/{run_id}", RunModel)

    def wait_for_run(self, run_id: str) -> RunModel:
        """Return a run when it has ended."""
        run = self.run(run_id)
        while run.status not in ENDED:
            run = self._get(f"/v1/runs/{run_id}", RunModel, wait=WAIT_SECONDS)
        return run

    def plan(self, plan_id: str) -> PlanModel:
        """Return a plan in short."""
        return self._get(f"/v1/plans/{plan_id}", PlanModel)

    def publish(self, plan_id: str, *, reason: str | None = None) -> PublicationModel:
        """Put a plan into effect; ``reason`` says why, where it breaks rules."""
        body = {} if reason is None else {"reason": reason}
        return self._post(f"/v1/plans/{plan_id}/publish", PublicationModel, body)

    def revert(self, publication_id: str) -> PublicationModel:
        """Bring back what would be in effect without the publication."""
        return self._post(f"/v1/publications/{publication_id}/revert", PublicationModel, None)

    def shifts(
        self,
        *,
        window_from: datetime | None = None,
        window_until: datetime | None = None,
        **filters: str,
    ) -> Iterator[PublishedShiftModel]:
        """Yield the shifts in effect that share some time with [from, until), by start.

        Parameters
        ----------
        filters
            ``agent``, ``site``, ``workspace``; or ``region``, ``language`` and ``channel`` of a queue.
        """
        query: dict[str, Any] = {"limit": PAGE, **filters, **_window(window_from, window_until)}
        for page in self._pages("/v1/shifts", PublishedPage, query):
            yield from page.items

    def people(self, **filters: Any) -> Iterator[PersonModel]:
        """Yield the agents of a workspace, by who they are in the rota.

        Parameters
        ----------
        filters
            ``workspace``, ``agent``, ``site``, ``active``; ``region``, ``language``, ``channel`` of a queue.
        """
        for page in self._pages("/v1/people", PersonList, {"limit": LIST_PAGE, **filters}):
            yield from page.items

    def sites(self, **filters: Any) -> Iterator[SiteModel]:
        """Yield the sites of a ``workspace``."""
        for page in self._pages("/v1/sites", SiteList, {"limit": LIST_PAGE, **filters}):
            yield from page.items

    def time_off(
        self, *, window_from: datetime | None = None, window_until: datetime | None = None, **filters: str
    ) -> Iterator[TimeOffModel]:
        """Yield time off that shares some time with [from, until), by start.

        Parameters
        ----------
        filters
            ``workspace``, ``agent``, ``site``, ``kind``.
        """
        query = {"limit": LIST_PAGE, **filters, **_window(window_from, window_until)}
        for page in self._pages("/v1/time-off", TimeOffList, query):
            yield from page.items

    def add_time_off(self, asked: TimeOffRequest, *, workspace: str | None = None) -> ChangedTimeOff:
        """Put in time off; what goes beyond a leave balance comes with warnings."""
        return self._post("/v1/time-off", ChangedTimeOff, _given(asked), **_of(workspace))

    def delete_time_off(self, time_off_id: str, *, workspace: str | None = None) -> None:
        """Delete time off."""
        self._send("DELETE", f"/v1/time-off/{time_off_id}", params=_of(workspace))

    def wishes(self, **filters: str) -> Iterator[WishModel]:
        """Yield wishes, by agent; ``from`` and ``until`` of a window are local dates."""
        for page in self._pages("/v1/wishes", WishList, {"limit": LIST_PAGE, **filters}):
            yield from page.items

    def add_wish(self, asked: WishRequest, *, workspace: str | None = None) -> WishModel:
        """Put in a wish."""
        return self._post("/v1/wishes", WishModel, _given(asked), **_of(workspace))

    def withdraw_wish(self, wish_id: str, *, workspace: str | None = None) -> None:
        """Withdraw a wish."""
        self._send("DELETE", f"/v1/wishes/{wish_id}", params=_of(workspace))

    def leave_balances(self, **filters: Any) -> Iterator[LeaveBalanceModel]:
        """Yield leave balances, by agent, ``year`` and ``kind``, which filter too."""
        for page in self._pages("/v1/leave-balances", LeaveBalanceList, {"limit": LIST_PAGE, **filters}):
            yield from page.items

    def set_leave_balances(
        self, balances: Iterable[LeaveBalanceRequest], *, workspace: str | None = None
    ) -> list[LeaveBalanceModel]:
        """Set leave balances, all of them or none; return them with what time off uses."""
        body = LeaveBalancesRequest(items=list(balances)).model_dump(mode="json")
        answer = self._send("PUT", "/v1/leave-balances", params=_of(workspace), json=body)
        return LeaveBalanceList.model_validate_json(answer.content).items

    def pull(self, token: str | None = None, *, workspace: str | None = None) -> SyncPage:
        """Return the next part of what changed after the token; without one, of all that is in effect."""
        query: dict[str, Any] = {"limit": PAGE}
        for name, value in (("sync_token", token), ("workspace", workspace)):
            if value is not None:
                query[name] = value
        return self._get("/v1/shifts/sync", SyncPage, **query)

    def _pages(self, path: str, model: type[Page], query: Mapping[str, Any]) -> Iterator[Page]:
        cursor: dict[str, str] = {}
        while True:
            page = self._get(path, model, **query, **cursor)
            yield page
            if page.next_cursor is None:
                return
            cursor = {"cursor": page.next_cursor}

    def _get(self, path: str, model: type[Model], **query: Any) -> Model:
        return model.model_validate_json(self._send("GET", path, params=query).content)

    def _post(self, path: str, model: type[Model], body: Any, **query: str) -> Model:
        headers = {HEADER: secrets.token_urlsafe(16)}
        options = {} if body is None else {"json": body}
        answer = self._send("POST", path, headers=headers, params=query, **options)
        return model.model_validate_json(answer.content)

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        for attempt in range(1, TRIES + 1):
            pause = PAUSE_SECONDS * 2**attempt
            try:
                answer = self._http.request(method, path, **options)
            except httpx.TransportError:
                if attempt == TRIES:
                    raise
            else:
                if answer.is_success:
                    return answer
                busy = answer.status_code in (429, 503) or _code(answer) == "in_progress"
                if not busy or attempt == TRIES:
                    raise _error(answer)
                pause = float(answer.headers.get("Retry-After", pause))
            time.sleep(min(pause, MOST_PAUSE_SECONDS))
        raise AssertionError("the last try returns or raises")


class ShiftCopy:
    """A copy of the shifts in effect, by id, brought up to date by each :meth:`pull`.

    To be kept between runs of a program: ``shifts`` and ``token``.
    """

    def __init__(
        self, client: SunrotaClient, *, token: str | None = None, workspace: str | None = None
    ) -> None:
        self._client, self._workspace = client, workspace
        self.token = token
        self.shifts: dict[str, PublishedShiftModel] = {}

    def pull(self) -> list[PublishedShiftModel]:
        """Bring the copy up to date; return what changed, cancelled shifts included.

        Where the token is too old, the copy is made anew, and all that is in effect is returned.
        """
        try:
            return self._pull()
        except ServiceError as error:
            if error.code != "sync_expired":
                raise
        self.token = None
        self.shifts.clear()
        return self._pull()

    def _pull(self) -> list[PublishedShiftModel]:
        changed = []
        while True:
            page = self._client.pull(self.token, workspace=self._workspace)
            for shift in page.items:
                if shift.state == "cancelled":
                    self.shifts.pop(shift.id, None)
                else:
                    self.shifts[shift.id] = shift
            changed += page.items
            self.token = page.sync_token
            if not page.more:
                return changed


def _window(begin: datetime | None, end: datetime | None) -> dict[str, str]:
    given = (("from", begin), ("until", end))
    return {name: instant_text(instant) for name, instant in given if instant is not None}


def _of(workspace: str | None) -> dict[str, str]:
    return {} if workspace is None else {"workspace": workspace}


def _given(asked: BaseModel) -> dict[str, Any]:
    return asked.model_dump(mode="json", exclude_none=True)


def _code(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return f"http_{answer.status_code}"


def _error(answer: httpx.Response) -> ServiceError:
    try:
        detail = str(answer.json().get("detail", ""))
    except ValueError:
        detail = answer.text[:200]
    return ServiceError(answer.status_code, _code(answer), detail, answer.headers.get("X-Request-Id"))
