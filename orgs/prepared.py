"""Queries whose SQL is written once (docs/adr/0012).

The ORM takes several times longer to write the SQL of a public page's queries than PostgreSQL to answer them. A
`Prepared` query is a queryset that is built and written at its first use and kept; where the readers differ it holds
`Given("name")`:

    _SHOWN = Prepared(lambda: Announcement.objects.shown(Given("today")).filter(unit=Given("unit")))
    announcements = _SHOWN(unit=unit.pk, today=today)
"""

import threading
from copy import copy

from django.db import connections
from django.db.models import Expression, QuerySet


class Given(Expression):
    """A value that is known when the query is asked, in place of one that is known when it is built.

    The database gets it as it is given, without a field's conversion: keys and not objects, dates, numbers and texts.
    """

    def __init__(self, name, output_field=None):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Prepared:
    """A queryset of model instances, to be asked again and again with other values."""

    def __init__(self, build, **parts):
        """`build` returns the queryset; it is called at the first use, when all apps are loaded.

        `parts`: by name of a relation, the prepared query of the rows `Given("of")` one instance, for `one`.
        """
        self._build, self._parts, self._queryset, self._written = build, parts, None, {}
        self._lock = threading.Lock()

    def __call__(self, **given):
        """The rows as a list, with all that the queryset selects, annotates and prefetches."""
        queryset, written = self._ready()
        rows = QuerySet(queryset.model, _Asked(written, given), written.using)
        rows._prefetch_related_lookups = queryset._prefetch_related_lookups
        return list(rows)

    def _ready(self):
        """The queryset, and its SQL for the database that is read now.

        Writing the SQL changes the query, so that one thread does it and the others wait.
        """
        if self._queryset is None or self._queryset.db not in self._written:
            with self._lock:
                if self._queryset is None:
                    self._queryset = self._build()
                using = self._queryset.db
                if using not in self._written:
                    self._written[using] = _Written(self._queryset.query, using)
        return self._queryset, self._written[self._queryset.db]

    def one(self, **given):
        """The first row, or None. Its parts are at hand, one query each, as `prefetch_related` would have them."""
        row = next(iter(self(**given)), None)
        for name, part in self._parts.items() if row else ():
            _give(row, name, part(of=row.pk))
        return row


def _give(instance, name, rows):
    """Let `instance.<name>.all()` be `rows`."""
    manager = getattr(instance, name)
    for row in rows:
        manager.field.set_cached_value(row, instance)
    found = manager.get_queryset()
    found._result_cache, found._prefetch_done = rows, True
    cache = instance.__dict__.setdefault("_prefetched_objects_cache", {})
    cache[manager.field.remote_field.cache_name] = found


class _Written:
    """The SQL of a query for one database, and the compiler that wrote it and knows what its columns are."""

    def __init__(self, query, using):
        self.using, self.compiler = using, query.get_compiler(using)
        self.sql, self.params = self.compiler.as_sql()


class _Asked:
    """What a queryset's iteration needs of its query: a compiler, which has the SQL already."""

    def __init__(self, written, given):
        self._written, self._given = written, given

    def get_compiler(self, using):
        compiler = copy(self._written.compiler)
        compiler.connection = connections[using]  # of this thread
        compiler.as_sql = self._as_sql
        return compiler

    def _as_sql(self):
        params = self._written.params
        return self._written.sql, tuple(
            self._given[value.name] if isinstance(value, Given) else value for value in params
        )
