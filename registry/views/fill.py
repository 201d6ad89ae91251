"""Filling a form, section by section: formtools keeps the steps, evaluation judges."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from formtools.wizard.views import NamedUrlWizardView, WizardView

from config.accounts.access import authority_ended
from config.accounts.selectors import appointments_in_force
from config.shared.problems import Problem
from forms_builder.models import FormVersion
from forms_builder.rendering import merge, say
from forms_builder.selectors import current_form_version
from registry import access, drafting, services
from registry.models import Draft, Submission
from registry.views.sending import REASONS, ReasonMissing, send
from registry.views.starting import begin
from registry.views.work import REVIEW, DraftWork


@login_required
def fill(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a form: a draft is made and its first step opened."""
    try:
        version = current_form_version(code)
    except FormVersion.DoesNotExist as error:
        raise Http404(str(error)) from error
    return begin(request, version)


class SectionForm(forms.Form):
    """What formtools asks whether a step is done; evaluation knows the answer."""

    def __init__(self, *, problems: Sequence[Problem], **kwargs: Any) -> None:
        self.problems = problems
        super().__init__(**kwargs)

    def clean(self) -> None:
        """Invalid when anything is wrong in the section."""
        for problem in self.problems:
            self.add_error(None, str(problem.message))


@method_decorator(login_required, name="dispatch")
class FillWizard(NamedUrlWizardView):
    """The steps of one draft: its relevant sections, then the review page."""

    storage_name = "registry.views.storage.DraftStorage"
    form_list = [(REVIEW, SectionForm)]
    work: DraftWork

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find the writer's own draft; one that was sent in already leads to its receipt."""
        uuid: UUID = kwargs["uuid"]
        draft = (
            Draft.objects.select_related(
                "record__register", "form_version__definition", "amends__record"
            )
            # Large columns; the version comes from this process's memory.
            .defer(*drafting.LARGE_COLUMNS)
            .filter(uuid=uuid, user=request.user.pk)
            .first()
        )
        if draft is None:
            return _sent_already(request, uuid)
        self.work = DraftWork.of_request(request, draft)
        if not appointments_in_force(self.work.user, timezone.localdate()):
            return self._keep_without_authority()
        request.draft_work = self.work  # type: ignore[attr-defined]
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def _keep_without_authority(self) -> HttpResponse:
        """An appointment ended in the middle: keep what was typed, show nothing more."""
        step = self.kwargs.get("step", "")
        if self.request.method == "POST" and step != REVIEW:
            with suppress(KeyError, drafting.DraftConflict):
                typed = self.work.read(step, self.request.POST, self.request.FILES)
                self.work.take(step, typed, *self._drawn_from())
        return authority_ended(self.request, self.work.user)

    # Steps

    def get_form_list(self) -> dict[str, type[SectionForm]]:
        """The sections that are relevant now, and the review."""
        steps = {node["name"]: SectionForm for node in self.work.visible}
        return {**steps, REVIEW: SectionForm}

    def get_step_url(self, step: str) -> str:
        """The address of a step of this draft."""
        return self.work.step_url(step)

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The prefix of formtools' own field."""
        return "wizard"

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        """What is wrong in the step; the review answers for the whole form."""
        if step in (None, REVIEW):
            return {"problems": self.work.all_problems}
        return {"problems": self.work.problems_of(str(step))}

    def get_form(self, step: str | None = None, data: Any = None, files: Any = None) -> Any:
        """The step's form, without fields: answers are read by `parse_post`."""
        problems = self.get_form_kwargs(step or self.steps.current)["problems"]
        return SectionForm(problems=problems, data=data or MultiValueDict())

    def process_step(self, form: Any) -> Any:
        """Nothing to keep; formtools is about to forget these two, so they must be there."""
        self._resolved_form_list = self._cache_signature = None
        return form.data

    # Requests

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw a step; without one, go to where the writer was."""
        step = kwargs.get("step")
        steps = self.get_form_list()
        if step not in steps:
            last = self.work.draft.step
            return redirect(self.get_step_url(last if last in steps else next(iter(steps))))
        self.work.draft.step = step
        check = step == REVIEW or "check" in self.request.GET
        return self.page(step, self.get_form_kwargs(step)["problems"] if check else ())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what was typed, whatever it is; then do what the button says."""
        step = kwargs.get("step", "")
        if step == REVIEW:
            self.work.draft.step = REVIEW
            response: HttpResponse = WizardView.post(self, *args, **kwargs)
            return response
        try:
            typed = self.work.read(step, self.request.POST, self.request.FILES)
        except KeyError as error:
            raise Http404(step) from error
        self._change_rows(typed)
        try:
            self.work.take(step, typed, *self._drawn_from())
        except drafting.DraftConflict as conflict:
            return self._conflict(step, typed, conflict)
        return self._after(step)

    def _change_rows(self, typed: dict[str, Any]) -> None:
        """Do what the buttons of a repeat ask for: one more row, or one fewer."""
        if path := self.request.POST.get("_add", ""):
            drafting.add_row(typed, path, self.work.new_row(path))
        if path := self.request.POST.get("_remove", ""):
            drafting.remove_row(typed, path)

    def _drawn_from(self) -> tuple[int | None, str]:
        """The draft's row version and the section's fingerprint when the page was drawn."""
        number = self.request.POST.get("row_version", "")
        is_number = number.isdecimal() and len(number) < 10
        return int(number) if is_number else None, self.request.POST.get("seen", "")

    def _after(self, step: str) -> HttpResponse:
        post = self.request.POST
        if "_autosave" in post:
            return JsonResponse(
                {"row_version": self.work.draft.row_version, "seen": self.work.seen(step)}
            )
        if self.work.file_problems:
            return self.page(step, self.work.file_problems)
        if "_add" in post or "_remove" in post:
            return redirect(f"{self.get_step_url(step)}#q:{post.get('_add') or ''}")
        if "_update" in post:
            return redirect(self.get_step_url(step))
        if "_leave" in post:
            messages.success(self.request, _("The draft was saved."))
            return redirect("portal:drafts")
        if goto := post.get("wizard_goto_step"):
            return redirect(self.get_step_url(goto))
        if step not in self.get_form_list():
            # The answers made this very section irrelevant.
            return redirect(self.get_step_url(self.steps.first))
        response: HttpResponse = WizardView.post(self, *self.args, **self.kwargs)
        return response

    def _conflict(
        self, step: str, typed: dict[str, Any], conflict: drafting.DraftConflict
    ) -> HttpResponse:
        """Another window saved other answers: show both, keep both until one is chosen."""
        if "_autosave" in self.request.POST:
            return JsonResponse({"conflict": True}, status=409)
        self.work.draft = conflict.draft
        self.work.draft.step = step
        saved = [self._both(difference) for difference in conflict.differences]
        self.work.show(merge(conflict.draft.answers, typed))
        return self.page(step, (), conflict=saved, status=409)

    def _both(self, difference: drafting.Difference) -> dict[str, Any]:
        node, work = difference.place.node, self.work

        def words(value: Any) -> str:
            if isinstance(value, list) and difference.place.kind == "repeat":
                return _("%(count)s rows") % {"count": len(value)}
            return say(node, value, work.spec, work.choices, work.language)

        return {
            "label": work.label(node),
            "href": f"#q:{difference.place.key}",
            "saved": words(difference.saved),
            "typed": words(difference.typed),
        }

    def render(self, form: Any = None, **kwargs: Any) -> HttpResponse:
        """formtools draws a step that is not done: with everything that is wrong in it."""
        return self.page(self.steps.current, form.problems)

    def render_done(self, form: Any, **kwargs: Any) -> HttpResponse:
        """Send in at once: the POST is the act, no second address does it."""
        response: HttpResponse = WizardView.render_done(self, form, **kwargs)
        return response

    def render_revalidation_failure(self, step: str, form: Any, **kwargs: Any) -> HttpResponse:
        """Something is wrong in some section: the review page names all of it."""
        return self.page(REVIEW, self.work.all_problems)

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """Send the draft through the door; whatever is refused, the draft stays."""
        try:
            submission = send(self.request, self.work)
        except ReasonMissing as missing:
            return self.page(REVIEW, [Problem("required", str(missing))])
        except services.AnswersInvalid as refusal:
            return self.page(REVIEW, refusal.problems)
        except services.StaleWrite as stale:
            return self._stale(stale)
        except (PermissionDenied, services.MoveRefused) as refusal:
            kept = _("Nothing is lost: your answers are kept as a draft.")
            problem = Problem("refused", f"{refusal} {kept}")
            return self.page(REVIEW, [problem], status=403)
        if self.work.draft.amends_id and submission.record is not None:
            messages.success(
                self.request,
                _("The correction was saved; the old answers stay in the history."),
            )
            return redirect("portal:record", submission.record.uuid)
        return redirect("portal:receipt", submission.uuid)

    def _stale(self, stale: services.StaleWrite) -> HttpResponse:
        from registry.views.stale import compare

        rows = compare(self.work, stale)
        return self.page(REVIEW, (), stale=stale, stale_rows=rows, status=409)

    # Drawing

    def page(
        self, step: str, problems: Sequence[Problem], status: int = 200, **more: Any
    ) -> HttpResponse:
        """One step, or the review, with its problems on top."""
        work = self.work
        names = list(self.get_form_list())
        context: dict[str, Any] = {
            "work": work,
            "draft": work.draft,
            "step": step,
            "steps": work.steps(step),
            "place": names.index(step) + 1 if step in names else len(names),
            "count": len(names),
            "back": _before(names, step),
            "problems": [(self._href(step, p), self._named(p)) for p in problems],
            "newer": None if work.draft.amends_id else _newer(work),
            "is_withdrawn": not work.draft.form_version.definition.live
            and not work.draft.amends_id,
            "reason_codes": REASONS,
            "reason": self.request.POST.get("reason", ""),
            "reason_code": self.request.POST.get("reason_code", ""),
            **more,
        }
        if step == REVIEW:
            context["warnings"] = [(self._href(step, p), self._named(p)) for p in work.warnings]
            return render(self.request, "portal/review.html", context, status=status)
        context["section"] = next(n for n in work.spec["children"] if n["name"] == step)
        context["questions"] = work.section_html(step, problems)
        context["seen"] = work.seen(step)
        context["page_data"] = work.page_data(step)
        return render(self.request, "portal/step.html", context, status=status)

    def _named(self, problem: Problem) -> str:
        """The message with the question it is about, for the list on top."""
        label = self.work.label_at(problem.path)
        return f"{label} – {problem.message}" if label else str(problem.message)

    def _href(self, step: str, problem: Problem) -> str:
        section = self.work.section_of(problem)
        if not section or not problem.path:
            return ""
        place = f"#q:{problem.path}"
        return place if section == step else f"{self.get_step_url(section)}?check=1{place}"


def _before(names: list[str], step: str) -> str:
    place = names.index(step) if step in names else 0
    return names[place - 1] if place else ""


def _newer(work: DraftWork) -> int | None:
    """The number of the version that has replaced the draft's, if one has."""
    newest = current_form_version(work.version.code)
    return newest.number if newest.number > work.version.number else None


def _sent_already(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The second click of two: lead to what the first one made."""
    sent = Submission.objects.filter(client_key=uuid, submitted_by=request.user.pk).first()
    if sent is None:
        raise Http404("no such draft")
    if "_autosave" in request.POST:
        return JsonResponse({"sent": True}, status=410)
    return redirect("portal:receipt", sent.uuid)


@login_required
def receipt(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The number of the record and what happens next."""
    mine = Submission.objects.select_related("form_version", "record__register")
    submission = get_object_or_404(mine, uuid=uuid, submitted_by=request.user.pk)
    record = submission.record
    can_open = (
        record is not None and access.records_for(request.user).filter(pk=record.pk).exists()
    )
    context = {"submission": submission, "record": record, "can_open": can_open}
    return render(request, "portal/receipt.html", context)
