"""Words beside an answer that is not in the list: shown, compared and hidden as the answer."""

import pytest
from django.urls import reverse

from config.accounts.actors import Actor
from registry import access, selectors
from registry.services import amend, submit
from tests.registry.specs import form_spec, question, register_spec, rule

LIST = [{"name": "red", "labels": {"az": "qırmızı", "en": "red"}}]
ANSWERS = {"last_name": "A", "colour": "other", "colour_other": "Bənövşəyi"}


def asking(**more):
    """A form with a colour that may be another than those of its list."""
    spec = form_spec() | {"lists": {"colours": LIST}}
    colour = question("colour", "select_one", list="colours", or_other=True, **more)
    spec["children"][0]["children"].append(colour)
    return spec


@pytest.fixture
def registers(publish):
    """Social workers see everything, clerks no safe address, helpers nothing sensitive."""
    workers = rule(["social_worker"], sensitivity="safe_address")
    helpers = rule(["helper"], sensitivity="personal")
    return publish(register_spec(access=[workers, rule(["clerk"]), helpers]))


@pytest.fixture
def sent(registers, publish, actor, noon):
    """`sent(sensitivity="sensitive")`: a submission with another colour."""

    def make(**more):
        form = publish(asking(**more))
        return submit(version=form, answers=dict(ANSWERS), actor=actor, now=noon)

    return make


@pytest.fixture
def helper(make_user):
    return make_user("helper", username="helper")


def record_page(client, user, submission):
    client.force_login(user)
    return client.get(reverse("portal:record", args=[submission.record.uuid])).text


class TestAReader:
    def test_sees_them_beside_the_answer(self, client, worker, sent):
        assert "Bənövşəyi" in record_page(client, worker, sent())

    def test_learns_neither_them_nor_that_there_are_some_where_the_answer_is_hidden(
        self, client, helper, sent
    ):
        submission = sent(sensitivity="sensitive")
        fields = access.fields_for(helper, submission.record)
        masked = fields.mask(submission.answers, submission.form_version.spec)

        assert masked["colour"] is access.MASKED
        assert "colour_other" not in masked
        assert "Bənövşəyi" not in record_page(client, helper, submission)

    def test_may_correct_a_form_that_has_them(self, client, make_user, sent):
        client.force_login(make_user("social_worker", username="colleague"))
        url = reverse("portal:amend", args=[sent().uuid])
        assert client.post(url).status_code == 302


class TestTheHistory:
    @pytest.fixture
    def amended(self, sent, actor, noon):
        def make(**more):
            answers = {**ANSWERS, "colour_other": "Çəhrayı"}
            return amend(
                submission=sent(**more),
                answers=answers,
                actor=actor,
                now=noon,
                expected_row_version=1,
                reason_code="mistake",
                reason="Səhv",
            )

        return make

    def differences(self, user, submission):
        event = selectors.record_timeline(user, submission.record)[0]
        return [(one.label, one.old, one.new) for one in event.differences]

    def test_says_how_they_changed(self, amended, worker):
        found = self.differences(worker, amended())
        assert found == [("Sual colour", "Digər: Bənövşəyi", "Digər: Çəhrayı")]

    @pytest.mark.parametrize(
        ("role", "sensitivity"), [("helper", "sensitive"), ("clerk", "safe_address")]
    )
    def test_hides_them_as_the_answer(self, amended, make_user, role, sensitivity):
        found = self.differences(make_user(role), amended(sensitivity=sensitivity))
        assert found == [("Sual colour", access.MASKED, access.MASKED)]


class TestSomebodyWhoMayNotSeeThem:
    def test_cannot_change_them(self, sent, helper, noon):
        kept = amend(
            submission=sent(sensitivity="sensitive"),
            answers={"last_name": "B", "colour_other": "Yad söz"},
            actor=Actor.for_user(helper),
            now=noon,
            expected_row_version=1,
            reason_code="mistake",
            reason="Səhv",
        )
        assert kept.answers == {**ANSWERS, "last_name": "B"}
