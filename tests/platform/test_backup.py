"""A backup holds the database and the files."""

import subprocess

import pytest
from django.core.management import CommandError, call_command

from config.shared import embedded


def test_holds_the_database_and_the_files(transactional_db, settings, tmp_path, capsys):
    settings.PRIVATE_ROOT = str(tmp_path / "kept")
    settings.MEDIA_ROOT = str(tmp_path / "absent")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "scan.pdf").write_text("scan")
    call_command("backup", tmp_path / "backup")
    dump = tmp_path / "backup" / "database.dump"
    listing = subprocess.run(
        [embedded.program("pg_restore"), "--list", dump], capture_output=True, text=True
    )
    assert "TABLE DATA public accounts_user" in listing.stdout
    assert (tmp_path / "backup" / "private" / "scan.pdf").read_text() == "scan"
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    told = capsys.readouterr().out
    assert f"{embedded.program('pg_restore')} --no-owner" in told
    assert str(dump) in told


def test_never_overwrites_another(tmp_path):
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", tmp_path)
