"""Login, accounts, and the internal page of a unit's composition."""

from django.urls import path

from orgs import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("accounts/password/", views.password_change, name="password_change"),
    path("accounts/first/<token>/", views.first_login, name="first_login"),
    path("desk/units/<code>/composition/", views.composition, name="composition"),
    path("desk/units/<code>/terms/", views.unit_terms, name="unit_terms"),
]
