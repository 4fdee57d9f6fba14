"""Addresses of files."""

from django.urls import path

from audit import views

urlpatterns = [path("files/<int:pk>/<str:name>", views.attachment, name="attachment")]
