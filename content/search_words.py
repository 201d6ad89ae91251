"""Everyday words and the words the catalogue uses for the same need.

An admin adds words to one service or group in the admin; here stand those that hold for
the language at large. Both sides may have any ending.
"""

from config.shared.text import fold

STOP_WORDS = frozenset(
    fold(
        "və ilə üçün bir bu o mən mənim mənə məni bizim bizə sizin onun lazım lazımdır "
        "istəyirəm necə nə var yox olan olunan üzrə haqqında çox "
        "the a an for my of to and i we our in at are need want how with"
    ).split()
)

RELATED = {
    "ata ana nənə baba valideynim": "ahıl",
    "father mother grandmother grandfather parents": "ahıl elderly",
    "yaşlı qoca pensiyaçı old pensioner senior": "ahıl elderly",
    "baxmaq baxım bakıcı look after carer": "qulluq evdə səyyar məişət home household",
    "kömək help support": "yardım dəstək məişət help support",
    "qulluq nurse": "evdə məişət home care",
    "döymək döyür döyürlər vurur dava hədə qorxuram": "zorakılıq",
    "beat hit hurt afraid abuse": "zorakılıq violence",
    "şiddət zorlama": "zorakılıq violence",
    "ərim arvad yoldaşım husband wife": "məişət zorakılığı domestic violence",
    "körpə övlad balam oğlum qızım bala baby kid son daughter": "uşaq child",
    "əlil şikəst wheelchair disabled handicap": "əlillik disability",
    "autizm daun autism down": "əlillik inkişaf reabilitasiya disability",
    "evsiz küçədə qalmağa gecələmək homeless street": "sığınacaq yaşayış shelter",
    "qaçmaq gizlənmək escape hide": "sığınacaq shelter",
    "yemək ərzaq ac pul geyim food money hungry clothes": "ərzaq ilkin təcili aid",
    "işsiz iş work job unemployed": "məşğulluq employment",
    "həbs həbsxana türmə məhbus prison jail": "cəza azad release",
    "müharibə qazi şəhid war veteran": "qazi şəhid veteran",
    "dava dalaşma fight": "mübahisə mediasiya mediation",
    "boşanma ayrılmaq mübahisə divorce quarrel": "mediasiya ailədaxili mediation",
    "vəkil məhkəmə hüquqşünas lawyer court": "hüquqi legal",
    "depressiya stress kədər psixoloq depressed psychologist": "psixoloji psixo psychological",
    "xəstə həkim dərman ill sick doctor": "tibbi səhiyyə xəstəlik medical health",
    "yetim orphan": "himayə valideyn foster parental",
    "zəng telefon call phone": "qaynar xətt hotline",
    "təhsil məktəb dərs school": "pedaqoji pedagogic",
}
