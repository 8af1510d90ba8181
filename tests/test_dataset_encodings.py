"""Which encoding a file is taken to be in, and which are refused."""

import codecs
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.require import SHARED_DATA
from tmdbdash.importing.datasets.data_files import TextFile
from tmdbdash.importing.datasets.encodings import judge, named_encoding
from tmdbdash.importing.datasets.problems import DatasetError

TITLES = {
    "fr": [
        "Le Fabuleux Destin d'Amélie Poulain",
        "À bout de souffle",
        "Les Misérables",
        "Entre les murs",
    ],
    "es": [
        "El laberinto del señor",
        "Relatos salvajes: ¿quién?",
        "Mañana será otro día",
        "Corazón",
    ],
    "pt": ["Central do Brasil: a estação", "O Auto da Compadecida, São João", "Paixão e ilusões"],
    "de": [
        "Das Leben der Anderen",
        "Die fetten Jahre sind vorüber",
        "Gegen die Wand über Köln",
        "Öde",
    ],
    "sv": ["Fucking Åmål", "Så som i himmelen", "Låt den rätte komma in", "Smultronstället"],
    "pl": ["Człowiek z żelaza", "Zimna wojna", "Popiół i diament", "Nóż w wodzie", "Miś"],
    "cs": ["Ostře sledované vlaky", "Hoří, má panenko", "Černý Petr", "Kůň", "Příběh"],
    "hu": ["Szegénylegények", "Az ötödik pecsét", "Saul fia", "Macskajáték", "Erdő", "Hűség"],
    "ro": ["4 luni, 3 săptămâni şi 2 zile", "Poliţist, adjectiv", "După dealuri"],
    "tr": ["Bir Zamanlar Anadolu'da", "Kış Uykusu", "Ağır Roman", "Selvi Boylum Al Yazmalım"],
    "lt": ["Tadas Blinda. Pradžia", "Jausmai ir ąžuolai", "Niekas nenorėjo mirti"],
    "ru": ["Ирония судьбы", "Брат", "Летят журавли", "Москва слезам не верит"],
    "uk": ["Тіні забутих предків", "Плем'я", "Поводир"],
    "el": ["Το βλέμμα του Οδυσσέα", "Κυνόδοντας", "Μια αιωνιότητα και μια μέρα"],
    "he": ["ואלס עם באשיר", "הערת שוליים", "לבנון"],
    "ar": ["باب الحديد", "كفرناحوم", "المومياء"],
    "th": ["องค์บาก", "ลุงบุญมีระลึกชาติ", "ฉลาดเกมส์โกง"],
    "ja": ["千と千尋の神隠し", "七人の侍", "となりのトトロ"],
    "zh": ["卧虎藏龙", "霸王别姬", "大红灯笼高高挂"],
    "tw": ["悲情城市", "一一", "飲食男女"],
    "ko": ["기생충", "올드보이", "살인의 추억"],
}
REFUSED = [
    ("cp1250", "pl"), ("iso8859_2", "pl"), ("cp852", "pl"), ("cp1250", "cs"), ("iso8859_2", "cs"),
    ("cp1250", "hu"), ("cp852", "hu"), ("cp1250", "ro"), ("cp1254", "tr"), ("cp857", "tr"),
    ("cp1257", "lt"), ("cp1251", "ru"), ("koi8_r", "ru"), ("cp866", "ru"), ("iso8859_5", "ru"),
    ("mac_cyrillic", "ru"), ("cp1251", "uk"), ("koi8_u", "uk"), ("cp1253", "el"), ("cp1255", "he"),
    ("cp1256", "ar"), ("cp874", "th"), ("shift_jis", "ja"), ("euc_jp", "ja"), ("iso2022_jp", "ja"),
    ("gbk", "zh"), ("gb18030", "zh"), ("big5", "tw"), ("euc_kr", "ko"), ("mac_roman", "fr"),
    ("mac_roman", "sv"), ("cp850", "de"), ("cp850", "fr"), ("cp437", "es"), ("mac_roman", "es"),
]  # fmt: skip


def csv_of(titles: list[str]) -> str:
    rows = [f"{n},{title},{n}.5,100\n" for n, title in enumerate(titles, start=1)]
    return "id,title,popularity,vote_count\n" + "".join(rows)


def judged(raw: bytes, piece: int = 65536) -> tuple[str, str | None]:
    """The text as it is read, in pieces of a size, and what is said of it."""

    def blocks() -> Iterator[bytes]:
        yield from (raw[at : at + piece] for at in range(0, len(raw), piece))

    found = judge(blocks)
    return raw.decode(found.codec, found.errors).removeprefix("\ufeff"), found.note


UNICODE = (
    "utf-8",
    "utf-8-sig",
    *(f"utf-{bits}{end}" for bits in (16, 32) for end in ("", "-le", "-be")),
)


@pytest.mark.parametrize("language", TITLES)
def test_unicode_is_read_with_and_without_a_mark(language: str) -> None:
    text = csv_of(TITLES[language])
    for encoding in UNICODE:
        assert judged(text.encode(encoding))[0] == text, encoding
    for mark, name in [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be")]:
        assert judged(mark + text.encode(name))[0] == text


@pytest.mark.parametrize("language", ["fr", "es", "pt", "de", "sv"])
@pytest.mark.parametrize("late", [False, True])
def test_western_bytes_that_allow_nothing_else_are_read_and_said(language: str, late: bool) -> None:
    text = ("0,Plain,1,2\n" * 200_000 if late else "") + csv_of(TITLES[language])
    read, note = judged(text.encode("cp1252"))
    assert read == text
    assert note is not None
    assert "Windows-1252" in note


@pytest.mark.parametrize(("encoding", "language"), REFUSED)
@pytest.mark.parametrize("times", [1, 60])
def test_other_encodings_are_refused_by_their_name(
    encoding: str, language: str, times: int
) -> None:
    text = csv_of(TITLES[language] * times)
    raw = text.encode(encoding)
    with pytest.raises(DatasetError, match=r"no UTF-8|mixes") as refused:
        judged(raw)
    name = str(refused.value).partition("--encoding ")[2].partition(",")[0]
    assert raw.decode(name) == text, "by the encoding that is named, the file can be read"


@pytest.mark.parametrize(("encoding", "language"), REFUSED)
def test_no_single_title_is_read_wrongly(encoding: str, language: str) -> None:
    for title in TITLES[language]:
        text = csv_of([title])
        try:
            assert judged(text.encode(encoding))[0] == text
        except DatasetError:
            continue


def test_the_cases_at_hand() -> None:
    cases = SHARED_DATA.parent / "cases"
    if not cases.exists():
        pytest.skip("the cases are not beside this checkout")
    with TextFile(cases / "10-cp1252.csv") as file:
        assert "1,Amélie “x”,10" in file.head()
        assert "2,Ünder,20" in file.head()
    with TextFile(cases / "08-latin1-array.json") as file:
        assert '"Amélie"' in file.head()
    with pytest.raises(DatasetError, match="--encoding cp1251"):
        TextFile(cases / "10-cp1251.csv").head()
    with TextFile(cases / "10-cp1251.csv", encoding="windows-1251") as file:
        assert "1,Ирония судьбы,10" in file.head()


@pytest.mark.parametrize("piece", [1, 7, 65536])
def test_a_few_bad_bytes_leave_the_rest_utf_8(piece: int) -> None:
    raw = "id,title\n1,Amélie\n2,Ирония\n".encode() + b"3,B\xe9 \xff\n"
    read, note = judged(raw, piece)
    assert read == "id,title\n1,Amélie\n2,Ирония\n3,B\udce9 \udcff\n"
    assert note == "has 2 bytes that are no UTF-8"
    assert read.encode("utf-8", "surrogateescape") == raw


def test_a_file_of_two_encodings_is_not_guessed_at() -> None:
    raw = csv_of(["Amélie"]).encode() + csv_of(["Señor", "Köln", "Über", "Déjà vu"]).encode(
        "cp1252"
    )
    with pytest.raises(DatasetError, match="mixes encodings: 1 characters"):
        judged(raw)


def test_twice_encoded_text_is_left_as_it_is() -> None:
    text = csv_of(["Amélie".encode().decode("cp1252")])
    assert judged(text.encode())[0] == text


def test_noise_is_no_text() -> None:
    with pytest.raises(DatasetError, match=r"no text|no UTF-8"):
        judged(bytes(range(256)) * 40)


def test_a_named_encoding_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    for name, language in REFUSED:
        text = csv_of(TITLES[language])
        path.write_bytes(text.encode(name))
        with TextFile(path, encoding=name) as file:
            assert "".join(file.lines()) == text
            assert file.note is None


@pytest.mark.parametrize("name", ["utf-9", "", "hex", "rot13", "zlib", "idna", "undefined", "a\0b"])
def test_an_encoding_that_is_none_is_said_to_be_none(name: str) -> None:
    with pytest.raises(DatasetError, match="no encoding of text; such are utf-8"):
        named_encoding(name)


@pytest.mark.parametrize("name", ["ascii", "utf-8", "shift_jis", "euc_kr", "cp1252", "utf-16-le"])
def test_what_a_named_encoding_cannot_decode_becomes_surrogates(tmp_path: Path, name: str) -> None:
    path = tmp_path / "films.csv"
    broken = b"\x00\xd8A\x00" if name == "utf-16-le" else b"A\x81\x81\x81,\xff\x81"
    path.write_bytes("id,title\n1,".encode(name) + broken + "\n2,C\n".encode(name))
    with TextFile(path, encoding=name) as file:
        first, broken_line, last = file.lines()
    assert (first, last) == ("id,title\n", "2,C\n")
    assert any("\udc80" <= c <= "\udcff" for c in broken_line)
    assert "\ufffd" not in broken_line
