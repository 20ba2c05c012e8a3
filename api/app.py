"""The application factory."""

from __future__ import annotations

import os
from importlib.metadata import version

from flask import Flask
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from api.compression import install_compression
from api.config import Config, load_config
from api.guards import install_guards
from api.idempotency import install_idempotency
from api.identity import install_identity, install_permissions
from api.metrics import install_metrics
from api.pages import pages_blueprint
from api.permissions import check_endpoints
from api.problems import install_problems, validation_problem
from api.rates import install_rates
from api.scim.blueprint import install_scim_errors, scim_blueprint
from api.static_files import static_blueprint
from api.store.database import Clock, utc_now
from api.v1.answers import tag_answers
from api.v1.audit import audit_api
from api.v1.differences import differences_api
from api.v1.document import install_document
from api.v1.feeds import calendar_blueprint, feeds_api
from api.v1.health import health_api
from api.v1.keys import keys_api, oauth_api
from api.v1.leave_balances import leave_balances_api
from api.v1.payroll import payroll_api
from api.v1.people import people_api
from api.v1.personal_data import personal_data_api
from api.v1.plan_tables import plan_tables_api
from api.v1.plans import plans_api
from api.v1.publications import publications_api
from api.v1.published import published_api
from api.v1.run_events import run_events_api
from api.v1.runs import runs_api
from api.v1.service import install_service, open_service
from api.v1.shifts import shifts_api
from api.v1.time_off import time_off_api
from api.v1.users import me_api, users_api
from api.v1.webhooks import webhooks_api
from api.v1.wishes import wishes_api
from api.v1.workspace_tables import workspace_tables_api
from api.v1.workspaces import workspaces_api

__all__ = ["assemble_app", "create_app"]

APIS = (
    health_api,
    workspaces_api,
    workspace_tables_api,
    plans_api,
    plan_tables_api,
    shifts_api,
    differences_api,
    publications_api,
    published_api,
    payroll_api,
    runs_api,
    run_events_api,
    people_api,
    time_off_api,
    wishes_api,
    leave_balances_api,
    me_api,
    users_api,
    keys_api,
    oauth_api,
    audit_api,
    personal_data_api,
    feeds_api,
    webhooks_api,
)


def create_app(config: Config | None = None, *, clock: Clock = utc_now) -> Flask:
    """Return the web application: JSON API, OpenAPI document, planner pages.

    Parameters
    ----------
    config
        Read from the environment where it is not given.
    clock
        Tells every time that is stored.

    Raises
    ------
    InvalidInput
        If a setting cannot be right.
    """
    app = assemble_app()
    install_service(app, open_service(config or load_config(os.environ), clock))
    return app


def assemble_app() -> Flask:
    """Return every address of the application, still without settings and database.

    What differs from one service to the next is looked up in its parts at each request: an app can be given
    others.
    """
    app = OpenAPI(
        "api",
        info=Info(title="Sunrota", version=version("sunrota")),
        static_folder=None,
        doc_ui=False,
        validation_error_callback=validation_problem,
    )
    install_guards(app)
    install_compression(app)
    install_metrics(app)
    install_identity(app)
    install_rates(app)
    install_permissions(app)
    install_idempotency(app)
    app.after_request(tag_answers)
    install_problems(app)
    install_scim_errors(app)
    for blueprint in APIS:
        app.register_api(blueprint)
    app.register_blueprint(static_blueprint)
    app.register_blueprint(calendar_blueprint)
    app.register_blueprint(scim_blueprint)
    install_document(app)
    app.register_blueprint(pages_blueprint)
    check_endpoints(app)
    return app
