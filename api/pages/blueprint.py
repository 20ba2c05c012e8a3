"""The pages' addresses."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template
from sqlalchemy.exc import SQLAlchemyError

from api.errors import Conflict, Forbidden, NotFound, ProviderFailed
from api.pages.oidc_views import oidc_return, oidc_start
from api.pages.person_views import (
    make_calendar,
    people_page,
    person_page,
    put_in,
    revoke_calendar,
    withdraw,
)
from api.pages.plan_acts import delete_draft, plan_again
from api.pages.plan_views import VIEWS, plan_data, plan_page
from api.pages.publish_views import difference_page, publish, revert
from api.pages.run_views import index_page, request_rota, run_page, stop_run
from api.pages.shift_views import shifts_page
from api.pages.sign_in_views import (
    change_password,
    link,
    password_form,
    sign_in,
    sign_in_form,
    sign_out,
)
from api.pages.user_views import ACTS, act_on_user, add_one, change_one, user_page, users_page
from api.problems import unexpected_problem

__all__ = ["pages_blueprint"]

pages_blueprint = Blueprint(
    "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static/pages"
)
pages_blueprint.add_url_rule("/", "index", index_page)
pages_blueprint.add_url_rule("/shifts", "shifts", shifts_page)
pages_blueprint.add_url_rule("/sign-in", "sign_in_form", sign_in_form)
pages_blueprint.add_url_rule("/sign-in", "sign_in", sign_in, methods=["POST"])
pages_blueprint.add_url_rule("/sign-in/company", "oidc_start", oidc_start)
pages_blueprint.add_url_rule("/sign-in/company/return", "oidc_return", oidc_return)
pages_blueprint.add_url_rule("/sign-in/<secret>", "link", link)
pages_blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
pages_blueprint.add_url_rule("/password", "password_form", password_form)
pages_blueprint.add_url_rule("/password", "change_password", change_password, methods=["POST"])
pages_blueprint.add_url_rule("/users", "users", users_page)
pages_blueprint.add_url_rule("/users", "add_user", add_one, methods=["POST"])
pages_blueprint.add_url_rule("/users/<user_id>", "user", user_page)
pages_blueprint.add_url_rule("/users/<user_id>", "change_user", change_one, methods=["POST"])
pages_blueprint.add_url_rule(
    f"/users/<user_id>/<any({','.join(ACTS)}):act>", "act_on_user", act_on_user, methods=["POST"]
)
pages_blueprint.add_url_rule("/people", "people", people_page)
pages_blueprint.add_url_rule("/people/<person_id>", "person", person_page)
pages_blueprint.add_url_rule("/people/<person_id>/wishes", "put_in_wish", put_in, methods=["POST"])
pages_blueprint.add_url_rule(
    "/people/<person_id>/wishes/<wish_id>/withdraw", "withdraw_wish", withdraw, methods=["POST"]
)
pages_blueprint.add_url_rule("/people/<person_id>/calendar", "make_calendar", make_calendar, methods=["POST"])
pages_blueprint.add_url_rule(
    "/people/<person_id>/calendar/<feed_id>/revoke", "revoke_calendar", revoke_calendar, methods=["POST"]
)
pages_blueprint.add_url_rule("/request", "request_rota", request_rota, methods=["POST"])
pages_blueprint.add_url_rule("/runs/<run_id>", "run", run_page)
pages_blueprint.add_url_rule("/runs/<run_id>/stop", "stop_run", stop_run, methods=["POST"])
pages_blueprint.add_url_rule("/plans/<plan_id>", "plan", plan_page)
pages_blueprint.add_url_rule(f"/plans/<plan_id>/data/<any({','.join(VIEWS)}):view>", "plan_data", plan_data)
pages_blueprint.add_url_rule("/plans/<plan_id>/publish", "publish", publish, methods=["POST"])
pages_blueprint.add_url_rule("/plans/<plan_id>/again", "plan_again", plan_again, methods=["POST"])
pages_blueprint.add_url_rule("/plans/<plan_id>/delete", "delete_draft", delete_draft, methods=["POST"])
pages_blueprint.add_url_rule("/plans/<plan_id>/difference", "difference", difference_page)
pages_blueprint.add_url_rule("/publications/<publication_id>/revert", "revert", revert, methods=["POST"])


@pages_blueprint.errorhandler(NotFound)
def not_found(error: NotFound) -> tuple[str, int]:
    """Say on a page what is not there."""
    return render_template("pages/problem.html", title="Not found", detail=_sentence(error)), 404


@pages_blueprint.errorhandler(Conflict)
def conflict(error: Conflict) -> tuple[str, int]:
    """Say on a page why it cannot be done now."""
    return render_template("pages/problem.html", title="Not done", detail=_sentence(error)), 409


@pages_blueprint.errorhandler(Forbidden)
def forbidden(error: Forbidden) -> tuple[str, int]:
    """Say on a page why someone is not let in."""
    return render_template("pages/problem.html", title="Not let in", detail=_sentence(error)), 403


@pages_blueprint.errorhandler(ProviderFailed)
def provider_failed(error: ProviderFailed) -> tuple[str, int]:
    """Say on a page that the identity provider is at fault."""
    return render_template("pages/problem.html", title="No answer", detail=_sentence(error)), 502


@pages_blueprint.errorhandler(SQLAlchemyError)
@pages_blueprint.errorhandler(OSError)
def outage(error: Exception) -> Response:
    """Say on a page that the database is away or full; faults of ours are problems."""
    problem = unexpected_problem(error)
    told = problem.get_json(force=True)
    html = render_template("pages/problem.html", title=told["title"], detail=_sentence(told["detail"]))
    response = current_app.make_response((html, problem.status_code))
    if "Retry-After" in problem.headers:
        response.headers["Retry-After"] = problem.headers["Retry-After"]
    return response


def _sentence(error: Exception | str) -> str:
    return f"{str(error)[0].upper()}{str(error)[1:].rstrip('.')}."
