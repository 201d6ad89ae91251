"""Addresses of public forms, below the language of the page."""

from django.urls import URLPattern, path

from registry.views import citizen, definition, form_media, long_lists, papers
from registry.views.citizen_wizard import CitizenWizard

app_name = "citizen"
wizard = CitizenWizard.as_view(url_name="citizen:step", done_step_name="done")

urlpatterns: list[URLPattern] = [
    path("veziyyet/", citizen.status, name="status"),
    path("davam/", citizen.resume, name="resume"),
    path("<slug:code>/", citizen.begin, name="begin"),
    path("<slug:code>/doldur/", wizard, name="fill"),
    path("<slug:code>/doldur/<str:step>/", wizard, name="step"),
    path("<slug:code>/siyahi/", long_lists.of_citizen, name="choices"),
    path("<slug:code>/media/<str:sha256>/", form_media.of_public, name="form-media"),
    path("<slug:code>/saxlanildi/", citizen.saved, name="saved"),
    path("<slug:code>/unut/", citizen.forget, name="forget"),
    path("<slug:code>/alindi/", citizen.receipt, name="receipt"),
    path("<slug:code>/alindi/pdf/", papers.citizen_receipt, name="pdf-receipt"),
    path(
        "<slug:code>/doldur/<str:section>/<slug:tag>.json",
        definition.of_citizen,
        name="definition",
    ),
]
