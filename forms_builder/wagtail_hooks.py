"""Forms and lists in the Wagtail admin."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from forms_builder import (
    admin_views,
    export_view,
    library_views,
    list_views,
    media_views,
    repair_views,
    tryout,
)
from forms_builder.viewsets import ChoiceListViewSet, FieldLibraryViewSet, FormDefinitionViewSet

register_snippet(FormDefinitionViewSet)
register_snippet(ChoiceListViewSet)
register_snippet(FieldLibraryViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Pages around the editor of forms."""
    return [
        path(
            "forms/check-expression/",
            admin_views.check_expression,
            name="forms_builder_check_expression",
        ),
        path("forms/condition/", admin_views.condition, name="forms_builder_condition"),
        path("forms/problems/", admin_views.problems, name="forms_builder_problems"),
        path("forms/<int:pk>/keep/", library_views.keep, name="forms_builder_keep"),
        path("forms/<int:pk>/insert/", library_views.insert, name="forms_builder_insert"),
        path("lists/read/", list_views.read_table, name="forms_builder_read_table"),
        path("lists/check/", list_views.check_rows, name="forms_builder_check_rows"),
        path("forms/values/", admin_views.list_values, name="forms_builder_values"),
        path("forms/import/", admin_views.import_xlsform, name="forms_builder_import"),
        path("forms/<int:pk>/export/", export_view.export, name="forms_builder_export"),
        path("forms/import/repair/", repair_views.repair, name="forms_builder_repair"),
        path("forms/<int:pk>/try/", tryout.try_form, name="forms_builder_try"),
        path("forms/<int:pk>/run-tests/", tryout.run_tests, name="forms_builder_run_tests"),
        path("forms/<int:pk>/files/", media_views.files, name="forms_builder_media"),
        path(
            "forms/<int:pk>/files/<str:sha256>/",
            media_views.file,
            name="forms_builder_media_file",
        ),
        path("forms/<int:pk>/copy/", admin_views.copy_to_form, name="forms_builder_copy"),
        path("new-service-type/", admin_views.new_service_type, name="new_service_type"),
    ]


class NewServiceTypeItem(MenuItem):
    """The guided way to a new kind of service, for whoever may make one."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Only for whoever may add forms."""
        return request.user.has_perm("forms_builder.add_formdefinition")


@hooks.register("register_admin_menu_item")
def new_service_type_item() -> MenuItem:
    """The guided way to a new kind of service, first in the menu."""
    return NewServiceTypeItem(
        _("New service type"), reverse("new_service_type"), icon_name="plus", order=100
    )
