"""People, sites, time off, wishes and leave balances, as the document describes them."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from api.v1.models import NEXT_CURSOR

__all__ = ["PersonList", "PersonModel", "SiteList", "SiteModel", "SkillModel"]


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
    first_date: date | None = Field(description="First local date of employment; null: always.")
    last_date: date | None = Field(description="Last local date of employment; null: always.")
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
