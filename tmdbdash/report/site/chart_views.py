"""Charts as their scripts read them: what they draw, with texts in the page's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tmdbdash.report.data_scripts import to_json
from tmdbdash.report.i18n.catalogue import Catalogue
from tmdbdash.report.panels.parts import Chart
from tmdbdash.report.site.cell_texts import cell_text
from tmdbdash.report.site.links import Links
from tmdbdash.report.values import json_value, rounded

LABELLED = ("bars", "lines")
"""Kinds of charts with a label for each record."""
LINKED = "tmdb_id"
"""The field of records with a column of kind "film": the column's link is made of it."""


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart, with its records and what its script needs to know as JSON."""

    chart: Chart
    data: Markup
    target: str = ""


def chart_view(
    chart: Chart, records: Sequence[object], catalogue: Catalogue, links: Links
) -> ChartView:
    """The chart's records cut to the fields that its script reads, with texts in its language."""
    if chart.only is not None:
        key, wanted = chart.only
        records = [record for record in records if getattr(record, key) == wanted]
    shown = records[: chart.most]
    keys = [key for s in chart.series for key in (s.key, s.spread) if key is not None]
    keys += [chart.x] if chart.x else []

    def drawn(record: object) -> dict[str, object]:
        values = {key: getattr(record, key) for key in keys}
        fields = {
            k: rounded(v) if isinstance(v, float) else json_value(v) for k, v in values.items()
        }
        if chart.kind in LABELLED:
            fields["label"] = cell_text(chart.label, record, catalogue)
        if chart.group is not None:
            fields["group"] = cell_text(chart.group, record, catalogue)
        if hasattr(record, LINKED):
            fields["title"] = getattr(record, "title", None)
            fields["href"] = links.film(getattr(record, LINKED))
        return fields

    spec: Mapping[str, object] = {
        "kind": chart.kind,
        "digits": chart.digits,
        "x": chart.x,
        "powers": chart.powers,
        "axis": catalogue.text(f"chart.{chart.id}.axis"),
        "series": [
            {
                "key": series.key,
                "spread": series.spread,
                "label": catalogue.text(f"series.{chart.id}.{series.key}"),
            }
            for series in chart.series
        ],
        "rows": list(map(drawn, shown)),
    }
    x_axis = f"chart.{chart.id}.x_axis"
    if x_axis in catalogue:
        spec = {**spec, "x_axis": catalogue.text(x_axis)}
    return ChartView(
        chart,
        Markup(to_json(spec)),  # noqa: S704  # escaped by `to_json`
        chart.only[1] if chart.only else "",
    )
