"""Addresses of the pages that show several apps."""

urlpatterns = []
