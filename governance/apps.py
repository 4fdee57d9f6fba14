from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Governance")

    def ready(self):
        from governance import checks, roles  # noqa: F401 (registers its checks)
        from governance.search.tables import write_tables

        roles.connect()
        post_migrate.connect(write_tables, sender=self, dispatch_uid="governance.write_tables")
