/*
 * Expected over actual values, a point a film: on the diagonal the two agree. Both axes have the
 * same range, by powers of ten where the chart asks for it, and the farthest films are named.
 */

import { format, wrapped } from "../format.js";
import { colour, faint, fillGroups, hue, scale, shape } from "../palette.js";

const NAMED = 6;

/* The line on which the two agree. */
const diagonal = {
  id: "diagonal",
  beforeDatasetsDraw({ ctx, scales: { x, y } }) {
    ctx.save();
    ctx.strokeStyle = colour("muted")();
    ctx.setLineDash([5, 4]);
    ctx.beginPath();
    ctx.moveTo(x.getPixelForValue(x.min), y.getPixelForValue(x.min));
    ctx.lineTo(x.getPixelForValue(x.max), y.getPixelForValue(x.max));
    ctx.stroke();
    ctx.restore();
  },
};

/* The titles of the films that are farthest from the diagonal, where they have room. */
const names = {
  id: "names",
  afterDatasetsDraw(chart) {
    const { ctx, chartArea, scales } = chart;
    const placed = chart.data.datasets
      .flatMap((set) => set.data)
      .map(({ x, y, record }) => ({ x: scales.x.getPixelForValue(x), y: scales.y.getPixelForValue(y), record }))
      .map((point) => ({ ...point, off: Math.abs(point.x - chartArea.left - (chartArea.bottom - point.y)) }))
      .sort((a, b) => b.off - a.off);
    const taken = [];
    ctx.save();
    ctx.font = `${Chart.defaults.font.size}px ${Chart.defaults.font.family}`;
    ctx.fillStyle = colour("ink")();
    ctx.textBaseline = "middle";
    for (const { x, y, record } of placed.slice(0, 3 * NAMED)) {
      if (taken.length === NAMED) break;
      const text = wrapped(record.title || "", 22, 1)[0] || "";
      const width = ctx.measureText(text).width;
      const left = x + 8 + width > chartArea.right ? x - 8 - width : x + 8;
      if (left < chartArea.left || taken.some((one) => Math.abs(one.y - y) < 14 && Math.abs(one.left - left) < 150))
        continue;
      taken.push({ left, y });
      ctx.fillText(text, left, y);
    }
    ctx.restore();
  },
};

/* Ticks of a scale of powers of ten: 1, 2 and 5 of each, as figures. */
function leadingTick(value, digits) {
  const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [1, 2, 5].includes(Math.round(first * 1000) / 1000) ? format("number", value, value < 1 ? digits : 0) : null;
}

function fitScales(chart, spec, values) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const powers = spec.powers && low > 0;
  const room = (high - low) / 25 || 1;
  for (const axis of [chart.options.scales.x, chart.options.scales.y]) {
    axis.type = powers ? "logarithmic" : "linear";
    axis.min = powers ? low / 1.15 : Math.max(0, low - room);
    axis.max = powers ? high * 1.15 : high + room;
  }
}

export function scatter(spec, options) {
  const figure = (value) => format("number", value, spec.digits);
  const [series] = spec.series;
  options.interaction = { mode: "nearest", intersect: true };
  options.plugins.tooltip.callbacks = {
    title: (items) => (items.length ? wrapped(items[0].raw.record.title, 44, 3) : ""),
    label: ({ raw }) => [`${spec.x_axis}: ${figure(raw.x)}`, `${spec.axis}: ${figure(raw.y)}`],
  };
  const ticks = {
    maxRotation: 0,
    includeBounds: false,
    callback(value) {
      if (this.type === "logarithmic") return leadingTick(value, spec.digits);
      return format("number", value, Number.isInteger(value) ? 0 : 1);
    },
  };
  options.scales = {
    x: scale({ type: "linear", title: spec.x_axis, ticks }),
    y: scale({ type: "linear", title: spec.axis, ticks }),
  };
  const style = (place) => ({
    backgroundColor: faint(hue(place)),
    borderColor: colour(hue(place)),
    borderWidth: 1,
    pointStyle: shape(place),
    pointRadius: 3.5,
    pointHoverRadius: 7,
  });

  function fill(data, _spec, records, chart) {
    const shown = records.filter((one) => one[spec.x] !== null && one[series.key] !== null);
    fillGroups(data, spec, shown, style);
    if (shown.length)
      fitScales(
        chart,
        spec,
        shown.flatMap((one) => [one[spec.x], one[series.key]]),
      );
  }

  return { type: "scatter", data: { datasets: [] }, options, plugins: [diagonal, names], fill };
}
