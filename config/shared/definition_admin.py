"""Editing screens that forms, lists, registers, protocols and services share.

A concrete admin is one viewset::

    class RegisterViewSet(DefinitionViewSet):
        model = Register
        icon = "list-ul"
        menu_order = 130
        edit_handler = TabbedInterface([...])   # base_form_class=DefinitionForm or a subclass
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import CharField, Exists, F, JSONField, Max, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, resolve, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.tables import Column, UpdatedAtColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button
from wagtail.fields import StreamField
from wagtail.models import WorkflowState
from wagtail.snippets.views import snippets

from config.shared.choosers import SteadyChooserViewSet
from config.shared.definition_versions import (
    VersionDiffView,
    VersionListView,
    VersionView,
)
from config.shared.definitions import code_problems, current_version
from config.shared.problems import Problem, ProblemsFound
from config.shared.text import fold


class DefinitionForm(WagtailAdminModelForm):
    """Checks a definition as publishing would, unless only a draft is being saved.

    A problem goes to the field that its path begins with; a subclass that knows better
    overrides `add_problem`.

    A page for a new definition carries the `uuid` that the definition will have.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            own = {"widget": forms.HiddenInput, "initial": self.instance.uuid}
            self.fields["uuid"] = forms.UUIDField(required=False, **own)
        self.newest = current_version(self.instance) if self.instance.pk else None
        if "code" in self.fields and self.newest is not None:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("Published, so the code stays.")

    def clean_uuid(self) -> uuid.UUID:
        """The uuid that the page carries, unless a definition has it already."""
        sent = self.cleaned_data["uuid"]
        is_free = sent and not type(self.instance).objects.filter(uuid=sent).exists()
        own: uuid.UUID = sent if is_free else self.instance.uuid
        return own

    def _post_clean(self) -> None:
        self.instance.uuid = self.cleaned_data.get("uuid", self.instance.uuid)
        super()._post_clean()
        if not self.is_deferred_validation and not self.errors:
            found = [*code_problems(self.instance, self.newest), *self.instance.problems()]
            self.add_problems(found)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Show every problem at its place."""
        for problem in problems:
            self.add_problem(problem)

    def add_problem(self, problem: Problem) -> None:
        """Show `problem` at the field its path begins with, else above the form."""
        field = problem.path.split("/")[0].split("[")[0]
        text = problem.message
        if field != problem.path:
            text = f"{problem.path}: {text}"
        self.add_error(field if field in self.fields else None, ValidationError(text))


def show_problems(request: HttpRequest, problems: Iterable[Problem]) -> None:
    """Say in the admin's messages what forbids publishing (the first ten)."""
    messages.error(request, _("It was not published; please correct this first:"))
    for problem in list(problems)[:10]:
        place = f"{problem.path}: " if problem.path else ""
        messages.error(request, f"{place}{problem.message}")


class PublishRefusalMixin(generic.CreateEditViewOptionalFeaturesMixin):
    """A publication that turns out refused at the last moment says why."""

    def publish_action(self) -> HttpResponse | None:
        """Publish; when refused, return to the editor with every reason."""
        try:
            response: HttpResponse | None = super().publish_action()
        except ProblemsFound as refused:
            show_problems(self.request, refused.problems)
            return redirect(self.get_edit_url())
        return response

    def workflow_action_action(self) -> HttpResponse | None:
        """Approve or reject; an approval that would publish what is broken is refused."""
        try:
            response: HttpResponse | None = super().workflow_action_action()
        except ProblemsFound as refused:
            show_problems(self.request, refused.problems)
            return redirect(self.get_edit_url())
        return response


class NewDefinitionMixin(PublishRefusalMixin):
    """A page for a new definition, which becomes one definition however often it is sent.

    The page saves drafts by itself. On a slow line its first save may still be under way when
    somebody saves or publishes; what they send carries the same `uuid` and goes on with that
    draft.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One new definition of a kind at a time, so that the second knows of the first."""
        with transaction.atomic():
            _lock(f"new {self.model._meta.label}")
            begun = self._begun_here(request.POST.get("uuid", ""))
            if begun is None:
                response: HttpResponse = super().post(request, *args, **kwargs)
                return response
            url = reverse(self.edit_url_name, args=[quote(begun.pk)])
            edit, parts, names = resolve(url)
            answer: HttpResponse = edit(request, *parts, **names)
            return answer

    def _begun_here(self, sent: str) -> Any:
        """This person's own draft of this page, never published."""
        try:
            known = uuid.UUID(sent)
        except ValueError:
            return None
        found = self.model.objects.filter(uuid=known, first_published_at=None).first()
        first = found and found.revisions.order_by("created_at").first()
        return found if first is not None and first.user_id == self.request.user.pk else None


class DefinitionCreateView(NewDefinitionMixin, snippets.CreateView):
    """A new definition."""


def _lock(name: str) -> None:
    """Wait for whoever works under the same name; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


class DefinitionCopyView(NewDefinitionMixin, snippets.CopyView):
    """A new definition that begins as a copy; what no field shows is copied as well."""

    def get_initial_form_instance(self) -> Any:
        """The newest draft of the original as a new row without a code."""
        copy = self.get_object().get_latest_revision_as_object()
        copy.pk, copy.uuid, copy.code, copy.live = None, uuid.uuid4(), "", False
        copy.latest_revision = copy.live_revision = None
        copy.first_published_at = copy.last_published_at = None
        copy._state.adding = True
        return copy

    def get_add_url(self) -> str:
        """Where the form is sent: here, so that the original is still known."""
        return str(self.request.path)


class DefinitionEditView(PublishRefusalMixin, snippets.EditView):
    """The editor, with a way to the published versions."""

    versions_url_name = ""

    def get_object(self, queryset: QuerySet[Any] | None = None) -> Any:
        """The newest draft, read once; Django's view asks for it again."""
        known = getattr(self, "object", None)
        return super().get_object(queryset) if known is None else known

    def get_queryset(self) -> QuerySet[Any]:
        """With the newest draft."""
        found: QuerySet[Any] = super().get_queryset().select_related("latest_revision")
        return found

    @cached_property
    def header_more_buttons(self) -> list[Any]:
        """Wagtail's buttons and ours."""
        url = self.view_url(self.versions_url_name)
        versions = Button(_("Versions"), url=url, icon_name="history", priority=15)
        return [*super().header_more_buttons, versions]

    def view_url(self, name: str) -> str:
        """The address of another view of this definition."""
        from django.urls import reverse

        return reverse(name, args=[self.object.pk])


class DefinitionWorkflowActionView(snippets.WorkflowActionView):
    """Approving in a dialogue or from the dashboard."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Approve or reject; what may not be published stays in moderation, with reasons."""
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        except ProblemsFound as refused:
            show_problems(request, refused.problems)
            return self._back(request)
        return response

    def _back(self, request: HttpRequest) -> HttpResponse:
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            step = {"step": "success", "redirect": self.redirect_url}
            response: HttpResponse = self.render_modal_json(request, step)
            return response
        return redirect(self.redirect_url)


class DefinitionIndexView(snippets.IndexView):
    """All definitions of a kind; search knows the Azerbaijani alphabet."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Definitions with what the listing says of each, but without their content."""
        found: QuerySet[Any] = super().get_base_queryset()
        heavy = [
            field.name
            for field in self.model._meta.concrete_fields
            if isinstance(field, JSONField | StreamField)
        ]
        numbered: QuerySet[Any] = found.defer(*heavy).annotate(
            version_number=Max("versions__number"), is_in_workflow=Exists(self._in_workflow())
        )
        return numbered

    def _in_workflow(self) -> QuerySet[Any]:
        kind = ContentType.objects.get_for_model(self.model)
        states: QuerySet[Any] = WorkflowState.objects.filter(
            base_content_type=kind,
            object_id=Cast(OuterRef("pk"), CharField()),
            status=WorkflowState.STATUS_IN_PROGRESS,
        )
        return states

    def _annotate_queryset_updated_at(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """When each was last saved; Wagtail would read whole revisions for it."""
        dated: QuerySet[Any] = queryset.annotate(_updated_at=F("latest_revision__created_at"))
        return dated

    def _get_title_column(self, *args: Any, **kwargs: Any) -> Any:
        """The title, under the name of the kind."""
        column = super()._get_title_column(*args, **kwargs)
        column.label = capfirst(self.model._meta.verbose_name)
        return column

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those whose code or title contains every word searched for."""
        if not self.search_query:
            return queryset
        words = fold(self.search_query).split()
        rows = queryset.values_list("pk", "code", "title_az", "title_en")
        found = [pk for pk, *texts in rows if _contains(" ".join(texts), words)]
        return queryset.filter(pk__in=found)


class StatusColumn(Column):
    """Draft, published, changed since, or waiting for approval; asks nothing more."""

    def get_value(self, instance: Any) -> Any:
        """The state in words."""
        if instance.is_in_workflow:
            return _("waits for approval")
        if not instance.live:
            return _("withdrawn") if instance.version_number else _("draft")
        return (
            _("published, with a newer draft")
            if instance.has_unpublished_changes
            else _("published")
        )


def _contains(text: str, words: list[str]) -> bool:
    folded = fold(text)
    return all(word in folded for word in words)


class DefinitionViewSet(snippets.SnippetViewSet):
    """Listing, editor, workflow, history, versions and their differences."""

    add_to_admin_menu = True
    copy_view_enabled = True
    inspect_view_enabled = False
    search_fields = ["code", "title_az", "title_en"]
    list_per_page = 50
    index_view_class = DefinitionIndexView
    chooser_viewset_class = SteadyChooserViewSet
    add_view_class = DefinitionCreateView
    copy_view_class = DefinitionCopyView
    edit_view_class = DefinitionEditView
    workflow_action_view_class = DefinitionWorkflowActionView
    versions_view_class = VersionListView
    version_view_class = VersionView
    version_diff_view_class = VersionDiffView
    list_display = [
        "title",
        "code",
        Column("version_number", label=_("Version"), sort_key="version_number"),
        StatusColumn("live", label=_("Status")),
        UpdatedAtColumn(),
    ]

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Tell the editor where the versions are."""
        names = {"versions_url_name": self.get_url_name("versions"), **kwargs}
        told: dict[str, Any] = super().get_edit_view_kwargs(**names)
        return told

    def get_urlpatterns(self) -> list[URLPattern]:
        """Wagtail's addresses and those of the versions."""
        names = {
            "versions_url_name": self.get_url_name("versions"),
            "version_url_name": self.get_url_name("version"),
            "diff_url_name": self.get_url_name("version_diff"),
        }
        views = [
            ("versions/<int:pk>/", self.versions_view_class, "versions"),
            ("versions/<int:pk>/<int:number>/", self.version_view_class, "version"),
            (
                "versions/<int:pk>/<int:old>...<int:new>/",
                self.version_diff_view_class,
                "version_diff",
            ),
        ]
        return [
            *super().get_urlpatterns(),
            *(
                path(route, self.construct_view(view, **names), name=name)
                for route, view, name in views
            ),
        ]
