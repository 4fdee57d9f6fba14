"""The arrows between apps and between the files of an app, read from the imports. A new app is one word in APPS."""

import ast
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
# Each may import those to its left.
APPS = ("audit", "orgs", "disclosure", "councils", "finance", "casework", "governance")
# The files of an app, from the bottom to the top; a file may import those of its own row and of the rows above it.
PURE_FILES = """
    catalogue chain changes clocks composition duties escalation everyday log masking names naming numbering offices
    owner_count owner_roll periods powers privacy procedures proposals rules text village voting workdays
"""
LAYERS = (
    ("enums",),
    PURE_FILES.strip().split(),
    ("models",),
    ("permissions",),
    ("actions",),
    ("forms", "tables"),
    ("views",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
PURE = {*LAYERS[0], *LAYERS[1]}
# What a pure file may not know: rows, requests, settings. Choices are words, not rows.
IMPURE = (
    "django.apps",
    "django.conf",
    "django.contrib",
    "django.core",
    "django.db",
    "django.forms",
    "django.http",
    "django.shortcuts",
    "django.urls",
    "django.utils.timezone",
    "django.views",
    "time",
)
CHOICES = ("django.db.models.TextChoices", "django.db.models.IntegerChoices", "django.db.models.Choices")
CLOCK = {"now", "today", "utcnow", "localdate", "localtime", "monotonic"}
CLOCKS = {"datetime", "date", "timezone", "time"}
# Where the moment is read: for requests, for the time of recording, where Django asks without a day, and in commands.
MAY_READ_THE_CLOCK = (
    "governance.middleware",
    "governance.caching",
    "audit.actions",
    "orgs.backends",
    "governance.run",
    "governance.embedded",
    "governance.backup",
)


def modules():
    """(dotted name, path) of every module of the apps, without migrations."""
    for app in APPS:
        for path in sorted((PROJECT / app).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            if "migrations" not in parts:
                yield ".".join(parts).removesuffix(".__init__"), path


def imports(name, source, *, package=False):
    """The dotted names that module `name` imports, anywhere in it; `from a import b` gives a.b.

    Of django.db.models it gives what is used.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = name.split(".")[: None if package and node.level == 1 else package - node.level]
                base = ".".join([*above, base]).rstrip(".")
            for alias in node.names:
                if (base, alias.name) == ("django.db", "models"):
                    yield from (f"django.db.models.{used}" for used in attributes_of(tree, alias.asname or "models"))
                else:
                    yield f"{base}.{alias.name}"


def attributes_of(tree, name):
    """The names that are used as `name.…` in a module."""
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
    return sorted({node.attr for node in found if node.value.id == name})


def wrong_arrow(name, imported):
    """Why module `name` may not import `imported`, or None."""
    app, _, inner = name.partition(".")
    to_app, _, to_inner = imported.partition(".")
    if to_app in ("tests", "scripts", "benchmarks"):
        return f"{name} imports {imported}: the portal knows nothing of its {to_app}"
    layer, to_layer = inner.split(".")[0], to_inner.split(".")[0]
    if layer in PURE and imported.startswith(IMPURE) and imported not in CHOICES:
        return f"{name} imports {imported}: {layer} is pure"
    if to_app not in APPS:
        return None
    if APPS.index(to_app) > APPS.index(app):
        return f"{name} imports {imported}: {app} is left of {to_app}"
    if layer in PURE and RANK.get(to_layer, 0) > RANK["models"] - 1:
        return f"{name} imports {imported}: {layer} is pure"
    if app == to_app and layer in RANK and RANK.get(to_layer, 0) > RANK[layer]:
        return f"{name} imports {imported}: {layer} is below {to_layer}"
    return None


def clock_readings(source):
    """The calls in `source` that ask for the moment: date.today(), timezone.now() ..."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCK:
            owner = node.func.value
            owner_name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            # timezone.localdate(at) converts; without an argument it reads the clock.
            if owner_name in CLOCKS and not (node.args and node.func.attr in ("localdate", "localtime")):
                yield f"{owner_name}.{node.func.attr}() in line {node.lineno}"


def test_every_import_points_down_and_to_the_left():
    faults = [
        fault
        for name, path in modules()
        for imported in imports(name, path.read_text(), package=path.name == "__init__.py")
        if (fault := wrong_arrow(name, imported))
    ]
    assert faults == []


def test_only_the_edges_read_the_clock():
    faults = [
        f"{name}: {reading}"
        for name, path in modules()
        if not name.startswith(MAY_READ_THE_CLOCK) and ".management.commands." not in name
        for reading in clock_readings(path.read_text())
    ]
    assert faults == []


def test_the_embedded_layer_needs_the_standard_library_only():
    allowed = sys.stdlib_module_names | {"governance"}
    for name, path in modules():
        if name.startswith("governance.embedded"):
            for imported in imports(name, path.read_text()):
                assert imported.split(".")[0] in allowed, (name, imported)
                assert not imported.startswith("governance.") or imported.startswith("governance.embedded")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("audit.actions", "from orgs.models import OrgUnit"),
        ("disclosure.views", "def f():\n    import councils.models"),
        ("orgs.models.units", "from governance import roles"),
        ("councils.voting.tally", "from councils.models import Vote"),
        ("councils.voting.tally", "from orgs.models import OrgUnit"),
        ("councils.procedures", "from django.db import models\nvotes = models.Count('votes')"),
        ("disclosure.clocks", "from django.utils import timezone"),
        ("orgs.enums", "from django.db import connection"),
        ("orgs.enums", "from orgs.offices import OFFICES"),
        ("councils.models", "from . import actions"),
        ("councils.models.votes", "from ..actions import cast"),
        ("councils.actions", "from councils.forms import VoteForm"),
        ("councils.forms", "from councils.views import index"),
        ("orgs.models", "from tests.factories import person"),
    ],
)
def test_a_wrong_arrow_is_seen(name, source):
    assert [wrong_arrow(name, imported) for imported in imports(name, source)] != [None]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("governance.roles", "from orgs.models import OrgUnit"),
        ("councils.views.matters", "from councils.forms import VoteForm"),
        ("orgs.enums", "from django.db.models import TextChoices"),
        ("orgs.powers", "from django.db import models\nclass Power(models.TextChoices): pass"),
        ("orgs.enums", "from django.utils.translation import gettext_lazy"),
        ("councils.voting.tally", "from councils.voting.rules import RULES"),
        ("councils.models.votes", "from .meetings import Meeting"),
    ],
)
def test_a_right_arrow_passes(name, source):
    assert [wrong_arrow(name, imported) for imported in imports(name, source)] == [None]


@pytest.mark.parametrize("call", ["timezone.now()", "datetime.date.today()", "date.today()", "timezone.localdate()"])
def test_a_reading_of_the_clock_is_seen(call):
    assert list(clock_readings(f"moment = {call}"))


@pytest.mark.parametrize("call", ["timezone.localdate(at)", "clock.now()", "notice.today()", "datetime.time(23, 59)"])
def test_a_conversion_of_a_moment_passes(call):
    assert not list(clock_readings(f"moment = {call}"))
