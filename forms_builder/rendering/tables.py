"""Questions side by side: one list for many rows, and groups with the same questions.

On a narrow screen the cells stand below one another; every input says its row and its column
to those who hear the page.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from forms_builder.choices import Choice
from forms_builder.rendering.choice_options import source_of
from forms_builder.rendering.filling import Filling
from forms_builder.rendering.kit import looks_like
from forms_builder.rendering.labels import hint_of, label_of, mark_of
from forms_builder.rendering.maker import Draw, Maker, Node, Row
from forms_builder.rendering.structure import has_other, is_typed

MOST_COLUMNS = 8
KINDS = {"select_one": "radio", "select_multiple": "checkbox"}
DrawNode = Callable[[Node, Maker], Draw | None]
Body = Callable[[Sequence[Node], Maker], Draw]


@dataclass(frozen=True)
class Run:
    """Questions of one list that stand in one table; `header` only names its columns."""

    rows: tuple[Node, ...]
    header: Node | None = None


def runs(children: Sequence[Node], maker: Maker) -> Iterator[Node | Run]:
    """`children` with those that make a table together: `label` and `list-nolabel` questions
    of one list, or `table-list` ones."""
    at = 0
    while at < len(children):
        run = _run_from(children, at, maker)
        if run is None:
            yield children[at]
            at += 1
        else:
            yield run
            at += len(run.rows) + (run.header is not None)


def in_table(node: Node) -> bool:
    """Whether a group asks that its questions of one list stand in a table."""
    return node["kind"] == "group" and looks_like(node, "table-list")


def _run_from(children: Sequence[Node], at: int, maker: Maker) -> Run | None:
    first = children[at]
    if not _fits(first, maker):
        return None
    parent_asks = looks_like(first, "table-list") or _group_asks(first, maker)
    is_label = looks_like(first, "label")
    if not (is_label or parent_asks or looks_like(first, "list-nolabel", "list")):
        return None
    # A header that must be answered is a row like the others.
    header = first if is_label and not first.get("required") else None
    rows = [] if header else [first]
    for node in children[at + 1 :]:
        same = _fits(node, maker) and node["list"] == first["list"]
        wants = parent_asks or looks_like(node, "list-nolabel", "list", "table-list")
        if not (same and wants) or looks_like(node, "label"):
            break
        rows.append(node)
    return Run(tuple(rows), header) if len(rows) > (header is None) else None


def _fits(node: Node, maker: Maker) -> bool:
    """Whether the question may be a row: a plain choice that is not filtered."""
    if node["kind"] != "question" or node.get("type") not in KINDS or node.get("withheld"):
        return False
    place = maker.places[id(node)]
    return (
        is_typed(place)
        and not place.is_retired
        and "choice_filter" not in node
        and "read_only" not in node
        and not has_other(node)
    )


def _group_asks(node: Node, maker: Maker) -> bool:
    parent = maker.parents.get(id(node))
    return parent is not None and in_table(parent)


def choice_table(run: Run, maker: Maker, draw_node: DrawNode) -> Draw:
    """The table; a list that grew too wide for one is asked question by question."""
    source = source_of(run.rows[0], maker.spec, maker.language)
    rows = [_TableRow(node, maker) for node in run.rows]
    plain = [one for node in run.rows if (one := draw_node(node, maker))]
    title = label_of(run.header.get("labels"), maker) if run.header else None
    first_key = maker.key(run.rows[0])
    clears = any(row.may_clear for row in rows)
    nothing = escape(_("No answer"))

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        chosen = [name for one in rows for name in one.chosen(row)]
        offered = source.offered(filling, prefix + first_key, chosen)
        if not 0 < len(offered) <= MOST_COLUMNS:
            return "".join(one(filling, prefix, row) for one in plain)
        labels = [(choice, source.label(choice)) for choice in offered]
        columns = "".join(f'<th scope="col">{label}</th>' for _choice, label in labels)
        if clears:
            columns += f'<th scope="col">{nothing}</th>'
        caption = f"<caption>{title(filling, prefix, row)}</caption>" if title else ""
        drawn = "".join(one.draw(filling, prefix, row, labels, clears) for one in rows)
        return (
            f'<div class="choice-table"><table>{caption}<thead><tr><td></td>{columns}</tr>'
            f"</thead><tbody>{drawn}</tbody></table></div>"
        )

    return draw


class _TableRow:
    """One question of a table."""

    def __init__(self, node: Node, maker: Maker) -> None:
        self.key = maker.key(node)
        self.type = str(node["type"])
        self.kind = KINDS[self.type]
        self.may_clear = self.kind == "radio" and not node.get("required")
        self.label = label_of(node.get("labels"), maker)
        self.hint, self.mark = hint_of(node, maker), mark_of(node)
        self.nothing = escape(_("No answer"))

    def chosen(self, row: Row) -> list[str]:
        """The names of what was answered."""
        value = row.get(self.key)
        given = value if isinstance(value, list) else [value]
        return [str(name) for name in given if name not in (None, "")]

    def draw(
        self,
        filling: Filling,
        prefix: str,
        row: Row,
        labels: Sequence[tuple[Choice, str]],
        clears: bool,
    ) -> str:
        """The row: the question, then a cell for every choice; `clears`: and one for none."""
        path = prefix + self.key
        chosen = self.chosen(row)
        messages = filling.messages.get(path, ())
        errors = "<br>".join(escape(text) for text in messages)
        hint = self.hint(filling, prefix, row) if self.hint else ""
        cells = [
            self._cell(path, choice.name, label, choice.name in chosen, place)
            for place, (choice, label) in enumerate(labels)
        ]
        if self.may_clear:
            cells.append(self._cell(path, "", self.nothing, False, len(cells)))
        elif clears:
            cells.append("<td></td>")
        hidden = "" if filling.is_shown(path) else " hidden"
        bad = ' class="field--error"' if messages else ""
        return (
            f'<tr data-question="{path}" data-type="{self.type}"{bad}{hidden}>'
            f'<th scope="row"><span id="l:{path}">{self.label(filling, prefix, row)}'
            f"{self.mark(filling, path)}</span>"
            f'<div class="field__hint" id="h:{path}">{hint}</div>'
            f'<div class="field-error" id="e:{path}">{errors}</div></th>'
            f"{''.join(cells)}</tr>"
        )

    def _cell(self, path: str, name: str, label: str, checked: bool, place: int) -> str:
        own_id = f"q:{path}" if place == 0 else f"q:{path}#{place}"
        return (
            f'<td><label class="option"><input type="{self.kind}" id="{own_id}" '
            f'name="{path}" value="{escape(name)}"{" checked" if checked else ""} '
            f'aria-labelledby="l:{path} t:{path}#{place}" aria-describedby="h:{path} e:{path}">'
            f'<span id="t:{path}#{place}">{label}</span></label></td>'
        )


def matrix(node: Node, maker: Maker, body: Body) -> Draw | None:
    """A group of groups that ask the same, as a table: a row for each, a column a question.

    Asked for with the appearance `matrix`; None when the groups inside do not match.
    """
    groups = node.get("children", ())
    if not looks_like(node, "matrix") or not _match(groups, maker):
        return None
    heads = [label_of(child.get("labels"), maker) for child in groups[0]["children"]]
    rows = [
        (
            maker.key(group),
            label_of(group.get("labels"), maker),
            [body([child], maker) for child in group["children"]],
        )
        for group in groups
    ]

    def draw(filling: Filling, prefix: str, row: Row) -> str:
        columns = "".join(
            f'<th scope="col">{head(filling, prefix, row)}</th>' for head in heads
        )
        drawn = "".join(
            _matrix_row(filling, prefix, row, prefix + key, label(filling, prefix, row), cells)
            for key, label, cells in rows
        )
        return (
            '<div class="matrix"><table><thead aria-hidden="true"><tr><td></td>'
            f"{columns}</tr></thead><tbody>{drawn}</tbody></table></div>"
        )

    return draw


def _matrix_row(
    filling: Filling, prefix: str, row: Row, path: str, label: str, cells: Sequence[Draw]
) -> str:
    hidden = "" if filling.is_shown(path) else " hidden"
    drawn = "".join(
        f'<td><div role="group" aria-labelledby="l:{path}">{cell(filling, prefix, row)}</div>'
        "</td>"
        for cell in cells
    )
    head = f'<th scope="row" id="l:{path}">{label}</th>'
    return f'<tr data-group="{path}"{hidden}>{head}{drawn}</tr>'


def _match(groups: Sequence[Node], maker: Maker) -> bool:
    if len(groups) < 2 or any(group["kind"] != "group" for group in groups):
        return False
    asked = [
        [(child["kind"], child.get("type")) for child in group.get("children", ())]
        for group in groups
    ]
    typed = all(
        child["kind"] == "question" and is_typed(maker.places[id(child)])
        for group in groups
        for child in group.get("children", ())
    )
    retired = any(maker.places[id(group)].is_retired for group in groups)
    return bool(asked[0]) and typed and not retired and asked.count(asked[0]) == len(asked)
