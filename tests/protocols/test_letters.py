"""What a citizen is told of the decisions on a request."""

import json

import pytest
from django.urls import reverse

from config.accounts.actors import Actor
from protocols import services
from protocols.letters import letters_of
from protocols.models import Step
from registry.citizens import digest_of, in_groups, new_code
from registry.models import Tracking
from tests.protocols.specs import decide, go, labels, protocol_spec, step


@pytest.fixture
def request_step(publish_spec, report):
    """A citizen's request that waits for a decision; `code` asks about it."""
    options = decide("grant", "refuse", "wait")
    options["options"][0]["letter"] = labels("Xidmət təyin edildi.")
    options["options"][1]["explain"] = True
    steps = [
        step(
            "decide",
            options,
            go("announce", "${decision} = 'refuse'", "decision"),
            go("done"),
        ),
        step("announce", {"type": "close"}, letter=labels("Şikayət edə bilərsiniz.")),
        step("done", {"type": "close"}),
    ]
    publish_spec(protocol_spec(start="decide", steps=steps))
    submission = report()
    code = new_code()
    Tracking.objects.create(submission=submission, secret_digest=digest_of(code))
    waiting = Step.objects.get()
    waiting.asked_with = {"number": submission.record.key, "code": in_groups(code)}
    return waiting


def complete(step, people, now, decision, **more):
    actor = Actor.for_user(people.officer)
    services.complete_step(step=step, actor=actor, now=now, decision=decision, **more)


class TestACitizen:
    def test_reads_the_words_of_the_decision(self, client, request_step, people, noon):
        complete(request_step, people, noon, "grant", letter="Sabah zəng edəcəyik.")

        page = client.post(reverse("citizen:status"), request_step.asked_with)
        text = page.content.decode()
        assert "Xidmət təyin edildi." in text
        assert "Sabah zəng edəcəyik." in text
        assert "Şikayət" not in text

    def test_reads_why_it_was_refused_and_what_to_do(self, request_step, people, noon):
        with pytest.raises(services.StepRefused):
            complete(request_step, people, noon, "refuse", note="Daxili qeyd")
        complete(
            request_step, people, noon, "refuse", note="Daxili qeyd", letter="Gəlir çoxdur"
        )

        told = letters_of(request_step.run.submission)
        assert [letter.text for letter in told] == ["Gəlir çoxdur", "Şikayət edə bilərsiniz."]

    def test_is_told_nothing_that_is_not_marked(self, request_step, people, noon):
        complete(request_step, people, noon, "wait", note="Daxili qeyd")

        assert letters_of(request_step.run.submission) == []


class TestWhoeverDecides:
    @pytest.fixture
    def page(self, client, request_step, people):
        client.force_login(people.officer)
        return lambda: client.get(reverse("protocols:step", args=[request_step.uuid]))

    def test_sees_what_will_be_told(self, page):
        text = page().content.decode()
        assert 'name="letter"' in text
        assert "Xidmət təyin edildi." in text

    def test_writes_to_nobody_when_nobody_asks(self, page):
        Tracking.objects.all().delete()
        assert 'name="letter"' not in page().content.decode()

    def test_keeps_what_was_typed_when_it_is_refused(self, client, page, request_step):
        url = reverse("protocols:step-act", args=[request_step.uuid])
        answer = client.post(url, {"act": "complete", "letter": "Yazdım", "decision": "x"})
        assert answer.status_code == 422
        assert "Yazdım" in answer.content.decode()


def test_a_draft_of_before_has_no_letters(publish_spec, forms):
    definition = publish_spec(protocol_spec()).definition
    raw = definition.steps.get_prep_value()
    for block in raw:
        options = [item["value"] for item in block["value"]["action"]["options"]]
        for value in (block["value"], *options):
            for key in ("letter_az", "letter_en", "explain"):
                value.pop(key, None)
    definition.steps = json.dumps(raw)
    assert definition.build_spec()["steps"] == protocol_spec()["steps"]


def test_the_editor_keeps_the_letters(publish_spec, forms):
    options = decide("grant")
    options["options"][0] |= {"letter": labels("Təyin edildi"), "explain": True}
    steps = [step("decide", options, letter=labels("Bitdi"))]
    spec = protocol_spec(start="decide", steps=steps)
    version = publish_spec(spec)
    assert version.definition.build_spec()["steps"] == spec["steps"]
