"""The supervisor's small parts; `make demo` itself is tried by CI on a bare machine."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from django.db import IntegrityError

from config import run
from config.settings.local import kept_secret
from config.settings.logs import json_logging

PROJECT = Path(__file__).resolve().parent.parent.parent


class TestPort:
    def test_that_is_taken_is_named_in_both_languages(self, monkeypatch):
        monkeypatch.setattr(run, "PORT_SECONDS", 0)
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(SystemExit) as end:
                run.bind("127.0.0.1", port)
        assert f"make demo PORT={port + 1}" in str(end.value)
        assert "tutub" in str(end.value)

    def test_is_held_until_the_web_server_has_it(self):
        with run.bind("127.0.0.1", 0) as door:
            port = door.getsockname()[1]
            with socket.socket() as other, pytest.raises(OSError, match="in use"):
                other.bind(("127.0.0.1", port))


class TestChild:
    def test_is_started_again_after_it_died(self, capsys):
        child = run.Child("The sleeper", [sys.executable, "-c", "import time; time.sleep(60)"])
        child.start()
        first = child.process
        first.kill()
        first.wait()
        child.revive()
        assert "The sleeper ended" in capsys.readouterr().out
        child.next_start = 0
        child.revive()
        assert child.process.pid != first.pid
        child.stop()
        child.wait(run.time.monotonic() + 10)
        assert child.process.returncode == -signal.SIGTERM

    def test_that_does_not_listen_is_killed(self):
        deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
        child = run.Child("The deaf", [sys.executable, "-c", deaf])
        child.start()
        child.stop()
        child.wait(run.time.monotonic())
        assert child.process.returncode in (-signal.SIGKILL, -signal.SIGTERM)


def production(code, **environment):
    """Run `code` in a process that has this environment and nothing else."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
    )


class TestProductionSettings:
    def test_name_everything_that_is_missing(self):
        answer = production("import config.settings.production", SECRET_KEY="x")
        assert answer.returncode == 1
        for name in ("DATABASE_URL", "ALLOWED_HOSTS", "BASE_URL", "EMAIL_URL"):
            assert name in answer.stderr

    def test_pass_djangos_own_check(self):
        environment = {
            "SECRET_KEY": "long-" * 20 + "0123456789",
            "DATABASE_URL": "postgres://dayaq:x@127.0.0.1/dayaq",
            "ALLOWED_HOSTS": "dayaq.example",
            "BASE_URL": "https://dayaq.example",
            "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
        }
        check = "from django.core.management import execute_from_command_line as run\n"
        check += "run(['', 'check', '--deploy', '--fail-level=WARNING'])"
        answer = production(check, **environment)
        assert answer.returncode == 0, answer.stderr


def logged(error):
    """The line of a log that tells of `error`."""
    settings = json_logging("INFO")["formatters"]["structured"]
    formatter = settings.pop("()")(**settings)
    try:
        raise error
    except type(error):
        record = logging.getLogger("dayaq").makeRecord(
            "dayaq",
            logging.ERROR,
            "f",
            1,
            "record refused",
            (),
            sys.exc_info(),
            extra={"record_id": 7, "request": object()},
        )
    return json.loads(formatter.format(record))


class TestLogs:
    def test_are_json_without_the_values_of_a_refused_row(self):
        text = "duplicate key\nDETAIL:  Key (fin)=(5TKQ9M2) already exists."
        line = logged(ValueError(text))
        assert line["event"] == "record refused"
        assert line["record_id"] == 7
        assert "5TKQ9M2" not in json.dumps(line)
        assert "request" not in line

    @pytest.mark.parametrize(
        "text",
        [
            "null value\nDETAIL:  Failing row contains (7, küçə 5\nLeyla, 5TKQ9M2).",
            'invalid input syntax for type integer: "Leyla"',
            "operator does not exist\nLINE 1: ...WHERE title = 'Leyla'\n     ^\nHINT: no",
        ],
    )
    def test_say_of_a_database_error_what_but_not_of_whom(self, text):
        error = IntegrityError(text)
        error.__cause__ = psycopg2.IntegrityError(text)
        told = logged(error)["exception"]
        assert "Leyla" not in told
        assert told.count(text[:10]) == 2


def test_a_secret_is_made_once_and_is_private(tmp_path):
    secret = kept_secret(tmp_path / "secret")
    assert len(secret) > 50
    assert kept_secret(tmp_path / "secret") == secret
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
