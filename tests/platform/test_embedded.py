"""The embedded server in a checkout of its own: started, shared, killed, stopped."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def checkout(tmp_path):
    """The few files that the server's life cycle needs, as in a fresh clone."""
    # pytest's own folders are closed to the user that the server runs as.
    for folder in (tmp_path, *tmp_path.parents):
        if "pytest" in str(folder) and folder.stat().st_uid == os.geteuid():
            folder.chmod(0o755)
    place = tmp_path / "clone"
    (place / "config" / "shared").mkdir(parents=True)
    for name in ("config/__init__.py", "config/shared/__init__.py"):
        shutil.copy(PROJECT / name, place / name)
    shutil.copytree(PROJECT / "config/shared/embedded", place / "config/shared/embedded")
    return place


def start(checkout, code):
    program = "import sys, time, psycopg2\nfrom config.shared import embedded\n"
    program += textwrap.dedent(
        """
        def query(sql):
            s = embedded.connection_settings()
            connection = psycopg2.connect(
                dbname=s["NAME"], user=s["USER"], host=s["HOST"], port=s["PORT"], **s["OPTIONS"]
            )
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(sql)
            rows = cursor.fetchall() if cursor.description else None
            connection.close()
            return rows
        """
    ) + textwrap.dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(checkout, code):
    process = start(checkout, code)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    return output


HOLD = """
with embedded.running():
    print("up", flush=True)
    sys.stdin.read()
"""


def hold(checkout):
    process = start(checkout, HOLD)
    assert process.stdout.readline() == "up\n", process.stdout.read()
    return process


def postmaster(checkout):
    """The server's process id, None when it does not run."""
    try:
        pid = int((checkout / ".data/postgres/cluster/postmaster.pid").read_text().split()[0])
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return None
    return None if state == "Z" else pid


def ends(process, checkout):
    process.wait(60)
    process.stdin.close()
    process.stdout.close()
    deadline = time.monotonic() + 30
    while postmaster(checkout) and time.monotonic() < deadline:
        time.sleep(0.1)
    return postmaster(checkout) is None


class TestEmbeddedServer:
    def test_keeps_data_and_gives_the_application_few_rights(self, checkout):
        run(checkout, "with embedded.running(): query('CREATE TABLE kept AS SELECT 7 AS n')")
        assert postmaster(checkout) is None
        output = run(
            checkout,
            """
            with embedded.running():
                print(query("SELECT n FROM kept"))
                print(query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                query("CREATE EXTENSION pg_trgm")
                print(query("SHOW fsync"), query("SHOW listen_addresses"))
            """,
        )
        assert output == "[(7,)]\n[(False,)]\n[('on',)] [('',)]\n"

    def test_asks_for_a_password_that_others_cannot_read(self, checkout):
        output = run(
            checkout,
            """
            with embedded.running():
                s = embedded.connection_settings()
                try:
                    psycopg2.connect(dbname="dayaq", user="dayaq", host=s["HOST"], password="x")
                except psycopg2.OperationalError as error:
                    print("authentication failed" in str(error))
            """,
        )
        assert output == "True\n"
        home = checkout / ".data" / "postgres"
        assert home.stat().st_mode & 0o077 == 0
        assert (home / "pgpass").stat().st_mode & 0o077 == 0

    def test_is_reached_when_the_password_of_another_server_is_set(self, checkout, monkeypatch):
        monkeypatch.setenv("PGPASSWORD", "of another server")

        output = run(checkout, "with embedded.running(): print(query('SELECT 1'))")

        assert output == "[(1,)]\n"

    def test_is_shared_and_stopped_by_the_last(self, checkout):
        first, second = hold(checkout), hold(checkout)
        pid = postmaster(checkout)
        first.stdin.close()
        first.wait(60)
        first.stdout.close()
        assert postmaster(checkout) == pid
        second.send_signal(signal.SIGTERM)
        assert ends(second, checkout)

    def test_recovers_when_it_and_its_user_were_killed(self, checkout):
        user = hold(checkout)
        run(checkout, "with embedded.running(): query('CREATE TABLE kept AS SELECT 7 AS n')")
        os.kill(postmaster(checkout), signal.SIGKILL)
        user.kill()
        user.wait()
        user.stdin.close()
        user.stdout.close()
        output = run(checkout, "with embedded.running(): print(query('SELECT n FROM kept'))")
        assert output == "[(7,)]\n"

    def test_left_running_by_a_killed_user_is_adopted(self, checkout):
        user = hold(checkout)
        pid = postmaster(checkout)
        user.kill()
        user.wait()
        user.stdin.close()
        user.stdout.close()
        assert postmaster(checkout) == pid
        run(checkout, "with embedded.running(): query('SELECT 1')")
        assert postmaster(checkout) is None

    def test_starts_again_after_another_process_took_its_number(self, checkout):
        run(checkout, "with embedded.running(): pass")
        file = checkout / ".data/postgres/cluster/postmaster.pid"
        file.write_text(f"{os.getpid()}\n{file.parent}\n0\n5432\n\n\n\n")
        assert run(checkout, "with embedded.running(): print(query('SELECT 1'))") == "[(1,)]\n"

    def test_works_under_a_path_too_long_for_a_socket(self, checkout):
        deep = checkout.parent / ("uzun" * 20)
        checkout.rename(deep)
        assert run(deep, "with embedded.running(): print(query('SELECT 1'))") == "[(1,)]\n"

    def test_says_why_other_versions_data_is_refused(self, checkout):
        run(checkout, "with embedded.running(): pass")
        (checkout / ".data/postgres/cluster/PG_VERSION").write_text("12\n")
        output = run(
            checkout,
            """
            try:
                with embedded.running(): pass
            except embedded.EmbeddedUnavailable as error:
                print(error)
            """,
        )
        assert "made by PostgreSQL 12" in output
