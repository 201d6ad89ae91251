"""Addresses of the rivals."""

from django.urls import include, path
from wagtail import urls as wagtail_urls

from benchmarks.rivals import views

urlpatterns = [
    path("django/<int:count>/", views.django_form),
    path("dayaq/<int:count>/", views.dayaq_form),
    path("kept/<int:count>/", views.kept_form),
    path("modelform/", views.model_form),
    path("pages/", include(wagtail_urls)),
]
