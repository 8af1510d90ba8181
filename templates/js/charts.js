/* Charts: made once by their kind, then given new rows. The theme's colours come from the styles. */
(function (app) {
  "use strict";

  const names = ["ink", "muted", "line", "surface", "accent", "second", "third", "fourth", "fifth", "sixth"];
  const palette = {};

  app.kinds = {};
  app.charts = {};

  /* A colour of the theme, asked for at each drawing, so that a change of theme needs no more. */
  app.colour = (name) => () => palette[name];

  function readPalette() {
    const style = getComputedStyle(document.documentElement);
    for (const name of names) palette[name] = style.getPropertyValue(`--${name}`).trim();
  }

  /* What every kind shares: no animation, the room that the frame gives, titles whole in tips. */
  function common(spec, rowsNow) {
    return {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: {
        colors: { enabled: false },
        legend: {
          position: "top",
          align: "end",
          labels: { color: app.colour("muted"), usePointStyle: true, boxHeight: 7 },
        },
        tooltip: {
          callbacks: {
            title(items) {
              if (!items.length) return "";
              const record = rowsNow()[items[0].dataIndex];
              return app.format.lines(record.title || record[spec.label], 44, 3);
            },
            label: (item) => ` ${item.dataset.label}: ${app.format.value("number", item.raw, spec.digits)}`,
          },
        },
      },
    };
  }

  /* A scale in the theme's colours; `own` is what the kind says of it. */
  app.scale = function (own) {
    const { title, ticks, grid, ...rest } = own;
    return {
      ...rest,
      title: { color: app.colour("muted"), display: Boolean(title), text: title || "" },
      ticks: { color: app.colour("muted"), ...ticks },
      grid: { color: app.colour("line"), ...grid },
      border: { color: app.colour("line") },
    };
  };

  /* Labels and one value a record for each series: what most kinds draw. */
  function fillSeries(data, spec, records) {
    data.labels = records.map((record) => record[spec.label]);
    spec.series.forEach((series, place) => {
      data.datasets[place].data = records.map((record) => record[series.key]);
    });
  }

  app.chart = function (canvas, spec) {
    let rows = [];
    readPalette();
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    const { fill = fillSeries, ...made } = app.kinds[spec.kind](spec, common(spec, () => rows), () => rows);
    const chart = new Chart(canvas, made);
    app.charts[spec.id] = chart;

    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      readPalette();
      chart.update("none");
    });

    return {
      update(records) {
        rows = records;
        fill(chart.data, spec, records);
        chart.update("none");
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
