"""JSON from outside has one meaning or none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.shared.strict_json import MAX_DEPTH, BadJson, loads

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


class TestStrictJson:
    @given(VALUES)
    def test_reads_what_json_writes(self, value):
        assert loads(json.dumps(value)) == value
        assert loads(json.dumps(value, ensure_ascii=False).encode()) == value

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            '{"a": 1, "a": 2}',
            '[{"deep": {"b": 1, "b": 1}}]',
            "NaN",
            "[-Infinity]",
            "1e400",
            "9" * 6000,
            '"a\\u0000b"',
            '{"a\\u0000b": 1}',
            '["\\ud800"]',
            "[" * 100_000,
            "[" * 100_000 + "]" * 100_000,
            '{"a":' * (MAX_DEPTH + 1) + "1" + "}" * (MAX_DEPTH + 1),
            b"\xff\xfe",
        ],
    )
    def test_refuses_what_two_readers_could_understand_differently(self, text):
        with pytest.raises(BadJson):
            loads(text)

    def test_counts_depth_not_brackets(self):
        assert loads(json.dumps(["[" * 1000, *([] for _number in range(1000))]))
        assert loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)
