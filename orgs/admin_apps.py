"""Django admin with the portal's site: see orgs/admin_site.py."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "orgs.admin_site.PortalAdmin"
