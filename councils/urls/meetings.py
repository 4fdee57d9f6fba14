"""Meetings at the desk: /desk/meetings/ and, under a matter, the call, the entry from paper and the confirmation."""

urlpatterns = []
