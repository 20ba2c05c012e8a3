"""The planner's pages: HTML made here, charts drawn in the browser from figures made here."""

from api.pages.blueprint import pages_blueprint

__all__ = ["pages_blueprint"]
