"""TMDB's codes of countries and languages, and the names for them that CLDR does not have.

Names of one country or language are one text, with bars between them.
"""

# ruff: noqa: RUF001  (letters of many scripts are the matter here)

from __future__ import annotations

_COUNTRY_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
    "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
    "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
    "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
    "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
    "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
    "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
    "VN VU WF WS YE YT ZA ZM ZW "
    # TMDB's own, mostly for former countries.
    "AN CS SU XC XG XI XK YU"
)
_LANGUAGE_CODES = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy "
    "da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht "
    "hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky "
    "la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny "
    "oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss "
    "st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo "
    "za zh zu "
    # TMDB's own: Cantonese, Moldavian, Serbo-Croatian, no language.
    "cn mo sh xx"
)

COUNTRY_CODES = frozenset(_COUNTRY_CODES.split())
LANGUAGE_CODES = frozenset(_LANGUAGE_CODES.split())
"""The codes that TMDB writes."""

COUNTRIES: dict[str, str] = {
    "AE": "UAE",
    "AN": "Netherlands Antilles",
    "BA": "Bosnia",
    "BN": "Brunei Darussalam",
    "BO": "Plurinational State of Bolivia",
    "CC": "Cocos Islands",
    "CD": "Democratic Republic of the Congo|DR Congo|Zaire",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast|Cote DIvoire",
    "CN": "People's Republic of China|PRC",
    "CS": "Serbia and Montenegro|State Union of Serbia and Montenegro",
    "CV": "Cabo Verde",
    "CZ": (
        "Czech Republic|República Tcheca|República Checa|République tchèque|"
        "Tschechische Republik|Repubblica Ceca"
    ),
    "DE": (
        "West Germany|Federal Republic of Germany|Alemanha Ocidental|Alemania Occidental|"
        "Allemagne de l'Ouest|Westdeutschland|BRD|Germania Ovest"
    ),
    "FK": "Falkland Islands Malvinas",
    "FM": "Federated States of Micronesia",
    "FO": "Faeroe Islands",
    "GB": (
        "Great Britain|England|Scotland|Wales|UK|Inglaterra|Grã-Bretanha|Gran Bretaña|"
        "Grande-Bretagne|Angleterre|Großbritannien|Gran Bretagna|"
        "United Kingdom of Great Britain and Northern Ireland"
    ),
    "GP": "Guadaloupe",
    "HK": "Hong Kong|Hongkong|Hong Kong SAR",
    "HM": "Heard and McDonald Islands",
    "IE": "Republic of Ireland",
    "IR": "Islamic Republic of Iran",
    "KG": "Kyrgyz Republic",
    "KP": "Democratic People's Republic of Korea",
    "KR": "Republic of Korea",
    "LA": "Lao People's Democratic Republic|Lao",
    "LY": "Libyan Arab Jamahiriya",
    "MD": "Republic of Moldova",
    "MK": (
        "Macedonia|Former Yugoslav Republic of Macedonia|Republic of Macedonia|"
        "Republic of North Macedonia|Macédoine|Mazedonien"
    ),
    "MM": "Myanmar|Burma|Birmânia|Birmanie|Birma",
    "MO": "Macao|Macau|Macao SAR",
    "NL": "Holland|Holanda|Hollande|Olanda",
    "PN": "Pitcairn Island|Pitcairn",
    "PS": (
        "Palestine|Palestinian Territory|State of Palestine|Palestina|Palästina|"
        "Occupied Palestinian Territory"
    ),
    "RU": (
        "Russian Federation|Federação Russa|Federación de Rusia|Fédération de Russie|"
        "Russische Föderation|Federazione Russa"
    ),
    "SH": "St. Helena",
    "SJ": "Svalbard & Jan Mayen Islands",
    "SK": "Slovak Republic",
    "SU": (
        "Soviet Union|USSR|Union of Soviet Socialist Republics|União Soviética|Unión Soviética|"
        "Union soviétique|URSS|Sowjetunion|UdSSR|Unione Sovietica"
    ),
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland|Suazilândia|Swasiland",
    "TL": "East Timor",
    "TR": "Turkey",
    "TW": "Taiwan, Province of China|Republic of China",
    "TZ": "United Republic of Tanzania",
    "UM": "United States Minor Outlying Islands",
    "US": (
        "United States of America|US|USA|EUA|EE. UU.|EEUU|Estados Unidos da América|"
        "Estados Unidos de América|États-Unis d'Amérique|Vereinigte Staaten von Amerika|"
        "Stati Uniti d'America"
    ),
    "VA": "Holy See|Holy See Vatican City State|Vatican City State|Vatican",
    "VE": "Bolivarian Republic of Venezuela",
    "VI": "US Virgin Islands",
    "VN": "Viet Nam",
    "WF": "Wallis and Futuna Islands",
    "XC": (
        "Czechoslovakia|Tchecoslováquia|Checoslováquia|Tchécoslovaquie|Tschechoslowakei|"
        "Cecoslovacchia"
    ),
    "XG": (
        "East Germany|German Democratic Republic|GDR|Alemanha Oriental|DDR|Alemania Oriental|"
        "Allemagne de l'Est|Ostdeutschland|Germania Est"
    ),
    "XI": "Northern Ireland",
    "YU": (
        "Yugoslavia|Federal Republic of Yugoslavia|Iugoslávia|Jugoslávia|"
        "Socialist Federal Republic of Yugoslavia|Yougoslavie|Jugoslawien"
    ),
}
"""Names that CLDR lacks: TMDB's, ISO's long ones, and former ones."""

OLD_COUNTRY_CODES = {"DD": "XG", "BU": "MM", "TP": "TL", "ZR": "CD", "FX": "FR"} | {
    "UK": "GB", "SUN": "SU", "CSK": "XC", "YUG": "YU", "DDR": "XG", "SCG": "CS", "ANT": "AN"
}  # fmt: skip

LANGUAGES: dict[str, str] = {
    "ar": "العربية",
    "az": "Azərbaycan",
    "be": "беларуская мова",
    "bg": "български език|български",
    "bm": "Bamanankan",
    "bn": "বাংলা",
    "bs": "Bosanski",
    "ca": "Català",
    "cn": "Cantonese|广州话 / 廣州話|广州话|廣州話|粤语|粵語",
    "cs": "Český|Čeština",
    "cu": "Slavic",
    "cy": "Cymraeg",
    "da": "Dansk",
    "ee": "Èʋegbe",
    "el": "ελληνικά",
    "es": "Castilian|Castellano|Espanol",
    "et": "Eesti",
    "eu": "euskera|euskara",
    "fa": "فارسی|Farsi",
    "ff": "Fulfulde|Fulah",
    "fi": "suomi",
    "fy": "Frisian",
    "ga": "Gaeilge",
    "gd": "Gaelic",
    "gl": "Galego|Gallegan",
    "he": "עִבְרִית|עברית",
    "hi": "हिन्दी|हिंदी",
    "hr": "Hrvatski",
    "ht": "Haitian; Haitian Creole|Haitian",
    "hu": "Magyar",
    "hy": "Հայերեն",
    "id": "Bahasa indonesia",
    "ii": "Yi",
    "is": "Íslenska",
    "ja": "日本語",
    "ka": "ქართული",
    "kk": "қазақ",
    "km": "ភាសាខ្មែរ|ខ្មែរ",
    "kn": "ಕನ್ನಡ",
    "ko": "한국어/조선말|한국어|조선말",
    "ky": "Kirghiz",
    "lb": "Letzeburgesch",
    "lt": "Lietuvių|Lietuvikai",
    "lv": "Latviešu",
    "mh": "Marshall",
    "mk": "Македонски",
    "ml": "മലയാളം",
    "mn": "Монгол",
    "mo": "Moldavian",
    "mr": "मराठी",
    "ms": "Bahasa melayu",
    "mt": "Malti",
    "na": "Nauru",
    "nb": "Bokmål|Norsk bokmål",
    "ne": "नेपाली",
    "nl": "Nederlands",
    "nn": "Norsk nynorsk",
    "no": "Norsk",
    "ny": "Chichewa; Nyanja|Chichewa",
    "or": "Oriya",
    "os": "Ossetian; Ossetic|Ossetian",
    "pa": "ਪੰਜਾਬੀ|Panjabi",
    "pl": "Polski",
    "ps": "پښتو|Pushto",
    "pt": "Português",
    "rm": "Raeto-Romance",
    "rn": "Kirundi",
    "ro": "Română",
    "ru": "Pусский|Русский",  # TMDB's begins with a Latin P
    "rw": "Kinyarwanda",
    "sh": "Serbo-Croatian|Serbo-Croat",
    "si": "Sinhalese",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sq": "shqip",
    "sr": "Srpski|Српски",
    "ss": "Swati",
    "st": "Sotho",
    "sv": "svenska",
    "sw": "Kiswahili",
    "ta": "தமிழ்",
    "te": "తెలుగు",
    "th": "ภาษาไทย|ไทย",
    "tl": "Tagalog|Filipino|Pilipino",
    "to": "Tonga",
    "tr": "Türkçe",
    "ug": "Uighur",
    "uk": "Український|Українська",
    "ur": "اردو",
    "uz": "ozbek",
    "vi": "Tiếng Việt",
    "xx": "No Language|No linguistic content",
    "zh": "Mandarin|Mandarin Chinese|普通话|普通話|中文|汉语|漢語|国语|國語",
    "zu": "isiZulu",
}
"""Names that CLDR lacks: TMDB's English ones, and those of ``spoken_languages``."""

# ISO 639-2's other names of three letters for twenty languages, and TMDB's codes for a few more.
LONG_LANGUAGE_CODES = {
    "alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl",
    "fre": "fr", "geo": "ka", "ger": "de", "gre": "el", "ice": "is", "mac": "mk", "mao": "mi",
    "may": "ms", "per": "fa", "rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy",
    "yue": "cn", "cmn": "zh", "fil": "tl", "tgl": "tl", "hbs": "sh", "mol": "mo", "zxx": "xx",
    "twi": "tw", "iw": "he", "in": "id", "ji": "yi", "jw": "jv",
}  # fmt: skip
NO_LANGUAGES = frozenset({"mis", "mul", "und"})

AMBIGUOUS = frozenset({"congo", "ndebele"})
"""Names of two countries, and of two languages, at TMDB."""
