"""The likeliest old encoding of bytes in another script than the Latin one.

Only for messages: nothing is read by it.
"""

from __future__ import annotations

_CYRILLIC = "оеаинтсрвлкмдпуяыьгзі"
_GREEK = "αοιετσςνηυρπκμλάόίέή"
_HAN = (
    "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学"
    "对可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头"
    "面公同三已老从动两长爱情女王龍這個國來說們為後會過學對時發經頭兩長愛無開東風美雪花月夜星語"
)
CANDIDATES = {
    "cp1251": _CYRILLIC,
    "koi8_r": _CYRILLIC,
    "koi8_u": _CYRILLIC,
    "cp866": _CYRILLIC,
    "iso8859_5": _CYRILLIC,
    "mac_cyrillic": _CYRILLIC,
    "cp1253": _GREEK,
    "iso8859_7": _GREEK,
    "cp737": _GREEK,
    "cp1255": "יוהאלרתבשמנםעקדפחכגצסטן",
    "cp1256": "اليمنرتبةعدسفهكقحجپچگک",
    "iso8859_6": "اليمنرتبةعدسفهكقحج",
    "cp874": "านรอกเงมยลวดทสตะปบคหแจพชไใโ่้ัีิื์็ุู",
    "cp932": "のいしたんーるスンとイトアラリルはをにがで" + _HAN,
    "euc_jp": "のいしたんーるスンとイトアラリルはをにがで" + _HAN,
    "gb18030": _HAN,
    "big5hkscs": _HAN,
    "euc_kr": "이다는의에가을고지하사아기리도은인로시자어한나정일스대수",
}
"""Codecs, and the commonest letters of the languages that use them."""
SORTED = {
    "cp932": ("euc_jp", 0xA4, 0xCF),
    "euc_jp": ("euc_jp", 0xA4, 0xCF),
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5hkscs": ("big5", 0xA4, 0xC6),
    "euc_kr": ("euc_kr", 0xB0, 0xC8),
}
"""Lead bytes of the common characters, in the encodings that sort by how common they are."""


def likeliest_script(sample: bytes) -> tuple[str, float]:
    """The codec with the best `_score` of a sample, and that score, at most 1."""
    scores = {codec: _score(sample, codec) for codec in CANDIDATES}
    best = max(scores, key=scores.__getitem__)
    return best, scores[best]


def _score(sample: bytes, codec: str) -> float:
    """From -1 to 1: how common the characters are, and how well capitals and symbols are placed."""
    text = sample.decode(codec, "replace")
    common = CANDIDATES[codec]
    total = found = 0.0
    before = " "
    for character in text:
        if character > "\x7f":
            total += 1
            found += _worth(character, before, codec, common)
        before = character
    return found / total if total else -1


def _worth(character: str, before: str, codec: str, common: str) -> float:
    if character == "\ufffd" or character < "\xa0" or "\ue000" <= character <= "\uf8ff":
        return -3
    if character.lower() in common:
        return 1 if character == character.lower() else 0.7 - 2 * before.islower()
    if codec in SORTED:
        base, least, most = SORTED[codec]
        raw = character.encode(base, "ignore")
        return 0.5 if len(raw) == 2 and least <= raw[0] <= most else -0.5
    if not character.isalpha():
        return -1 if before.isalpha() else -0.3
    return -1 if character.isupper() and before.islower() else 0.1
