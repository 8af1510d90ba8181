"""Damaged files as `import` takes them: damage costs no more than its row."""

import json

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.importing import AT, HEADER, ONE, THREE, TWO, Put


@on_sqlite
def test_a_quote_that_never_closes_costs_one_film(put: Put) -> None:
    sound = "".join(f"{n},Film {n},{n},100,6.5,2001-04-25\n" for n in range(2, 302))
    report = put(HEADER + '1,"Broken,10,100,7.5,2001-04-25\n' + sound, observed_at=AT)
    assert (report.error, report.new, report.rejected) == (None, 300, 1)
    assert report.rejects is not None
    (reject,) = [json.loads(line) for line in report.rejects.read_text().splitlines()]
    assert (reject["line"], reject["row"]) == (2, '1,"Broken,10,100,7.5,2001-04-25')
    assert "quote" in reject["reason"]


def test_a_mended_reject_file_is_imported_again(put: Put) -> None:
    report = put(HEADER + '1,"Broken,10,100,7.5,2001-04-25\nx,No id,,,,\n', observed_at=AT)
    assert report.rejects is not None
    mended = report.rejects.read_text().replace('\\"Broken', "Mended").replace("x,No", "2,No")
    again = put(mended, "mended.jsonl", observed_at=AT)
    assert (again.new, again.rejected) == (2, 0)
    assert (put.film(1).title, put.film(2).title) == ("Mended", "No id")


@on_sqlite
def test_rejects_of_json_are_imported_again_too(put: Put) -> None:
    report = put('{"id": 5, "title": "Sound", "popularity": 1}\n{"id": "x", "title": "Odd"}\n',
                 observed_at=AT)  # fmt: skip
    assert report.rejects is not None
    again = put(report.rejects.read_text().replace('\\"x\\"', "6"), "m.jsonl", observed_at=AT)
    assert (again.new, put.film(6).title) == (1, "Odd")


@on_sqlite
def test_a_reject_file_has_an_end_and_says_so(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tmdbdash.importing.rejects.LARGEST", 2_000)
    rows = "".join(f"x{n},Film,,,,\n" for n in range(1000)) + "5,Sound,1,1,1,2001-01-01\n"
    report = put(HEADER + rows, observed_at=AT)
    assert (report.rejected, report.new) == (1000, 1)
    assert report.rejects is not None
    assert report.kept == len(report.rejects.read_text().splitlines()) < 50
    assert report.rejects.stat().st_size <= 2_000
    assert f"the first {report.kept}" in " ".join(report.lines())


@on_sqlite
def test_a_json_array_on_one_line_loses_the_broken_film_only(put: Put) -> None:
    films = [{"id": n, "title": f"Film {n}", "genres": [{"id": 18, "name": "Drama"}]}
             for n in range(1, 30)]  # fmt: skip
    report = put(json.dumps(films).replace('"title": "Film 7"', '"title": "Fi"lm 7"'), "films.json",
                 observed_at=AT)  # fmt: skip
    assert (report.new, report.rejected, report.error) == (28, 1, None)
    assert put.store.fetch_movies([7]) == {}


@on_sqlite
def test_three_shifted_rows_are_rejected_and_the_rest_comes_in(put: Put) -> None:
    header = "adult,budget,id,imdb_id,original_title,popularity,release_date,title,vote_count\n"
    report = put(
        header
        + "False,0,862,tt0114709,Toy,21.9,1995-10-30,Toy,5415\n"
        + " - Written by Someone,0.065736,1997-08-20,0,104.0,1,False,,\n"
        + "False,0,8844,tt0113497,Board,17.0,1995-12-15,Board,2413\n",
        observed_at=AT,
    )
    assert (report.new, report.rejected) == (2, 1)


@on_sqlite
@pytest.mark.parametrize(
    "written",
    [
        f"[\n{ONE},\n{TWO},\n{THREE}\n]\n",
        f"[\n{ONE}\n,{TWO}\n,{THREE}]",
        f"[{ONE}]\n[{TWO}, {THREE}]\n",
        f"[{ONE}][{TWO}]{THREE}",
        f"[\n{ONE}\n]\n[\n{TWO},\n{THREE}\n]\n",
        f"{ONE}\n[{TWO}, {THREE}]\n",
        f"{ONE},\n// a remark\n\n# another\n{TWO},\n{THREE},\n",
        f'{{"movies": [{ONE}]}}\n{{"movies": [{TWO}, {THREE}]}}\n',
        f'{{"movies": [{ONE}], "total": 3, "upcoming": [{TWO}, {THREE}]}}',
        f'{{"id": 31, "cast": [{ONE}, {TWO}], "crew": [{THREE}]}}',
        f'{{"genres": [{{"id": 28, "name": "Action"}}], "films": [{ONE}, {TWO}, {THREE}]}}',
        "\n".join(f'{{"_id": "a", "_score": 1.0, "_source": {one}}}' for one in (ONE, TWO, THREE)),
        f'[{{"rank": 1, "movie": {ONE}}}, {{"movie": {TWO}}}, {{"rank": 3, "movie": {THREE}}}]',
        "\n".join(f'{{"_id": {{"$oid": "5f"}}, {one[1:]}' for one in (ONE, TWO, THREE)),
        "_id,id,title,popularity\n101,1,F 1,1\n102,2,F 2,2\n103,3,F 3,3\n",
    ],
)
def test_all_films_come_in_however_the_document_is_built(put: Put, written: str) -> None:
    report = put(written, "films.json", observed_at=AT)
    assert (report.error, report.rows, report.new, report.warnings) == (None, 3, 3, ())
    assert [put.film(number).popularity for number in (1, 2, 3)] == [1, 2, 3]


@on_sqlite
def test_what_cannot_be_read_behind_an_array_costs_itself(put: Put) -> None:
    report = put(f'[{ONE}, {{"id": 9, "title": "X ]\n[{TWO}]\n', "films.json", observed_at=AT)
    assert (report.new, report.rejected) == (2, 1)


@on_sqlite
def test_films_behind_a_long_tail_are_not_left_out_in_silence(put: Put) -> None:
    tail = ",".join([f'{{"a": {{"b": "{"x" * 300}"}}}}'] * 4_500)
    written = f'{{"movies": [{ONE}], "x": [{tail}]}}\n{{"movies": [{TWO}]}}'
    report = put(written, "films.json", observed_at=AT)
    assert report.new == 2 or (report.error is not None and "goes on behind" in report.error)
