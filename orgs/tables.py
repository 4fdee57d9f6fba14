"""Tells the database the tables of orgs/offices.py, so that its triggers refuse a body or term they do not know."""

import json

from django.db import connections

from orgs.offices import as_plain_data


def offices_function():
    """The SQL of the function that holds the table of body kinds and offices."""
    rows = json.dumps(as_plain_data(), sort_keys=True)
    return (
        "CREATE OR REPLACE FUNCTION orgs_offices() RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT '{rows}'::jsonb $$"
    )


def write_offices(sender=None, using="default", **kwargs):
    """After each `migrate`, bring the database's copy of the table up to date."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('orgs_offices()') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(offices_function())
