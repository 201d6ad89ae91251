"""Finding a service or guide by everyday words. Pure: text in, order out.

Words are folded and stripped of Azerbaijani endings; a word also stands for its
neighbours in `content.search_words`. What is found in a title weighs more than what is
found in the small print, and a rare word more than one that everything contains.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from config.shared.text import fold
from content.search_words import RELATED, STOP_WORDS

if TYPE_CHECKING:
    from content.models.catalogue import Service

WEIGHTS = {"title": 5.0, "keywords": 5.0, "groups": 4.0, "text": 2.5, "rest": 1.0}
RELATED_WEIGHT = 0.6
SHORTEST_PREFIX = 4
LEAST_SHARE = 0.15  # of the best answer's score; less is noise

Index = Mapping[str, str]

_WORD = re.compile(r"[a-z0-9]+")
_ENDINGS_TEXT = (
    "lar ler larin lerin lari leri in un nin nun i u a e ya ye ni nu da de dan den la le "
    "m im um n si su miz imiz muz niz iniz sinin sunun sina sine sinda sinde maq mek maga "
    "meye masi mesi ma me li lu siz suz liq lik luq luk liyi luyu ligi lugu ci cu dir dur"
)
_ENDINGS = sorted(_ENDINGS_TEXT.split(), key=len, reverse=True)
# "evdə", "evlər": these also follow words of two letters.
_AFTER_SHORT_WORDS = frozenset({"da", "de", "dan", "den", "lar", "ler"})
_HARD = {"y": "k", "g": "q"}


@lru_cache(maxsize=50_000)  # anybody may search for any word
def stem(word: str) -> str:
    """The unchanging beginning of a folded word: "komeyi" and "komekler" give "komek"."""
    while True:
        shorter = _strip(word)
        if shorter == word:
            break
        word = shorter
    # A final k or q softens before a vowel; write it hard again.
    return word[:-1] + _HARD.get(word[-1], word[-1]) if len(word) > 3 else word


def _strip(word: str) -> str:
    """`word` without its longest known ending, when enough remains."""
    for ending in _ENDINGS:
        least = 2 if ending in _AFTER_SHORT_WORDS else 3
        if word.endswith(ending) and len(word) - len(ending) >= least:
            return word[: -len(ending)]
    return word


def stems(text: str) -> list[str]:
    """The stems of the words of `text`, without words that say nothing."""
    words = _WORD.findall(fold(text))
    return [stem(word) for word in words if word not in STOP_WORDS]


@cache
def _related() -> dict[str, frozenset[str]]:
    """Stem of an everyday word to the stems that the catalogue uses for it."""
    table: dict[str, set[str]] = {}
    for everyday, ours in RELATED.items():
        for word in stems(everyday):
            table.setdefault(word, set()).update(stems(ours))
    return {word: frozenset(others - {word}) for word, others in table.items()}


def build_index(**fields: Iterable[str]) -> dict[str, str]:
    """Stems by field, as stored: `{"title": "evde sosial ...", ...}`."""
    return {name: " ".join(stems(" ".join(texts))) for name, texts in fields.items()}


def service_index(service: "Service") -> dict[str, str]:
    """The search column of a service, in both languages."""
    groups = [group.title_fold for group in service.target_groups.all()]
    steps = [" ".join(map(str, step.value.values())) for step in service.steps]
    return build_index(
        title=[service.title_az, service.title_en],
        keywords=service.keywords.splitlines(),
        groups=groups,
        text=[service.description_az, service.description_en],
        rest=[service.eligibility_az, service.eligibility_en, *steps],
    )


def _matches(wanted: str, words: Iterable[str]) -> bool:
    """Whether `wanted` is one of `words`, or the beginning of one (or the reverse)."""
    if wanted in words:
        return True
    return any(
        min(len(wanted), len(word)) >= SHORTEST_PREFIX
        and (word.startswith(wanted) or wanted.startswith(word))
        for word in words
    )


def _heaviest(wanted: str, fields: Mapping[str, frozenset[str]]) -> float:
    """The weight of the best field that has `wanted`; 0 when none has."""
    return max(
        (WEIGHTS.get(name, 1.0) for name, words in fields.items() if _matches(wanted, words)),
        default=0.0,
    )


def rank(query: str, rows: Sequence[tuple[Any, Index]]) -> list[Any]:
    """The keys of `rows` (key, index) that answer `query`, best first.

    A row that answers more of the asked words comes before one that answers fewer.
    """
    wanted = list(dict.fromkeys(stems(query)))
    fields = [
        {name: frozenset(text.split()) for name, text in index.items()} for _key, index in rows
    ]
    scores = [0.0] * len(rows)
    for word in wanted:
        for place, gain in enumerate(_gains(word, fields)):
            scores[place] += gain
    least = max(scores, default=0.0) * LEAST_SHARE
    order = sorted(range(len(rows)), key=lambda place: (-scores[place], place))
    return [rows[place][0] for place in order if scores[place] > 0 and scores[place] >= least]


def _gains(word: str, rows: Sequence[Mapping[str, frozenset[str]]]) -> list[float]:
    """What each row earns for one asked word: the best of the word and its neighbours."""
    gains = [0.0] * len(rows)
    for term, share in [
        (word, 1.0),
        *((other, RELATED_WEIGHT) for other in _related().get(word, ())),
    ]:
        found = [_heaviest(term, fields) for fields in rows]
        rarity = math.log(1 + len(rows) / (1 + sum(1 for weight in found if weight)))
        for place, weight in enumerate(found):
            gains[place] = max(gains[place], weight * share * rarity)
    return gains
