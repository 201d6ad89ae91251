"""Guides: pages that tell people how the work is done, open or for staff only."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import Page

from config.shared.definitions import DefinitionVersion, code_validator
from content import manual
from content.blocks import GuideBody
from content.contexts import context_of
from content.fields import CodesField
from content.guide_form import GuideForm
from content.search import build_index


class GuideIndexPage(Page):
    """The list of guides of one language."""

    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.GuidePage"]
    private_page_options: list[str] = []
    max_count_per_parent = 1
    template = "content/guide_index.html"

    introduction = models.TextField(_("introduction"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("list of guides")
        verbose_name_plural = _("lists of guides")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the guides that this reader may open, searched by `?q=`."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **context_of(self, request)}


class GuidePage(Page):
    """One guide in one language; `code` is the same in every language."""

    parent_page_types = ["content.GuideIndexPage"]
    subpage_types: list[str] = []
    private_page_options: list[str] = []  # whom it is for, `is_open` says
    template = "content/guide.html"

    code = models.CharField(_("code"), max_length=63, validators=[code_validator])
    title_en = models.CharField(
        _("title in English"),
        max_length=255,
        blank=True,
        help_text=_("For the English list, until the guide is translated."),
    )
    audience = models.CharField(_("for whom"), max_length=255, blank=True)
    duration_minutes = models.PositiveIntegerField(
        _("minutes to read"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    body = StreamField(GuideBody(), verbose_name=_("text"), blank=True)
    related_forms = CodesField(_("forms"), offer="forms")
    related_protocols = CodesField(_("protocols"), offer="protocols")
    is_open = models.BooleanField(
        _("open to everyone"),
        default=False,
        help_text=_("Not ticked: only people who sign in may read it."),
    )
    what_changed = models.TextField(
        _("what changed"), blank=True, help_text=_("Readers of an earlier version see this.")
    )
    seed_refs = models.JSONField(default=list, blank=True, editable=False)
    search_index = models.JSONField(default=dict, blank=True, editable=False)

    content_panels = [
        *Page.content_panels,
        FieldPanel("body"),
        FieldPanel("what_changed"),
    ]
    reader_panels = [
        MultiFieldPanel(
            [
                FieldPanel("is_open"),
                FieldPanel("audience"),
                FieldRowPanel([FieldPanel("duration_minutes"), FieldPanel("title_en")]),
            ],
            heading=_("Readers"),
        ),
        MultiFieldPanel(
            [FieldPanel("related_forms"), FieldPanel("related_protocols")],
            heading=_("Used with"),
        ),
    ]
    promote_panels = [FieldPanel("code"), *Page.promote_panels]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Text")),
            ObjectList(reader_panels, heading=_("Readers and forms")),
            ObjectList(promote_panels, heading=_("Address")),
            ObjectList(Page.settings_panels, heading=_("Settings")),
        ],
        base_form_class=GuideForm,
    )

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")

    def clean(self) -> None:
        """One guide of a code per language."""
        super().clean()
        twins = GuidePage.objects.filter(code=self.code, locale=self.locale).exclude(pk=self.pk)
        if self.code and twins.exists():
            manual.refuse_twin(self.code)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search column in step; drafts (`update_fields`) do not touch it."""
        if kwargs.get("update_fields") is None:
            text = manual.plain_text(self.body)
            titles = [self.title, self.title_en]
            headings = [part.text for part in manual.parts(self.body) if part.anchor]
            self.search_index = build_index(title=titles, text=headings, rest=[text])
        super().save(*args, **kwargs)

    # What `config.shared.definitions.publish_version` asks of a definition.

    def problems(self) -> list[Any]:
        """Nothing beyond what the editor's form has checked."""
        return []

    def build_spec(self) -> dict[str, Any]:
        """The guide as it is frozen; `content.manual` says the shape."""
        return manual.guide_spec(self)

    def build_compiled(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Nothing is derived from a guide."""
        return {}

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the parts of the text, the contents, and what belongs to the guide."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **context_of(self, request)}

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The guide; an internal one asks a stranger to sign in."""
        if not self.is_open and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        if not self.is_open:
            response["Cache-Control"] = "private, no-store"
        return response

    @property
    def current(self) -> "GuideVersion | None":
        """The newest published version."""
        newest: GuideVersion | None = self.versions.first()
        return newest


class GuideVersion(DefinitionVersion):
    """One published state of a guide: who, when, which text."""

    definition = models.ForeignKey(GuidePage, models.PROTECT, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        verbose_name = _("version of a guide")
        verbose_name_plural = _("versions of guides")
        constraints = [
            models.UniqueConstraint(
                fields=["definition", "number"], name="guide_version_number_once"
            ),
        ]

    @property
    def what_changed(self) -> str:
        """What the author says is new in this version."""
        return str(self.spec.get("what_changed", ""))
