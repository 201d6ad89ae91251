"""A version of a form, with the shared lists that it uses, as a workbook."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forms_builder.choices import row_from_choice
from forms_builder.models import FormVersion
from forms_builder.schema import places
from forms_builder.selectors import ListSnapshot
from forms_builder.xlsform.named_files import instances, named_files
from forms_builder.xlsform.writer import write_workbook


def export_version(version: FormVersion, path: Path) -> None:
    """Save `version` as .xlsx at `path`."""
    write_workbook(
        version.spec, path, version=str(version.number), shared=shared_lists(version.spec)
    )


def shared_lists(spec: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows of the shared lists that `spec` chooses from, or reads in its expressions."""
    lists, own = ListSnapshot(), spec.get("lists", {})
    nodes = [place.node for place in places(spec)]
    codes = {node.get("list", "") for node in nodes} | instances(nodes)
    codes.update(named_files(nodes, ()))
    return {
        code: [row_from_choice(choice) for choice in lists.choices(code)]
        for code in sorted(codes)
        if code and code not in own and code in lists
    }
