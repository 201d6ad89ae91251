"""People who use the demo: one for each persona, and colleagues who make its history."""

from dataclasses import dataclass

PASSWORD = "Dayaq-demo-2026"  # noqa: S105 - the demo is a show; production never loads it


@dataclass(frozen=True)
class Person:
    """A user with one appointment; `area` is a place's code, "" the whole country."""

    username: str
    first_name: str
    last_name: str
    role: str
    organization: str
    area: str
    who: str
    group: str = ""


PEOPLE = [
    Person("admin", "Kamran", "Nəbizadə", "admin", "eesmn", "",
           "konfiqurasiya inzibatçısı / configuration admin", "Configuration admins"),
    Person("isci", "Aygün", "Səfərova", "social_worker", "sxa", "sumqayit",
           "sosial işçi, Sumqayıt / caseworker"),
    Person("telimci", "Rəna", "Quliyeva", "trainer", "eesmn", "",
           "təlimçi / trainer", "Trainers"),
    Person("auditor", "Elçin", "Mürsəlov", "auditor", "eesmn", "",
           "auditor", "Auditors"),
    Person("qurum", "Nigar", "İsmayıllı", "agency_rep", "sn", "",
           "qurum nümayəndəsi, Səhiyyə Nazirliyi / agency user"),
    Person("supervizor", "Tural", "Həsənov", "supervisor", "sxa", "",
           "supervizor / supervisor"),
    Person("novbetci", "Vüqar", "Abbaslı", "duty_officer", "sxa", "",
           "növbətçi / duty officer"),
    Person("operator", "Sevinc", "Babayeva", "registrar", "sxa", "",
           "reyestr operatoru / registrar"),
    Person("psixoloq", "Leyla", "Rəhimova", "psychologist", "sxa", "",
           "psixoloq / psychologist"),
]  # fmt: skip
COLLEAGUES = [
    Person("isci_respublika", "Aysel", "Nəcəfli", "social_worker", "sxa", "", ""),
    Person("isci_baki", "Orxan", "Vəliyev", "social_worker", "sxa", "baki", ""),
    Person("isci_gence", "Günel", "Xəlilova", "social_worker", "sxa", "gence", ""),
    Person("isci_seki", "Məhəmməd", "Şıxəliyev", "social_worker", "sxa", "seki_seh", ""),
    Person("qurum_etn", "Fidan", "Cəfərli", "agency_rep", "etn", "", ""),
    Person("qurum_din", "Ramil", "Kərimov", "agency_rep", "din", "", ""),
    Person("qurum_edn", "Zaur", "Əhmədov", "agency_rep", "edn", "", ""),
    Person("yerli", "Çimnaz", "Ağayeva", "agency_rep", "yiho", "", ""),
    Person("qht", "İlahə", "Musayeva", "ngo_manager", "qht", "", ""),
    Person("mediator", "Yusif", "Rzayev", "mediator", "mediasiya_surasi", "", ""),
    Person("mudir", "Xatirə", "Məmmədzadə", "inst_head", "eesmn", "", ""),
    Person("mufettis", "Cavid", "Orucov", "quality_inspector", "eesmn", "", ""),
    Person("komissiya", "Ülkər", "Bağırova", "commission_member", "eesmn", "", ""),
    Person("katib", "Səbinə", "Əliyeva", "council_secretary", "eesmn", "", ""),
    Person("plan", "Anar", "Zeynallı", "plan_coordinator", "eesmn", "", ""),
    Person("pedaqoq", "Nərmin", "Həmidova", "social_pedagogue", "sxa", "", ""),
    Person("xidmetci", "Gülşən", "Tağıyeva", "social_care_worker", "sxa", "", ""),
]  # fmt: skip

# What `make demo` prints. Citizens need no account: they use the public pages.
DEMO_USERS = [(person.username, PASSWORD, person.who) for person in PEOPLE]
