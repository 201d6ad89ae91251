import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.accounts.models import User
from content import services
from content.models import GuidePage, HomePage
from tests.support.content import ACTOR

pytestmark = pytest.mark.django_db


def queries(client: Client, address: str) -> int:
    """How many queries a page takes (the second time, when caches are warm)."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


class TestHomePage:
    @pytest.mark.parametrize(
        ("address", "words"),
        [("/", "Sizə necə kömək edə bilərik?"), ("/en/", "How can we help you?")],
    )
    def test_is_there_in_both_languages(self, client: Client, address: str, words: str) -> None:
        page = client.get(address).content.decode()
        assert words in page
        assert 'href="tel:102"' in page
        assert 'href="tel:103"' in page

    def test_shows_situations_that_have_services(
        self, client: Client, make_service: Any
    ) -> None:
        make_service(target_groups=["elderly"])
        services.save_group("veteran", {"name_az": "Qazilər"}, ACTOR)
        page = client.get("/").content.decode()
        assert "/xidmetler/?group=elderly" in page
        assert "Qazilər" not in page

    @pytest.mark.parametrize("public", [True, False])
    @pytest.mark.parametrize("signed_in", [True, False])
    def test_offers_to_report_danger_to_everybody_once_the_form_is_public(
        self,
        client: Client,
        make_published_form: Any,
        make_user: Callable[..., User],
        public: bool,
        signed_in: bool,
    ) -> None:
        make_published_form("danger_signal", public=public)
        if signed_in:
            client.force_login(make_user("social_worker"))
        assert bool(client.get("/").context["danger_url"]) == public

    def test_shows_the_words_an_admin_has_written(self, client: Client) -> None:
        home = HomePage.objects.get(locale__language_code="az")
        home.heading = "Xoş gəldiniz"
        home.save_revision().publish()
        assert "Xoş gəldiniz" in client.get("/").content.decode()

    def test_takes_as_many_queries_for_twenty_situations_as_for_one(
        self, client: Client, make_service: Any
    ) -> None:
        make_service("s0", target_groups=["g0"])
        one = queries(client, "/")
        for number in range(1, 20):
            make_service(f"s{number}", target_groups=[f"g{number}"])
        assert queries(client, "/") == one


class TestListOfServices:
    def test_is_there_in_both_languages(self, client: Client, make_service: Any) -> None:
        make_service(name_az="Evdə qulluq", name_en="Home care")
        assert "Evdə qulluq" in client.get("/xidmetler/").content.decode()
        assert "Home care" in client.get("/en/xidmetler/").content.decode()

    def test_leaves_out_drafts_and_withdrawn_services(
        self, client: Client, make_service: Any
    ) -> None:
        make_service("draft", publish=False)
        make_service("old").unpublish()
        assert not client.get("/xidmetler/").context["page"].object_list

    @pytest.mark.parametrize(
        ("filtered", "codes"),
        [
            ("group=elderly", ["one"]),
            ("form=home", ["one"]),
            ("type=psych", ["two"]),
            ("agency=sxa", ["two"]),
            ("q=qulluq", ["one"]),
            ("q=qulluq&type=psych", []),
            ("group=nobody", []),
            ("agency=%00", []),
            ("page=99", ["one", "two"]),
            ("page=x&q=%00", []),
        ],
    )
    def test_is_narrowed_by(
        self, client: Client, make_service: Any, filtered: str, codes: list[str]
    ) -> None:
        make_service("one", name_az="A qulluq", form="home", target_groups=["elderly"])
        make_service(
            "two",
            name_az="B söhbət",
            form="advice",
            types=["psych"],
            providing_agencies=["sxa"],
        )
        page = client.get(f"/xidmetler/?{filtered}").context["page"]
        assert [service.code for service in page] == codes

    def test_by_place_keeps_what_is_given_there_or_everywhere(
        self, client: Client, make_service: Any, make_organization: Any
    ) -> None:
        region = services.save_place("aran", kind="region", labels={"az": "Aran"}, actor=ACTOR)
        for code in ("here", "there"):
            services.save_place(
                code, kind="district", labels={"az": code}, actor=ACTOR, parent=region
            )
        make_organization("sxa")
        for code in ("here", "there"):
            make_service(f"in_{code}")
            location = services.save_location("sxa", code, {"title_az": code}, ACTOR)
            services.offer_at_location(f"in_{code}", location)
        make_service("everywhere")

        found = client.get("/xidmetler/?place=here").context["page"]
        assert {service.code for service in found} == {"in_here", "everywhere"}
        found = client.get("/xidmetler/?place=region_aran").context["page"]
        assert len(found.object_list) == 3

    def test_by_place_does_not_tell_where_a_shelter_is(
        self, client: Client, make_service: Any, make_organization: Any
    ) -> None:
        make_organization("sxa")
        for code in ("ganja", "baku"):
            services.save_place(code, kind="city", labels={"az": code}, actor=ACTOR)
        make_service("shelter", name_az="Sığınacaq")
        hidden = {"title_az": "Gizli ünvan", "is_confidential": True}
        location = services.save_location("sxa", "ganja", hidden, ACTOR)
        services.offer_at_location("shelter", location)
        pages = [
            client.get(f"/xidmetler/?place={code}").content.decode()
            for code in ("ganja", "baku")
        ]
        assert all("Sığınacaq" in page for page in pages)

    def test_says_what_to_do_when_nothing_is_found(self, client: Client) -> None:
        response = client.get("/xidmetler/?q=qwerty")
        assert response.status_code == 200
        assert 'href="/xidmetler/"' in response.content.decode()

    def test_shows_what_was_typed_as_text(self, client: Client) -> None:
        page = client.get("/xidmetler/?q=<script>alert(1)</script>").content.decode()
        assert "<script>alert" not in page

    def test_takes_as_many_queries_for_twenty_as_for_one(
        self, client: Client, make_service: Any
    ) -> None:
        make_service("s0", target_groups=["g0"], providing_agencies=["o0"])
        one = queries(client, "/xidmetler/?q=xidmet")
        for number in range(1, 20):
            make_service(
                f"s{number}", target_groups=["g0", f"g{number}"], providing_agencies=["o0"]
            )
        assert queries(client, "/xidmetler/?q=xidmet") == one


class TestServicePage:
    def test_shows_the_whole_passport_in_both_languages(
        self, client: Client, make_service: Any
    ) -> None:
        make_service(
            name_az="Evdə qulluq",
            name_en="Home care",
            eligibility_az="Qohumu olmayan",
            eligibility_en="No relatives",
            documents=[{"code": "id", "az": "Vəsiqə", "en": "Card"}],
            steps=[{"n": 1, "az": "Ərizə", "en": "Apply"}],
            refusal_reasons=[{"az": "Natamam", "en": "Incomplete"}],
            decision_days=10,
            providing_agencies=["sxa"],
            legal_basis=["qanun"],
        )
        az = client.get("/xidmetler/home_care/").content.decode()
        en = client.get("/en/xidmetler/home_care/").content.decode()
        for word in (
            "Evdə qulluq",
            "Qohumu olmayan",
            "Vəsiqə",
            "Ərizə",
            "Natamam",
            "sxa az",
            "10",
        ):
            assert word in az
        for word in ("Home care", "No relatives", "Card", "Apply", "Incomplete", "qanun en"):
            assert word in en

    def test_tells_search_engines_what_it_is(self, client: Client, make_service: Any) -> None:
        make_service(name_az='A </script><b> & "B"')
        page = client.get("/xidmetler/home_care/").content.decode()
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
        assert found
        data = json.loads(found[1])
        assert data["@type"] == "GovernmentService"
        assert data["name"] == 'A </script><b> & "B"'

    @pytest.mark.parametrize("code", ["nothing", "draft", "old"])
    def test_is_missing_for_what_is_not_offered(
        self, client: Client, make_service: Any, code: str
    ) -> None:
        make_service("draft", publish=False)
        make_service("old").unpublish()
        assert client.get(f"/xidmetler/{code}/").status_code == 404

    def test_never_shows_a_confidential_address(
        self, client: Client, make_service: Any, make_organization: Any, make_place: Any
    ) -> None:
        make_organization("sxa")
        make_place("nesimi")
        make_service("shelter")
        for title, secret in (("Ofis", False), ("Sığınacaq", True)):
            spec = {
                "title_az": title,
                "address_az": f"{title} küçəsi",
                "is_confidential": secret,
            }
            services.offer_at_location(
                "shelter", services.save_location("sxa", "nesimi", spec, ACTOR)
            )
        page = client.get("/xidmetler/shelter/").content.decode()
        assert "Ofis küçəsi" in page
        assert "Sığınacaq küçəsi" not in page

    def test_shows_what_is_published_while_a_draft_is_written(
        self, client: Client, make_service: Any
    ) -> None:
        make_service(name_az="Köhnə ad")
        make_service(name_az="Yeni ad", publish=False)
        page = client.get("/xidmetler/home_care/").content.decode()
        assert "Köhnə ad" in page
        assert "Yeni ad" not in page


class TestGuide:
    def test_has_contents_and_an_anchor_for_each_heading(
        self, client: Client, make_guide: Any
    ) -> None:
        page = client.get(make_guide().url).content.decode()
        assert 'href="#addim-1"' in page
        assert 'id="addim-1"' in page

    def test_internal_asks_a_stranger_to_sign_in(
        self, client: Client, make_guide: Any, make_user: Callable[..., User]
    ) -> None:
        guide = make_guide(open=False)
        for address in (guide.url, f"{guide.url}versiyalar/", f"{guide.url}versiyalar/1/"):
            response = client.get(address)
            assert response.status_code == 302
            assert response["Location"].startswith("/accounts/login/?next=")
        client.force_login(make_user("social_worker"))
        assert client.get(guide.url).status_code == 200

    def test_internal_is_not_in_lists_search_or_sitemap_of_strangers(
        self, client: Client, make_guide: Any
    ) -> None:
        guide = make_guide(open=False, title="Gizli təlimat")
        for address in ("/", "/telimatlar/", "/telimatlar/?q=gizli", "/xidmetler/?q=gizli"):
            assert "Gizli təlimat" not in client.get(address).content.decode()
        assert guide.slug not in client.get("/sitemap.xml").content.decode()

    def test_keeps_each_version_readable(self, client: Client, make_guide: Any) -> None:
        guide = make_guide(body=[{"type": "text", "value": "<p>Köhnə mətn</p>"}])
        make_guide(body=[{"type": "text", "value": "<p>Yeni mətn</p>"}], what_changed="Mətn")

        now = client.get(guide.url).content.decode()
        assert "Yeni mətn" in now
        assert "Mətn" in now
        assert "Köhnə mətn" in client.get(f"{guide.url}versiyalar/1/").content.decode()
        assert "Mətn" in client.get(f"{guide.url}versiyalar/").content.decode()
        assert client.get(f"{guide.url}versiyalar/3/").status_code == 404

    def test_keeps_what_changed_while_it_was_for_staff_among_staff(
        self, client: Client, administrator: User, make_guide: Any
    ) -> None:
        make_guide(title="Sığınacaq", open=False, what_changed="Ünvan: Gizli küçə 1")
        make_guide(title="Sığınacaq", open=True, what_changed="Ünvan çıxarıldı")

        told = client.get("/telimatlar/siginacaq/versiyalar/").content.decode()
        client.force_login(administrator)
        known = client.get("/telimatlar/siginacaq/versiyalar/").content.decode()

        assert "Ünvan çıxarıldı" in told
        assert "Gizli" not in told
        assert "Gizli" in known

    def test_without_a_translation_is_listed_in_english_by_its_english_title(
        self, client: Client, make_guide: Any
    ) -> None:
        guide = make_guide(title="Təlimat", title_en="The guide")
        page = client.get("/en/telimatlar/").content.decode()
        assert "The guide" in page
        assert f'href="{guide.url}"' in page

    def test_is_found_by_folded_words(self, client: Client, make_guide: Any) -> None:
        make_guide(title="Sığınacaq, çətin, gəlir, İ, ı")
        found = client.get("/telimatlar/?q=siginacaq").context["guides"]
        assert [guide.title for guide in found] == ["Sığınacaq, çətin, gəlir, İ, ı"]

    def test_may_have_an_address_in_azerbaijani_letters(
        self, client: Client, make_guide: Any
    ) -> None:
        guide = make_guide()
        guide.slug = "sığınacaq"
        guide.save()
        assert client.get(guide.url).status_code == 200
        assert client.get(f"{guide.url}versiyalar/").status_code == 200
        assert client.get(f"{guide.url}versiyalar/1/").status_code == 200

    def test_is_not_public_before_it_is_published(
        self, client: Client, make_guide: Any
    ) -> None:
        guide = make_guide(publish=False)
        assert client.get(guide.url).status_code == 404

    def test_shows_every_kind_of_block(self, client: Client, make_guide: Any) -> None:
        body = [
            {
                "type": "callout",
                "value": {"kind": "danger", "title": "Bax", "text": "<p>a</p>"},
            },
            {"type": "steps", "value": {"title": "", "items": ["<b>bir</b>", "iki"]}},
            {"type": "checklist", "value": {"title": "", "items": ["işarə"]}},
            {
                "type": "table",
                "value": {
                    "columns": [{"type": "text", "heading": "Baş"}],
                    "rows": [{"values": ["xana"]}],
                    "caption": "",
                },
            },
            {
                "type": "reference",
                "value": {"form": "f", "question": "q", "protocol": "", "step": "", "text": ""},
            },
        ]
        page = client.get(make_guide(body=body).url).content.decode()
        for word in ("notice--danger", "<b>bir</b>", "işarə", "xana", "(q)"):
            assert word in page

    def test_list_takes_as_many_queries_for_twenty_as_for_one(
        self, client: Client, make_guide: Any
    ) -> None:
        make_guide("guide_0")
        one = queries(client, "/telimatlar/")
        for number in range(1, 20):
            make_guide(f"guide_{number}")
        assert queries(client, "/telimatlar/") == one

    def test_leads_to_the_forms_that_its_reader_may_fill(
        self, client: Client, make_guide: Any, make_published_form: Any, make_user: Any
    ) -> None:
        make_published_form("danger", public=True)
        make_published_form("intake")
        guide = make_guide(related_forms=["intake", "danger"])
        stranger = client.get(guide.url).content.decode()
        assert "/muraciet/danger/" in stranger
        assert "Forma intake" not in stranger
        client.force_login(make_user("social_worker"))
        worker = client.get(guide.url).content.decode()
        assert "/portal/fill/danger/" in worker
        assert "/portal/fill/intake/" in worker

    def test_says_what_its_references_are_called(
        self, client: Client, make_guide: Any, make_published_form: Any
    ) -> None:
        make_published_form("intake")
        value = {"form": "intake", "question": "what", "protocol": "", "step": "", "text": ""}
        guide = make_guide(body=[{"type": "reference", "value": value}])
        assert "Forma intake (Nə?)" in client.get(guide.url).content.decode()


class TestAGuideInOneLanguage:
    def test_is_offered_in_the_other(self, client: Client, make_guide: Any) -> None:
        guide = make_guide(title_en="Foster care")
        for address in (f"/en{guide.url}", f"/en{guide.url}versiyalar/"):
            answer = client.get(address)
            page = answer.content.decode()
            assert answer.status_code == 404
            assert "Foster care" in page
            assert f'href="{guide.url}"' in page

    def test_leads_to_its_translation_under_another_address(
        self, client: Client, make_guide: Any
    ) -> None:
        guide = make_guide()
        english = make_guide(language="en", title="One")
        english.slug = "one"
        english.save()
        assert client.get(f"/en{guide.url}")["Location"] == "/en/telimatlar/one/"

    def test_says_nothing_of_an_internal_one_to_a_stranger(
        self, client: Client, make_guide: Any
    ) -> None:
        guide = make_guide(open=False, title="Gizli")
        answer = client.get(f"/en{guide.url}")
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]

    def test_is_not_invented(self, client: Client) -> None:
        assert client.get("/en/telimatlar/nothing/").status_code == 404


class TestApproval:
    def test_publishes_a_guide_with_the_approver_and_the_moment(
        self, make_guide: Any, make_user: Callable[..., User]
    ) -> None:
        author = make_user(username="author")
        approver = make_user(username="approver", is_superuser=True)
        guide = make_guide(publish=False)
        guide.save_revision(user=author)
        workflow = guide.get_workflow()
        state = workflow.start(guide, author)
        assert not GuidePage.objects.get(pk=guide.pk).live

        from config.shared.definitions import acting

        with acting(approver):
            state.current_task_state.approve(user=approver)
        guide = GuidePage.objects.get(pk=guide.pk)
        assert guide.live
        assert guide.current.published_by == approver


class TestRobots:
    def test_keep_search_engines_out_of_the_portal(self, client: Client) -> None:
        text = client.get("/robots.txt").content.decode()
        assert "Disallow: /portal/" in text
        assert "Sitemap: http://testserver/sitemap.xml" in text

    def test_find_every_public_page_in_the_sitemap(
        self, client: Client, make_service: Any, make_guide: Any
    ) -> None:
        make_service()
        guide = make_guide()
        text = client.get("/sitemap.xml").content.decode()
        assert "<loc>http://testserver/xidmetler/home_care/</loc>" in text
        assert f"<loc>http://testserver{guide.url}</loc>" in text


class TestSwitchingTheLanguage:
    @pytest.mark.parametrize(
        ("here", "there"),
        [("/xidmetler/?q=ev", "/en/xidmetler/?q=ev"), ("/", "/en/")],
    )
    def test_keeps_the_page(self, client: Client, here: str, there: str) -> None:
        response = client.post("/i18n/setlang/", {"language": "en", "next": here})
        assert response["Location"] == there
