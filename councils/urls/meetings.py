"""Meetings at the desk: /desk/meetings/ and, under a matter, the call, the entry from paper and the confirmation."""

from django.urls import path

from councils.views import meetings, paper, records, sorting, votes

urlpatterns = [
    path("desk/meetings/", meetings.desk_meetings, name="desk_meetings"),
    path("desk/meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("desk/meetings/<int:pk>/call-off/", meetings.meeting_call_off, name="meeting_call_off"),
    path("desk/meetings/<int:pk>/mend/", meetings.meeting_mend, name="meeting_mend"),
    path("desk/meetings/<int:pk>/attendance/", records.meeting_attendance, name="meeting_attendance"),
    path("desk/meetings/<int:pk>/roll/", records.meeting_roll, name="meeting_roll"),
    path("desk/meetings/<int:pk>/proxies/", records.meeting_proxies, name="meeting_proxies"),
    path("desk/meetings/<int:pk>/minutes/", records.meeting_minutes, name="meeting_minutes"),
    path("desk/meetings/<int:pk>/scans/", records.meeting_scans, name="meeting_scans"),
    path("desk/meetings/<int:pk>/vote/<int:item_pk>/", votes.meeting_vote, name="meeting_vote"),
    path("desk/meetings/<int:pk>/vote/<int:item_pk>/correct/", votes.vote_correct, name="vote_correct"),
    path("desk/meetings/<int:pk>/sort/<int:item_pk>/", sorting.meeting_sort, name="meeting_sort"),
    path("desk/matters/<int:pk>/call/<slug:step>/", meetings.meeting_call, name="meeting_call"),
    path("desk/matters/<int:pk>/paper/", paper.paper_entry, name="paper_entry"),
    path("desk/matters/<int:pk>/confirm/", paper.records_confirm, name="records_confirm"),
]
