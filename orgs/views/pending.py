"""Between password and code: whose password was right is remembered in the session, which opens nothing yet."""

import datetime

from django.conf import settings
from django.utils.crypto import constant_time_compare

from orgs.models import User

KEY = "login_pending"
WITHIN = datetime.timedelta(minutes=10)


def remember(request, user, next_page):
    """Note that the password was right. `next_page` is where the login shall lead."""
    request.session[KEY] = {
        "user": user.pk,
        "backend": user.backend,
        "state": user.get_session_auth_hash(),
        "until": (request.at + WITHIN).isoformat(),
        "next": next_page,
    }


def recall(request):
    """(account, where to go) of a password that was right not long ago and still is, or (None, None)."""
    noted = request.session.get(KEY)
    if not noted or request.at > datetime.datetime.fromisoformat(noted["until"]):
        return None, None
    user = User.objects.select_related("person").filter(pk=noted["user"], is_active=True).first()
    if user is None or (user.is_demo and not settings.DEMO):
        return None, None
    if not constant_time_compare(noted["state"], user.get_session_auth_hash()):
        return None, None
    user.backend = noted["backend"]
    return user, noted["next"]


def forget(request):
    """The login is done, or begins again."""
    request.session.pop(KEY, None)
