"""The two database roles: the owner migrates, the app role owns nothing and has neither TRUNCATE nor TRIGGER."""

import secrets
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from governance.embedded.private import kept


def prepare_grants(owner_url, role):
    """Let `role` work with the tables the owner has and will make; once, so that later exceptions stay.

    Of the public log it may only append, whenever the tables were made (audit/migrations/0006_log_rights.py).
    """
    with psycopg.connect(owner_url) as connection:
        granted = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_default_acl, aclexplode(defaclacl) AS acl"
            " WHERE acl.grantee = to_regrole(quote_ident(%s)) AND defaclrole = current_user::regrole)",
            [role],
        ).fetchone()[0]
        names = {"app": sql.Identifier(role), "database": sql.Identifier(connection.info.dbname)}
        for statement in () if granted else GRANTS:
            connection.execute(sql.SQL(statement).format(**names))
        if connection.execute("SELECT to_regproc('audit_seal')").fetchone()[0]:
            connection.execute("SELECT audit_seal(%s)", [role])


GRANTS = (
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {app}",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)


def app_address(owner_url, folder):
    """The address of the app role on a server of somebody else's, making the role if the owner may.

    The role is called after the database; its password is kept in a file in `folder`. Returns (address, None), or
    (None, what to do) when there is no such role and the owner cannot make one that can log in.
    """
    role = f"{database_name(owner_url)}_app"
    password = kept(folder / f"password-{role}", secrets.token_urlsafe)
    address = with_login(owner_url, role, password)
    if not can_connect(address):
        try:
            make_role(owner_url, role, password)
        except psycopg.errors.InsufficientPrivilege:
            return None, (
                f"The database owner may not make the role {role}: have a superuser make it, "
                "and put its address into APP_DATABASE_URL."
            )
        if not can_connect(address):
            return (
                None,
                f"The role {role} exists but cannot log in (pg_hba.conf?): put its address into APP_DATABASE_URL.",
            )
    prepare_grants(owner_url, role)
    return address, None


def make_role(owner_url, role, password):
    """Make the app role, or give it this password when it is there."""
    with psycopg.connect(owner_url) as connection:
        there = connection.execute("SELECT to_regrole(quote_ident(%s))", [role]).fetchone()[0]
        statement = "ALTER ROLE {} LOGIN PASSWORD {}" if there else "CREATE ROLE {} LOGIN PASSWORD {}"
        connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(password)))


def can_connect(url):
    """Whether the server lets this address in."""
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def database_name(url):
    """The database that an address names."""
    return unquote(urlsplit(url).path.lstrip("/")) or "portal"


def with_login(url, role, password):
    """The same server and database for another login."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    options = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("user", "password")]
    query = urlencode(options)
    return urlunsplit(parts._replace(netloc=f"{quote(role, safe='')}:{quote(password, safe='')}@{place}", query=query))
