"""What the service says of itself in SCIM: Users, with what makes an agent of them as an extension."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    EnterpriseUser,
    ETag,
    Extension,
    Filter,
    InvalidValueException,
    Patch,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)

from api.jobs.directory import AGENT_SCHEMA
from api.workspace.cells import DATE, IDENTIFIER, NAME, CellParser
from api.workspace.grammar import SKILLS

__all__ = ["MAX_RESULTS", "Person", "SunrotaAgent", "scim_provider"]

MAX_RESULTS = 500


def _cell(parser: CellParser[Any]) -> AfterValidator:
    """Hold a text to what the workspace's table reads."""

    def check(text: str | None) -> str | None:
        try:
            if text is not None:
                parser.read(text)
        except ValueError as error:
            rule = f"must be {parser.rule}" + (f": {error}" if str(error) else "")
            raise InvalidValueException(detail=rule).as_pydantic_error() from None
        return text

    return AfterValidator(check)


class SunrotaAgent(Extension):
    """What the rota knows of a person; the columns of ``agents.csv`` of the same meaning."""

    __schema__ = URN(AGENT_SCHEMA)

    agent: Annotated[str | None, _cell(IDENTIFIER)] = Field(None, examples=["kim", "lou"])
    """Who they are in the rota. Left out: their employeeNumber, else their userName."""

    site: Annotated[str | None, _cell(NAME)] = Field(None, examples=["Riga"])
    """Where they work."""

    contract: Annotated[str | None, _cell(NAME)] = Field(None, examples=["full"])
    """Their contract."""

    skills: Annotated[str | None, _cell(SKILLS)] = Field(None, examples=["lv:phone;en:chat@0.8"])
    """Languages by channel, after @ the relative speed."""

    team: Annotated[str | None, _cell(NAME)] = Field(None, examples=["Night owls"])
    """Their team."""

    first_date: Annotated[str | None, _cell(DATE)] = Field(None, examples=["2026-03-01"])
    """First local date of employment."""

    last_date: Annotated[str | None, _cell(DATE)] = Field(None, examples=["2027-02-28"])
    """Last local date of employment."""


Person = User[EnterpriseUser | SunrotaAgent]


def scim_provider() -> ScimProvider:
    """Return the description of the service that it publishes."""
    return ScimProvider(
        models=[User, EnterpriseUser, SunrotaAgent],
        resource_types=[ResourceType.from_resource(Person)],
        config=ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=MAX_RESULTS),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="OAuth bearer token",
                    description="A key with the permission people, or an access token exchanged for one",
                    primary=True,
                )
            ],
        ),
    )
