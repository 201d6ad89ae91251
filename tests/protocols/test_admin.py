"""The editor, the preview and the calendar in the admin; the pack in force."""

from django.urls import reverse

from protocols.drawing import draw
from protocols.models import Holiday
from tests.protocols.specs import protocol_spec


class TestTheEditor:
    def test_opens_with_every_step(self, client, protocol, administrator):
        client.force_login(administrator)
        url = reverse("wagtailsnippets_protocols_protocol:edit", args=[protocol.definition_id])

        page = client.get(url)

        assert page.status_code == 200
        assert "triage" in page.content.decode()

    def test_draws_the_graph_and_lists_the_problems(self, protocol, administrator, rf):
        draft = protocol.definition
        draft.start = "nowhere"

        page = draft.make_preview_request().render().content.decode()

        assert page.count("<rect") == 4
        assert "nowhere" in page
        assert "style=" not in page


class TestDraw:
    def test_puts_no_two_boxes_on_each_other(self):
        drawing = draw(protocol_spec())

        places = {(box.x, box.y) for box in drawing.boxes}
        assert len(places) == len(drawing.boxes) == 4
        assert len(drawing.arrows) == 5

    def test_draws_even_what_is_not_finished(self):
        assert draw({"start": "x", "steps": []}).boxes == ()


class TestDaysOff:
    def test_are_there_from_the_beginning(self, db):
        assert Holiday.objects.filter(day__year=2027).count() > 20

    def test_are_edited_in_the_admin(self, client, administrator):
        client.force_login(administrator)

        assert client.get(reverse("days_off:index")).status_code == 200
