"""The steps of a protocol as a graph. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from protocols.schema import Spec, decisions_of, is_automatic


def edges(spec: Spec) -> dict[str, list[str]]:
    """Where each step may lead, in the order of its transitions, each target once."""
    return {
        step["code"]: list(
            dict.fromkeys(move.get("to", "") for move in step.get("transitions", ()))
        )
        for step in spec.get("steps", ())
    }


def reachable(start: str, moves: Mapping[str, Iterable[str]]) -> set[str]:
    """Every known step that can be come to from `start`, itself included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        code = waiting.pop()
        if code in moves and code not in found:
            found.add(code)
            waiting.extend(moves[code])
    return found


def able_to_end(spec: Spec) -> set[str]:
    """Steps from which some way leads to a final step."""
    back: dict[str, list[str]] = {step["code"]: [] for step in spec.get("steps", ())}
    for code, targets in edges(spec).items():
        for target in targets:
            if target in back:
                back[target].append(code)
    finals = [step["code"] for step in spec.get("steps", ()) if step.get("final")]
    return set().union(*(reachable(code, back) for code in finals)) if finals else set()


def uncovered(step: Mapping[str, Any]) -> bool:
    """Whether it can happen that no transition of `step` holds.

    Safe ways to cover everything: a last transition without a condition, or one of the
    plain form `${decision} = 'x'` for each decision.
    """
    moves = step.get("transitions", ())
    if step.get("final") or any(not move.get("when") for move in moves):
        return False
    decisions = decisions_of(step)
    plain = {move["when"].replace(" ", "") for move in moves}
    return not decisions or any(f"${{decision}}='{code}'" not in plain for code in decisions)


def endless(spec: Spec) -> set[str]:
    """Automatic steps from which automatic steps lead back to them: nobody could stop it."""
    alone = {step["code"] for step in spec.get("steps", ()) if is_automatic(step)}
    moves = {
        code: [target for target in targets if target in alone]
        for code, targets in edges(spec).items()
        if code in alone
    }
    return {
        code
        for code, targets in moves.items()
        if any(code in reachable(target, moves) for target in targets)
    }
