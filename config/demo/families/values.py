"""Plausible answers by the kind of question."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from config.demo.families.names import FEMALE, MALE, STREETS, SURNAMES, fin
from forms_builder.choices import Choice

_NUMBER = re.compile(r"\.\s*(>=|<=|>|<)\s*([0-9]+(?:\.[0-9]+)?)")
_AFTER = re.compile(r"\.\s*>=?\s*\$\{(\w+)\}")
_BEFORE = re.compile(r"\.\s*<=?\s*\$\{(\w+)\}")
_LENGTH = re.compile(r"string-length\(\.\)\s*>=\s*([0-9]+)")

SENTENCES = (
    "Ailə ilə söhbət aparıldı, ehtiyaclar birlikdə müəyyən edildi.",
    "Uşaqların məktəbə davamiyyəti yoxlanıldı və müəllimlə danışıldı.",
    "Mənzil şəraiti baxışdan keçirildi, istilik və işıq təminatı qənaətbəxşdir.",
    "Şəxsə xidmətlər, hüquqları və şikayət qaydası izah olundu.",
    "Növbəti görüşün vaxtı razılaşdırıldı, əlaqə nömrəsi dəqiqləşdirildi.",
    "Qohumların dəstəyi məhduddur, qonşular gündəlik köməyə hazırdır.",
    "Sənədlərin surətləri alındı, çatışmayan arayış bir həftəyə təqdim olunacaq.",
    "Psixoloqla fərdi görüş təklif edildi və razılıq alındı.",
)
SHORT = (
    "razılaşdırılıb", "plan üzrə", "yerində baxış", "ailənin istəyi ilə", "əlavə qeyd yoxdur",
)  # fmt: skip
# The first pattern that fits a question's name decides.
TEXTS: tuple[tuple[str, str], ...] = (
    (r"(^|_)fin$", "fin"),
    (r"phone$", "phone"),
    (r"email$", "email"),
    (r"voen$", "tax"),
    (r"last_name$", "last_name"),
    (r"first_name$", "first_name"),
    (r"patronymic$", "patronymic"),
    (r"address$|landmark$", "address"),
    (r"settlement$", "settlement"),
    (r"inst_name|institution_name|org_name|workplace", "body"),
    (r"_no$|number$|birth_cert$", "number"),
    (r"_name$|person$|responsible$|curator$|worker$|assessor$|host$", "person"),
    (r"link$", "link"),
)


class Values:
    """Invents answers for one form filled at `now`."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng, self.now = rng, now

    @property
    def today(self) -> date:
        """The day of filling."""
        return self.now.date()

    def choice(self, node: Mapping[str, Any], offered: Sequence[Choice]) -> Any:
        """One or several of the choices offered now."""
        names = [choice.name for choice in offered]
        if not names:
            return None
        if node["type"] == "select_one":
            return self.rng.choice(names)
        count = min(len(names), self.rng.randint(1, 3))
        picked = set(self.rng.sample(names, count))
        return [name for name in names if name in picked]

    def invent(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> Any:
        """An answer for a question without a list."""
        makers = {
            "integer": self.whole,
            "range": self.whole,
            "decimal": self.decimal,
            "date": self.day,
            "dateTime": self.moment,
            "time": self.time,
            "geopoint": self.point,
            "acknowledge": self.acknowledge,
            "file": self.file,
            "image": self.file,
        }
        return makers.get(node["type"], self.text)(node, answers)

    # --- numbers, days -------------------------------------------------------------------

    def bounds(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[int, int]:
        """The smallest and greatest number that the rule speaks of."""
        rule = str(node.get("constraint", ""))
        low, high = 0, 0
        for operator, number in _NUMBER.findall(rule):
            value = int(float(number))
            if operator.startswith(">"):
                low = value + (operator == ">")
            else:
                high = value - (operator == "<")
        for name in _AFTER.findall(rule):
            low = max(low, int(as_number(answers.get(name))))
        for name in _BEFORE.findall(rule):
            named = int(as_number(answers.get(name)))
            high = min(high, named) if high else named
            if high <= low:
                return low, low
        return low, max(low, high or low + 6)

    def whole(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> int:
        """A whole number within the rule, rather small."""
        if "year" in node["name"] and not node.get("constraint"):
            return self.today.year
        low, high = self.bounds(node, answers)
        return self.rng.randint(low, min(high, low + max(6, (high - low) // 2)))

    def decimal(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> float:
        """An amount: income, area, fee."""
        low, high = self.bounds(node, answers)
        if "constraint" not in node or high <= low + 6:
            high = low + 600
        return float(round(self.rng.uniform(low, high) / 5) * 5 + (1 if low > 0 else 0))

    def day(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
        """A day: of birth, before today, or after what the rule names."""
        rule, name = str(node.get("constraint", "")), node["name"]
        if "birth" in name:
            return str(self.today - timedelta(days=self.rng.randrange(400, 16 * 365)))
        start = max(days_of(answers, _AFTER.findall(rule)), default=None)
        last = min(days_of(answers, _BEFORE.findall(rule)), default=None)
        past = "<= today()" in rule or "< today()" in rule
        if start or last:
            return str(self.between(start, last, self.today if past else None))
        if past and re.search(r"start|from|begin|since", name):
            return str(self.today - timedelta(days=self.rng.randint(30, 90)))
        future = "> today()" in rule or ">= today()" in rule
        if future or (not past and re.search(r"next|due|valid|end", name)):
            return str(self.today + timedelta(days=self.rng.randint(1, 60)))
        back = (20, 60) if "start" in name else (0, 5)
        return str(self.today - timedelta(days=self.rng.randint(*back)))

    def between(self, start: date | None, *bounds: date | None) -> date:
        """A few days after `start` and not after any of `bounds`; one of them is known."""
        last = min((day for day in bounds if day), default=None)
        begin = start or (last or self.today) - timedelta(days=13)
        day = begin + timedelta(days=self.rng.randint(1, 13))
        return min(day, last) if last else day

    def moment(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
        """A moment in the last hours."""
        moment = self.now - timedelta(minutes=self.rng.randint(10, 240))
        return moment.replace(second=0, microsecond=0).isoformat()

    def time(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
        """A time of day, later where the rule wants it later."""
        after = _AFTER.findall(str(node.get("constraint", "")))
        hour = 9 + self.rng.randint(0, 3) + (6 if after else 0)
        return f"{hour:02d}:{self.rng.choice((0, 15, 30, 45)):02d}"

    def point(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, float]:
        """Somewhere in the country."""
        lat, lon = self.rng.uniform(39.2, 41.3), self.rng.uniform(46.4, 49.4)
        return {"lat": round(lat, 5), "lon": round(lon, 5)}

    def acknowledge(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
        """Consent given."""
        return "OK"

    def file(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
        """A stand-in; whoever submits stores a real file in its place."""
        image = node["type"] == "image"
        kind, name = ("image/png", "sekil.png") if image else ("application/pdf", "sened.pdf")
        return {"id": PLACEHOLDER, "name": name, "size": 1, "type": kind}

    # --- texts ---------------------------------------------------------------------------

    def text(self, node: Mapping[str, Any], answers: Mapping[str, Any]) -> str:
        """A text that fits the question's name and the length that its rule asks."""
        for pattern, kind in TEXTS:
            if re.search(pattern, node["name"]):
                return self.special(kind)
        found = _LENGTH.search(str(node.get("constraint", "")))
        wanted = int(found[1]) if found else 0
        if node.get("appearance") != "multiline" and not wanted:
            return self.rng.choice(SHORT)
        text = self.rng.choice(SENTENCES)
        while len(text) < wanted:
            text = f"{text} {self.rng.choice(SENTENCES)}"
        return text

    def special(self, kind: str) -> str:
        """A text of a known kind."""
        rng = self.rng
        surname = rng.choice(SURNAMES)[rng.randrange(2)]
        makers: dict[str, Callable[[], str]] = {
            "fin": lambda: fin(rng),
            "phone": lambda: f"+99450000{rng.randrange(10_000):04d}",
            "email": lambda: f"nomune{rng.randrange(1000)}@example.az",
            "tax": lambda: f"99{rng.randrange(10**8):08d}",
            "last_name": lambda: surname,
            "first_name": lambda: rng.choice(FEMALE + MALE),
            "patronymic": lambda: f"{rng.choice(MALE)} {rng.choice(('oğlu', 'qızı'))}",
            "address": lambda: f"{rng.choice(STREETS)} küçəsi, ev {rng.randrange(1, 90)}",
            "settlement": lambda: f"{rng.choice(STREETS)} qəsəbəsi",
            "body": lambda: f"“{rng.choice(STREETS)}” mərkəzi",
            "number": lambda: f"{rng.randrange(1, 999)}/{self.today.year}",
            "person": lambda: f"{surname} {rng.choice(FEMALE + MALE)}",
            "link": lambda: "https://example.az/otaq",
        }
        return makers[kind]()


PLACEHOLDER = "00000000-0000-0000-0000-000000000000"


def as_number(value: Any) -> float:
    """A number, 0 for anything else."""
    return float(value) if isinstance(value, int | float) else 0.0


def days_of(answers: Mapping[str, Any], names: Iterable[str]) -> list[date]:
    """The days that these questions answered."""
    return [day for name in names if (day := as_day(answers.get(name)))]


def as_day(value: Any) -> date | None:
    """A day from ISO text."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
