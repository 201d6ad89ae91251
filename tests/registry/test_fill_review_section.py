"""A section may be called anything, even as the page on which answers are looked through."""

import pytest
from django.urls import reverse

from registry.models import Draft, Submission
from tests.registry import specs

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client, make_user, publish):
    publish(specs.register_spec(title_template=""))
    spec = specs.form_spec("visit")
    spec["children"] = [
        {**spec["children"][0], "name": "review", "children": [specs.question("risk")]},
        {**spec["children"][0], "name": "end", "children": [specs.question("story")]},
    ]
    publish(spec)
    client.force_login(make_user("social_worker"))
    return client


class TestASectionCalledReview:
    def test_is_asked_looked_through_and_sent(self, client):
        page = client.get(reverse("portal:fill", args=["visit"]), follow=True)
        draft = Draft.objects.get()
        assert 'name="risk"' in page.content.decode()

        for step, answers in (("review", {"risk": "R"}), ("end", {"story": "S"})):
            address = reverse("portal:draft-step", args=[draft.uuid, step])
            page = client.post(address, {"wizard-current_step": step, **answers}, follow=True)
        address = page.redirect_chain[-1][0]
        assert 'value="-review"' in page.content.decode()
        client.post(address, {"wizard-current_step": "-review"})

        assert Submission.objects.get().answers == {"risk": "R", "story": "S"}
