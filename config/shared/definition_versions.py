"""Reading the published versions of a definition in the admin."""

from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from config.shared.definitions import DefinitionVersion
from config.shared.differences import Change, differences, leaves


class VersionsMixin(PermissionCheckedMixin, WagtailAdminTemplateMixin):
    """A page about the versions of one definition."""

    model: Any = None
    permission_policy: Any = None
    any_permission_required = ["add", "change", "delete", "view", "publish"]
    index_url_name = ""
    edit_url_name = ""
    versions_url_name = ""
    version_url_name = ""
    diff_url_name = ""
    header_icon = "history"

    @cached_property
    def object(self) -> Any:
        """The definition."""
        return get_object_or_404(self.model, pk=self.kwargs["pk"])

    def version(self, number: int) -> DefinitionVersion:
        """One of its versions; 404 when there is none of that number."""
        versions = self.object.versions.select_related("published_by")
        found: DefinitionVersion = get_object_or_404(versions, number=number)
        return found

    def get_page_title(self) -> str:
        """The heading."""
        return _("Versions")

    def get_page_subtitle(self) -> str:
        """Whose versions they are."""
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Home, the listing, the definition, this page."""
        opts = self.model._meta
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": str(opts.verbose_name_plural)},
            {
                "url": reverse(self.edit_url_name, args=[self.object.pk]),
                "label": str(self.object),
            },
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The definition and the names of the pages."""
        names = {
            "version_url": self.version_url_name,
            "diff_url": self.diff_url_name,
            "versions_url": self.versions_url_name,
        }
        context: dict[str, Any] = super().get_context_data(
            object=self.object, **names, **kwargs
        )
        return context


class VersionListView(VersionsMixin, TemplateView):
    """Every version, newest first, with a comparison to the one before."""

    template_name = "shared/admin/versions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The versions."""
        versions = self.object.versions.select_related("published_by").defer("compiled")
        return super().get_context_data(versions=versions, **kwargs)


class VersionView(VersionsMixin, TemplateView):
    """The content of one version."""

    template_name = "shared/admin/version.html"

    def get_page_title(self) -> str:
        """The heading."""
        return _("Version {number}").format(number=self.kwargs["number"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The version as lines of place and value."""
        version = self.version(self.kwargs["number"])
        lines = list(leaves(version.spec))
        return super().get_context_data(version=version, lines=lines, **kwargs)


class VersionDiffView(VersionsMixin, TemplateView):
    """What changed from one version to another, field by field."""

    template_name = "shared/admin/version_diff.html"

    def get_page_title(self) -> str:
        """The heading."""
        return _("Changes from version {old} to {new}").format(**self.kwargs)

    def changes(self, old: DefinitionVersion, new: DefinitionVersion) -> Iterable[Change]:
        """The differences; a definition with better words overrides this."""
        return differences(old.spec, new.spec)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both versions and their differences."""
        old, new = self.version(self.kwargs["old"]), self.version(self.kwargs["new"])
        found = {"old": old, "new": new, "changes": list(self.changes(old, new))}
        return super().get_context_data(**{**kwargs, **found})
