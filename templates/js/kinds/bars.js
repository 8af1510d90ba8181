/* Bars lying on their side, so that titles can be read; whiskers where a series has a spread. */

import { wrapped } from "../format.js";
import { colour, hue, scale } from "../palette.js";

const NARROW = 480;

/* A thin line from each bar's end to both sides, as far as its record's spread says. */
function whiskers(spec, rowsNow) {
  return {
    id: "whiskers",
    afterDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      ctx.save();
      ctx.strokeStyle = colour("ink")();
      ctx.lineWidth = 1.25;
      spec.series.forEach((series, place) => {
        if (!series.spread || !chart.isDatasetVisible(place)) return;
        chart.getDatasetMeta(place).data.forEach((bar, at) => {
          const value = rowsNow()[at][series.key];
          const spread = rowsNow()[at][series.spread];
          if (value === null || spread === null) return;
          ctx.beginPath();
          ctx.moveTo(Math.max(scales.x.getPixelForValue(value - spread), chartArea.left), bar.y);
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
  const ends = spec.series.flatMap(({ key, spread }) =>
    records.map((record) => (spread ? record[key] + record[spread] : 0)),
  );
  return Math.max(0, ...ends);
}

export function bars(spec, options, rowsNow) {
  options.indexAxis = "y";
  options.plugins.legend.display = spec.series.length > 1;
  options.scales = {
    x: scale({
      beginAtZero: true,
      title: spec.axis,
      afterDataLimits: (axis) => {
        axis.max = Math.max(axis.max, reach(spec, rowsNow()));
      },
    }),
    y: scale({
      grid: { display: false },
      ticks: {
        autoSkip: false,
        color: colour("ink"),
        callback(value) {
          const label = this.getLabelForValue(value);
          return this.chart.width < NARROW ? wrapped(label, 16, 1)[0] : label;
        },
      },
    }),
  };
  const datasets = spec.series.map((_, place) => ({
    data: [],
    backgroundColor: colour(hue(place)),
    borderRadius: 4,
    maxBarThickness: 26,
  }));
  return { type: "bar", data: { labels: [], datasets }, options, plugins: [whiskers(spec, rowsNow)] };
}
