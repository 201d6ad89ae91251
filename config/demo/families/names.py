"""Invented people with Azerbaijani names; every FIN is of the right shape and nobody's."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FEMALE = (
    "Aygün", "Aytən", "Afaq", "Arzu", "Bəsti", "Cəmilə", "Çinarə", "Dilarə", "Elnarə", "Əsli",
    "Fəridə", "Fidan", "Gülnar", "Günay", "Həcər", "İradə", "Jalə", "Könül", "Ləman", "Lalə",
    "Mehriban", "Məleykə", "Nərgiz", "Nigar", "Pərvanə", "Qəmər", "Röya", "Səbinə", "Sevda",
    "Şəbnəm", "Tərlan", "Turanə", "Ülviyyə", "Vəfa", "Xəyalə", "Yeganə", "Zəhra", "Zümrüd",
)  # fmt: skip
MALE = (
    "Adil", "Anar", "Araz", "Azər", "Babək", "Cavad", "Çingiz", "Davud", "Elşən", "Emin",
    "Əkbər", "Fərhad", "Fuad", "Güloğlan", "Həsən", "İbrahim", "İlqar", "Kənan", "Kərim",
    "Məhəmməd", "Mübariz", "Nadir", "Namiq", "Orxan", "Pərviz", "Qəzənfər", "Rəşad", "Rövşən",
    "Samir", "Səməd", "Şahin", "Tahir", "Tofiq", "Ümid", "Vaqif", "Xalid", "Yaqub", "Zakir",
)  # fmt: skip
# (masculine, feminine); -li and -zadə are the same for both.
SURNAMES = tuple(
    [(f"{stem}ov", f"{stem}ova") for stem in (
        "Abbas", "Bağır", "Cəbrayıl", "Həsən", "İsmayıl", "Kazım", "Məmməd", "Novruz",
        "Orucbəy", "Rəhim", "Süleyman", "Şükür", "Vahab", "Yusif")]
    + [(f"{stem}yev", f"{stem}yeva") for stem in (
        "Ağa", "Əli", "Hacı", "Quli", "Vəli", "Musa", "Rza", "Tağı", "Şıxəli")]
    + [(name, name) for name in (
        "Aslanlı", "Bəydəmirli", "Çinarlı", "Dağlı", "Gəncəli", "Qaraqoyunlu", "Nuranlı",
        "Sarvanlı", "Tərtərli", "Yurdsevən")]
    + [(f"{stem}zadə", f"{stem}zadə") for stem in (
        "Axund", "Bay", "Çəmən", "Dəmirçi", "Hüseyn", "Köçəri", "Mirzə", "Rəsul")]
)  # fmt: skip
FIN_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
STREETS = (
    "Bulaq", "Çinar", "Dostluq", "Gülüstan", "İstiqlal", "Körpü", "Məktəb", "Nar", "Sülh",
    "Şəfəq", "Üzümlük", "Yasəmən",
)  # fmt: skip


@dataclass(frozen=True)
class Human:
    """One invented person."""

    fin: str
    last_name: str
    first_name: str
    patronymic: str
    birth_date: date
    gender: str
    phone: str

    @property
    def full_name(self) -> str:
        """As people are called on forms."""
        return f"{self.last_name} {self.first_name} {self.patronymic}"


@dataclass(frozen=True)
class Family:
    """Two adults and their children in one home."""

    mother: Human
    father: Human
    children: tuple[Human, ...]
    region: str
    district: str
    address: str


def human(rng: Random, gender: str, born: date, surname: int, father: str) -> Human:
    """A person of a family; `surname` is a place in SURNAMES, `father` a first name."""
    male = gender == "male"
    return Human(
        fin=fin(rng),
        last_name=SURNAMES[surname][0 if male else 1],
        first_name=rng.choice(MALE if male else FEMALE),
        patronymic=f"{father} {'oğlu' if male else 'qızı'}",
        birth_date=born,
        gender=gender,
        phone=f"+99450000{rng.randrange(10_000):04d}",
    )


def fin(rng: Random) -> str:
    """Seven letters and digits without I and O, beginning with Z so that it shows."""
    return "Z" + "".join(rng.choice(FIN_LETTERS) for _ in range(6))


def family(rng: Random, today: date, region: str, district: str) -> Family:
    """A family living in `district`."""
    surname = rng.randrange(len(SURNAMES))
    mother_born = today - timedelta(days=rng.randrange(26 * 365, 48 * 365))
    father_born = mother_born - timedelta(days=rng.randrange(0, 8 * 365))
    father = human(rng, "male", father_born, surname, rng.choice(MALE))
    mother = human(rng, "female", mother_born, surname, rng.choice(MALE))
    children = tuple(
        human(
            rng,
            rng.choice(("female", "male")),
            today - timedelta(days=rng.randrange(200, 17 * 365)),
            surname,
            father.first_name,
        )
        for _ in range(rng.randrange(1, 4))
    )
    street, house, flat = rng.choice(STREETS), rng.randrange(1, 90), rng.randrange(1, 60)
    home = f"{street} küçəsi, ev {house}, mənzil {flat}"
    return Family(mother, father, children, region, district, home)
