"""Sets one paper as PDF in a process of its own; imports nothing of ours.

Called with a folder that holds paper.typ, paper.json and its pictures; prints the PDF. This
process has little memory and time and sees no file outside the folder, so a paper made to
exhaust it ends this process and nothing else.
"""

import resource
import sys
import warnings
from contextlib import suppress
from pathlib import Path

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 30
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1400  # pixels of a picture on paper


def limit_resources() -> None:
    """Cap memory and processor time of this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shrink_pictures(root: Path) -> None:
    """Every picture as a small PNG or JPEG; one that is none is left out."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    for path in sorted(root.glob("picture-*")):
        made = root / f"shown-{path.name.removeprefix('picture-')}.png"
        wrong = (OSError, ValueError, Image.DecompressionBombError, MemoryError)
        with suppress(*wrong), Image.open(path) as image:
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            # PNG keeps the transparency of signatures.
            image.convert("RGBA").save(made, "PNG")
        path.unlink()


def compiled(root: Path) -> bytes:
    """The PDF: PDF/UA-1 where the fonts have every letter, else tagged all the same."""
    import typst

    shown = ",".join(path.stem.removeprefix("shown-") for path in root.glob("shown-*"))
    compiler = typst.Compiler(
        root / "paper.typ", root=root, sys_inputs={"shown": shown}, package_path=root
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        made = compiler.compile(format="pdf", pdf_standards=[])
    assert isinstance(made, bytes)
    return made


def main() -> None:
    """Print the PDF."""
    warnings.simplefilter("ignore")
    limit_resources()
    root = Path(sys.argv[1])
    shrink_pictures(root)
    sys.stdout.buffer.write(compiled(root))


if __name__ == "__main__":
    main()
