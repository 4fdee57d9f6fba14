"""Addresses of boards, notices, objections and announcements."""

from django.urls import path

from disclosure import views

urlpatterns = [
    path("u/<str:code>/board/<str:board>/", views.board, name="board"),
    path("u/<str:code>/board/<str:board>/notices.csv", views.board_sheet, {"kind": "csv"}, name="board_csv"),
    path("u/<str:code>/board/<str:board>/notices.xlsx", views.board_sheet, {"kind": "xlsx"}, name="board_xlsx"),
    path("u/<str:code>/board/<str:board>/poster/", views.board_poster, name="board_poster"),
    path("u/<str:code>/board/<str:board>/poster.pdf", views.board_poster_pdf, name="board_poster_pdf"),
    path("u/<str:code>/board/<str:board>/feed.atom", views.board_feed, name="board_feed"),
    path("u/<str:code>/notices/<str:ref>/", views.notice, name="notice"),
    path("u/<str:code>/notices/<str:ref>/poster/", views.notice_poster, name="notice_poster"),
    path("u/<str:code>/notices/<str:ref>/poster.pdf", views.notice_poster_pdf, name="notice_poster_pdf"),
    path("u/<str:code>/notices/<str:ref>/qr.svg", views.notice_qr, name="notice_qr"),
    path("u/<str:code>/notices/<str:ref>/share/", views.notice_share, name="notice_share"),
    path("u/<str:code>/notices/<str:ref>/picture-<int:number>.png", views.notice_picture, name="notice_picture"),
    path("u/<str:code>/notices/<str:ref>/object/", views.notice_object, name="notice_object"),
    path("u/<str:code>/notices/<str:ref>/received/<str:token>/", views.notice_received, name="notice_received"),
    path("u/<str:code>/catalogue/", views.catalogue, name="catalogue"),
    path("u/<str:code>/announcements/", views.announcements, name="announcements"),
    path("u/<str:code>/announcements/<int:pk>/", views.announcement, name="announcement"),
    path("u/<str:code>/announcements/<int:pk>/share/", views.announcement_share, name="announcement_share"),
    path("u/<str:code>/feed.atom", views.feed, name="feed"),
    path("desk/notices/", views.desk_notices, name="desk_notices"),
    path("desk/notices/new/", views.desk_notice_new, name="desk_notice_new"),
    path("desk/notices/review/", views.desk_review_batch, name="desk_review_batch"),
    path("desk/notices/<int:pk>/", views.desk_notice, name="desk_notice"),
    path("desk/notices/<int:pk>/edit/", views.desk_notice_edit, name="desk_notice_edit"),
    path("desk/notices/<int:pk>/correct/", views.desk_notice_correct, name="desk_notice_correct"),
    path("desk/notices/<int:pk>/files/", views.desk_notice_files, name="desk_notice_files"),
    path("desk/notices/<int:pk>/postings/", views.desk_notice_postings, name="desk_notice_postings"),
    path("desk/notices/<int:pk>/paper/", views.desk_notice_paper, name="desk_notice_paper"),
    path("desk/notices/<int:pk>/<str:verb>/", views.desk_notice_act, name="desk_notice_act"),
    path("desk/objections/", views.desk_objections, name="desk_objections"),
    path("desk/objections/new/<int:notice_pk>/", views.desk_objection_new, name="desk_objection_new"),
    path("desk/objections/<int:pk>/", views.desk_objection, name="desk_objection"),
    path("desk/announcements/", views.desk_announcements, name="desk_announcements"),
    path("desk/announcements/new/", views.desk_announcement_new, name="desk_announcement_new"),
    path("desk/announcements/<int:pk>/correct/", views.desk_announcement_correct, name="desk_announcement_correct"),
    path("desk/announcements/<int:pk>/withdraw/", views.desk_announcement_withdraw, name="desk_announcement_withdraw"),
]
