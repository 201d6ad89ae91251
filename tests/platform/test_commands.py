"""What programs rely on who call `manage.py`: exit codes, and an answer alone on stdout."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.forms_builder.workbooks import READY, save, survey
from tests.support.content import make_published_form

__all__ = ["make_published_form"]

LOGGING = """
import logging, logging.config
from config.settings.logs import {kind}
logging.config.dictConfig({kind}("INFO"))
logging.getLogger("dayaq").info("something happened")
"""


class TestLogs:
    @pytest.mark.parametrize("kind", ["plain_logging", "json_logging"])
    def test_leave_stdout_to_what_commands_answer(self, kind):
        done = subprocess.run(
            [sys.executable, "-c", LOGGING.format(kind=kind)],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == ""
        assert "something happened" in done.stderr


def import_problems(*arguments: str) -> list[dict]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_xlsform", *arguments, "--json", stdout=out)
    assert ended.value.code == 1
    return json.loads(out.getvalue())["problems"]


@pytest.mark.django_db
class TestImport:
    @pytest.mark.parametrize("name", ["nowhere.xlsx", ""])
    def test_says_that_there_is_no_such_file(self, tmp_path: Path, name: str):
        [problem] = import_problems(str(tmp_path / name))
        assert problem["code"] == "file"

    @pytest.mark.parametrize("code", ["Bad Code!", "a" * 64, "1st", "çay"])
    def test_refuses_a_code_that_no_address_could_hold(self, tmp_path: Path, code: str):
        path = save(tmp_path / "a.xlsx", survey=survey(READY))
        [problem] = import_problems(str(path), "--code", code)
        assert (problem["code"], problem["path"]) == ("code", "code")


@pytest.mark.django_db
class TestExport:
    @pytest.mark.parametrize("number", ["0", "9", "-1"])
    def test_refuses_a_version_that_is_not_there(
        self, tmp_path: Path, make_published_form, number: str
    ):
        make_published_form("intake")
        file = tmp_path / "x.xlsx"
        with pytest.raises(CommandError, match=f"intake has no version {number}"):
            call_command("export_xlsform", "intake", str(file), f"--form-version={number}")
        assert not file.exists()

    def test_says_where_it_cannot_write(self, tmp_path: Path, make_published_form):
        make_published_form("intake")
        with pytest.raises(CommandError, match="nowhere"):
            call_command("export_xlsform", "intake", str(tmp_path / "nowhere" / "x.xlsx"))


@pytest.mark.django_db
class TestDeadlines:
    @pytest.mark.parametrize("now", ["0001-01-01T00:00", "2026-13-01", "soon"])
    def test_refuse_a_moment_that_is_none(self, now: str):
        with pytest.raises(CommandError, match="ISO date-time"):
            call_command("run_deadlines", "--now", now)
