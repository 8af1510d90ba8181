"""Files as text: containers, tears, line ends, standard input, Parquet."""

import bz2
import functools
import gzip
import io
import lzma
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tmdbdash.importing.datasets import data_files as files
from tmdbdash.importing.datasets.data_files import TextFile
from tmdbdash.importing.datasets.parquet import read_parquet
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.signatures import is_parquet

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FILMS = "id,title\n" + "".join(f"{n},Film {n * 7919 % 10007} Amélie\n" for n in range(1, 20_000))


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": lambda data: bz2.compress(data, 1),  # in blocks of 100 kB
    "xz": lambda data: lzma.compress(data, preset=0),
    "lzma": lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE, preset=0),
    "zstd": zstd.compress,
    "ZIP": lambda data: zipped({"films.csv": data}),
    "ZIP stored": lambda data: zipped({"films.csv": data}, zipfile.ZIP_STORED),
    "ZIP bzip2": lambda data: zipped({"films.csv": data}, zipfile.ZIP_BZIP2),
    "tar": lambda data: tarred({"films.csv": data}),
    "tar.gz": lambda data: tarred({"films.csv": data}, "w:gz"),
    "tar.xz": lambda data: tarred({"films.csv": data}, "w:xz"),
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def written(content: bytes) -> Path:
        path = tmp_path / "films.dat"
        path.write_bytes(content)
        return path

    return written


def until_torn(lines: Iterable[str]) -> tuple[list[str], str]:
    """The lines, and what was said where they ended, "" at a sound end."""
    read: list[str] = []
    try:
        for line in lines:
            read.append(line)  # noqa: PERF402  # what came before a tear has to stay
    except DatasetError as error:
        return read, str(error)
    return read, ""


@functools.cache
def packed_films(kind: str) -> bytes:
    return PACK[kind](FILMS.encode())


@pytest.mark.parametrize("kind", PACK)
def test_a_packed_file_is_read_as_the_plain_one(write: Callable[[bytes], Path], kind: str) -> None:
    path = write(packed_films(kind))
    with TextFile(path) as file:
        assert "".join(file.lines()) == FILMS
        assert "".join(file.lines()) == FILMS, "again from its beginning"
        assert "".join(file.chunks()) == FILMS
        assert file.head(100) == FILMS[:100]
        assert file.encoding == "utf-8"
        assert 0 < file.done <= file.size == path.stat().st_size


@pytest.mark.parametrize("kind", [k for k in PACK if k not in {"plain"}])
def test_a_file_cut_short_gives_every_line_before_the_cut(
    write: Callable[[bytes], Path], kind: str
) -> None:
    packed = packed_films(kind)
    cut = packed[: len(packed) * 3 // 4]
    path = write(cut)
    if kind in {"ZIP stored", "ZIP bzip2"}:
        with pytest.raises(DatasetError, match="cut short"):
            TextFile(path)
        return
    with TextFile(path) as file:
        read, said = until_torn(file.lines())
    assert "cut short" in said
    assert "".join(read) == FILMS[: len("".join(read))]
    assert len(read) > 5_000


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zstd", "ZIP", "ZIP stored"])
def test_damaged_data_are_said_to_be(write: Callable[[bytes], Path], kind: str) -> None:
    films = "".join(f"{n},Film {n * 7919 % 100_003} Amélie\n" for n in range(1, 100_000))
    packed = bytearray(PACK[kind](films.encode()))
    for place in range(len(packed) * 9 // 10, len(packed) * 9 // 10 + 40):
        packed[place] ^= 0xFF
    with TextFile(write(bytes(packed)), encoding="utf-8") as file:
        read, said = until_torn(file.lines())
    assert "damaged" in said
    assert "".join(read) == films[: len("".join(read))], "nothing that was never in it"
    if kind != "xz":  # its blocks are larger than the file
        assert len(read) > 40_000


def test_members_of_one_gzip_follow_each_other(write: Callable[[bytes], Path]) -> None:
    path = write(gzip.compress(b"id,title\n1,A") + gzip.compress(b"\n2,B\n") + b"\0" * 700_000)
    assert list(TextFile(path).lines()) == ["id,title\n", "1,A\n", "2,B\n"]
    path = write(gzip.compress(b"id,title\n1,A\n") + b"something else")
    read, said = until_torn(TextFile(path).lines())
    assert (read, "damaged" in said) == (["id,title\n", "1,A\n"], True)


def test_of_a_zip_what_a_mac_or_a_publisher_adds_is_passed_over(
    write: Callable[[bytes], Path],
) -> None:
    data = b"id,title\n1,A\n"
    path = write(
        zipped(
            {"set/": b"", "__MACOSX/._films.csv": b"x", "set/.DS_Store": b"x",
             "set/README.txt": b"about", "set/films.csv": data}
        )
    )  # fmt: skip
    with TextFile(path) as file:
        assert "".join(file.lines()).encode() == data
        assert file.note == "the member set/films.csv of the ZIP"


def locked_zip() -> bytes:
    packed = bytearray(zipped({"films.csv": b"id,title\n1,A\n"}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (zipped({"a.csv": b"id\n", "b.csv": b"id\n"}), r"several files \(a.csv, b.csv\): unpack"),
        (zipped({}), "ZIP without a file"),
        (locked_zip(), "locked by a password"),
        (
            zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b""}),
            r"\.xlsx.*save it as CSV",
        ),
        (zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b""}), r"\.docx"),
        (
            zipped(
                {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}
            ),
            r"\.ods.*save it as CSV",
        ),
        (zipped({"films.csv.gz": gzip.compress(b"id\n")}), "packed twice"),
        (gzip.compress(gzip.compress(b"id\n")), "packed twice"),
        (bz2.compress(zipped({"films.csv": b"id\n"})), "packed twice"),
        (tarred({"a.csv": b"id\n", "b.csv": b"id\n"}, "w:gz"), r"tar archive of several files"),
        (zipped({"films.parquet": b"PAR1" + b"x" * 90}), "Parquet file in a ZIP"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04" + b"x" * 90, "7-Zip"),
        (b"SQLite format 3\x00" + b"x" * 90, "SQLite"),
        (gzip.compress(b"SQLite format 3\x00" + b"x" * 90), "SQLite"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 90, r"\.xls"),
        (b"\r\n<!DOCTYPE html><html><body>id,title", "web page"),
        (b"\xef\xbb\xbf<html>", "web page"),
        (b'<?xml version="1.0"?><films/>', "is XML"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
    ],
    # Packed bytes hold the time, which would name a test anew in each worker.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_holds_no_data_set_is_called_by_its_name(
    write: Callable[[bytes], Path], content: bytes, said: str
) -> None:
    with pytest.raises(DatasetError, match=said):
        TextFile(write(content))


def test_what_is_no_file_is_said_to_be_none(tmp_path: Path) -> None:
    for path, said in [
        (tmp_path / "x", "not there"),
        (tmp_path, "folder"),
        (Path("/dev/null"), "no file"),
    ]:
        with pytest.raises(DatasetError, match=said):
            TextFile(path)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_the_file_ends_them(write: Callable[[bytes], Path], end: str) -> None:
    lines = [f"{n},Film {n}\u2028\x0b\x85{end}" for n in range(20_000)]
    path = write("".join(lines).encode())
    assert list(TextFile(path).lines()) == lines


def test_a_cr_in_a_file_with_lf_ends_no_line(write: Callable[[bytes], Path]) -> None:
    assert list(TextFile(write(b"id,title\n1,A\rB\n2,C")).lines()) == [
        "id,title\n",
        "1,A\rB\n",
        "2,C",
    ]


def test_nul_is_removed_and_a_bad_byte_keeps_its_value(write: Callable[[bytes], Path]) -> None:
    with TextFile(write("id,title\n1,Amé\0lié\n2,B".encode() + b"\xe9\xff\n")) as file:
        assert list(file.lines()) == ["id,title\n", "1,Amélié\n", "2,B\udce9\udcff\n"]


def test_a_line_too_long_costs_only_itself(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST_LINE", 300_000)
    long = b"2," + b"x" * 1_000_000 + b"\n"
    with TextFile(write(b"id,title\n1,A\n" + long + b"3,C\n" + long + b"5,E\n")) as file:
        read = list(file.lines())
        assert file.cut == {3, 5}
    assert [line[:4] for line in read] == ["id,t", "1,A\n", "2,xx", "3,C\n", "2,xx", "5,E\n"]
    assert max(map(len, read)) <= files.CUT + 1
    assert all(line.endswith("\n") for line in read)


@given(
    lines=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0\ufeff")),
        min_size=1,
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"]),
    pack=st.sampled_from(["plain", "gzip", "zstd"]),
)
@settings(max_examples=60)
def test_any_text_comes_back_from_any_unicode_encoding(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], encoding: str, pack: str
) -> None:
    text = "id,title\n" + "\n".join(lines) + "\n"
    path = tmp_path_factory.mktemp("text") / "films"
    path.write_bytes(PACK[pack](text.encode(encoding)))
    with TextFile(
        path,
        encoding="gb18030" if encoding == "gb18030" else "utf-8" if encoding == "utf-8" else None,
    ) as file:
        assert "".join(file.lines()) == text
        assert "".join(file.chunks()) == text


READ_ALL = """
import resource, sys
from pathlib import Path
from tmdbdash.importing.datasets.data_files import TextFile
with TextFile(Path(sys.argv[1])) as file:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(sum(1 for _ in file.lines()), len(file.cut))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


LONG = b"1," + b"x" * 2**24 + b"x" * 2**20 + b"\n"


@pytest.mark.parametrize(
    ("kind", "line"),
    [("gzip", b"1,Film" * 40 + b"\n"), ("gzip", LONG), ("zstd", LONG), ("ZIP", LONG)],
    ids=["gzip-short", "gzip-long", "zstd-long", "ZIP-long"],
)
def test_a_file_that_unpacks_to_much_takes_little_memory(
    write: Callable[[bytes], Path], kind: str, line: bytes
) -> None:
    content = b"id,title\n" + line * (2**26 // len(line))
    path = write(PACK[kind](content))
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, path], capture_output=True, text=True, check=True
    )
    (count, cut), (grown,) = (row.split() for row in done.stdout.splitlines())
    assert int(count) == content.count(b"\n")
    assert int(cut) == (0 if len(line) < 1000 else int(count) - 1)
    assert int(grown) < 120, "MiB"


FROM_STDIN = """
import sys
from pathlib import Path
from tmdbdash.importing.datasets.data_files import TextFile
with TextFile(Path("-")) as file, file.again() as beside, TextFile(Path("-")) as third:
    kept = file.disk_path
    assert kept.exists() and beside.disk_path == third.disk_path == kept
    print(file.name, file.size, "".join(file.lines()) == "".join(beside.lines()) == third.head())
    assert file.done == file.size
print(kept.exists())
"""


@pytest.mark.parametrize("kind", ["plain", "gzip", "ZIP"])
def test_standard_input_is_read_as_often_as_needed_and_leaves_nothing(
    tmp_path: Path, kind: str
) -> None:
    content = PACK[kind](b"id,title\n1,A\n")
    done = subprocess.run(
        [sys.executable, "-c", FROM_STDIN],
        input=content,
        capture_output=True,
        check=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert done.stdout.decode().split("\n")[:2] == [f"standard input {len(content)} True", "False"]
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_read_as_often_as_needed(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"id,title\n1,A\n",))
    writer.start()
    with TextFile(pipe) as file:
        assert list(file.lines()) == list(file.lines()) == ["id,title\n", "1,A\n"]
        kept = file.disk_path
    writer.join()
    assert not kept.exists()


def test_parquet_gives_plain_values(tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "films"
    row = {
        "id": 1, "title": "Amélie", "release_date": date(2001, 4, 25), "budget": Decimal("10.50"),
        "revenue": Decimal(174), "seen": datetime(2024, 1, 2, 3, tzinfo=UTC), "rating": 7.9,
        "adult": False, "genres": ["Comedy", "Romance"], "missing": None,
        "collection": {"id": 3, "since": date(2000, 1, 1)}, "nan": float("nan"),
    }  # fmt: skip
    table = pa.Table.from_pylist([row, *[{"id": n} for n in range(2, 5001)]])
    table = table.set_column(1, "title", table["title"].dictionary_encode())
    parquet.write_table(table, path, row_group_size=700)
    assert is_parquet(path.read_bytes()[:100])
    with TextFile(path) as file:
        assert file.is_parquet
        with pytest.raises(DatasetError, match="Parquet"):
            file.head()
    read = list(read_parquet(path))
    assert [r["id"] for r in read] == list(range(1, 5001))
    assert read[0] == row | {
        "release_date": "2001-04-25", "budget": 10.5, "revenue": 174, "nan": None,
        "seen": "2024-01-02T03:00:00+00:00", "collection": {"id": 3, "since": "2000-01-01"},
    }  # fmt: skip
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(DatasetError, match="cut short or damaged"):
        list(read_parquet(path))


def test_parquet_without_pyarrow_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DatasetError, match=r"pip install tmdbdash\[parquet\]"):
        list(read_parquet(tmp_path / "films"))
