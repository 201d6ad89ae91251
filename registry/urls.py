"""Addresses of the portal."""

from django.urls import URLPattern, path

from registry.views import home

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("forms/", home.forms, name="forms"),
    path("drafts/", home.drafts, name="drafts"),
]
