"""Addresses of the portal."""

from django.urls import URLPattern, path

from registry.views import (
    acts,
    definition,
    drafts,
    fill,
    form_media,
    home,
    long_lists,
    papers,
    printing,
    records,
)

app_name = "portal"
wizard = fill.FillWizard.as_view(url_name="portal:draft-step", done_step_name="done")
wizard.checks_appointment = True

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("forms/", home.forms, name="forms"),
    path("forms/<slug:code>/print/", printing.blank, name="print-form"),
    path("forms/<slug:code>/media/<str:sha256>/", form_media.of_portal, name="form-media"),
    path("forms/<slug:code>/pdf/", papers.blank, name="pdf-form"),
    path("fill/<slug:code>/", fill.fill, name="fill"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("draft/<uuid:uuid>/", wizard, name="draft"),
    path("draft/<uuid:uuid>/discard/", drafts.discard, name="draft-discard"),
    path("draft/<uuid:uuid>/newest/", drafts.continue_in_new, name="draft-newest"),
    path("draft/<uuid:uuid>/step/<str:step>/", wizard, name="draft-step"),
    path("draft/<uuid:uuid>/choices/", long_lists.of_draft, name="draft-choices"),
    path(
        "draft/<uuid:uuid>/step/<str:section>/<slug:tag>.json",
        definition.of_draft,
        name="definition",
    ),
    path("receipt/<uuid:uuid>/", fill.receipt, name="receipt"),
    path("receipt/<uuid:uuid>/pdf/", papers.receipt, name="pdf-receipt"),
    path("file/<uuid:uuid>/", drafts.attachment, name="attachment"),
    path("lookup/<slug:register>/", drafts.lookup, name="lookup"),
    path("registers/", records.registers, name="registers"),
    path("registers/<slug:code>/", records.register, name="register"),
    path("search/", records.search, name="search"),
    path("records/<uuid:uuid>/", records.record, name="record"),
    path("records/<uuid:uuid>/status/", acts.transition, name="transition"),
    path("records/<uuid:uuid>/assignee/", acts.assign, name="assign"),
    path("submissions/<uuid:uuid>/print/", printing.submission, name="print"),
    path("submissions/<uuid:uuid>/pdf/", papers.submission, name="pdf"),
    path("submissions/<uuid:uuid>/amend/", acts.amend, name="amend"),
]
