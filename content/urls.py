"""Addresses of the public site; guides and home pages are Wagtail's."""

from django.urls import path

from content import views

app_name = "content"
urlpatterns = [
    path("xidmetler/", views.services, name="services"),
    path("xidmetler/<slug:code>/", views.service, name="service"),
    path("telimatlar/", views.guides, name="guides"),
    path("telimatlar/<str:slug>/", views.guide, name="guide"),
    path("telimatlar/<str:slug>/versiyalar/", views.guide_versions, name="guide-versions"),
    path(
        "telimatlar/<str:slug>/versiyalar/<int:number>/",
        views.guide_version,
        name="guide-version",
    ),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
]
