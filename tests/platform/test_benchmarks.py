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


def address() -> str:
    """The address of the database of this test."""
    asked = connection.settings_dict
    user, password, host = (quote(str(asked[k]), "") for k in ("USER", "PASSWORD", "HOST"))
    return f"postgres://{user}:{password}@{host}:{asked['PORT'] or 5432}/{asked['NAME']}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_benchmark_of_forms_runs_through(tmp_path):
    places = {"PRIVATE_ROOT": str(tmp_path), "MEDIA_ROOT": str(tmp_path)}
    environment = {key: value for key, value in os.environ.items() if "SETTINGS" not in key}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "benchmarks/forms.py", "--quick"],
        cwd=ROOT,
        env={**environment, **places, "DATABASE_URL": address()},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert all(table in done.stdout for table in TABLES)
