# ruff: noqa: RUF001  # Cyrillic letters are meant to be Cyrillic
"""The words of invented films' titles and overviews, in the films' languages.

Every title contains a made-up place, so that none is the title of a film that exists.
"""

from __future__ import annotations

# Beginnings and ends of made-up places: Latin letters, katakana, hangul, Cyrillic.
BEGINNINGS = (
    ("Vel", "ヴェル", "벨", "Вел"),
    ("Quill", "クイル", "퀼", "Квил"),
    ("Mor", "モル", "모르", "Мор"),
    ("Tan", "タン", "탄", "Тан"),
    ("Osk", "オスク", "오스크", "Оск"),
    ("Bram", "ブラム", "브람", "Брам"),
    ("Ilv", "イルヴ", "일브", "Илв"),
    ("Dun", "ドゥン", "둔", "Дун"),
    ("Zar", "ザル", "자르", "Зар"),
    ("Pell", "ペル", "펠", "Пел"),
    ("Hask", "ハスク", "하스크", "Хаск"),
    ("Fen", "フェン", "펜", "Фен"),
    ("Lor", "ロル", "로르", "Лор"),
    ("Kest", "ケスト", "케스트", "Кест"),
    ("Nim", "ニム", "님", "Ним"),
    ("Yar", "ヤル", "야르", "Яр"),
    ("Grev", "グレヴ", "그레브", "Грев"),
    ("Turl", "トゥルル", "투를", "Турл"),
    ("Ebb", "エブ", "에브", "Эб"),
    ("Wend", "ウェンド", "웬드", "Венд"),
)
ENDS = (
    ("moor", "ムア", "무어", "мур"),
    ("holme", "ホルム", "홀름", "хольм"),
    ("andra", "アンドラ", "안드라", "андра"),
    ("ikka", "イッカ", "이카", "икка"),
    ("eth", "エト", "에트", "ет"),
    ("osa", "オサ", "오사", "оса"),
    ("una", "ウナ", "우나", "уна"),
    ("essy", "エシー", "에시", "есси"),
    ("ory", "オリ", "오리", "ори"),
    ("ash", "アッシュ", "애시", "аш"),
    ("imar", "イマル", "이마르", "имар"),
    ("ubra", "ウブラ", "우브라", "убра"),
    ("wisk", "ウィスク", "위스크", "виск"),
    ("enna", "エンナ", "엔나", "енна"),
    ("ulm", "ウルム", "울름", "ульм"),
)

# English, Portuguese with its gender, Spanish with article, French, Japanese, Korean, Russian.
NOUNS = (
    ("Lighthouse", "Farol", "m", "El faro", "Le Phare", "灯台", "등대", "Маяк"),
    ("Clockmaker", "Relojoeiro", "m", "El relojero", "L'Horloger", "時計師", "시계공", "Часовщик"),
    ("Orchard", "Pomar", "m", "El huerto", "Le Verger", "果樹園", "과수원", "Сад"),
    ("Widow", "Viúva", "f", "La viuda", "La Veuve", "未亡人", "미망인", "Вдова"),
    ("Gate", "Portão", "m", "La puerta", "La Porte", "門", "문", "Ворота"),
    ("Ferry", "Balsa", "f", "La balsa", "Le Bac", "渡し船", "나룻배", "Паром"),
    ("Winter", "Inverno", "m", "El invierno", "L'Hiver", "冬", "겨울", "Зима"),
    ("Songbook", "Cancioneiro", "m", "El cancionero", "Le Recueil", "歌集", "노래책", "Песенник"),
    ("Heist", "Assalto", "m", "El golpe", "Le Casse", "強奪", "강도", "Ограбление"),
    ("Garden", "Jardim", "m", "El jardín", "Le Jardin", "庭", "정원", "Цветник"),
    ("Signal", "Sinal", "m", "La señal", "Le Signal", "信号", "신호", "Сигнал"),
    ("Bridge", "Ponte", "f", "El puente", "Le Pont", "橋", "다리", "Мост"),
    ("Harvest", "Colheita", "f", "La cosecha", "La Moisson", "収穫", "수확", "Урожай"),
    ("Theatre", "Teatro", "m", "El teatro", "Le Théâtre", "劇場", "극장", "Театр"),
    ("Painter", "Pintor", "m", "El pintor", "Le Peintre", "画家", "화가", "Художник"),
    ("Storm", "Tempestade", "f", "La tormenta", "La Tempête", "嵐", "폭풍", "Буря"),
    ("Letter", "Carta", "f", "La carta", "La Lettre", "手紙", "편지", "Письмо"),
    ("Island", "Ilha", "f", "La isla", "L'Île", "島", "섬", "Остров"),
    ("Bakery", "Padaria", "f", "La panadería", "La Boulangerie", "パン屋", "빵집", "Пекарня"),
    ("Machine", "Máquina", "f", "La máquina", "La Machine", "機械", "기계", "Машина"),
    ("Curse", "Maldição", "f", "La maldición", "La Malédiction", "呪い", "저주", "Проклятие"),
    ("Wedding", "Casamento", "m", "La boda", "Le Mariage", "婚礼", "결혼식", "Свадьба"),
)
ADJECTIVES = (
    ("Last", "Último", "Última"),
    ("Silent", "Silencioso", "Silenciosa"),
    ("Crooked", "Torto", "Torta"),
    ("Golden", "Dourado", "Dourada"),
    ("Forgotten", "Esquecido", "Esquecida"),
    ("Second", "Segundo", "Segunda"),
    ("Invisible", "Invisível", "Invisível"),
    ("Reluctant", "Relutante", "Relutante"),
)

# What overviews are made of, each in English and Portuguese.
HEROES = (
    ("a retired diver", "um mergulhador aposentado"),
    ("a young archivist", "uma jovem arquivista"),
    ("a disgraced detective", "um detetive caído em desgraça"),
    ("a travelling baker", "uma padeira viajante"),
    ("twins raised apart", "um par de gêmeos criados separados"),
    ("an engineer with no memory", "uma engenheira sem memória"),
    ("a stubborn beekeeper", "um apicultor teimoso"),
    ("a radio astronomer", "uma radioastrônoma"),
)
TURNS = (
    ("finds a door that opens only at low tide", "encontra uma porta que só se abre na maré baixa"),
    (
        "is asked to forge the one map that matters",
        "recebe o pedido de falsificar o único mapa que importa",
    ),
    ("inherits a debt nobody dares to name", "herda uma dívida que ninguém ousa nomear"),
    (
        "hears a broadcast from a town that drowned",
        "ouve a transmissão de uma cidade que se afogou",
    ),
    (
        "must win a race that ended long ago",
        "precisa vencer uma corrida que terminou há muito tempo",
    ),
    ("hides a stranger from the whole valley", "esconde um estranho de todo o vale"),
    ("wakes a machine that keeps promises", "desperta uma máquina que cumpre promessas"),
)
STAKES = (
    ("and has until morning to put it right", "e tem até a manhã para consertar tudo"),
    ("while the harbour fills with rumours", "enquanto o porto se enche de boatos"),
    ("and learns what the silence was for", "e descobre para que servia o silêncio"),
    ("before the first snow closes the pass", "antes que a primeira neve feche a passagem"),
    ("and nobody at home believes a word", "e ninguém em casa acredita em uma palavra"),
)
TAGLINES = (
    ("Some doors remember.", "Algumas portas se lembram."),
    ("Home is the longest road.", "A casa é o caminho mais longo."),
    ("Nobody leaves on time.", "Ninguém parte na hora."),
    ("Bring a lantern.", "Traga uma lanterna."),
)
FIRST_NAMES = (
    "Ada", "Bela", "Ciro", "Dagny", "Edo", "Fanny", "Gil", "Hedda", "Ivo", "Juno", "Kai", "Lio",
    "Mara", "Nils", "Ona", "Pia", "Rune", "Sol", "Tove", "Uma", "Vito", "Wanda", "Yara", "Zeno",
)  # fmt: skip
KEYWORDS = (
    "heist", "harvest", "lighthouse", "winter", "letters", "ghost ship", "orchard", "lost map",
    "siblings", "machine", "bridge", "village", "first love", "courtroom", "volcano", "carnival",
)  # fmt: skip
COMPANIES = ("Pictures", "Film Works", "& Daughters", "Moving Images", "Lantern House")

PORTUGUESE_GENRES = {
    28: "Ação", 12: "Aventura", 16: "Animação", 35: "Comédia", 80: "Crime", 99: "Documentário",
    18: "Drama", 10751: "Família", 14: "Fantasia", 36: "História", 27: "Terror", 10402: "Música",
    9648: "Mistério", 10749: "Romance", 878: "Ficção científica", 10770: "Cinema TV",
    53: "Thriller", 10752: "Guerra", 37: "Faroeste",
}  # fmt: skip

# Original language: share of films, country, name in English, name in itself.
LANGUAGES = {
    "en": (0.68, "US", "English", "English"),
    "ja": (0.08, "JP", "Japanese", "日本語"),
    "ko": (0.05, "KR", "Korean", "한국어/조선말"),
    "fr": (0.06, "FR", "French", "Français"),
    "es": (0.07, "ES", "Spanish", "Español"),
    "pt": (0.03, "BR", "Portuguese", "Português"),
    "ru": (0.03, "RU", "Russian", "Pусский"),
}
COUNTRIES = {
    "US": "United States of America",
    "GB": "United Kingdom",
    "JP": "Japan",
    "KR": "South Korea",
    "FR": "France",
    "ES": "Spain",
    "BR": "Brazil",
    "RU": "Russia",
}
