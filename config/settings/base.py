"""Settings every environment shares."""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from config.shared import embedded

from .logs import json_logging

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

# Where `config.run` listens, and with how many processes.
HOST = env("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)

INSTALLED_APPS = [
    # Ours first, so that our templates win over Wagtail's.
    "config.shared",
    "config.accounts",
    "forms_builder",
    "content",
    "registry",
    "protocols",
    "config.demo",
    "wagtail.contrib.settings",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "config.accounts.apps.UsersConfig",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.typed_table_block",
    "wagtail",
    "taggit",
    "django_filters",
    "formtools",
    "simple_history",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.shared.http.RequestIdMiddleware",
    "config.shared.api.ProblemMiddleware",
    "config.shared.http.MethodsMiddleware",
    "config.shared.http.BrowserRightsMiddleware",
    "config.shared.http.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.shared.locale.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.accounts.middleware.LanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.accounts.access.AppointmentMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.shared.http.PolicyMiddleware",
    "config.shared.errors.DamagedFormMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]

# Without DATABASE_URL: the embedded server, whose data is in .data/postgres.
DATABASES = {
    "default": env.db_url("DATABASE_URL")
    if env("DATABASE_URL", default="")
    else embedded.connection_settings()
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/portal/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "config.accounts.adapter.ClosedSignupAdapter"
ACCOUNT_FORMS = {"login": "config.accounts.forms.SignInForm"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever has no account gets no letter
ACCOUNT_PREVENT_ENUMERATION = True
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False

# In the database, so that all workers count sign-ins together and see each other's changes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "dayaq_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

SESSION_COOKIE_AGE = 12 * 60 * 60  # a working day, seconds
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.shared.errors.page_too_old"
SECURE_REFERRER_POLICY = "same-origin"

DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="dayaq@localhost")
EMAIL_TIMEOUT = 20  # seconds; without an end nobody would hear of a server that says nothing
if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))

LANGUAGE_CODE = "az"
LANGUAGES = [("az", _("Azerbaijani")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "vendor"]
TIME_ZONE = "Asia/Baku"
USE_I18N = True
FORMAT_MODULE_PATH = ["config.shared.formats"]
USE_TZ = True

WAGTAIL_SITE_NAME = "Dayaq"
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = [("az", "Azərbaycan"), ("en", "English")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("az", "Azərbaycan"), ("en", "English")]
WAGTAILADMIN_BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")
WAGTAIL_USER_TIME_ZONES = ["Asia/Baku"]
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# A pause in typing posts the whole form definition; twice a second is too often.
WAGTAIL_AUTOSAVE_INTERVAL = 4000
# A form of 1,300 questions is sent by the editor as ten fields a row.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

STATIC_URL = "static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
# Images of public pages; `config.urls` serves their renditions and nothing else from here.
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "media"))
MEDIA_URL = "media/"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=20 * 1024 * 1024)
# Files that people attach to records; never served by their address.
PRIVATE_ROOT = env("PRIVATE_ROOT", default=str(BASE_DIR / "private"))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}
# What stands there concerns somebody, whether they are signed in or not.
PERSONAL_PREFIXES = (
    *("/portal/", "/audit/", "/accounts/", "/cms/"),
    *("/muraciet/", "/en/muraciet/"),
)
# Wagtail's choosers and rich text need inline scripts and styles; only its pages allow them.
ADMIN_PREFIX = "/cms/"
ADMIN_POLICY = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = json_logging(env("LOG_LEVEL", default="INFO"))

# Forms that anybody may fill: how often from one address in an hour, how often a form in all.
PUBLIC_LIMITS = {
    "begin": env.int("PUBLIC_BEGIN_LIMIT", default=60),
    "files": env.int("PUBLIC_FILE_LIMIT", default=60),
    "send": env.int("PUBLIC_SEND_LIMIT", default=30),
    "form": env.int("PUBLIC_FORM_LIMIT", default=600),
    "status": env.int("PUBLIC_STATUS_LIMIT", default=30),
}
# Days that a citizen's draft is kept after it was last touched.
PUBLIC_DRAFT_DAYS = env.int("PUBLIC_DRAFT_DAYS", default=14)
# The virus scanner that looks into files: tcp://host:3310 or unix:///run/clamav/clamd.ctl.
CLAMD_URL = env("CLAMD_URL", default="")
# What becomes of a file while the scanner is away: "quarantine" or "refuse".
CLAMD_DOWN = env("CLAMD_DOWN", default="quarantine")
UPLOAD_MAX_PIXELS = env.int("UPLOAD_MAX_PIXELS", default=50_000_000)
