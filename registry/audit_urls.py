"""Addresses of the auditor's desk."""

from django.urls import URLPattern, path

from registry.views import history

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("", history.history, name="history"),
    path("change/<slug:what>/<int:history_id>/", history.change, name="change"),
    path("record/<uuid:uuid>/", history.record_history, name="record"),
]
