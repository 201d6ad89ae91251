"""The wizard: formtools keeps the steps, evaluation judges, the draft remembers."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from formtools.wizard.views import NamedUrlWizardView, WizardView

from config.shared.problems import Problem
from forms_builder.rendering import merge, say
from forms_builder.selectors import newest_version
from registry import drafting, services
from registry.models import Submission
from registry.views.sending import REASONS, ReasonMissing
from registry.views.work import REVIEW, DraftWork


class SectionForm(forms.Form):
    """What formtools asks whether a step is done; evaluation knows the answer."""

    def __init__(self, *, problems: Sequence[Problem], **kwargs: Any) -> None:
        self.problems = problems
        super().__init__(**kwargs)

    def clean(self) -> None:
        """Invalid when anything is wrong in the section."""
        for problem in self.problems:
            self.add_error(None, str(problem.message))


class DraftWizard(ABC, NamedUrlWizardView):
    """The steps of one draft: its relevant sections, then the review page.

    Whoever opens it (`FillWizard` for accounts, `CitizenWizard` for anybody) finds the draft
    and says where its writer goes after leaving and after sending.
    """

    storage_name = "registry.views.storage.DraftStorage"
    form_list = [(REVIEW, SectionForm)]
    work: DraftWork

    def work_on(self, work: DraftWork, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the request on, now that the draft is found."""
        self.work = work
        self.request.draft_work = work
        response: HttpResponse = super().dispatch(self.request, *args, **kwargs)
        return response

    def standing(self) -> dict[str, Any]:
        """Whether the form was withdrawn, and the number of a newer version to move on to."""
        if self.work.draft.amends_id:
            return {"newer": None, "is_withdrawn": False}
        newest = newest_version(self.work.version.definition_id)
        is_newer = newest.number > self.work.version.number
        return {"newer": newest.number if is_newer else None, "is_withdrawn": not newest.live}

    @abstractmethod
    def left(self) -> HttpResponse:
        """Where the writer goes who saves and leaves."""

    @abstractmethod
    def in_language(self, language: str, address: str) -> HttpResponse:
        """Where the writer goes who wants to read the page at `address` in `language`."""

    @abstractmethod
    def send(self) -> Submission:
        """Send the draft through the door."""

    @abstractmethod
    def sent(self, submission: Submission) -> HttpResponse:
        """Where the writer goes who has sent."""

    # Steps

    def get_form_list(self) -> dict[str, type[SectionForm]]:
        """The sections that are relevant now, and the review."""
        steps = {node["name"]: SectionForm for node in self.work.visible}
        return {**steps, self.work.review: SectionForm}

    def get_step_url(self, step: str) -> str:
        """The address of a step of this draft."""
        return self.work.step_url(step)

    def get_prefix(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:
        """The prefix of formtools' own field."""
        return "wizard"

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        """What is wrong in the step; the review answers for the whole form."""
        if step in (None, self.work.review):
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
        check = step == self.work.review or "check" in self.request.GET
        return self.page(step, self.get_form_kwargs(step)["problems"] if check else ())

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what was typed, whatever it is; then do what the button says."""
        step = kwargs.get("step", "")
        if step == self.work.review:
            return self._finish()
        try:
            typed = self.work.read(step, self.request.POST, self.request.FILES)
        except KeyError as error:
            raise Http404(step) from error
        self._change_rows(typed)
        try:
            self.work.take(step, typed, *self.drawn_from())
        except drafting.DraftConflict as conflict:
            return self._conflict(step, typed, conflict)
        return self._after(step)

    def _finish(self) -> HttpResponse:
        """Send in what the review judges as a whole: formtools would ask each step again."""
        if self.request.POST.get("wizard-current_step") != self.work.review:
            raise SuspiciousOperation("This was not sent from the review page.")
        self.work.draft.step = self.work.review
        problems = self.work.all_problems
        return self.page(self.work.review, problems) if problems else self.done([])

    def _change_rows(self, typed: dict[str, Any]) -> None:
        """Do what the buttons of a repeat ask for: a row more, a row fewer, another order."""
        more, fewer = (self.request.POST.get(name, "") for name in ("_add", "_remove"))
        if self.work.is_repeat(more):
            drafting.add_row(typed, more, self.work.new_row(more))
        if self.work.is_repeat(fewer):
            drafting.remove_row(typed, fewer)
        for name, by in (("_up", -1), ("_down", 1)):
            if self.work.is_repeat(moved := self.request.POST.get(name, "")):
                drafting.move_row(typed, moved, by)

    def drawn_from(self) -> tuple[int | None, str]:
        """The draft's row version and the section's fingerprint when the page was drawn."""
        number = self.request.POST.get("row_version", "")
        is_number = number.isdecimal() and len(number) < 10
        return int(number) if is_number else None, self.request.POST.get("seen", "")

    def _after(self, step: str) -> HttpResponse:
        post = self.request.POST
        if "_autosave" in post:
            return JsonResponse(self.work.saved(step))
        if self.work.file_problems:
            # Going on is refused once, for everything; other buttons speak of the file alone.
            goes_on = "_next" in post and step in self.get_form_list()
            problems = self.work.problems_of(step) if goes_on else self.work.file_problems
            return self.page(step, problems)
        if (language := post.get("_language", "")) in dict(settings.LANGUAGES):
            return self.in_language(language, self.get_step_url(step))
        if place := _row_place(post):
            return redirect(f"{self.get_step_url(step)}#q:{place}")
        if path := post.get("_find"):
            query = urlencode({"find": path, "text": post.get(f"{path}#find", "")[:100]})
            return redirect(f"{self.get_step_url(step)}?{query}#q:{path}")
        if path := post.get("_update"):
            place = "" if path == "1" else f"#q:{path}"
            return redirect(f"{self.get_step_url(step)}{place}")
        if "_leave" in post:
            return self.left()
        if (goto := post.get("wizard_goto_step")) in self.get_form_list():
            return redirect(self.get_step_url(str(goto)))
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

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """Send the draft through the door; whatever is refused, the draft stays."""
        try:
            submission = self.send()
        except ReasonMissing as missing:
            return self._reason_missing(missing)
        except services.AnswersInvalid as refusal:
            self.work.reread()
            return self.page(self.work.review, refusal.problems)
        except services.StaleWrite as stale:
            return self._stale(stale)
        except (PermissionDenied, services.MoveRefused) as refusal:
            kept = _("Nothing is lost: your answers are kept as a draft.")
            problem = Problem("refused", f"{refusal} {kept}")
            return self.page(self.work.review, [problem], status=403)
        return self.sent(submission)

    def _reason_missing(self, missing: ReasonMissing) -> HttpResponse:
        said = [(f"#{missing.field}", str(missing))]
        return self.page(self.work.review, (), said=said, unanswered=missing.field)

    def _stale(self, stale: services.StaleWrite) -> HttpResponse:
        from registry.views.stale import compare

        rows = compare(self.work, stale)
        return self.page(self.work.review, (), stale=stale, stale_rows=rows, status=409)

    # Drawing

    def page(
        self,
        step: str,
        problems: Sequence[Problem],
        status: int = 200,
        *,
        said: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> HttpResponse:
        """One step, or the review, with its problems on top; `said` (place, message) first."""
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
            "problems": [*said, *((self._href(step, p), self._named(p)) for p in problems)],
            **self.standing(),
            "reason_codes": REASONS,
            "reason": self.request.POST.get("reason", ""),
            "reason_code": self.request.POST.get("reason_code", ""),
            **more,
        }
        if step == self.work.review:
            context["warnings"] = [(self._href(step, p), self._named(p)) for p in work.warnings]
            return render(self.request, "portal/review.html", context, status=status)
        work.finds = {self.request.GET.get("find", ""): self.request.GET.get("text", "")[:100]}
        context["section"] = next(n for n in work.spec["children"] if n["name"] == step)
        context["questions"] = work.section_html(step, problems)
        context["seen"] = work.seen(step)
        context["page_data"] = work.page_data(step)
        context["definition_url"] = work.definition_url(step)
        context["filled"] = "fill"  # what else is pressed on the page sends this form along
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


def _row_place(post: QueryDict) -> str:
    """The repeat whose rows a button changed, to come back to it; "" for another button."""
    for name in ("_add", "_remove", "_up", "_down"):
        if path := post.get(name):
            return path if name == "_add" else path.rpartition("[")[0]
    return ""


def _before(names: list[str], step: str) -> str:
    place = names.index(step) if step in names else 0
    return names[place - 1] if place else ""
