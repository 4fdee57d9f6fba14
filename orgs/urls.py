"""Login, accounts, and the internal page of a unit's composition."""

from django.urls import path

from orgs import views
from orgs.views import second_factor

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/code/", second_factor.login_code, name="login_code"),
    path("logout/", views.logout, name="logout"),
    path("accounts/password/", views.password_change, name="password_change"),
    path("accounts/second-factor/", second_factor.second_factor, name="second_factor"),
    path("accounts/second-factor/setup/", second_factor.setup, name="second_factor_setup"),
    path("accounts/second-factor/code.svg", second_factor.qr, name="second_factor_qr"),
    path("accounts/first/<token>/", views.first_login, name="first_login"),
    path("desk/units/<code>/composition/", views.composition, name="composition"),
    path("desk/units/<code>/terms/", views.unit_terms, name="unit_terms"),
]
