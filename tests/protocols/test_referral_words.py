"""What a referral asks for, in the language of whoever reads it."""

import pytest
from django.urls import reverse
from django.utils import translation

from config.accounts.actors import Actor
from protocols.models import Referral, Step
from protocols.services import referrals


class TestANoticeOfAReferral:
    """A referral that a form sent asks for what its step says."""

    @pytest.fixture
    def referral(self, triage, people, forms, noon):
        with translation.override("en"):
            Step.objects.filter(pk=triage.pk).update(code="refer")
            step = Step.objects.get(pk=triage.pk)
            actor = Actor.for_user(people.officer)
            referrals.refer_by_form(step, triage.run.submission, actor=actor, now=noon)
        return Referral.objects.get()

    @pytest.mark.parametrize(
        ("language", "title"), [("az", "Addım refer"), ("en", "Addım refer (en)")]
    )
    def test_and_its_pages_speak_the_readers_language(
        self, client, people, referral, language, title
    ):
        people.doctor.language = language
        people.doctor.save()
        client.force_login(people.doctor)

        for address in (
            reverse("protocols:notices"),
            reverse("protocols:referrals"),
            reverse("protocols:referral", args=[referral.uuid]),
        ):
            page = client.get(address).content.decode()
            assert title in page
            assert ("(en)" in page) == (language == "en")

    def test_keeps_what_a_person_wrote(self, referral):
        referral.purpose = "Müayinə"
        assert referral.asked == "Müayinə"
