"""Where a caseworker's day begins: drafts, forms to fill, what waits."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from registry.panels import HOME_PANELS


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    panels = [panel for make in HOME_PANELS if (panel := make(request))]
    return render(request, "portal/home.html", {"panels": panels})


@login_required
def forms(request: HttpRequest) -> HttpResponse:
    """Forms this person may fill."""
    return render(request, "portal/forms.html", {})


@login_required
def drafts(request: HttpRequest) -> HttpResponse:
    """Forms this person has begun."""
    return render(request, "portal/drafts.html", {})
