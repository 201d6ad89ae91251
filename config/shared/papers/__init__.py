"""Papers: what is printed, as an accessible PDF with fonts of its own.

    pdf = render(Paper(title="...", sections=[Section("...", [Answer("...", "...")])]))

A paper is data. Typst sets it (the program is in the `typst` package) in a process of its
own with little memory and time: text is never read as markup, and whatever somebody typed,
it can only make that process fail.
"""

import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TIMEOUT_SECONDS = 40
HERE = Path(__file__).parent
MARK = HERE.parent.parent / "static" / "dayaq" / "mark.svg"
# Signs that turn the direction of what follows them: one answer must not change another.
TURNING = {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)
}


class PaperFailed(Exception):
    """The paper could not be made within its limits; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Heading:
    """A group, or a row of a repeat; `depth` how deep it is nested (from 0)."""

    text: str
    depth: int = 0
    is_conditional: bool = False
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True)
class Answer:
    """A question and its answer in words; `picture` is the name of one to be shown."""

    label: str
    text: str
    picture: str = ""
    kind: str = field(default="answer", init=False)


@dataclass(frozen=True)
class Table:
    """Rows of short answers under their questions."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    kind: str = field(default="table", init=False)


@dataclass(frozen=True)
class Room:
    """A question with room to answer by hand. `kind`: note, boxes, circles, area or line."""

    kind: str
    label: str
    hint: str = ""
    is_required: bool = False
    is_conditional: bool = False
    choices: Sequence[str] = ()


Line = Heading | Answer | Table | Room


@dataclass(frozen=True)
class Section:
    """A part of the paper with its heading; "" for none."""

    label: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Paper:
    """What is printed. `facts` stand below the title, `foot` at the foot of every page,
    `page_of` is "page {page} of {pages}" in the language of the paper."""

    title: str
    sections: Sequence[Section]
    language: str = "az"
    brand: str = ""
    facts: Sequence[tuple[str, str]] = ()
    note: str = ""
    foot: str = ""
    page_of: str = "{page} / {pages}"


def render(paper: Paper, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF; `pictures` by the names that answers give. Raises PaperFailed."""
    with TemporaryDirectory(prefix="paper-") as folder:
        root = Path(folder)
        (root / "paper.typ").write_bytes((HERE / "paper.typ").read_bytes())
        (root / "mark.svg").write_bytes(MARK.read_bytes())
        data = json.dumps(_clean(asdict(paper)), ensure_ascii=False)
        (root / "paper.json").write_text(data, "utf-8")
        for name, content in (pictures or {}).items():
            (root / f"picture-{name}").write_bytes(content)
        return _made_in(root)


def _made_in(root: Path) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own script
            [sys.executable, "-I", str(HERE / "child.py"), str(root)],
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env={key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise PaperFailed("timeout") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise PaperFailed(f"exit {done.returncode}")
    return done.stdout


def _clean(value: Any) -> Any:
    """Texts that can be set: no control characters, no signs that turn the direction."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(sign for sign in text if sign in "\n\t" or not _is_unseen(sign))
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(inner) for inner in value]
    return value


def _is_unseen(sign: str) -> bool:
    return sign in TURNING or unicodedata.category(sign) in ("Cc", "Cs", "Cn", "Co")
