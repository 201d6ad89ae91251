"""Addresses of this app."""

from django.urls import path

from protocols.views import handing_over, notices, referrals, step, worklist

app_name = "protocols"

urlpatterns = [
    path("work/", worklist.worklist, name="worklist"),
    path("work/board/", worklist.board, name="board"),
    path("work/hand-over/", handing_over.hand_over_steps, name="hand-over"),
    path("steps/<uuid:uuid>/", step.step_page, name="step"),
    path("steps/<uuid:uuid>/act/", step.act_on_step, name="step-act"),
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals/<uuid:uuid>/", referrals.referral_page, name="referral"),
    path("referrals/<uuid:uuid>/answer/", referrals.answer_referral, name="referral-answer"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.open_notice, name="notice"),
    path("notices/read/", notices.read_notices, name="notices-read"),
]
