"""The frame of the public site: languages, home pages, lists of guides."""

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from content.models import GuideIndexPage, HomePage

TEXTS = {
    "az": {
        "title": "Dayaq",
        "heading": "Sizə necə kömək edə bilərik?",
        "introduction": "Sosial xidmətlər, şərtləri, sənədləri və müraciət qaydası bir yerdə.",
        "danger_text": (
            "Siz və ya yaxınınız təhlükədədirsə, dərhal zəng edin. "
            "Zəng edə bilmirsinizsə, təhlükəsiz yerə keçin."
        ),
        "numbers": [("102", "Polis"), ("103", "Təcili tibbi yardım")],
        "guides": "Təlimatlar",
        "guides_introduction": "Ailələr və mütəxəssislər üçün addım-addım izahlar.",
    },
    "en": {
        "title": "Dayaq",
        "heading": "How can we help you?",
        "introduction": "Social services, who they are for, the papers and how to apply.",
        "danger_text": (
            "If you or someone close to you is in danger, call at once. "
            "If you cannot call, move to a safe place."
        ),
        "numbers": [("102", "Police"), ("103", "Ambulance")],
        "guides": "Guides",
        "guides_introduction": "Step-by-step explanations for families and professionals.",
    },
}
GUIDES_SLUG = "telimatlar"
ROOT_TITLE = "Sayt"


@transaction.atomic
def ensure_site() -> Site:
    """The public site with a home page and a list of guides in each language."""
    _root()
    locales = [
        Locale.objects.get_or_create(language_code=code)[0]
        for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
    ]
    homes = _home_pages(locales)
    _guide_lists(homes)
    return _site(homes[0])


def _root() -> Page:
    """The page above every site, which editors see as the beginning of all pages."""
    root = Page.objects.filter(depth=1).first()
    if root is None:
        return Page.add_root(instance=Page(title=ROOT_TITLE, slug="root"))
    if root.title == "Root":
        root.title = root.draft_title = ROOT_TITLE
        root.save(update_fields=["title", "draft_title"])
    return root


def _home_pages(locales: list[Locale]) -> list[HomePage]:
    """One home page a language, all translations of the first."""
    homes = [_home(locales[0], None)]
    return homes + [_home(locale, homes[0]) for locale in locales[1:]]


def _home(locale: Locale, original: HomePage | None) -> HomePage:
    """The home page in `locale`, made when missing."""
    found: HomePage | None = HomePage.objects.filter(locale=locale).first()
    if found:
        return found
    texts = TEXTS[locale.language_code]
    home = HomePage(
        slug=f"dayaq-{locale.language_code}",
        locale=locale,
        **{name: texts[name] for name in ("title", "heading", "introduction", "danger_text")},
        emergency_numbers=[
            ("number", {"number": number, "label": label}) for number, label in texts["numbers"]
        ],
    )
    if original:
        home.translation_key = original.translation_key
    _root().add_child(instance=home)
    return home


def _guide_lists(homes: list[HomePage]) -> None:
    """One list of guides under each home page, all translations of the first."""
    first: GuideIndexPage | None = None
    for home in homes:
        found = GuideIndexPage.objects.filter(locale=home.locale).first()
        page = found or _guide_list(home, first)
        first = first or page


def _guide_list(home: HomePage, original: GuideIndexPage | None) -> GuideIndexPage:
    """A new list of guides under `home`."""
    texts = TEXTS[home.locale.language_code]
    page = GuideIndexPage(
        title=texts["guides"],
        slug=GUIDES_SLUG,
        locale=home.locale,
        introduction=texts["guides_introduction"],
        show_in_menus=True,
    )
    if original:
        page.translation_key = original.translation_key
    home.add_child(instance=page)
    return page


def _site(home: HomePage) -> Site:
    """The default site, rooted at the first home page instead of Wagtail's welcome page."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return Site.objects.create(
            hostname="localhost", is_default_site=True, root_page=home, site_name="Dayaq"
        )
    if site.root_page.specific_class is Page:
        welcome = site.root_page
        site.root_page, site.site_name = home, site.site_name or "Dayaq"
        site.save()
        if welcome.depth > 1 and not welcome.get_children().exists():
            welcome.delete()
    return site
