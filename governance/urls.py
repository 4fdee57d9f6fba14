"""Every address of the portal. Pages of one app live in its own urls.py."""

from django.contrib import admin
from django.urls import include, path

handler400 = "governance.views.errors.bad_request"
handler403 = "governance.views.errors.forbidden"
handler404 = "governance.views.errors.not_found"
handler500 = "governance.views.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("governance.pages")),
    path("", include("audit.urls")),
    path("", include("orgs.urls")),
    path("", include("disclosure.urls")),
    path("", include("councils.urls")),
]
