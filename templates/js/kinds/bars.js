/* Bars lying on their side, so that titles can be read. */
(function (app) {
  "use strict";

  const NARROW = 480;
  const COLOURS = ["accent", "second"];

  app.kinds.bars = function (spec, options) {
    options.indexAxis = "y";
    options.plugins.legend.display = spec.series.length > 1;
    options.scales = {
      x: app.scale({ beginAtZero: true, title: spec.axis }),
      y: app.scale({
        grid: { display: false },
        ticks: {
          autoSkip: false,
          color: app.colour("ink"),
          callback(value) {
            const label = this.getLabelForValue(value);
            return this.chart.width < NARROW ? app.format.lines(label, 16, 1)[0] : label;
          },
        },
      }),
    };
    const datasets = spec.series.map((series, place) => ({
      label: series.name,
      data: [],
      backgroundColor: app.colour(COLOURS[place % COLOURS.length]),
      borderRadius: 4,
      maxBarThickness: 26,
    }));
    return { type: "bar", data: { labels: [], datasets }, options };
  };
})((window.tmdbdash = window.tmdbdash || {}));
