"""Pages of the admin around the editor: suggestions, checks, trying out, failures."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from config.accounts.actors import Actor
from config.accounts.models import User
from config.shared import strict_json
from protocols import trying
from protocols.checks import condition_problems, questions_of, statuses_of
from protocols.models import Protocol, RunFailure
from protocols.services.failures import retry
from registry import audit

MOST_FAILURES = 200
may_change = permission_required("protocols.change_protocol", raise_exception=True)


@may_change
def editor_facts(request: HttpRequest) -> JsonResponse:
    """Questions of `form` and statuses of its register, as [code, label] pairs."""
    form = request.GET.get("form", "").replace("\0", "")
    return JsonResponse({"questions": questions_of(form), "statuses": statuses_of(form)})


@require_POST
@may_change
def check_condition(request: HttpRequest) -> JsonResponse:
    """What is wrong with one condition. The body is {"form": code, "source": text}."""
    try:
        body = strict_json.loads(request.body)
        form, source = str(body["form"]), str(body["source"]).replace("\0", "")
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"problems": [_("The condition could not be read.")]}, status=400)
    fine = _("The condition can be read.")
    return JsonResponse({"problems": condition_problems(form, source), "fine": fine})


@may_change
def simulate(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the newest draft or the published version on past answers, which the trail keeps."""
    protocol = get_object_or_404(Protocol, pk=pk)
    assert isinstance(request.user, User)
    asked = trying.Asked.of(request.GET)
    found = trying.try_out(protocol, asked, user=request.user, now=timezone.now())
    data = {"looked_at": found.looked_at}
    audit.log("protocols.tried", actor=Actor.for_request(request), instance=protocol, data=data)
    context = {"protocol": protocol, "asked": asked, "found": found}
    return render(request, "protocols/admin/simulate.html", context)


@may_change
def failures(request: HttpRequest) -> HttpResponse:
    """Protocols that could not start or go on, by code and number; no answers, no names."""
    rows = RunFailure.objects.filter(resolved_at__isnull=True)
    rows = rows.select_related("protocol", "step__run__protocol", "submission__form_version")
    context: dict[str, Any] = {"failures": rows[:MOST_FAILURES], "count": rows.count()}
    return render(request, "protocols/admin/failures.html", context)


@require_POST
@may_change
def retry_failure(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one again now."""
    failure = get_object_or_404(RunFailure, pk=pk)
    if retry(failure.pk, now=timezone.now()):
        messages.success(request, _("It worked: the protocol goes on."))
    else:
        text = _("It failed again. Look at the error below and correct the protocol.")
        messages.error(request, text)
    return redirect("protocols_failures")
