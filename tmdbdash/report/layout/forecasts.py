"""Panels on what popularity will be in some days, and how such forecasts have fared."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series

FORECASTS = Panel(
    id="forecasts",
    short="Forecasts",
    title="In one, three and seven days",
    words=(
        "Where the popularity of the most popular films goes from the list that the forecasts were "
        "made for, learned from how films have moved so far. Of ten intervals from low to high, "
        "eight should contain what comes, over months; in single weeks many films move together.",
        "A forecast knows the film's own numbers, and nothing of premieres, prizes or news. It "
        "holds for a film that stays in the list: those that leave it mostly fall.",
    ),
    rows=sections.film_forecasts,
    charts=(
        Chart(
            id="forecast-popularity",
            kind="bars",
            title="Popularity now and in seven days",
            description="Bar chart of the popularity of these films now and in seven days.",
            series=(
                Series(key="origin_popularity", name="Now"),
                Series(key="popularity_7", name="In 7 days"),
            ),
            axis="Popularity",
        ),
    ),
    caption="Forecasts with their 80 % intervals",
    columns=(
        Column(key="title", heading="Film", kind="film"),
        Column(key="origin_popularity", heading="Now", digits=1),
        Column(key="popularity_1", heading="1 day", digits=1),
        Column(key="low_1", heading="Low", digits=1, minor=True),
        Column(key="high_1", heading="High", digits=1, minor=True),
        Column(key="popularity_3", heading="3 days", digits=1),
        Column(key="low_3", heading="Low", digits=1, minor=True),
        Column(key="high_3", heading="High", digits=1, minor=True),
        Column(key="popularity_7", heading="7 days", digits=1),
        Column(key="low_7", heading="Low", digits=1, minor=True),
        Column(key="high_7", heading="High", digits=1, minor=True),
        Column(key="origin_at", heading="From the list of", kind="time", minor=True),
    ),
    empty="No forecasts yet: “tmdbdash predict” makes them from the lists stored so far.",
)

SCORES = Panel(
    id="forecast_scores",
    short="Forecast against outcome",
    title="Forecast against outcome",
    words=(
        "What the forecasts rest on, and how far off they are, as the mean absolute error of the "
        "logarithm of popularity: 0.2 is about 20 %. The yardstick is “nothing changes”: in a week "
        "it will be as today. Where no model beats it, or history is too short, it is what is "
        "forecast, and the reason is given.",
        "“On the past” was measured on times held out before the forecast was made. “Checked” "
        "are forecasts whose time has come: believe those more, once there are many, for nothing "
        "in them was known when the forecast was made.",
    ),
    rows=sections.forecast_scores,
    caption="Forecasts and what came, by days ahead",
    columns=(
        Column(key="days", heading="Days ahead"),
        Column(key="basis_label", heading="Now by", kind="text"),
        Column(key="reason", heading="Why", kind="text", minor=True),
        Column(key="held_out", heading="On the past: forecasts", minor=True),
        Column(key="held_out_mae", heading="Error", digits=3, minor=True),
        Column(key="held_out_mae_persistence", heading="Nothing changes", digits=3, minor=True),
        Column(key="scored", heading="Checked: forecasts"),
        Column(key="scored_mae", heading="Error", digits=3),
        Column(key="scored_mae_persistence", heading="Nothing changes", digits=3),
        Column(key="coverage", heading="Inside the interval", kind="share", digits=1),
    ),
    empty="No forecast has been made yet, so none could come true.",
)
