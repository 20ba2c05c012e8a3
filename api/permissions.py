"""Who may do what: every address has one permission, every role some of them; nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask import Flask

from api.store.identity_tables import Role

__all__ = [
    "KEY_PERMISSIONS",
    "MEANING_OF_PERMISSION",
    "PERMISSIONS_OF_ROLE",
    "PERMISSION_OF_ENDPOINT",
    "Permission",
    "check_endpoints",
]


class Permission(StrEnum):
    """What an address needs."""

    PUBLIC = "public"
    OWN = "own"
    SHIFTS_READ = "shifts:read"
    SHIFTS_SYNC = "shifts:sync"
    FEEDS = "feeds"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    PUBLISH = "publish"
    METRICS = "metrics"
    PEOPLE_READ = "people:read"
    WISHES = "wishes"
    TIME_OFF = "time-off"
    PEOPLE = "people"
    ADMIN = "admin"


MEANING_OF_PERMISSION = {
    Permission.PUBLIC: "nothing: whoever reaches the service",
    Permission.OWN: "to be signed in",
    Permission.SHIFTS_READ: "see published shifts: a lead those of their sites, an agent their own",
    Permission.SHIFTS_SYNC: "pull all published shifts and changes, and what they sum up to for payroll",
    Permission.FEEDS: "give out and revoke calendar feeds: an agent their own",
    Permission.PLANS_READ: "see workspaces, runs, plans and publications",
    Permission.PLANS_WRITE: "upload workspaces, ask for plans, stop runs, delete drafts",
    Permission.PUBLISH: "publish plans and revert that",
    Permission.METRICS: "see the figures of the service itself, for Prometheus",
    Permission.PEOPLE_READ: (
        "see people, sites, time off, wishes, leave balances: a lead of their sites, an agent their own"
    ),
    Permission.WISHES: "put in and withdraw wishes: an agent their own",
    Permission.TIME_OFF: "put in, change and delete time off, and set leave balances",
    Permission.PEOPLE: "tell who is in the company and who has left (SCIM)",
    Permission.ADMIN: "users, keys, webhooks, personal data and the audit log",
}
KEY_PERMISSIONS = (
    Permission.SHIFTS_READ,
    Permission.SHIFTS_SYNC,
    Permission.FEEDS,
    Permission.PLANS_READ,
    Permission.PLANS_WRITE,
    Permission.PUBLISH,
    Permission.METRICS,
    Permission.PEOPLE_READ,
    Permission.WISHES,
    Permission.TIME_OFF,
    Permission.PEOPLE,
)
"""What a key may be given; an integration has those of these that its key was given."""

_PLANNER = frozenset({Permission.PUBLIC, Permission.OWN, *KEY_PERMISSIONS}) - {Permission.PEOPLE}
_OWN_SHIFTS = frozenset({Permission.PUBLIC, Permission.OWN, Permission.SHIFTS_READ, Permission.PEOPLE_READ})
PERMISSIONS_OF_ROLE: Mapping[Role, frozenset[Permission]] = {
    Role.ADMIN: _PLANNER | {Permission.PEOPLE, Permission.ADMIN},
    Role.PLANNER: _PLANNER,
    Role.LEAD: _OWN_SHIFTS,
    Role.AGENT: _OWN_SHIFTS | {Permission.FEEDS, Permission.WISHES},
    Role.INTEGRATION: frozenset({Permission.PUBLIC, Permission.OWN, *KEY_PERMISSIONS}),
}

_ENDPOINTS: Mapping[Permission, tuple[str, ...]] = {
    Permission.PUBLIC: (
        "calendars.calendar",
        "health.healthz",
        "health.readyz",
        "oauth.issue_access_token",
        "openapi_document",
        "packaged_static.plotly_script",
        "pages.link",
        "pages.oidc_return",
        "pages.oidc_start",
        "pages.sign_in",
        "pages.sign_in_form",
        "pages.static",
    ),
    Permission.OWN: (
        "me.get_me",
        "pages.change_password",
        "pages.index",
        "pages.password_form",
        "pages.sign_out",
    ),
    Permission.SHIFTS_READ: (
        "pages.shifts",
        "published.get_published_shift",
        "published.get_published_shifts",
    ),
    Permission.SHIFTS_SYNC: ("payroll.get_payroll", "published.get_changes", "published.sync_shifts"),
    Permission.FEEDS: (
        "feeds.add_feed",
        "feeds.forget_feed",
        "feeds.get_feeds",
        "pages.make_calendar",
        "pages.revoke_calendar",
    ),
    Permission.PLANS_READ: (
        "differences.get_difference",
        "pages.difference",
        "pages.plan",
        "pages.plan_data",
        "pages.run",
        "plan_tables.get_coverage",
        "plan_tables.get_forecast",
        "plan_tables.get_requirement",
        "plan_tables.get_timeline",
        "plans.get_one_plan",
        "plans.get_plans",
        "plans.get_report",
        "publications.get_one_publication",
        "publications.get_publications",
        "run_events.follow_run",
        "runs.get_one_run",
        "runs.get_runs",
        "shifts.get_shifts",
        "workspace_tables.get_table",
        "workspaces.get_one_workspace",
        "workspaces.get_workspaces",
    ),
    Permission.PLANS_WRITE: (
        "pages.delete_draft",
        "pages.plan_again",
        "pages.request_rota",
        "pages.stop_run",
        "plans.ask_for_plan",
        "plans.forget_plan",
        "runs.stop_run",
        "workspace_tables.import_table",
        "workspaces.forget_workspace",
        "workspaces.upload_workspace",
    ),
    Permission.PUBLISH: ("pages.publish", "pages.revert", "publications.publish", "publications.revert"),
    Permission.METRICS: ("metrics",),
    Permission.PEOPLE_READ: (
        "leave_balances.get_leave_balances",
        "pages.people",
        "pages.person",
        "people.get_people",
        "people.get_person",
        "people.get_sites",
        "time_off.get_one_time_off",
        "time_off.get_time_off",
        "wishes.get_one_wish",
        "wishes.get_wishes",
    ),
    Permission.WISHES: (
        "pages.put_in_wish",
        "pages.withdraw_wish",
        "wishes.add_wish",
        "wishes.forget_wish",
    ),
    Permission.TIME_OFF: (
        "leave_balances.set_leave_balances",
        "time_off.add_time_off",
        "time_off.change_time_off",
        "time_off.delete_time_off",
    ),
    Permission.PEOPLE: (
        "scim.add_user",
        "scim.change_user",
        "scim.delete_user",
        "scim.find_all",
        "scim.find_users",
        "scim.get_user",
        "scim.replace_user",
        "scim.resource_type",
        "scim.resource_types",
        "scim.schema",
        "scim.schemas",
        "scim.search_all",
        "scim.search_users",
        "scim.service_provider_config",
    ),
    Permission.ADMIN: (
        "audit.get_audit",
        "keys.add_key",
        "keys.get_keys",
        "keys.forget_key",
        "pages.act_on_user",
        "pages.add_user",
        "pages.change_user",
        "pages.user",
        "pages.users",
        "personal_data.erase_personal_data",
        "personal_data.get_personal_data",
        "users.add_one_user",
        "users.change_one_user",
        "users.get_one_user",
        "users.get_users",
        "users.reset_one_password",
        "users.unlock_one_user",
        "webhooks.add_one_webhook",
        "webhooks.forget_webhook",
        "webhooks.get_deliveries",
        "webhooks.get_webhooks",
        "webhooks.replay",
    ),
}
PERMISSION_OF_ENDPOINT: dict[str, Permission] = {
    endpoint: permission for permission, endpoints in _ENDPOINTS.items() for endpoint in endpoints
}


def check_endpoints(app: Flask) -> None:
    """Refuse to start where an address has no permission, or a permission no address.

    Raises
    ------
    RuntimeError
    """
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    wrong = sorted(served ^ PERMISSION_OF_ENDPOINT.keys())
    if wrong:
        raise RuntimeError(f"api/permissions.py and the addresses differ: {', '.join(wrong)}")
