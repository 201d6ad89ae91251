"""Editing screens of the catalogue."""

from typing import Any

from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from config.shared.choosers import SteadyChooserViewSet
from config.shared.definition_admin import DefinitionForm, DefinitionViewSet
from config.shared.text import fold
from content.models import (
    LegalAct,
    Location,
    Organization,
    Place,
    Service,
    ServiceAtLocation,
    VulnerableGroup,
)
from content.panels import UsagePanel


class TitledIndexView(IndexView):
    """A list whose search knows the Azerbaijani alphabet."""

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows that have every word searched for."""
        for word in fold(self.search_query or "").split():
            queryset = queryset.filter(title_fold__contains=word)
        return queryset


class TitledViewSet(SnippetViewSet):
    """A plain list of titled rows."""

    index_view_class = TitledIndexView
    chooser_viewset_class = SteadyChooserViewSet
    search_fields = ["title_fold"]
    list_per_page = 50
    copy_view_enabled = False


def both(name: str, **kwargs: Any) -> FieldRowPanel:
    """The two languages of a text side by side."""
    return FieldRowPanel(
        [FieldPanel(f"{name}_az", **kwargs), FieldPanel(f"{name}_en", **kwargs)]
    )


class OrganizationViewSet(TitledViewSet):
    """Organizations."""

    model = Organization
    icon = "group"
    list_display = ["title_az", "abbreviation", "kind", "parent"]
    list_filter = ["kind"]
    panels = [
        both("title"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("abbreviation"), FieldPanel("kind")]),
        FieldPanel("parent"),
        both("description"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("website")]),
                FieldPanel("phones"),
                FieldPanel("legal_status"),
            ],
            heading=_("Contacts"),
        ),
        FieldPanel("note"),
        UsagePanel("organization"),
    ]


class PlaceViewSet(TitledViewSet):
    """Places."""

    model = Place
    icon = "site"
    list_display = ["title_az", "kind", "parent", "iso_code"]
    list_filter = ["kind", "parent"]
    panels = [
        both("title"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("value"), FieldPanel("iso_code")]),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("parent")]),
        FieldPanel("other_names"),
        FieldPanel("note"),
    ]


class LocationViewSet(TitledViewSet):
    """Locations."""

    model = Location
    icon = "home"
    list_display = ["title_az", "organization", "place", "is_confidential"]
    list_filter = ["place", "is_confidential"]
    panels = [
        both("title"),
        FieldRowPanel([FieldPanel("organization"), FieldPanel("place")]),
        FieldPanel("is_confidential"),
        both("address"),
        FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        FieldPanel("phones"),
        both("schedule"),
        both("accessibility"),
    ]


class LegalActViewSet(TitledViewSet):
    """Legal acts."""

    model = LegalAct
    icon = "doc-full-inverse"
    list_display = ["title_az", "status", "number"]
    list_filter = ["status"]
    panels = [
        both("title"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("number"), FieldPanel("adopted_on")]),
        FieldRowPanel([FieldPanel("status"), FieldPanel("url")]),
        UsagePanel("legal_act"),
    ]


class VulnerableGroupViewSet(TitledViewSet):
    """Vulnerable groups."""

    model = VulnerableGroup
    icon = "group"
    list_display = ["title_az", "short", "position"]
    panels = [
        both("title"),
        both("situation"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("short"), FieldPanel("position")]),
        FieldPanel("keywords"),
        FieldPanel("law_article"),
        FieldPanel("note"),
        UsagePanel("group"),
    ]


class ServiceAtLocationViewSet(SnippetViewSet):
    """Services at locations."""

    model = ServiceAtLocation
    chooser_viewset_class = SteadyChooserViewSet
    icon = "link"
    list_display = ["service", "location"]
    panels = [
        FieldRowPanel([FieldPanel("service"), FieldPanel("location")]),
        both("note"),
    ]


def ticked(name: str) -> Panel:
    """Related rows as tick boxes."""
    return FieldPanel(name, widget=CheckboxSelectMultiple)


class ServiceViewSet(DefinitionViewSet):
    """Service passports."""

    model = Service
    icon = "clipboard-list"
    add_to_admin_menu = False  # it stands in the catalogue
    menu_order = 160  # its place on the dashboard
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    both("title"),
                    FieldRowPanel([FieldPanel("code"), FieldPanel("form")]),
                    both("description"),
                    FieldPanel("types"),
                    ticked("target_groups"),
                    FieldPanel("keywords"),
                ],
                heading=_("Service"),
            ),
            ObjectList(
                [
                    both("eligibility"),
                    FieldPanel("documents"),
                    FieldPanel("steps"),
                    FieldPanel("refusal_reasons"),
                ],
                heading=_("Conditions and steps"),
            ),
            ObjectList(
                [
                    FieldRowPanel(
                        [FieldPanel("decision_days"), FieldPanel("service_duration_days")]
                    ),
                    FieldPanel("deadline_source"),
                    FieldPanel("payment"),
                    FieldPanel("channels"),
                    ticked("providing_agencies"),
                ],
                heading=_("Terms and providers"),
            ),
            ObjectList(
                [
                    ticked("legal_basis"),
                    FieldPanel("related_forms"),
                    FieldPanel("related_protocols"),
                ],
                heading=_("Basis and work"),
            ),
        ],
        base_form_class=DefinitionForm,
    )


class CatalogueGroup(SnippetViewSetGroup):
    """The catalogue in the menu."""

    items = (
        ServiceViewSet,
        OrganizationViewSet,
        LocationViewSet,
        ServiceAtLocationViewSet,
        PlaceViewSet,
        VulnerableGroupViewSet,
        LegalActViewSet,
    )
    menu_label = _("Catalogue")
    menu_icon = "clipboard-list"
    menu_order = 210
