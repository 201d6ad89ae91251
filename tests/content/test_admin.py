from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from config.accounts.models import User
from content import services
from content.models import GuideIndexPage, GuidePage, LegalAct, Organization, Place, Service
from forms_builder.usage import USAGE_FINDERS, Usage
from tests.support.content import ACTOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client, administrator: User) -> Client:
    """A client of an administrator."""
    client.force_login(administrator)
    return client


def service_data(**changes: Any) -> dict[str, Any]:
    """What the editor of a service sends."""
    return nested_form_data(
        {
            "title_az": "Müvəqqəti qayğı evi",
            "title_en": "Temporary care home",
            "code": "care_home",
            "form": "home",
            "description_az": "Qayğı",
            "description_en": "",
            "keywords": "",
            "eligibility_az": "Hər kəs",
            "eligibility_en": "",
            "documents": streamfield([("document", {"code": "id", "az": "Vəsiqə", "en": ""})]),
            "steps": streamfield([("step", {"az": "Ərizə", "en": ""})]),
            "refusal_reasons": streamfield([]),
            "decision_days": "10",
            "service_duration_days": "",
            "deadline_source": "proposal",
            **changes,
        }
    )


class TestMakingAService:
    @pytest.fixture(autouse=True)
    def _lists(self, make_list: Any, make_organization: Any) -> None:
        make_list("service_form", home="Evdə", advice="Məsləhət")
        make_list("service_type", household="Məişət")
        make_organization("sxa")

    def add(self, admin: Client, ticked: dict[str, Any] | None = None, **changes: Any) -> Any:
        data = {**service_data(**changes), **(ticked or {})}
        return admin.post(reverse("wagtailsnippets_content_service:add"), data)

    def test_offers_the_values_of_the_lists(self, admin: Client) -> None:
        page = admin.get(reverse("wagtailsnippets_content_service:add")).content.decode()
        for word in ("Məsləhət", "Məişət", "Qurum sxa"):
            assert word in page

    def test_by_clicks_puts_it_on_the_public_site(self, admin: Client) -> None:
        agency = Organization.objects.get(code="sxa")
        ticked = {"types": ["household"], "providing_agencies": [agency.pk]}
        response = self.add(admin, ticked, **{"action-publish": "1"})
        assert response.status_code == 302
        page = admin.get("/xidmetler/care_home/").content.decode()
        for word in ("Müvəqqəti qayğı evi", "Vəsiqə", "Ərizə", "Məişət", "Qurum sxa"):
            assert word in page

    def test_as_a_draft_needs_little_and_shows_nothing(self, admin: Client) -> None:
        assert self.add(admin, form="", description_az="").status_code == 302
        assert not Service.objects.get(code="care_home").live
        assert admin.get("/xidmetler/care_home/").status_code == 404

    def test_says_at_the_field_what_is_missing_and_keeps_what_was_typed(
        self, admin: Client
    ) -> None:
        response = self.add(admin, description_az="", **{"action-publish": "1"})
        assert response.status_code == 200
        form = response.context["form"]
        assert list(form.errors) == ["description_az"]
        assert "Müvəqqəti qayğı evi" in response.content.decode()

    def test_again_with_a_change_makes_the_next_version(self, admin: Client) -> None:
        self.add(admin, **{"action-publish": "1"})
        service = Service.objects.get(code="care_home")
        url = reverse("wagtailsnippets_content_service:edit", args=[service.pk])
        changed = service_data(title_az="Qayğı evi", **{"action-publish": "1"})
        assert admin.post(url, changed).status_code == 302
        assert [version.number for version in service.versions.all()] == [2, 1]

    def test_shows_a_preview_of_the_draft(self, admin: Client) -> None:
        self.add(admin)
        service = Service.objects.get(code="care_home")
        url = reverse("wagtailsnippets_content_service:preview_on_edit", args=[service.pk])
        assert admin.post(url, service_data(title_az="Baxış adı")).json()["is_valid"]
        assert "Baxış adı" in admin.get(url).content.decode()


class TestALegalAct:
    def test_names_what_rests_on_it(
        self, admin: Client, make_service: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_service("home_care", name_az="Evdə qulluq", legal_basis=["sx_qanun"])

        def protocols(kind: str, code: str) -> list[Usage]:
            return (
                [Usage("Protokol: keys")] if (kind, code) == ("legal_act", "sx_qanun") else []
            )

        monkeypatch.setattr("forms_builder.usage.USAGE_FINDERS", [*USAGE_FINDERS, protocols])
        act = LegalAct.objects.get(code="sx_qanun")
        url = reverse("wagtailsnippets_content_legalact:edit", args=[act.pk])
        page = admin.get(url).content.decode()
        assert "Evdə qulluq" in page
        assert "Protokol: keys" in page

    def test_that_a_service_rests_on_is_not_deleted(
        self, admin: Client, make_service: Any
    ) -> None:
        make_service(legal_basis=["sx_qanun"])
        act = LegalAct.objects.get(code="sx_qanun")
        url = reverse("wagtailsnippets_content_legalact:delete", args=[act.pk])
        admin.post(url)
        assert LegalAct.objects.filter(code="sx_qanun").exists()


class TestLists:
    @pytest.mark.parametrize(
        "name",
        [
            "service",
            "organization",
            "location",
            "serviceatlocation",
            "place",
            "vulnerablegroup",
            "legalact",
        ],
    )
    def test_and_their_editors_open(self, admin: Client, name: str) -> None:
        for view in ("list", "add"):
            url = reverse(f"wagtailsnippets_content_{name}:{view}")
            assert admin.get(url).status_code == 200

    def test_are_searched_by_folded_words(self, admin: Client) -> None:
        services.save_organization("one", {"name_az": "Sığınacaq İdarəsi"}, ACTOR)
        services.save_organization("two", {"name_az": "Məktəb"}, ACTOR)
        url = reverse("wagtailsnippets_content_organization:list")
        page = admin.get(f"{url}?q=siginacaq idaresi").content.decode()
        assert "Sığınacaq İdarəsi" in page
        assert "Məktəb" not in page

    def test_accept_a_new_place(self, admin: Client) -> None:
        url = reverse("wagtailsnippets_content_place:add")
        data = {"title_az": "Naftalan", "code": "naftalan", "kind": "city", "value": ""}
        assert admin.post(url, data).status_code == 302
        assert Place.objects.get(code="naftalan").value == "naftalan"


class TestWritingAGuide:
    def test_by_clicks_publishes_it_with_its_version(
        self, admin: Client, administrator: User
    ) -> None:
        parent = GuideIndexPage.objects.get(locale__language_code="az")
        url = reverse("wagtailadmin_pages:add", args=["content", "guidepage", parent.pk])
        data = nested_form_data(
            {
                "title": "Yeni təlimat",
                "slug": "yeni-telimat",
                "code": "guide_new",
                "body": streamfield(
                    [
                        ("heading", {"text": "Addım 1. Başla", "level": "2", "anchor": ""}),
                        ("text", rich_text("<p>Mətn</p>")),
                    ]
                ),
                "what_changed": "",
                "is_open": "on",
                "audience": "",
                "duration_minutes": "",
                "title_en": "",
                "seo_title": "",
                "search_description": "",
                "comments-TOTAL_FORMS": "0",
                "comments-INITIAL_FORMS": "0",
                "action-publish": "1",
            }
        )
        assert admin.post(url, data).status_code == 302
        guide = GuidePage.objects.get(code="guide_new")
        assert guide.current is not None
        assert guide.current.published_by == administrator
        assert 'id="addim-1"' in admin.get("/telimatlar/yeni-telimat/").content.decode()

    def test_is_closed_by_its_own_tick_alone(self, admin: Client, make_guide: Any) -> None:
        guide = make_guide(open=True)
        address = reverse("wagtailadmin_pages:set_privacy", args=[guide.pk])

        admin.post(address, {"restriction_type": "login", "password": "", "groups": []})

        assert not guide.get_view_restrictions().exists()

    def test_needs_no_code(self, admin: Client) -> None:
        for _ in range(2):
            assert self.add(admin, "Sığınacaqda ilk söhbət").status_code == 302
        codes = GuidePage.objects.values_list("code", flat=True).order_by("code")
        assert list(codes) == ["guide_siginacaqda_ilk_sohbet", "guide_siginacaqda_ilk_sohbet_2"]

    def test_has_an_address_in_latin_letters(self, admin: Client) -> None:
        assert self.add(admin, "İlk söhbət").status_code == 302
        assert GuidePage.objects.get().slug == "sohbet-0"

    def test_refuses_to_speak_of_a_question_or_step_that_is_not_there(
        self, admin: Client, make_published_form: Any
    ) -> None:
        make_published_form("intake")
        wrong = {"form": "intake", "question": "nothing", "step": "nowhere"}
        right = {"form": "intake", "question": "what", "step": ""}
        for value, status in ((wrong, 200), (right, 302)):
            block = {"protocol": "", "text": "", **value}
            answer = self.add(admin, "Söhbət", ("reference", block))
            assert answer.status_code == status

    def add(self, admin: Client, title: str, *blocks: Any) -> Any:
        """Publish a guide as the editor does, its code left empty."""
        parent = GuideIndexPage.objects.get(locale__language_code="az")
        empty = ("code", "what_changed", "audience", "duration_minutes", "title_en")
        data = {
            **dict.fromkeys((*empty, "seo_title", "search_description"), ""),
            "title": title,
            "slug": f"söhbət-{GuidePage.objects.count()}",
            "body": streamfield(blocks),
            "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0",
            "action-publish": "1",
        }
        url = reverse("wagtailadmin_pages:add", args=["content", "guidepage", parent.pk])
        return admin.post(url, nested_form_data(data))

    def test_refuses_a_code_that_another_guide_has(
        self, admin: Client, make_guide: Any
    ) -> None:
        guide = make_guide("guide_one")
        other = GuidePage(code="guide_one", title="İkinci", locale=guide.locale)
        with pytest.raises(Exception, match="guide_one"):
            other.clean()

    def test_offers_to_translate_it(self, admin: Client, make_guide: Any) -> None:
        guide = make_guide()
        url = reverse("simple_translation:submit_page_translation", args=[guide.pk])
        assert admin.get(url).status_code == 200
        english = GuideIndexPage.objects.get(locale__language_code="en").locale
        assert admin.post(url, {"locales": [english.pk]}).status_code == 302
        assert GuidePage.objects.filter(code=guide.code, locale=english).exists()
