"""Settings of the portal: one file, read from the environment only.

Each variable has a safe default or is refused with a sentence that says what to set.
"""

import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("PORTAL_VAR", BASE_DIR / "var"))


def env_flag(name, default=False):
    """The boolean variable `name`: only True and False are understood."""
    value = os.environ.get(name, str(default))
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name} must be True or False, not {value!r}.")
    return value == "True"


def seconds(name, default):
    """The variable `name` as a number of seconds from 0 to 60."""
    value = os.environ.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]+)?", value) or float(value) > 60:
        raise ImproperlyConfigured(f"{name} must be a number of seconds from 0 to 60, not {value!r}.")
    return float(value)


def database(url):
    """Django's database settings for `postgres://user:password@host:port/name?option=value`.

    A `host=` option names a socket directory. Raises ImproperlyConfigured for any other kind of server.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            "DATABASE_URL must name a PostgreSQL server: postgres://user:password@host:5432/name"
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "portal",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Behind pgbouncer in transaction mode the next query may meet another connection of the server.
        "DISABLE_SERVER_SIDE_CURSORS": env_flag("DATABASE_POOLED"),
        "OPTIONS": {"connect_timeout": "10", **options},
    }


DEBUG = env_flag("DEBUG")
DEMO = env_flag("PORTAL_DEMO")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. `make run` makes one under var/; elsewhere set it to 50 or more random characters."
    )
# Keys of before: what they signed stays good until they are taken out (docs/operations.md).
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
BEHIND_TLS = env_flag("PORTAL_TLS")

INSTALLED_APPS = [
    "governance",
    "councils",
    "disclosure",
    "orgs",
    "audit",
    "orgs.admin_apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",  # its widgets, found by the project's renderer
    "guardian",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tables2",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "governance.health.healthz",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "governance.logs.request_log",
    "governance.caching.kept_pages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "governance.middleware.moment",
    "governance.replica.replica",
    "governance.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "governance.middleware.StraightText",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "governance.middleware.length",
    "orgs.middleware.LoginMiddleware",
    "orgs.middleware.DutyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "governance.middleware.address",
    "axes.middleware.AxesMiddleware",
    "governance.caching.StampedPages",
]

ROOT_URLCONF = "governance.urls"
WSGI_APPLICATION = "governance.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "governance.context.page",
            ],
            "builtins": ["governance.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "governance.forms.Renderer"

DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgres:///portal"))}
if replica := os.environ.get("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = database(replica) | {"TEST": {"MIRROR": "default"}}
    DATABASES["replica"]["OPTIONS"]["connect_timeout"] = "2"
    DATABASE_ROUTERS = ["governance.replica.Router"]
# For so many seconds a worker hands out a public page again before it asks whether it still holds; 0: never.
PAGE_CACHE_SECONDS = seconds("PORTAL_PAGE_CACHE", 0 if DEBUG else 1)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "orgs.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "orgs.backends.ScopeBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 12 * 60 * 60

# Who must log in with a second factor; whoever has set one up is asked for it, unless it is switched `off` for all.
SECOND_FACTOR = os.environ.get("PORTAL_SECOND_FACTOR", "optional")
SECOND_FACTOR_DUTY = {"off": "nobody", "optional": "nobody" if DEMO else "administrators", "required": "everyone"}
if SECOND_FACTOR not in SECOND_FACTOR_DUTY:
    raise ImproperlyConfigured(f"PORTAL_SECOND_FACTOR must be off, optional or required, not {SECOND_FACTOR!r}.")
SECOND_FACTOR_DUTY = SECOND_FACTOR_DUTY[SECOND_FACTOR]

# guardian: the store of powers only; `orgs.backends.ScopeBackend` answers questions about them.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
# guardian.W001 wants guardian's own backend installed. It does not inherit and ignores term dates (design §6).
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_TEMPLATE = "orgs/locked_out.html"
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
AXES_CLIENT_IP_CALLABLE = "audit.addresses.client_address"
AXES_ENABLE_ADMIN = False  # its pages would let administrators change and delete the log of logins

# What whoever keeps the output of the server is told: governance/logs.py. Django itself would only send mail.
LOG = os.environ.get("PORTAL_LOG", "plain" if DEMO else "json")
if LOG not in ("json", "plain"):
    raise ImproperlyConfigured(f"PORTAL_LOG must be json or plain, not {LOG!r}.")
LOG_DETAILS = env_flag("PORTAL_LOG_DETAILS")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "governance.logs.PlainLines", "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "governance.logs.JsonLines", "details": LOG_DETAILS},
    },
    "handlers": {"output": {"class": "logging.StreamHandler", "formatter": LOG}},
    "root": {"handlers": ["output"], "level": "WARNING"},
    "loggers": {
        "portal.requests": {"level": "INFO"},
        "django.request": {"handlers": ["output"], "level": "ERROR", "propagate": False},
        # runserver's line of a request; where the lines are JSON it has one already.
        "django.server": {"handlers": ["output"], "level": "INFO" if LOG == "plain" else "ERROR", "propagate": False},
        # It names accounts and addresses; the log of logins in the database has them for those who may read it.
        "axes": {"level": "CRITICAL"},
    },
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # favicon.ico, which browsers ask for where no page names an icon
MEDIA_ROOT = VAR_DIR / "files"
LOG_DIR = VAR_DIR / "log"  # keys and last checkpoint of the public log: audit/log_files.py
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
WHITENOISE_MIMETYPES = {".py": "text/x-python; charset=utf-8"}  # check_notice.py
UPLOAD_LIMIT = 20 * 1024 * 1024  # bytes per file
# Five megabytes of pasted text come back in their form with a message, whichever way the browser encodes them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

# Who may read an attachment, and why nobody may any more, is decided above `audit`, which knows no other app.
ATTACHMENT_READER = "governance.attachments.may_read"
ATTACHMENT_GONE = "governance.attachments.why_gone"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "governance.views.errors.csrf_failure"
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# What masthead and footer show; empty until the office sets it. The demo has the place and number of its street.
PORTAL_PLACE = os.environ.get("PORTAL_PLACE", "青禾街道" if DEMO else "")
PORTAL_PHONE = os.environ.get("PORTAL_PHONE", "0000-8810012" if DEMO else "")
PORTAL_SPONSOR = os.environ.get("PORTAL_SPONSOR", "青禾街道办事处" if DEMO else "")
OTP_TOTP_ISSUER = f"{PORTAL_PLACE}社区治理"  # the heading of the codes in the authenticator app
PORTAL_ICP = os.environ.get("PORTAL_ICP", "")
PORTAL_PSB = os.environ.get("PORTAL_PSB", "")
# The address printed in QR codes, without a slash at the end; empty: the address of the request.
PORTAL_URL = os.environ.get("PORTAL_URL", "")

# The terms under which open data may be used, in a sentence; empty: freely, naming source and day.
PORTAL_DATA_LICENCE = os.environ.get("PORTAL_DATA_LICENCE", "")

# A font file with Chinese characters for the pictures of notices; empty: one of the system's.
PORTAL_FONT = os.environ.get("PORTAL_FONT", "")
# A file with the working days of years that the portal does not know yet (docs/operations.md, 13).
PORTAL_WORKDAYS = os.environ.get("PORTAL_WORKDAYS", "")
# The Chromium that prints posters as PDF; empty: one of the system's, if there is one.
PORTAL_CHROMIUM = os.environ.get("PORTAL_CHROMIUM", "")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DJANGO_TABLES2_TEMPLATE = "ui/table.html"
TEST_RUNNER = "django.test.runner.DiscoverRunner"
