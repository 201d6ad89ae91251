"""Where every address of Dayaq is mounted (design, section 10)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.api import api

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    path("portal/", include("registry.urls")),
    path("portal/", include("protocols.urls")),
    path("audit/", include("registry.audit_urls")),
    path("", include("config.shared.urls")),
]

urlpatterns += i18n_patterns(
    path("", include("content.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
