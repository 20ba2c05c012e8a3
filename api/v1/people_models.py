"""People, sites, time off, wishes and leave balances, as the document describes them."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.v1.models import NEXT_CURSOR
from api.v1.times import Instant

__all__ = [
    "ChangedTimeOff",
    "LeaveBalanceList",
    "LeaveBalanceModel",
    "LeaveBalanceRequest",
    "LeaveBalancesRequest",
    "PersonList",
    "PersonModel",
    "SiteList",
    "SiteModel",
    "SkillModel",
    "TimeOffList",
    "TimeOffModel",
    "TimeOffRequest",
    "WishList",
    "WishModel",
    "WishRequest",
]

WeekdayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class SkillModel(BaseModel):
    """What an agent can answer."""

    language: str
    channel: str = Field(description="Or `*` for every channel.")
    speed: float = Field(description="Beside others; 1 is the normal one.")


class PersonModel(BaseModel):
    """An agent, as the workspace and the company's directory have them."""

    id: str
    agent: str = Field(description="Who they are in the rota.")
    name: str = Field(description="To show; the agent's id where there is no other.")
    email: str | None
    site: str
    time_zone: str = Field(description="The site's IANA zone.")
    contract: str
    min_week_minutes: int
    max_week_minutes: int
    team: str | None
    skills: list[SkillModel]
    regions: list[str] | None = Field(description="That they may serve; null: all.")
    first_date: datetime.date | None = Field(description="First local date of employment; null: always.")
    last_date: datetime.date | None = Field(description="Last local date of employment; null: always.")
    active: bool = Field(description="Whether they are employed today, by their site's clock.")


class PersonList(BaseModel):
    """People, by agent."""

    items: list[PersonModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class SiteModel(BaseModel):
    """A site."""

    site: str
    time_zone: str
    country: str | None = Field(description="ISO 3166-1, of its public holidays.")
    subdivision: str | None
    rules: str = Field(description="Pack of labour rules.")
    currency: str | None = Field(description="Null: the plan's.")
    seats: int | None = Field(description="Most people present at once; null: no limit.")


class SiteList(BaseModel):
    """Sites, by name."""

    items: list[SiteModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class TimeOffModel(BaseModel):
    """Time off of one agent."""

    id: str = Field(description="Stays while agent, start and end do.")
    agent: str
    site: str
    time_zone: str = Field(description="The site's IANA zone.")
    start: str = Field(description="First day (a date of the site) or instant away.")
    end: str = Field(description="First day or instant back.")
    starts_at: Instant = Field(description="Of days: the first instant of `start` at the site.")
    ends_at: Instant
    kind: str
    paid: bool


class ChangedTimeOff(TimeOffModel):
    """Time off as it is now."""

    warnings: list[str] = Field(description="Leave balances that it goes beyond.")


class TimeOffList(BaseModel):
    """Time off, by start."""

    items: list[TimeOffModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class TimeOffRequest(BaseModel):
    """Time off to put in: a row of ``time_off.csv``."""

    model_config = ConfigDict(extra="forbid")

    agent: str
    start: str = Field(description="A date of the site, or an instant with offset.", examples=["2026-03-29"])
    end: str = Field(description="The same: the first day or instant back.", examples=["2026-03-30"])
    kind: str | None = Field(default=None, description="leave, sick, holiday, training …; left out: leave.")
    paid: bool | None = Field(default=None, description="Left out: true.")


class WishModel(BaseModel):
    """A wish of one agent."""

    id: str
    agent: str
    site: str
    date: datetime.date | None = Field(description="The local date that it is for; null: for weekdays.")
    weekdays: list[WeekdayName] | None
    wish: str = Field(description="As in `wishes.csv`.")
    weight: float


class WishList(BaseModel):
    """Wishes, by agent."""

    items: list[WishModel]
    next_cursor: str | None = Field(default=None, description=NEXT_CURSOR)


class WishRequest(BaseModel):
    """A wish to put in: a row of ``wishes.csv``."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    agent: str | None = Field(default=None, description="Left out by an agent, whose own it is.")
    date: datetime.date | None = Field(default=None, description="A local date, or else weekdays.")
    weekdays: list[WeekdayName] | None = Field(default=None, min_length=1)
    wish: str = Field(
        description="day_off, work, shift NAME, start_before HH:MM or start_after HH:MM.",
        examples=["day_off"],
    )
    weight: float | None = Field(
        default=None, description="How much it matters; left out: 1. Agents may not say another weight."
    )


class LeaveBalanceModel(BaseModel):
    """Days of one kind that an agent has for a year, and what time off uses of them."""

    id: str
    agent: str
    site: str
    year: int
    kind: str
    days: float = Field(description="At the beginning of the year, with what was carried over.")
    taken: float = Field(description="Used by time off before today, by the site's clock.")
    planned: float = Field(description="Used by time off from today on.")
    left: float = Field(description="Less than 0: time off goes beyond the balance.")


class LeaveBalanceList(BaseModel):
    """Leave balances, by agent, year and kind."""

    items: list[LeaveBalanceModel]
    next_cursor: str | None = Field(default=None, description=NEXT_CURSOR)


class LeaveBalanceRequest(BaseModel):
    """A balance to set."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    agent: str
    year: int
    kind: str = "leave"
    days: float | None = Field(description="Null takes the balance away.")


class LeaveBalancesRequest(BaseModel):
    """Balances to set, all of them or none; others stay."""

    model_config = ConfigDict(extra="forbid")

    items: list[LeaveBalanceRequest]
