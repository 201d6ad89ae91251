"""Notices: who is told, what they read, and the letters that leave the house."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from config.accounts.actors import Actor
from protocols import mailing, services
from protocols.models import Notice
from protocols.tasks import mail_notice
from tests.support.mail import postbox

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def late(triage, people, noon):
    """A notice to the supervisor that the first step is late."""
    services.run_deadlines(now=noon + timedelta(hours=2))
    return Notice.objects.get(user=people.supervisor, step=triage)


def unsent(notice):
    """As it was before its letter left."""
    unmade = {"mailed_at": None, "mail_attempts": 0, "next_mail_at": notice.created_at}
    Notice.objects.filter(pk=notice.pk).update(**unmade)


class TestALetter:
    @pytest.mark.parametrize(
        ("language", "words"), [("az", "gecik"), ("en", "A step is overdue")]
    )
    def test_speaks_the_readers_language_and_names_nobody(
        self, late, people, settings, language, words
    ):
        people.supervisor.language = language
        people.supervisor.save()
        unsent(late)
        settings.EMAIL_BACKEND = SMTP

        with postbox() as box:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
            mail_notice.func(late.pk)
            mail_notice.func(late.pk)  # the worker may be asked twice

        (letter,) = box.letters
        text = f"{letter['subject']} {letter.get_content()}"
        assert letter["to"] == "s@example.az"
        assert words in text
        assert reverse("protocols:notice", args=[late.pk]) in text
        assert "Məmmədova" not in text
        assert late.step.run.record.key not in text

    def test_is_not_written_to_whoever_was_shut_out_meanwhile(self, late, people, mailoutbox):
        unsent(late)
        people.supervisor.is_active = False
        people.supervisor.save()
        mailoutbox.clear()

        mail_notice.func(late.pk)

        late.refresh_from_db()
        assert (mailoutbox, late.next_mail_at) == ([], None)

    @pytest.mark.django_db(transaction=True)
    def test_holds_up_no_page_while_the_server_takes_its_time(self, late, people, settings):
        unsent(late)
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        read = []

        def read_meanwhile():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                    now = timezone.now()
                    read.append(services.mark_read(people.supervisor, [late.pk], now=now))
            finally:
                connection.close()

        with postbox(meanwhile=read_meanwhile) as box:
            settings.EMAIL_PORT = box.port
            mail_notice.func(late.pk)

        assert read == [1]

    def test_is_waited_for_only_so_long(self, settings):
        assert 0 < settings.EMAIL_TIMEOUT <= 30


class TestAMailServerThatIsAway:
    @pytest.fixture(autouse=True)
    def smtp(self, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_TIMEOUT = 2

    def test_gets_the_letter_later_and_once(self, late, settings):
        unsent(late)
        with postbox() as box:
            settings.EMAIL_PORT = box.port
        now = timezone.now()
        mail_notice.func(late.pk)  # nobody listens there any more
        late.refresh_from_db()
        assert (late.mailed_at, late.mail_attempts) == (None, 1)

        with postbox() as box:
            settings.EMAIL_PORT = box.port
            assert services.run_deadlines(now=now).letters_sent == 0  # too soon
            later = now + timedelta(minutes=2)
            assert services.run_deadlines(now=later).letters_sent == 1
            assert services.run_deadlines(now=later).letters_sent == 0

        assert [letter["to"] for letter in box.letters] == ["s@example.az"]

    def test_is_asked_less_and_less_often_and_not_for_ever(self, late, settings):
        unsent(late)
        with postbox() as box:
            settings.EMAIL_PORT = box.port
        moments, now = [], timezone.now()
        mail_notice.func(late.pk)
        while (late.refresh_from_db() or late.next_mail_at) is not None:
            moments.append(late.next_mail_at)
            services.run_deadlines(now=late.next_mail_at)

        pauses = [after - before for before, after in pairwise([now, *moments])]
        assert len(pauses) == len(mailing.PAUSES)
        assert pauses == sorted(pauses)
        assert late.mailed_at is None

    def test_that_loses_its_answer_gets_copies_of_one_letter(self, late, settings):
        letters = []
        for _copy in range(2):
            unsent(late)
            with postbox() as box:
                settings.EMAIL_PORT = box.port
                mail_notice.func(late.pk)
            letters += box.letters
        assert len({letter["Message-ID"] for letter in letters}) == 1 < len(letters)

    @pytest.mark.parametrize(("refusal", "tries"), [("550 nobody", False), ("450 wait", True)])
    def test_is_asked_again_unless_it_will_never_take_it(self, late, settings, refusal, tries):
        unsent(late)
        with postbox(refusal) as box:
            settings.EMAIL_PORT = box.port
            mail_notice.func(late.pk)

        late.refresh_from_db()
        assert late.mailed_at is None
        assert (late.next_mail_at is not None) == tries


class TestOpening:
    def test_leads_to_the_step_and_marks_it_read(self, client, late, people):
        client.force_login(people.supervisor)

        response = client.get(reverse("protocols:notice", args=[late.pk]))

        assert response.url == reverse("protocols:step", args=[late.step.uuid])
        late.refresh_from_db()
        assert late.read_at is not None

    def test_leads_whoever_may_not_see_the_step_to_the_list(self, client, late, people):
        notice = Notice.objects.create(
            user=people.doctor, kind="informed", step=late.step, created_at=late.created_at
        )
        client.force_login(people.doctor)

        response = client.get(reverse("protocols:notice", args=[notice.pk]))

        assert response.url == reverse("protocols:notices")
        page = client.get(response.url).content.decode()
        assert late.step.title in page
        assert reverse("protocols:notice", args=[notice.pk]) not in page

    def test_is_for_nobody_else(self, client, late, people):
        client.force_login(people.worker)

        assert client.get(reverse("protocols:notice", args=[late.pk])).status_code == 404

    def test_the_step_itself_reads_its_notices(self, client, late, people):
        client.force_login(people.supervisor)

        client.get(reverse("protocols:step", args=[late.step.uuid]))

        late.refresh_from_db()
        assert late.read_at is not None


class TestTheList:
    def test_shows_the_newest_first_whatever_was_stored_first(self, client, late, people):
        for days in range(1, 31):
            Notice.objects.create(
                user=people.supervisor,
                kind=Notice.Kind.ASSIGNED,
                step=late.step,
                created_at=late.created_at - timedelta(days=days * 7 % 31),
            )
        client.force_login(people.supervisor)
        first = client.get(reverse("protocols:notices"))
        second = client.get(f"{reverse('protocols:notices')}?{first.context['next_before']}")
        pages = (first.context["lines"], second.context["lines"])
        told = [line.notice.created_at for lines in pages for line in lines]

        assert told == sorted(told, reverse=True)
        assert len(told) == 31
        assert client.get(f"{reverse('protocols:notices')}?before=x~y").status_code == 200

    def test_asks_as_often_for_many_notices(
        self,
        client,
        late,
        people,
        noon,
        django_assert_num_queries,
        django_assert_max_num_queries,
    ):
        client.force_login(people.supervisor)
        url = reverse("protocols:notices")
        client.get(url)
        with django_assert_max_num_queries(15) as one:
            client.get(url)
        for _number in range(10):
            services.notices.tell(
                [people.supervisor], Notice.Kind.OVERDUE, now=noon, step=late.step
            )

        with django_assert_num_queries(len(one)):
            page = client.get(url)

        assert len(page.context["lines"]) == 11

    def test_is_marked_read_as_a_whole(self, client, late, people):
        client.force_login(people.supervisor)

        client.post(reverse("protocols:notices-read"), {"all": "1"})

        assert not people.supervisor.notices.filter(read_at__isnull=True).exists()


class TestTheHistory:
    def test_says_to_whom_a_step_was_given_and_why(self, client, triage, people, noon):
        services.assign_step(
            step=triage,
            assignee=people.officer,
            actor=Actor.for_user(people.supervisor),
            now=timezone.now(),
            reason="Məzuniyyət",
        )
        client.force_login(people.supervisor)

        page = client.get(reverse("protocols:step", args=[triage.uuid])).content.decode()

        assert "Məzuniyyət" in page
        assert str(people.officer) in page
