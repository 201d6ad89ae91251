"""What is made of protected answers is protected too."""

import pytest

from config.shared.problems import ProblemsFound
from registry.access import MASKED, Fields
from registry.answers import items_of
from registry.kinds import RANKS
from tests.registry import specs


def form(*extra):
    """A form with a sensitive question "weapon" and calculations."""
    weapon = specs.question("weapon", sensitivity="sensitive")
    spec = specs.form_spec()
    spec["children"][0]["children"] += [weapon, *extra]
    return spec


def total(name, source, **more):
    return specs.question(name, "calculate", calculation=source, **more)


CALCULATIONS = [
    pytest.param("if(${weapon} = 'yes', 4, 0)", {}, "sensitive", id="reads a protected answer"),
    pytest.param("${other} + 1", {}, "sensitive", id="reads another calculation"),
    pytest.param("count(${members})", {}, "internal", id="reads what anybody may"),
    pytest.param("${weapon}", {"sensitivity": "internal"}, "internal", id="its author decided"),
    pytest.param("/intake/main/weapon", {}, "sensitive", id="reads it by its path"),
]


class TestACalculation:
    @pytest.mark.parametrize(("source", "more", "level"), CALCULATIONS)
    def test_is_as_protected_as_what_it_reads(self, source, more, level):
        spec = form(total("score", source, **more), total("other", "${weapon} * 2"))
        score = next(item for item in items_of(spec) if item.key == "score")
        assert score.rank == RANKS[level]

    def test_is_masked_with_it(self):
        spec = form(total("score", "if(${weapon} = 'yes', 4, 0)"))
        reader = Fields(read_rank=RANKS["internal"])
        masked = reader.mask({"weapon": "yes", "score": 4, "risk": "r"}, spec)
        assert masked == {"weapon": MASKED, "score": MASKED, "risk": "r"}


class TestAnAttribute:
    def test_is_no_less_protected_than_the_question_that_fills_it(self, publish, cases):
        open_risk = specs.question("weapon", sensitivity="sensitive", save_to="risk")
        spec = specs.form_spec("weapons")
        spec["children"][0]["children"][4] = open_risk
        with pytest.raises(ProblemsFound) as refusal:
            publish(spec)
        assert [problem.code for problem in refusal.value.problems] == ["less_protected"]


@pytest.fixture
def cases(publish):
    """The register "cases"."""
    return publish(specs.register_spec())
