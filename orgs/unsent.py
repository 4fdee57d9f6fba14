"""What somebody wrote into a form after their login had ended: kept until they are back, for them alone.

A form that is worth it carries `writer_of(request)` as the hidden field `writer`; without that signature nothing is
kept, so nobody fills the table of sessions from outside.
"""

from django.core import signing

_KEY = "unsent"
_SALT = "orgs.unsent"
_DAY = 24 * 60 * 60
MOST_CHARACTERS = 300_000
_OURS = ("csrfmiddlewaretoken", "writer", "token")


def writer_of(request):
    """Who the form was made for, signed."""
    return signing.dumps(request.user.pk, salt=_SALT)


def keep(request):
    """Keep the fields of a POST that came without a login, in the session; whether it was possible. No files."""
    try:
        writer = signing.loads(request.POST.get("writer", ""), salt=_SALT, max_age=7 * _DAY)
    except signing.BadSignature:
        return False
    fields = {name: value for name, value in request.POST.items() if name not in _OURS}
    if sum(map(len, fields.values())) > MOST_CHARACTERS:
        return False
    request.session[_KEY] = {"path": request.path, "writer": writer, "fields": fields}
    return True


def take(request):
    """The fields kept for this person on this page, once; {} without."""
    kept = request.session.get(_KEY)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[_KEY]
    return kept["fields"] if kept["writer"] == request.user.pk else {}
