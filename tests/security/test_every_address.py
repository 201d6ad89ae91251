"""Every address of Dayaq as people who should see nothing there, by a table to read.

A new address fails here until somebody has written down what each of these people gets.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from protocols.models import Notice
from registry import drafting
from registry.models import Record, Submission
from tests.protocols import specs as reports
from tests.security.conftest import CANARY

# anonymous | whose appointment has ended | a caseworker of another district | an agency that
# nothing was referred to | an auditor | a superuser without an appointment
WHO = ["anonymous", "ended", "elsewhere", "agency", "auditor", "superuser"]
TABLE = """
GET  portal/                                                   302 403 200 200 200 403
GET  portal/forms/                                             302 403 200 200 200 403
GET  portal/forms/<slug:code>/print/                           302 403 200 403 403 403
GET  portal/forms/<slug:code>/pdf/                             302 403 200 403 403 403
GET  portal/forms/<slug:code>/media/<str:sha256>/              302 403 404 404 404 403
GET  portal/fill/<slug:code>/                                  302 403 302 403 403 403
GET  portal/drafts/                                            302 403 200 200 200 403
GET  portal/draft/<uuid:draft>/                                302 404 404 404 404 404
GET  portal/draft/<uuid:draft>/step/<str:step>/                302 404 404 404 404 404
GET  portal/draft/<uuid:draft>/choices/                        302 403 404 404 404 403
GET  portal/draft/<uuid:draft>/discard/                        302 403 404 404 404 403
GET  portal/draft/<uuid:draft>/newest/                         302 403 404 404 404 403
GET  portal/receipt/<uuid:submission>/                         302 403 404 404 404 403
GET  portal/receipt/<uuid:submission>/pdf/                     302 403 404 404 404 403
GET  portal/file/<uuid:file>/                                  302 403 404 404 200 403
GET  portal/lookup/<slug:register>/                            302 403 200 200 200 403
GET  portal/draft/<uuid:draft>/step/<str:step>/<slug:tag>.json  302 403 404 404 404 403
GET  portal/registers/                                         302 403 200 200 200 403
GET  portal/registers/<slug:register>/                         302 403 200 200 200 403
GET  portal/search/                                            302 403 200 200 200 403
GET  portal/records/<uuid:record>/                             302 403 404 404 200 403
POST portal/records/<uuid:record>/status/                      302 403 404 404 409 403
POST portal/records/<uuid:record>/assignee/                    302 403 404 404 409 403
POST portal/submissions/<uuid:submission>/amend/               302 403 404 404 403 403
GET  portal/submissions/<uuid:submission>/print/               302 403 404 404 200 403
GET  portal/submissions/<uuid:submission>/pdf/                 302 403 404 404 200 403
GET  portal/work/                                              302 403 200 200 200 403
GET  portal/work/board/                                        302 403 200 200 200 403
POST portal/work/hand-over/                                    302 403 403 403 403 403
GET  portal/steps/<uuid:step>/                                 302 403 404 404 404 403
POST portal/steps/<uuid:step>/act/                             302 403 404 404 404 403
GET  portal/referrals/                                         302 403 200 200 200 403
GET  portal/referrals/<uuid:referral>/                         302 403 404 404 404 403
POST portal/referrals/<uuid:referral>/answer/                  302 403 404 404 404 403
GET  portal/notices/                                           302 403 200 200 200 403
GET  portal/notices/<int:notice>/                              302 403 404 404 404 403
POST portal/notices/read/                                      302 403 302 302 302 403
GET  audit/                                                    302 403 403 403 200 403
GET  audit/change/<slug:what>/<int:history_id>/                302 403 404 404 200 403
GET  audit/record/<uuid:record>/                               302 403 404 404 200 403
GET  api/v1/                                                   404 404 404 404 404 404
GET  api/v1/<path:path>                                        404 404 404 404 404 404
GET  api/v1/openapi.json                                       200 200 200 200 200 200
GET  api/v1/forms                                              200 200 200 200 200 200
GET  api/v1/forms/<code>/current                               401 404 200 200 200 200
GET  api/v1/forms/<code>/versions/<number>                     401 404 200 200 200 200
GET  api/v1/lists/<code>                                       401 404 404 404 404 404
GET  api/v1/services                                           200 200 200 200 200 200
GET  api/v1/services/<code>                                    404 404 404 404 404 404
GET  api/v1/guides                                             200 200 200 200 200 200
GET  api/v1/guides/<code>                                      401 404 404 404 404 404
GET  api/v1/places                                             200 200 200 200 200 200
GET  api/v1/organizations                                      200 200 200 200 200 200
"""
# Addresses that show nobody's data but their visitor's: signing in, the public site, health.
PUBLIC = {
    "accounts/", "documents/", "_util/", "jsi18n/", "i18n/setlang/", "media/<path:path>",
    "healthz", "readyz", "xidmetler/", "telimatlar/", "robots.txt", "sitemap.xml",
    r"^((?:[\w\-]+/)*)$", "cms/", "muraciet/",
}  # fmt: skip
# What Wagtail shows to strangers: its way in, and what its pages are drawn with.
# `failwhale` breaks on purpose.
CMS_OPEN = re.compile(r"cms/(login|logout|password_reset|jsi18n|sprite|failwhale)")


def rows() -> list[Any]:
    """The table as parameters: method, address, what each person gets."""
    lines = [line.split() for line in TABLE.strip().splitlines()]
    return [
        pytest.param(method, address, [int(code) for code in codes], id=address)
        for method, address, *codes in lines
    ]


def addresses(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the URLconf as it is written there."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield whole
        else:
            yield from addresses(pattern.url_patterns, whole)


def shape(address: str) -> str:
    """An address whatever its parameters are called."""
    return re.sub(r":\w+>", ">", re.sub(r"<(\w+)>", "<x>", address))


def test_no_address_is_missing_from_the_table():
    known = {shape(address) for _method, address, *_codes in map(str.split, lines())}
    missing = [
        address
        for address in addresses()
        if shape(address) not in known and not address.startswith(tuple(PUBLIC))
    ]
    assert missing == []


def lines() -> list[str]:
    return TABLE.strip().splitlines()


@pytest.fixture
def world(desk, publish_spec, people, make_user, make_place, request) -> SimpleNamespace:
    """A report with everything that hangs on it, and those who knock at its doors."""
    trigger = {"form": "report", "expression": "${danger} = 'danger-is-high'"}
    publish_spec(reports.protocol_spec(trigger=trigger))
    record: Record = request.getfixturevalue("record")
    referral = request.getfixturevalue("refer")("last_name")
    now, submission = timezone.now(), record.submissions.get()
    step = submission.protocol_runs.get().steps.get()
    notice = Notice.objects.create(
        user=people.officer, kind=Notice.Kind.ASSIGNED, step=step, created_at=now
    )
    draft = drafting.start(
        version=desk.report, user=people.officer, now=now, answers={"story": CANARY}
    )
    return SimpleNamespace(
        people={
            "ended": make_user("social_worker", valid_to=date.today() - timedelta(days=1)),
            "elsewhere": make_user("social_worker", area=make_place("lerik")),
            "agency": make_user("agency_rep", organization="school"),
            "auditor": people.auditor,
            "superuser": make_user(is_superuser=True, is_staff=True),
        },
        record=record,
        parts={
            "code": "report",
            "number": 1,
            "path": "no/such/address",
            "draft": draft.uuid,
            "step": step.uuid,
            "str:step": "main",
            "slug:tag": "0123456789abcdef",
            "submission": submission.uuid,
            "file": request.getfixturevalue("attachment").uuid,
            "register": "reports",
            "pk": desk.report.pk,
            "sha256": desk.report.sha256[:16],
            "language": "az",
            "record": record.uuid,
            "referral": referral.uuid,
            "notice": notice.pk,
            "what": "submission",
            "history_id": submission.history.get().pk,
        },
    )


def filled(address: str, parts: dict[str, Any]) -> str:
    """The address with its parameters filled in."""

    def value(match: re.Match[str]) -> str:
        whole = match[1]
        return str(parts[whole] if whole in parts else parts[whole.partition(":")[2]])

    return "/" + re.sub(r"<([^>]+)>", value, address)


def text_of(page: Any) -> str:
    """What an answer says; a file is read to its end, which closes it."""
    content = b"".join(page.streaming_content) if page.streaming else page.content
    return bytes(content).decode(errors="replace")


POSTED = {"status": "active", "assignee": "worker", "act": "claim", "state": "accepted"}


@pytest.mark.parametrize(("method", "address", "codes"), rows())
def test_an_address_answers_each_as_the_table_says(client, world, method, address, codes):
    url = filled(address, world.parts)
    found = []
    for who in WHO:
        client.logout()
        if who != "anonymous":
            client.force_login(world.people[who])
        page = client.post(url, POSTED) if method == "POST" else client.get(url)
        found.append(page.status_code)
        text = text_of(page)
        if who != "auditor":
            assert CANARY not in text
            assert "Məmmədova" not in text
        if page.status_code == 302 and who == "anonymous":
            assert page.url.startswith("/accounts/login/?next=")

    assert dict(zip(WHO, found, strict=True)) == dict(zip(WHO, codes, strict=True))


@pytest.mark.parametrize("who", ["elsewhere", "agency", "superuser"])
def test_no_method_at_any_address_changes_anything_for_a_stranger(client, world, who):
    client.force_login(world.people[who])
    before = Record.objects.get().row_version, Submission.objects.get().row_version
    for line in lines():
        url = filled(line.split()[1], world.parts)
        for method in ("get", "post", "put", "patch", "delete", "options", "trace"):
            page = getattr(client, method)(
                url, **({"data": POSTED} if method == "post" else {})
            )
            assert page.status_code < 500, (method, url)
            assert CANARY not in text_of(page), (method, url)

    assert (Record.objects.get().row_version, Submission.objects.get().row_version) == before


def cms_addresses() -> list[str]:
    """Addresses of the admin, with 1 for each number and each word."""
    found = [one for one in addresses() if one.startswith("cms/") and "(" not in one]
    return sorted(
        {"/" + re.sub(r"<[^>]+>|[\^$]", "1", one).replace("//", "/") for one in found}
    )


class TestTheAdmin:
    @pytest.mark.parametrize("who", ["anonymous", "ended", "elsewhere", "agency", "auditor"])
    def test_is_closed_to_who_does_not_configure(self, client, world, who):
        if who != "anonymous":
            client.force_login(world.people[who])
        opened = [
            url
            for url in cms_addresses()
            if not CMS_OPEN.match(url[1:]) and client.get(url).status_code == 200
        ]
        assert len(cms_addresses()) > 200
        assert opened == []

    def test_shows_nothing_of_any_record_to_who_configures(self, client, world):
        client.force_login(world.people["auditor"])
        client.get(filled("portal/records/<uuid:record>/", world.parts))
        client.get(filled("portal/search/", world.parts), {"q": "Məmmədova"})
        client.force_login(world.people["superuser"])
        # Some of Wagtail's views break at made-up addresses; what they say then counts too.
        client.raise_request_exception = False
        seen = 0
        for url in [*cms_addresses(), "/cms/reports/site-history/"]:
            if CMS_OPEN.match(url[1:]):
                continue
            page = client.get(url)
            text = text_of(page)
            seen += page.status_code == 200
            for secret in (CANARY, "Məmmədova,", ">Məmmədova", "danger-is-high"):
                assert secret not in text, (url, secret)
        assert seen > 60


def test_the_prefixes_of_data_are_those_of_the_table():
    private = {line.split()[1].split("/")[0] for line in lines()} - {"api"}
    assert private == {"portal", "audit"}
    assert settings.ADMIN_PREFIX == "/cms/"
