"""Finding a Python for an environment; making one is tried by CI on a bare machine."""

import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
NEWER = (3, sys.version_info.minor + 1)


@pytest.fixture
def put(tmp_path):
    """`put("python3.14", works=False)`: a program on the PATH of `find`."""

    def make(name: str, *, works: bool = True) -> Path:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {0 if works else 127}\n")
        program.chmod(0o755)
        return program

    return make


@pytest.fixture
def find(tmp_path):
    """What `find_python` answers to a Python that is older than `oldest`."""

    def ask(oldest: tuple[int, int] = NEWER) -> "subprocess.CompletedProcess[str]":
        code = f"import bootstrap; print(bootstrap.find_python({oldest}))"
        return subprocess.run(
            [sys.executable, "-B", "-c", code],
            cwd=DEPLOY,
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )

    return ask


class TestFindingAPython:
    def test_takes_the_running_one_when_it_is_new_enough(self, find):
        assert find((3, 11)).stdout.strip() == sys.executable

    def test_takes_the_newest_on_the_path_that_works(self, find, put):
        wanted = put(f"python3.{NEWER[1]}")
        put(f"python3.{NEWER[1] + 1}", works=False)  # a shim that is not switched on

        assert find().stdout.strip() == str(wanted)

    def test_says_what_to_do_when_there_is_none(self, find):
        answer = find()

        assert answer.returncode == 1
        assert f"Python 3.{NEWER[1]} or newer is needed" in answer.stderr
        assert "make PYTHON=" in answer.stderr
