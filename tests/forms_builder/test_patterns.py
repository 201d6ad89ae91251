"""regex(): the browser reads patterns as RE2 does, and none can freeze it."""

import random

import pytest

from forms_builder.expressions import ExpressionError
from forms_builder.expressions.functions_text import compiled_pattern
from tests.forms_builder.test_browser_engine import engine_page

__all__ = ["engine_page"]

ATOMS = [
    *("a", "b", "ə", "İ", "k", ".", " ", "\n", "-", "_", "5", "{", "}", "]", "a{2"),
    *("[ab]", "[^a]", "[a-f\\s]", "[\\d_-]", "[]a]", "[^]a]", "[a-]", "[-a]", "[[a]", "[a&&b]"),
    *("[\\w-z]", "[\\.]", "[a\\]b]", "[^\\w]", "[^k]", "[^\\S]", "[z-a]", "["),
    *("[[:alpha:]]", "[[:^digit:]]", "[[:foo:]]"),
    *("\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "^", "$", "\\A", "\\z"),
    *("\\pL", "\\p{Lu}", "\\P{L}", "\\p{^Latin}", "\\p{Greek}", "\\pX", "\\p{Foo}"),
    *("\\x41", "\\x{259}", "\\x{110000}", "\\x4", "\\t", "\\101", "\\0", "\\8", "\\1"),
    *("\\Qa.b\\E", "\\.", "\\-", "\\_", "\\/", "\\ə", "\\e", "\\E", "\\R", "\\C", "\\"),
    *("(?i)", "(?s)", "(?m)", "(?-s)", "(?U)", "(?)", "(?i:k)", "(?:a|b)", "(a|ab)", "()"),
    *("(?P<n>a)", "(?<m>b)", "(?:)", "(?", "(", ")", "(?#x)", "(?=a)", "(?!a)", "(?>a)"),
]
REPEATS = [
    *("", "", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "??", "{2}?"),
    *("**", "+*", "{,2}", "{3,2}", "{1001}", "{2}{3}"),
]
LETTERS = "abABəƏİıkK\u212a \n\t\r\u00a0\u017f5-_.{}][αEQ&\\"
NESTED = ["^(a+)+$", "^(a|aa)+$", "(x+x+)+y", "^(?:(?:a*)*)*$", "^(.*a){12}$", "^(ab|ba|a)*c$"]
FITS = """async (cases) => {
  const {fits} = await import("/forms_builder/engine/pattern.js");
  return cases.map(([pattern, text]) => fits(text, pattern));
}"""


def pattern(source):
    """A pattern, often one that RE2 refuses."""
    parts = [
        source.choice(ATOMS) + source.choice(REPEATS) + source.choice(["", "", "", "|"])
        for _number in range(source.randint(1, 4))
    ]
    return source.choice(["", "", "(?i)"]) + "".join(parts)


def is_fit(wanted, text):
    try:
        return compiled_pattern(wanted).fullmatch(text) is not None
    except ExpressionError:
        return False


@pytest.mark.browser
class TestPatternsInTheBrowser:
    def test_fit_the_same_texts_as_on_the_server(self, engine_page):
        source = random.Random(20_261_122)
        patterns = [pattern(source) for _number in range(5000)]
        cases = [
            (one, "".join(source.choices(LETTERS, k=source.randint(0, 4))))
            for one in patterns
            for _number in range(3)
        ]

        found = engine_page.evaluate(FITS, cases)

        expected = [is_fit(*case) for case in cases]
        assert sum(expected) > 500
        wrong = [
            (case, here)
            for case, here, there in zip(cases, found, expected, strict=True)
            if here != there
        ]
        assert wrong == []

    def test_end_on_texts_that_make_backtracking_run_for_ever(self, engine_page):
        for one in NESTED:
            assert engine_page.evaluate(FITS, [[one, "a" * 60 + "!"]]) == [False]


class TestAPattern:
    def test_that_reads_single_bytes_is_refused(self):
        with pytest.raises(ExpressionError):
            compiled_pattern("a\\C")
        assert compiled_pattern("a\\\\C").fullmatch("a\\C")
