from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DisclosureConfig(AppConfig):
    name = "disclosure"
    verbose_name = _("Disclosure")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from disclosure.named import look_at_earlier
        from disclosure.sources import register_sources

        register_sources()
        post_migrate.connect(look_at_earlier, sender=self)
        if settings.PORTAL_WORKDAYS:
            learn_workdays(settings.PORTAL_WORKDAYS)


def learn_workdays(file):
    """Know the working days that the administrator wrote into `file`; ImproperlyConfigured when they cannot be so."""
    from disclosure import workdays

    try:
        workdays.learn(Path(file).read_text(encoding="utf-8"))
    except (OSError, workdays.CalendarWrong) as error:
        raise ImproperlyConfigured(f"PORTAL_WORKDAYS ({file}): {error}") from error
