"""What must hold of the code as a whole."""

import re
import subprocess
import sys
from pathlib import Path

from django.core.management import call_command
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent.parent
READ = re.compile(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"')
DOCUMENTED = re.compile(r"`([A-Z][A-Z_]+)`")


def test_apps_import_in_one_direction():
    lint = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run([lint, "--no-cache"], cwd=PROJECT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_every_setting_is_in_the_readme():
    code = "".join(path.read_text() for path in (PROJECT / "config/settings").glob("*.py"))
    readme = (PROJECT / "README.md").read_text()
    rows = [line.split("|")[1] for line in readme.splitlines() if line.startswith("| `")]
    assert set(READ.findall(code)) == set(DOCUMENTED.findall("".join(rows))) - {"CHROMIUM"}


def test_the_environment_is_read_in_the_settings_alone():
    # They name the settings, hand the environment on to a child, or take something out of it.
    allowed = {
        "config/run.py",
        "config/shared/embedded/__init__.py",
        "config/wsgi.py",
        "config/shared/management/commands/backup.py",
        "config/shared/papers/__init__.py",
        "forms_builder/xlsform/workbook.py",
    }
    found = {
        path.relative_to(PROJECT).as_posix()
        for app in ("config", "content", "forms_builder", "registry", "protocols")
        for path in (PROJECT / app).rglob("*.py")
        if re.search(r"os\.environ|os\.getenv", path.read_text())
    }
    assert found <= allowed


def test_locks_have_hashes_and_no_addresses():
    for name in ("runtime", "dev", "next"):
        lock = (PROJECT / "deploy" / "requirements" / f"{name}.txt").read_text()
        assert "://" not in lock
        packages = re.findall(r"^[\w.-]+==", lock, re.MULTILINE)
        assert lock.count("--hash=sha256:") >= len(packages) > 20
        assert "\npsycopg==" not in lock  # Django would silently prefer it to psycopg2


def test_titles_and_names_are_not_put_in_order_by_the_database():
    """Its alphabet is that of the server; ours is in `config.shared.text`."""
    apps = ("config", "content", "forms_builder", "registry", "protocols")
    ordered = re.compile(r"order_by\([^)]*\"-?(?:title(?:_az|_en)?|last_name|first_name)\"")
    found = [
        f"{path.relative_to(PROJECT)}: {line.strip()}"
        for app in apps
        for path in (PROJECT / app).rglob("*.py")
        for line in path.read_text().splitlines()
        if ordered.search(line)
    ]
    assert found == []


def test_sort_keys_are_compared_byte_by_byte(db):
    """Also where the server was set up for another language, whose order they would get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND column_name = 'title_sort'"
        )
        collations = dict(cursor.fetchall())
    assert collations.pop("registry_historicalrecord", None) is None
    assert "registry_record" in collations
    assert set(collations.values()) == {"C"}
