"""Where every address of Dayaq is mounted (design, section 10)."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import JavaScriptCatalog
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.accounts.views import choose_language
from config.api import api, unknown_address
from config.shared.media import public_image

handler400 = "config.shared.errors.bad_request"
handler500 = "config.shared.errors.server_error"

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("cms/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms/", include(wagtailadmin_urls)),
    path("media/<path:path>", public_image),
    path("documents/", include(wagtaildocs_urls)),
    path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("api/v1/", api.urls),
    path("api/v1/<path:path>", unknown_address),
    path("portal/", include("registry.urls")),
    path("portal/", include("protocols.urls")),
    path("audit/", include("registry.audit_urls")),
    path("", include("config.shared.urls")),
]

urlpatterns += i18n_patterns(
    path("", include("content.urls")),
    path("muraciet/", include("registry.citizen_urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
