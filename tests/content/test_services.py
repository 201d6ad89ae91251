from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from wagtail.models import ModelLogEntry, Revision, Site

from config.accounts.models import User
from config.demo.pack import guide_texts, pack
from config.shared.problems import ProblemsFound
from content import selectors, services
from content.models import (
    GuideIndexPage,
    GuidePage,
    GuideVersion,
    HomePage,
    Organization,
    Place,
    Service,
    ServiceVersion,
)
from content.selectors import ServiceFilter
from forms_builder.choices import CHOICE_SOURCES
from forms_builder.usage import usages
from tests.support.content import ACTOR, HEADING, TEXT


class TestSaveService:
    def test_keeps_every_field_of_the_ministrys_passport(self, make_service: Any) -> None:
        row = next(one for one in pack("services") if one["code"] == "home_care")
        spec = make_service(**row).versions.get().spec

        assert spec["labels"] == {"az": row["name_az"], "en": row["name_en"]}
        assert spec["eligibility"]["en"] == row["eligibility_en"]
        assert spec["documents"] == row["documents"]
        assert [step["az"] for step in spec["steps"]] == [s["az"] for s in row["steps"]]
        assert spec["refusal_reasons"] == row["refusal_reasons"]
        assert [term["code"] for term in spec["payment"]] == row["payment"]
        assert [term["code"] for term in spec["legal_basis"]] == sorted(row["legal_basis"])
        assert spec["decision_days"] == row["decision_days"]
        assert spec["service_duration_days"] is None
        assert spec["related_protocols"] == row["related_protocols"]

    def test_makes_no_revision_when_nothing_changed(self, make_service: Any) -> None:
        make_service()
        before = Revision.objects.count()
        make_service()
        assert (Revision.objects.count(), ServiceVersion.objects.count()) == (before, 1)

    def test_is_a_draft_until_published(self, make_service: Any) -> None:
        service = make_service(publish=False)
        assert not service.live
        assert not ServiceVersion.objects.exists()

    def test_names_every_unknown_code_with_its_place(self, db: None) -> None:
        with pytest.raises(ProblemsFound) as found:
            services.save_service("one", {"name_az": "Bir", "legal_basis": ["x", "y"]}, ACTOR)
        assert [problem.path for problem in found.value.problems] == ["legal_basis"] * 2
        assert not Service.objects.exists()

    def test_refuses_to_publish_without_what_a_reader_needs(
        self, make_service: Any, noon: datetime
    ) -> None:
        service = make_service(publish=False, description_az="", form="")
        with pytest.raises(ProblemsFound) as found:
            services.publish_service(service, actor=ACTOR, now=noon)
        assert [problem.path for problem in found.value.problems] == ["description_az", "form"]

    def test_refuses_a_value_that_its_list_lacks(
        self, make_service: Any, make_list: Any, noon: datetime
    ) -> None:
        make_list("service_form", home="Evdə")
        service = make_service(publish=False, form="moon")
        with pytest.raises(ProblemsFound) as found:
            services.publish_service(service, actor=ACTOR, now=noon)
        assert found.value.problems[0].code == "choice"

    def test_keeps_the_labels_of_the_day_in_old_versions(
        self, make_service: Any, noon: datetime
    ) -> None:
        service = make_service(providing_agencies=["sxa"])
        services.save_organization("sxa", {"name_az": "Yeni ad"}, ACTOR)
        services.publish_service(service, actor=ACTOR, now=noon + timedelta(days=1))

        newest, oldest = service.versions.all()
        assert oldest.spec["providing_agencies"][0]["az"] == "sxa az"
        assert newest.spec["providing_agencies"][0]["az"] == "Yeni ad"


@pytest.mark.parametrize("model", [ServiceVersion, GuideVersion])
class TestAPublishedVersion:
    @pytest.fixture(autouse=True)
    def _published(self, make_service: Any, make_guide: Any) -> None:
        make_service()
        make_guide()

    def test_cannot_be_changed_by_the_program(self, model: Any) -> None:
        with pytest.raises(TypeError):
            model.objects.get().save()

    @pytest.mark.parametrize("act", ["UPDATE {} SET number = 9", "DELETE FROM {}"])
    def test_cannot_be_changed_by_sql(self, model: Any, act: str) -> None:
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format(model._meta.db_table))


def test_the_list_of_services_is_in_azerbaijani_order(make_service: Any) -> None:
    for place, title in enumerate(["Zərif", "Əlil", "Çətin", "Ev"]):
        make_service(f"service_{place}", name_az=title)
    titles = [service.title for service in selectors.find_services(ServiceFilter())]
    assert titles == ["Çətin", "Ev", "Əlil", "Zərif"]


class TestSaveRows:
    def test_writes_the_audit_once_for_each_change(self, db: None) -> None:
        for name in ("Bir", "Bir", "İki"):
            services.save_organization("one", {"name_az": name}, ACTOR)
        actions = ModelLogEntry.objects.order_by("timestamp").values_list("action", flat=True)
        assert list(actions) == ["wagtail.create", "wagtail.edit"]

    def test_links_an_organization_to_its_parent(self, db: None) -> None:
        services.save_organization("top", {"name_az": "Üst"}, ACTOR)
        services.save_organization("sub", {"name_az": "Alt", "parent": "top"}, ACTOR)
        assert Organization.objects.get(code="sub").parent.code == "top"  # type: ignore[union-attr]

    def test_loads_every_agency_act_and_group_of_the_ministry(self, db: None) -> None:
        for row in pack("agencies"):
            services.save_organization(row["code"], {**row, "parent": ""}, ACTOR)
        for row in pack("legal_acts"):
            services.save_legal_act(row["code"], row, ACTOR)
        for row in pack("vulnerable_groups"):
            services.save_group(row["code"], row, ACTOR)
        assert Organization.objects.count() == 46


class TestPlaces:
    @pytest.fixture(autouse=True)
    def _baku(self, db: None) -> None:
        region = services.save_place(
            "baki", kind="region", labels={"az": "Bakı iqtisadi rayonu"}, actor=ACTOR
        )
        services.save_place(
            "baki", kind="city", labels={"az": "Bakı şəhəri"}, actor=ACTOR, parent=region
        )

    def test_keep_apart_a_region_and_a_city_with_one_value(self) -> None:
        assert Place.objects.get(code="baki").kind == Place.Kind.CITY
        assert Place.objects.regions().get(value="baki").code == "region_baki"

    def test_are_offered_to_forms_with_their_region(self) -> None:
        (district,) = CHOICE_SOURCES["places.district"].choices()
        assert (district.name, district.attributes["region"]) == ("baki", "baki")
        assert [choice.name for choice in CHOICE_SOURCES["places.region"].choices()] == ["baki"]

    def test_change_the_stamp_of_their_list(self) -> None:
        before = CHOICE_SOURCES["places.district"].stamp()
        services.save_place("gence", kind="city", labels={"az": "Gəncə"}, actor=ACTOR)
        assert CHOICE_SOURCES["places.district"].stamp() != before

    def test_are_sorted_by_the_azerbaijani_alphabet(self) -> None:
        for code, name in (("x", "Xaçmaz"), ("z", "Zaqatala"), ("e", "Əli"), ("c", "Çənlibel")):
            services.save_place(code, kind="district", labels={"az": name}, actor=ACTOR)
        codes = [choice.name for choice in CHOICE_SOURCES["places.district"].choices()]
        assert codes == ["baki", "c", "e", "x", "z"]


class TestServicesAsAList:
    def test_a_withdrawn_service_is_kept_but_no_longer_offered(self, make_service: Any) -> None:
        make_service("one", form="home")
        make_service("two").unpublish()
        found = {c.name: c.retired for c in CHOICE_SOURCES["services"].choices()}
        assert found == {"one": False, "two": True}


class TestWhereUsed:
    def test_a_legal_act_names_its_services(self, make_service: Any) -> None:
        make_service("home_care", name_az="Evdə qulluq", legal_basis=["sx_qanun"])
        assert "Evdə qulluq" in usages("legal_act", "sx_qanun")[0].label

    def test_a_form_names_its_services_and_guides(
        self, make_service: Any, make_guide: Any
    ) -> None:
        make_service(related_forms=["intake"])
        make_guide(related_forms=["intake", "other"])
        assert len(usages("form", "intake")) == 2


class TestSaveGuide:
    @pytest.mark.parametrize("name", sorted(guide_texts()))
    def test_brings_in_the_ministrys_guides_with_nothing_lost(
        self, db: None, noon: datetime, name: str
    ) -> None:
        text = guide_texts()[name]
        code, spec = services.guide_from_markdown(text)
        guide = services.save_guide(code, spec, ACTOR)
        services.publish_guide(guide, actor=ACTOR, now=noon)

        from content.manual import plain_text

        words = plain_text(GuidePage.objects.get(code=code).body)
        body = text.split("\n---\n", 1)[1]
        for line in body.splitlines():
            if line.startswith("# ") or set(line) <= set("|- "):
                continue
            for piece in line.replace("*", "").split("|"):
                assert piece.strip("#>- 0123456789.").strip() in words

    def test_keeps_words_apart_at_the_end_of_a_line(self) -> None:
        text = "---\ncode: g\ntitle: T\n---\n\nbirinci\nikinci **üç**\ndörd\n"
        _code, spec = services.guide_from_markdown(text)

        assert spec["body"] == [
            {"type": "text", "value": "<p>birinci ikinci <strong>üç</strong> dörd</p>"}
        ]

    def test_twice_makes_one_version_and_one_revision(self, make_guide: Any) -> None:
        code, spec = services.guide_from_markdown(guide_texts()[sorted(guide_texts())[0]])
        for _ in range(2):
            make_guide(code, **spec)
        assert (GuideVersion.objects.count(), Revision.objects.count()) == (1, 1)

    def test_makes_a_translation_of_the_same_guide(self, make_guide: Any) -> None:
        az, en = make_guide(title="Bir"), make_guide(title="One", language="en")
        assert az.translation_key == en.translation_key
        assert (az.url, en.url) == ("/telimatlar/bir/", "/en/telimatlar/bir/")

    def test_records_who_published_which_text(
        self, make_guide: Any, make_user: Callable[..., User], noon: datetime
    ) -> None:
        guide = make_guide()
        from config.accounts.actors import Actor

        author = make_user("trainer")
        changed = {"title": guide.title, "body": [HEADING, TEXT, TEXT], "what_changed": "Mətn"}
        draft = services.save_guide(guide.code, changed, Actor.for_user(author))
        version = services.publish_guide(draft, actor=Actor.for_user(author), now=noon)
        assert (version.number, version.published_by, version.published_at) == (2, author, noon)
        assert version.what_changed == "Mətn"


class TestEnsureSite:
    def test_has_a_home_page_and_a_list_of_guides_in_each_language(self, db: None) -> None:
        services.ensure_site()
        services.ensure_site()
        assert HomePage.objects.count() == GuideIndexPage.objects.count() == 2
        assert Site.objects.get().root_page.specific.locale.language_code == "az"
