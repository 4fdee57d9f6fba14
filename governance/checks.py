"""What `manage.py check` asks beyond Django's own questions.

`check --deploy` looks at the settings, `check --database default` at the server and the role that serves pages.
"""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.utils import OperationalError

from audit.actions.checkpoints import log_problem

OLDEST_POSTGRESQL = 150000


@register(Tags.security, deploy=True)
def demo_is_off(app_configs, **options):
    """The demo's passwords are printed in its documents."""
    if not settings.DEMO:
        return []
    return [Error("The demo is on.", hint="Unset PORTAL_DEMO: everybody knows its logins.", id="portal.E001")]


@register(Tags.security, deploy=True)
def second_factor_is_on(app_configs, **options):
    """A password of an administrator that is seen over a shoulder opens everybody's account."""
    if settings.SECOND_FACTOR != "off":
        return []
    return [Warning("Second factors are off.", hint="Unset PORTAL_SECOND_FACTOR.", id="portal.W006")]


@register(Tags.urls, deploy=True)
def address_is_set(app_configs, **options):
    """A code on paper outlives the address that the poster happened to be printed from."""
    if settings.PORTAL_URL.startswith("https://"):
        return []
    return [
        Warning(
            "PORTAL_URL is not the public https:// address of the portal.",
            hint="Set it: printed QR codes lead there.",
            id="portal.W002",
        )
    ]


@register(Tags.database)
def server_is_recent(app_configs, databases, **options):
    """Constraints and grants of the portal need PostgreSQL 15."""
    errors = []
    for alias in databases or ():
        try:
            version = connections[alias].pg_version
        except OperationalError as error:
            errors.append(Error("The database does not answer.", hint=str(error), obj=alias, id="portal.E003"))
            continue
        if version < OLDEST_POSTGRESQL:
            errors.append(Error("PostgreSQL is older than 15.", hint=f"It is {version}.", obj=alias, id="portal.E004"))
    return errors


@register(Tags.database)
def role_owns_nothing(app_configs, databases, **options):
    """Triggers protect what is sealed only from a role that can neither drop nor empty tables."""
    warnings = []
    for alias in databases or ():
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
                    " AND (pg_has_role(relowner, 'USAGE') OR has_table_privilege(oid, 'TRUNCATE, TRIGGER')"
                    " OR relname = 'audit_leaf' AND has_table_privilege(oid, 'UPDATE, DELETE'))"
                )
                (tables,) = cursor.fetchone()
        except OperationalError:
            continue
        if tables:
            warnings.append(
                Warning(
                    "The database role owns tables or may empty them.",
                    hint="Serve pages as the app role (docs/running.md); the owner only migrates.",
                    obj=alias,
                    id="portal.W005",
                )
            )
    return warnings


@register(Tags.database)
def log_is_the_signed_one(app_configs, databases, **options):
    """A database that is older than the last checkpoint, or says otherwise, would make the portal contradict itself."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        problem = log_problem()
    except DatabaseError:  # no tables yet, or no answer: others say so
        return []
    return (
        [Error(problem, hint="docs/operations.md: A log that was signed and is not there.", id="portal.E005")]
        if problem
        else []
    )
