"""Lets Django's own questions (`user.has_perm`, the admin, templates) agree with `scope`."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from orgs.models import OrgUnit, User
from orgs.permissions import scope


class ScopeBackend(ModelBackend):
    """Password login; `has_perm("orgs.<power>", unit)` asks the scope, other permissions ask Django's tables."""

    def has_perm(self, user_obj, perm, obj=None):
        if isinstance(obj, OrgUnit):
            return scope(user_obj, perm.removeprefix("orgs."), on=timezone.localdate()).covers(obj.path)
        return super().has_perm(user_obj, perm, obj)

    def user_can_authenticate(self, user):
        """Demo accounts have a published password: nobody logs in with one outside the demo."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id):
        """The account of the session, with its person: every page of the desk shows the name."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
