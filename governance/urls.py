"""Every address of the portal. Pages of one app live in its own urls.py."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("governance.pages")),
    path("", include("audit.urls")),
    path("", include("orgs.urls")),
    path("", include("disclosure.urls")),
    path("", include("councils.urls")),
]
