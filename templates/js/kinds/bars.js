/* Bars lying on their side, so that titles can be read; whiskers where a series has a spread. */
(function (app) {
  "use strict";

  const NARROW = 480;

  /* A thin line from each bar's end to both sides, as far as its record's spread says. */
  function whiskers(spec, rowsNow) {
    return {
      id: "whiskers",
      afterDatasetsDraw(chart) {
        const { ctx, chartArea, scales } = chart;
        ctx.save();
        ctx.strokeStyle = app.colour("ink")();
        ctx.lineWidth = 1.25;
        spec.series.forEach((series, place) => {
          if (!series.spread || !chart.isDatasetVisible(place)) return;
          chart.getDatasetMeta(place).data.forEach((bar, at) => {
            const value = rowsNow()[at][series.key];
            const spread = rowsNow()[at][series.spread];
            if (value === null || spread === null) return;
            const from = Math.max(scales.x.getPixelForValue(value - spread), chartArea.left);
            ctx.beginPath();
            ctx.moveTo(from, bar.y);
            ctx.lineTo(scales.x.getPixelForValue(value + spread), bar.y);
            ctx.stroke();
          });
        });
        ctx.restore();
      },
    };
  }

  /* The largest end of a whisker, so that the scale has room for it. */
  function reach(spec, records) {
    const ends = spec.series.flatMap((series) =>
      records.map((record) => (series.spread ? record[series.key] + record[series.spread] : 0)),
    );
    return Math.max(0, ...ends);
  }

  app.kinds.bars = function (spec, options, rowsNow) {
    options.indexAxis = "y";
    options.plugins.legend.display = spec.series.length > 1;
    options.scales = {
      x: app.scale({
        beginAtZero: true,
        key: `chart.${spec.id}.axis`,
        afterDataLimits: (scale) => {
          scale.max = Math.max(scale.max, reach(spec, rowsNow()));
        },
      }),
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
    const datasets = spec.series.map((_, place) => ({
      data: [],
      backgroundColor: app.colour(app.hue(place)),
      borderRadius: 4,
      maxBarThickness: 26,
    }));
    return { type: "bar", data: { labels: [], datasets }, options, plugins: [whiskers(spec, rowsNow)] };
  };
})((window.tmdbdash = window.tmdbdash || {}));
