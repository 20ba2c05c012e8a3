"""Users of SCIM, kept as people of the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from scim2_models import (
    EnterpriseUser,
    InvalidValueException,
    Meta,
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    ScimFilter,
    SearchRequest,
    UniquenessException,
)
from scim2_models.path import CompareOperator, Comparison
from scim2_server.storage import ScimStorage, SearchPage

from api.errors import Conflict, NotFound, PreconditionFailed
from api.scim.provider import Person, SunrotaAgent
from api.store.database import Store
from api.store.people import (
    PersonState,
    add_person,
    change_person,
    delete_person,
    find_people,
    get_person,
)
from api.store.people_tables import PersonRow

__all__ = ["PeopleStorage"]

TYPE = "User"
COLUMNS = {"username": "user_name", "externalid": "external_id"}
"""Attributes that are found by an index where they alone are asked for."""
VERSION = re.compile(r'(?:W/)?"(\d{1,9})"')
MAX_NAME = 200


class PeopleStorage(ScimStorage):
    """Where the SCIM server keeps its Users."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(
        self,
        resource_type: ResourceType,  # noqa: ARG002 - there is one
        resource_id: str,
        *,
        response_parameters: ResponseParameters[Any] | None = None,  # noqa: ARG002 - nothing costs much
    ) -> Resource[Any]:
        """Return a User."""
        with _in_words_of_scim():
            return _resource(get_person(self._store, resource_id))

    def search(
        self,
        resource_types: list[ResourceType],  # noqa: ARG002 - there is one
        search_request: SearchRequest[Any],
        *,
        position: Any = None,  # noqa: ARG002 - pages are by index
    ) -> SearchPage:
        """Return a page of Users, and how many there are in all."""
        wanted = search_request.filter
        found = (_resource(row) for row in find_people(self._store, **_columns(wanted)))
        if wanted is not None:
            found = (each for each in found if wanted.match(each))
        start = search_request.start_index_0 or 0
        stop = None if search_request.count is None else start + search_request.count
        ordered = search_request.sort(found)
        return SearchPage(len(ordered), list(islice(ordered, start, stop)))

    def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:  # noqa: ARG002
        """Keep a new User."""
        with _in_words_of_scim():
            return _resource(add_person(self._store, _state(resource)))

    def update(
        self,
        resource_type: ResourceType,  # noqa: ARG002 - there is one
        resource: Resource[Any],
        *,
        expected_version: str | None = None,
    ) -> Resource[Any]:
        """Keep a User as they are now."""
        state, version = _state(resource), _number(expected_version)
        with _in_words_of_scim():
            return _resource(change_person(self._store, str(resource.id), state, version=version))

    def delete(
        self,
        resource_type: ResourceType,  # noqa: ARG002 - there is one
        resource_id: str,
        *,
        expected_version: str | None = None,
    ) -> None:
        """Forget a User."""
        with _in_words_of_scim():
            delete_person(self._store, resource_id, version=_number(expected_version))


@contextmanager
def _in_words_of_scim() -> Iterator[None]:
    try:
        yield
    except NotFound as error:
        raise NotFoundException(detail=str(error)) from None
    except PreconditionFailed as error:
        raise PreconditionFailedException(detail=str(error)) from None
    except Conflict as error:
        raise UniquenessException(detail=str(error)) from None


def _columns(wanted: ScimFilter[Any] | None) -> dict[str, str]:
    """Return the column that a filter asks for alone; nothing where all must be looked at."""
    node = None if wanted is None else wanted.ast
    if isinstance(node, Comparison) and node.op == CompareOperator.eq and isinstance(node.value, str):
        name = COLUMNS.get(str(node.attr_path).rpartition(":")[2].lower())
        return {} if name is None else {name: node.value}
    return {}


def _number(version: str | None) -> int | None:
    if version is None:
        return None
    found = VERSION.fullmatch(version)
    if found is None:
        raise PreconditionFailedException
    return int(found[1])


def _state(resource: Resource[Any]) -> PersonState:
    document = resource.model_dump()
    for name in ("id", "meta", "password", "groups"):
        document.pop(name, None)
    user_name = str(document["userName"])
    external_id = document.get("externalId")
    for name, text in (("userName", user_name), ("externalId", external_id or "")):
        if len(text) > MAX_NAME or "\0" in text:
            raise InvalidValueException(detail=f"{name} must have at most {MAX_NAME} characters")
    rota, company = resource[SunrotaAgent], resource[EnterpriseUser]
    agent = (rota and rota.agent) or (company and company.employee_number) or user_name
    # Who is not said to be inactive is active (RFC 7643, section 4.1.1, leaves it open).
    return PersonState(user_name, external_id, agent, document.get("active", True), document)


def _resource(row: PersonRow) -> Resource[Any]:
    resource: Resource[Any] = Person.model_validate(row.document)
    resource.id = row.id
    resource.meta = Meta(
        resource_type=TYPE,
        created=row.created,
        last_modified=row.modified,
        version=f'W/"{row.version}"',
    )
    return resource
