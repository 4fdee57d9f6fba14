"""Papers at the desk, below the meeting or matter they belong to."""

from django.urls import path

from councils.views import papers

urlpatterns = [
    path("desk/meetings/<int:pk>/papers/<slug:form>/", papers.meeting_paper, name="meeting_paper"),
    path("desk/meetings/<int:pk>/papers/<slug:form>.docx", papers.meeting_paper_docx, name="meeting_paper_docx"),
    path("desk/meetings/<int:pk>/group-text/", papers.meeting_group_text, name="meeting_group_text"),
    path("desk/matters/<int:pk>/papers/<slug:form>/", papers.matter_paper, name="matter_paper"),
    path("desk/matters/<int:pk>/papers/<slug:form>.docx", papers.matter_paper_docx, name="matter_paper_docx"),
    path("desk/matters/<int:pk>/dossier.zip", papers.matter_dossier, name="matter_dossier"),
    path("desk/archive/", papers.archive, name="archive"),
    path("desk/archive/<str:code>-<int:year>.zip", papers.archive_year, name="archive_year"),
]
