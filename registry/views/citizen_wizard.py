"""Filling a public form: the same wizard, the same judging, the same door."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.accounts.actors import Actor
from config.shared.problems import Problem
from registry import services
from registry.models import Submission
from registry.views.holding import (
    code_of,
    draft_of,
    limited,
    private,
    public_version,
    sent_with,
)
from registry.views.wizard import DraftWizard
from registry.views.work import DraftWork

MOST_FILES = 20  # in one draft


class CitizenWork(DraftWork):
    """A draft that is held by a code."""

    base_template = "citizen/base.html"
    is_public = True
    lookup_url = ""
    media_route = "citizen:form-media"

    @property
    def other_languages(self) -> list[tuple[str, str]]:
        """What else the page may be read in; what was typed is saved on the way."""
        names = [("az", "Azərbaycanca"), ("en", "English")]
        return [one for one in names if one[0] != (get_language() or "az")[:2]]

    def step_url(self, name: str) -> str:
        """The address of one step."""
        return reverse("citizen:step", args=[self.version.code, name])

    def definition_url(self, section: str) -> str:
        """Where the browser finds what a page needs."""
        return reverse(
            "citizen:definition", args=[self.version.code, section, self.extract(section).tag]
        )

    @property
    def choices_url(self) -> str:
        """Where the browser searches a long list."""
        return reverse("citizen:choices", args=[self.version.code])

    def file_url(self, answer: Mapping[str, Any]) -> str:
        """A stranger's file is not handed out again."""
        return ""

    def take_file(self, answers: dict[str, Any], path: str, upload: Any) -> None:
        """Keep an upload, unless the draft has a great many already."""
        if self.draft.attachments.count() < MOST_FILES:
            super().take_file(answers, path, upload)
            return
        message = _("At most %(most)s files can be sent with one form.") % {"most": MOST_FILES}
        self.file_problems.append(Problem("file", message, path=path))


@method_decorator(private, name="dispatch")
class CitizenWizard(DraftWizard):
    """The steps of a public form."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find the draft that this browser holds; what was sent leads to its receipt."""
        self.form_code = kwargs["code"]
        self.code = code_of(request, self.form_code)
        draft = draft_of(self.code, self.form_code)
        if draft is None:
            return self._nothing_to_fill()
        if request.FILES and (refusal := limited(request, "files")):
            return refusal
        return self.work_on(CitizenWork(draft, None, timezone.now()), *args, **kwargs)

    def _nothing_to_fill(self) -> HttpResponse:
        sent = sent_with(self.code, self.form_code)
        if "_autosave" in self.request.POST:
            return JsonResponse({"sent": True}, status=410)
        if sent is None:
            public_version(self.form_code)
        return redirect("citizen:receipt" if sent else "citizen:begin", self.form_code)

    def newer(self) -> None:
        """Whoever began in a version finishes in it."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep what was typed; a robot that fills every field is told so."""
        if kwargs.get("step") == self.work.review and self.request.POST.get("website"):
            message = _("Leave the field that says so empty, then send again.")
            return self.page(self.work.review, [Problem("trap", message)])
        return super().post(*args, **kwargs)

    def in_language(self, language: str, address: str) -> HttpResponse:
        """The same step under the other language's address."""
        return redirect(translate_url(address, language))

    def left(self) -> HttpResponse:
        """The page with the code that continues."""
        return redirect("citizen:saved", self.form_code)

    def done(self, form_list: Any, **kwargs: Any) -> HttpResponse:
        """Send, unless this address or all of them send too much; the draft stays then."""
        refusal = limited(self.request, "send") or limited(self.request, "form", self.form_code)
        return refusal or super().done(form_list, **kwargs)

    def send(self) -> Submission:
        """As nobody in particular; the code becomes the way to ask about it."""
        draft = self.work.draft
        return services.submit(
            version=self.work.version,
            answers=self.work.answers,
            actor=Actor.citizen(request_id=getattr(self.request, "request_id", "")),
            now=timezone.now(),
            client_key=draft.uuid,
            draft=draft,
        )

    def sent(self, submission: Submission) -> HttpResponse:
        """The receipt."""
        return redirect("citizen:receipt", self.form_code)
