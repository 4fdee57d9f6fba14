"""Django admin of the organisation. Everything is written through orgs.actions; no record is deleted."""

from orgs.admin import accounts, log, people, units  # noqa: F401 - they register themselves
