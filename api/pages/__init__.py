"""The planner's pages: HTML made here, charts drawn in the browser from the same figures as the JSON API's."""

from api.pages.blueprint import pages_blueprint

__all__ = ["pages_blueprint"]
