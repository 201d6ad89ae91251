"""Everything that forbids publishing a protocol."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils.translation import gettext as _

from config.accounts.models import Role
from config.shared.labels import pick
from config.shared.problems import Problem
from content.models import Organization
from forms_builder.compile import syntax_message
from forms_builder.expressions import ExpressionError, parse
from forms_builder.expressions.nodes import Ref
from forms_builder.models import FormVersion
from forms_builder.schema import places
from forms_builder.selectors import current_form_version
from protocols import graph
from protocols.deadlines import LONGEST, UNITS
from protocols.schema import FILLING, SENDING, Spec, form_of
from registry.rules import rule_book

Names = set[str]


def check_protocol(spec: Spec) -> list[Problem]:
    """All problems of `spec`: its shape, its graph, and everything it refers to."""
    problems = [*_shape(spec)]
    if problems:
        return problems
    return [*_graph(spec), *_references(spec), *_expressions(spec), *_statuses(spec)]


def condition_problems(form: str, source: str) -> list[str]:
    """What publishing would say of one condition over the answers to `form`, in words."""
    if not source.strip():
        return []
    spec = {"trigger": {"form": form, "expression": source}, "steps": []}
    return [problem.message for problem in _expressions(spec)]


def statuses_of(form: str) -> list[tuple[str, str]]:
    """(code, label) of the statuses that a record of the form's register may have."""
    try:
        register = current_form_version(form).spec.get("settings", {}).get("register")
    except FormVersion.DoesNotExist:
        return []
    rules = rule_book().by_code.get(register or "")
    return [(code, one.label) for code, one in rules.statuses.items()] if rules else []


def questions_of(form: str) -> list[tuple[str, str]]:
    """(name, label) of the questions of a form as it is published."""
    try:
        spec = current_form_version(form).spec
    except FormVersion.DoesNotExist:
        return []
    return [
        (place.key, pick(place.node.get("labels")))
        for place in places(spec)
        if place.kind == "question" and not place.repeat
    ]


def expressions(spec: Spec) -> Iterator[tuple[str, str, str]]:
    """Every expression as (path, form code or "decision", source)."""
    trigger = spec.get("trigger", {})
    if source := trigger.get("expression"):
        yield "trigger/expression", trigger.get("form", ""), source
    for place, step in enumerate(spec.get("steps", ())):
        for number, move in enumerate(step.get("transitions", ())):
            if source := move.get("when"):
                context = move.get("context", "")
                form = trigger.get("form", "") if context == "trigger" else context
                yield f"steps/{place}/transitions/{number}/when", form, source


def referred_fields(spec: Spec) -> Iterator[tuple[str, str, str]]:
    """Every question that the protocol reads as (path, form code, name)."""
    for path, form, source in expressions(spec):
        try:
            tree = parse(source)
        except ExpressionError:
            continue
        for name in sorted(references(tree)):
            yield path, form, name
    trigger_form = spec.get("trigger", {}).get("form", "")
    for place, step in enumerate(spec.get("steps", ())):
        for part in ("responsible", "action"):
            if name := step.get(part, {}).get("organization_field"):
                yield f"steps/{place}/{part}/organization_field", trigger_form, name


def references(tree: Any) -> Names:
    """The names of all `${name}` in a parsed expression."""
    if isinstance(tree, Ref):
        return {tree.name}
    if isinstance(tree, tuple):
        return set().union(*(references(item) for item in tree)) if tree else set()
    if is_dataclass(tree):
        return references(tuple(getattr(tree, field.name) for field in fields(tree)))
    return set()


def _shape(spec: Spec) -> Iterator[Problem]:
    if not spec.get("trigger", {}).get("form"):
        yield Problem("no_trigger", _("Choose the form that starts the protocol."), "trigger")
    if not spec.get("steps"):
        yield Problem("no_steps", _("A protocol needs at least one step."), "steps")
    counted = Counter(step["code"] for step in spec.get("steps", ()))
    for place, step in enumerate(spec.get("steps", ())):
        path = f"steps/{place}"
        if not step["code"]:
            yield Problem("no_code", _("Give the step a code."), f"{path}/code")
        elif counted[step["code"]] > 1:
            message = _("Two steps have the code “{code}”.").format(code=step["code"])
            yield Problem("duplicate_step", message, f"{path}/code")
        yield from _step_shape(step, path)


def _step_shape(step: Spec, path: str) -> Iterator[Problem]:
    if not step["action"]["type"]:
        yield Problem("no_action", _("Say what is to be done."), f"{path}/action/type")
    if not step.get("labels", {}).get("az"):
        yield Problem("no_label", _("Name the step in Azerbaijani."), f"{path}/label_az")
    if not step.get("responsible", {}).get("role"):
        yield Problem("no_role", _("Say whose step it is."), f"{path}/responsible/role")
    for part, message in _missing_parts(step):
        yield Problem("incomplete_action", message, f"{path}/action/{part}")
    if step["action"]["type"] == "wait" and not step.get("due"):
        yield Problem("no_term", _("Say how long to wait."), f"{path}/due")
    due = step.get("due")
    if due and not _is_term(due):
        yield Problem("bad_term", _("This is not a term."), f"{path}/due")
    for rung in step.get("on_overdue", {}).get("then", ()):
        if rung["after"] and not _is_term(rung["after"]):
            yield Problem("bad_term", _("This is not a term."), f"{path}/then")
        if not rung["escalate_to"] or not rung["after"]:
            message = _("Say to whom, and how much later, it is escalated further.")
            yield Problem("bad_escalation", message, f"{path}/then")
    if step.get("on_overdue") and not due:
        message = _("What has no term cannot be overdue; give a term or no escalation.")
        yield Problem("escalation_without_term", message, f"{path}/escalate_to")


def _is_term(term: Mapping[str, Any]) -> bool:
    return term["unit"] in UNITS and 0 <= term["value"] <= LONGEST


def _missing_parts(step: Spec) -> Iterator[tuple[str, str]]:
    action = step["action"]
    kind = action["type"]
    addressed = action.get("organizations") or action.get("organization_field")
    if kind in FILLING and not action.get("form"):
        yield "form", _("Choose the form to fill in.")
    if kind == "decide" and not action.get("options"):
        yield "options", _("List the possible decisions.")
    if kind in SENDING and not addressed and not (kind == "notify" and action.get("roles")):
        yield "organizations", _("Choose an organization.")
    if kind == "set_status" and not action.get("status"):
        yield "status", _("Choose the status to set.")


def _graph(spec: Spec) -> Iterator[Problem]:
    moves = graph.edges(spec)
    if spec.get("start") not in moves:
        message = _("The first step “{code}” does not exist.").format(
            code=spec.get("start", "")
        )
        yield Problem("unknown_step", message, "start")
        return
    reached, ending = graph.reachable(spec["start"], moves), graph.able_to_end(spec)
    endless = graph.endless(spec)
    for place, step in enumerate(spec["steps"]):
        if step["code"] in endless:
            message = _("The step “{code}” would be repeated by the machine without an end.")
            yield Problem("endless", message.format(code=step["code"]), f"steps/{place}")
        yield from _step_graph(step, f"steps/{place}", moves, reached, ending)


def _step_graph(
    step: Spec, path: str, moves: Mapping[str, list[str]], reached: Names, ending: Names
) -> Iterator[Problem]:
    code = step["code"]
    for number, move in enumerate(step.get("transitions", ())):
        if move.get("to") not in moves:
            message = _("The next step “{code}” does not exist.").format(
                code=move.get("to", "")
            )
            yield Problem("unknown_step", message, f"{path}/transitions/{number}/to")
    if code not in reached:
        message = _("No way leads to the step “{code}”.").format(code=code)
        yield Problem("unreachable", message, path)
    if code not in ending:
        message = _("From the step “{code}” no way leads to an end.").format(code=code)
        yield Problem("dead_end", message, path)
    elif graph.uncovered(step):
        message = _(
            "In the step “{code}” it can happen that no condition holds. "
            "Add a last transition without a condition."
        ).format(code=code)
        yield Problem("no_way_on", message, f"{path}/transitions")


def _references(spec: Spec) -> Iterator[Problem]:
    roles = set(Role.objects.values_list("code", flat=True))
    organizations = set(Organization.objects.values_list("code", flat=True))
    forms = set(
        FormVersion.objects.order_by().values_list("definition__code", flat=True).distinct()
    )
    unknown_form = _("The form “{code}” is not published.")
    unknown_role = _("The role “{code}” does not exist.")
    unknown_organization = _("The organization “{code}” does not exist.")
    yield from _unknown(_forms_of(spec), forms, "unknown_form", unknown_form)
    yield from _unknown(_roles_of(spec), roles, "unknown_role", unknown_role)
    yield from _unknown(
        _organizations_of(spec), organizations, "unknown_organization", unknown_organization
    )


def _unknown(
    used: Iterable[tuple[str, str]], known: Names, code: str, message: str
) -> Iterator[Problem]:
    for path, name in used:
        if name and name not in known:
            yield Problem(code, message.format(code=name), path)


def _forms_of(spec: Spec) -> Iterator[tuple[str, str]]:
    yield "trigger/form", spec["trigger"]["form"]
    for place, step in enumerate(spec["steps"]):
        yield f"steps/{place}/action/form", form_of(step)


def _roles_of(spec: Spec) -> Iterator[tuple[str, str]]:
    for place, step in enumerate(spec["steps"]):
        path = f"steps/{place}"
        overdue = step.get("on_overdue", {})
        yield f"{path}/responsible/role", step["responsible"]["role"]
        yield f"{path}/escalate_to", overdue.get("escalate_to", "")
        for rung in overdue.get("then", ()):
            yield f"{path}/then", rung["escalate_to"]
        for role in step["action"].get("roles", ()):
            yield f"{path}/action/roles", role


def _organizations_of(spec: Spec) -> Iterator[tuple[str, str]]:
    for place, step in enumerate(spec["steps"]):
        yield (
            f"steps/{place}/responsible/organization",
            step["responsible"].get("organization", ""),
        )
        for code in step["action"].get("organizations", ()):
            yield f"steps/{place}/action/organizations", code


def _statuses(spec: Spec) -> Iterator[Problem]:
    """Statuses to set that the register of the trigger's record does not know."""
    known = statuses_of(spec["trigger"]["form"])
    for place, step in enumerate(spec["steps"]):
        status = step["action"].get("status")
        if step["action"]["type"] != "set_status" or status in dict(known):
            continue
        if known:
            named = ", ".join(code for code, _label in known)
            message = _("The register has no status “{code}”; it has: {known}.")
            text = message.format(code=status, known=named)
        else:
            text = _("The form that starts the protocol makes no record with a status.")
        yield Problem("unknown_status", text, f"steps/{place}/action/status")


def _expressions(spec: Spec) -> Iterator[Problem]:
    for path, form, source in expressions(spec):
        try:
            parse(source)
        except ExpressionError as error:
            yield Problem("expression", syntax_message(error), path)
        if not form:
            message = _("Say which answers the condition reads.")
            yield Problem("no_context", message, path.replace("/when", "/context"))
    read_names = _names_reader()
    for path, form, name in referred_fields(spec):
        known = read_names(form)
        if known is not None and name not in known:
            message = _("There is no question “{name}” in the form “{form}”.")
            yield Problem("unknown_field", message.format(name=name, form=form), path)
        elif known is None and form:
            message = _("The form “{code}” is not published.")
            yield Problem("unknown_form", message.format(code=form), path)


def _names_reader() -> Callable[[str], Names | None]:
    """The names of a form's questions, each form read once; None for an unknown form."""
    kept: dict[str, Names | None] = {"decision": {"decision"}}

    def read(form: str) -> Names | None:
        if form not in kept:
            try:
                kept[form] = question_names(current_form_version(form).spec)
            except FormVersion.DoesNotExist:
                kept[form] = None
        return kept[form]

    return read


def question_names(node: Spec) -> Names:
    """The names of all questions, groups and repeats under `node`."""
    names: Names = set()
    for child in node.get("children", ()):
        names |= {child["name"], *question_names(child)}
    return names
