"""The benchmark of forms stays runnable; what it measures is no test's business."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]
TABLES = ["Drawing 40", "Drawing 200", "Judging", "Sending 40", "Importing"]


def address() -> dict[str, str]:
    """Where the database of this test is, as environment; a socket's folder is no host."""
    asked = connection.settings_dict
    user, password, name = (quote(str(asked[k]), "") for k in ("USER", "PASSWORD", "NAME"))
    host, port = str(asked["HOST"]), asked["PORT"] or 5432
    if not host.startswith("/"):
        url = f"postgres://{user}:{password}@{quote(host, '')}:{port}/{name}"
        return {"DATABASE_URL": url}
    return {
        "DATABASE_URL": f"postgres://{user}@/{name}",
        "PGHOST": host,
        "PGPORT": str(port),
        "PGPASSFILE": asked["OPTIONS"]["passfile"],
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_benchmark_of_forms_runs_through(tmp_path):
    places = {"PRIVATE_ROOT": str(tmp_path), "MEDIA_ROOT": str(tmp_path)}
    environment = {key: value for key, value in os.environ.items() if "SETTINGS" not in key}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "benchmarks/forms.py", "--quick"],
        cwd=ROOT,
        env={**environment, **places, **address()},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert all(table in done.stdout for table in TABLES)
