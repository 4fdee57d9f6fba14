from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilsConfig(AppConfig):
    name = "councils"
    verbose_name = _("Councils")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from councils.rolls import not_on_roll
        from councils.sources import register_sources
        from disclosure import rolls

        register_sources()
        rolls.register(not_on_roll)
