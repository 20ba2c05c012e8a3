"""Users, and who sends this request."""

from __future__ import annotations

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api.identity import me
from api.problems import Problem
from api.store.users import (
    add_user,
    change_user,
    get_user,
    list_users,
    one_time_password,
    reset_password,
    unlock_user,
)
from api.v1.answers import json_answer, secret_answer
from api.v1.bodies import JSON, body_kind, read_json, request_body
from api.v1.identity_models import Me, NewUser, UserChange, UserList, UserModel, UserRequest
from api.v1.paging import PageQuery, read_cursor, write_cursor
from api.v1.service import service

__all__ = ["me_api", "users_api"]

TAGS = [Tag(name="people")]
me_api = APIBlueprint("me", __name__, url_prefix="/v1", abp_tags=TAGS)
users_api = APIBlueprint(
    "users", __name__, url_prefix="/v1", abp_tags=TAGS, abp_responses={404: Problem, 409: Problem}
)


class UserPath(BaseModel):
    """Which user."""

    user_id: str = Field(description="Id of the user.")


@me_api.get("/me", responses={200: Me})
def get_me() -> Response:
    """Tell who sends this request, and what they may do."""
    asks = me()
    return json_answer(
        Me(
            name=asks.name,
            role=str(asks.role),  # type: ignore[arg-type]  # nobody gets here without a role
            permissions=sorted(asks.permissions),
            sites=list(asks.sites),
            agent=asks.agent,
            workspace=asks.workspace,
        )
    )


@users_api.get("/users", responses={200: UserList})
def get_users(query: PageQuery) -> Response:
    """List users by name."""
    position = read_cursor(query.cursor, "users")
    rows = list_users(
        service().store, limit=query.limit + 1, after=None if position is None else str(position)
    )
    shown = rows[: query.limit]
    return json_answer(
        UserList(
            items=[UserModel.model_validate(row, from_attributes=True) for row in shown],
            next_cursor=write_cursor(shown[-1].name, "users") if len(rows) > query.limit else None,
        )
    )


@users_api.post(
    "/users", responses={201: NewUser, 415: Problem}, openapi_extensions=request_body(json=UserRequest)
)
def add_one_user() -> Response:
    """Make a user, with a password for one sign-in."""
    body_kind({JSON})
    asked = read_json(UserRequest)
    password = one_time_password()
    row = add_user(service().store, **asked.model_dump(), password=password)
    plain = UserModel.model_validate(row, from_attributes=True)
    made = NewUser(**plain.model_dump(), one_time_password=password)
    return secret_answer(made, 201, location=f"/v1/users/{row.id}")


@users_api.get("/users/<user_id>", responses={200: UserModel})
def get_one_user(path: UserPath) -> Response:
    """Show a user."""
    return json_answer(_model(path.user_id))


@users_api.post("/users/<user_id>/unlock", responses={200: UserModel})
def unlock_one_user(path: UserPath) -> Response:
    """Let a user try again whom wrong passwords had locked out."""
    unlock_user(service().store, path.user_id)
    return json_answer(_model(path.user_id))


@users_api.post("/users/<user_id>/password", responses={201: NewUser})
def reset_one_password(path: UserPath) -> Response:
    """Give a user a password for one sign-in, told this once: what they had is good no more."""
    password = reset_password(service().store, path.user_id)
    return secret_answer(NewUser(**_model(path.user_id).model_dump(), one_time_password=password), 201)


def _model(user_id: str) -> UserModel:
    return UserModel.model_validate(get_user(service().store, user_id), from_attributes=True)


@users_api.patch(
    "/users/<user_id>",
    responses={200: UserModel, 415: Problem},
    openapi_extensions=request_body(json=UserChange),
)
def change_one_user(path: UserPath) -> Response:
    """Change what a user may do, or disable them. Their sessions end."""
    body_kind({JSON})
    changes = read_json(UserChange).model_dump(exclude_unset=True)
    changes = {
        name: value for name, value in changes.items() if value is not None or name in ("agent", "workspace")
    }
    row = change_user(service().store, path.user_id, **changes)
    return json_answer(UserModel.model_validate(row, from_attributes=True))
