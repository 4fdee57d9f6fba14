"""Writing down what was done."""

from django.utils import timezone

from audit.models import Event


def record(*, by, verb, at, obj=None, label="", url="", path="", data=None):
    """Append an event: `by` (User or None for the portal itself) did `verb` (snake_case) to `obj` at the moment `at`.

    `label` and `url` default to `str(obj)` and its absolute URL; `path` is the id path of the unit concerned. `data`
    holds JSON values only and no personal data beyond what the record itself holds.
    """
    event = _event(by=by, verb=verb, at=at, obj=obj, label=label, url=url, path=path, data=data)
    event.save(force_insert=True)
    return event


def record_all(rows, *, by, at):
    """Append many events of one action at once; each of `rows` holds what `record` takes beside `by` and `at`."""
    Event.objects.bulk_create([_event(by=by, at=at, **row) for row in rows], batch_size=2000)


def _event(*, by, verb, at, obj=None, label="", url="", path="", data=None):
    if obj is not None:
        label = label or str(obj)
        url = url or (obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else "")
    return Event(
        actor_id=by.pk if by else None,
        actor=str(by) if by else "",
        verb=verb,
        label=label[:300],
        url=url,
        path=path,
        data=data or {},
        happened_at=at,
        recorded_at=timezone.now(),
    )
