"""The home page of the public site."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from content.contexts import context_of


class EmergencyNumberBlock(blocks.StructBlock):
    """A number to call at once."""

    number = blocks.RegexBlock(regex=r"^\+?[0-9 ]{2,20}$", label=_("number"))
    label = blocks.CharBlock(label=_("who answers"))

    class Meta:
        label = _("emergency number")
        icon = "mobile-alt"


class HomePage(Page):
    """The first page, one for each language."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["content.GuideIndexPage"]
    private_page_options: list[str] = []  # lists, search and the API know `is_open` alone
    template = "content/home.html"

    heading = models.CharField(_("heading"), max_length=255, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    danger_text = models.TextField(_("what to do in danger"), blank=True)
    emergency_numbers = StreamField(
        [("number", EmergencyNumberBlock())],
        verbose_name=_("emergency numbers"),
        blank=True,
    )
    danger_form = models.CharField(
        _("form to report danger"),
        max_length=63,
        blank=True,
        default="danger_signal",
        help_text=_("Code of the form; it is offered only while the form is public."),
    )
    featured_groups = models.PositiveSmallIntegerField(
        _("situations shown"), default=8, help_text=_("The others are one click away.")
    )

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("heading"), FieldPanel("introduction"), FieldPanel("featured_groups")],
            heading=_("Welcome"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("danger_text"),
                FieldPanel("emergency_numbers"),
                FieldPanel("danger_form"),
            ],
            heading=_("Danger"),
        ),
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the situations, the guides and the public form to report danger."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **context_of(self, request)}
