/*
 * Lines over time with their titles at their ends; forecasts are dashed, in a band where there is
 * one film alone or where it is in focus.
 * A record: {title, slot, points: [[seconds, value], ...], forecast: [[seconds, value, low, high], ...],
 * focus}. The chart's `from` and `to` are its ends in seconds, `y` what its scale of values has
 * that others have not, `clip` how far a line at its edge may reach beyond, `stepped` whether a
 * value holds until the next, `mark` a moment in seconds with its `name`, `titled` whether there
 * is room for titles.
 */

import { format, wrapped } from "../format.js";
import { colour, faint, hue, scale, shape } from "../palette.js";
import { LONGEST_GAP, timeScale } from "./times.js";

const LINE_HEIGHT = 14;
const PARTS = 4;
const TITLE_WIDTH = 130;

/* Four sets a film: what was, what is forecast, and the two edges of the band. */
function newSets(place, stepped) {
  const plain = { data: [], pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, borderWidth: 0 };
  return [
    { data: [], borderWidth: 2, pointBorderWidth: 1.5, pointHoverRadius: 5, stepped: stepped ? "before" : false },
    { data: [], borderWidth: 2, borderDash: [5, 4], pointRadius: 3, pointHoverRadius: 5 },
    { ...plain },
    { ...plain, fill: PARTS * place + 2 },
  ];
}

function fillFilm(sets, record, isAlone) {
  const { title, slot, points: known, forecast, focus } = record;
  const [was, ahead, low, high] = sets;
  const name = hue(slot);
  const last = known.at(-1);
  const joins = last && forecast.length && 1000 * (forecast[0][0] - last[0]) <= LONGEST_GAP;
  const tip = [...(joins ? [[last[0], last[1], last[1], last[1]]] : []), ...forecast];
  /* Records count seconds, the axis milliseconds; the record lets a click find its film. */
  const point = (seconds, y) => ({ x: 1000 * seconds, y, record });
  for (const set of [was, ahead]) {
    Object.assign(set, {
      label: wrapped(title, 32, 1)[0] || "",
      borderColor: colour(name),
      pointBorderColor: colour(name),
      pointBackgroundColor: colour("surface"),
      pointStyle: shape(slot),
    });
  }
  was.borderWidth = isAlone || focus ? 2.5 : 1.5;
  was.spanGaps = LONGEST_GAP;
  was.data = known.map(([seconds, value]) => point(seconds, value));
  /* The last point, and one that no line reaches. */
  const isFar = (at, other) => !known[other] || 1000 * Math.abs(known[other][0] - at) > LONGEST_GAP;
  was.pointRadius = known.map(([at], order) => {
    return order === known.length - 1 || (isFar(at, order - 1) && isFar(at, order + 1)) ? 3.5 : 0;
  });
  ahead.data = tip.map(([seconds, value]) => point(seconds, value));
  ahead.pointRadius = tip.map((_, order) => (joins && order === 0 ? 0 : 3));
  const band = isAlone || focus ? tip : [];
  low.data = band.map(([seconds, , edge]) => point(seconds, edge));
  high.data = band.map(([seconds, , , edge]) => point(seconds, edge));
  high.backgroundColor = faint(name, 18);
}

function fill(data, spec, records) {
  while (data.datasets.length > PARTS * records.length) data.datasets.pop();
  while (data.datasets.length < PARTS * records.length) {
    data.datasets.push(...newSets(data.datasets.length / PARTS, spec.stepped));
  }
  records.forEach((record, place) => {
    fillFilm(data.datasets.slice(PARTS * place, PARTS * (place + 1)), record, records.length === 1);
  });
}

/* Each film's title at the end of its line, moved where two would cover one another. */
function titles(spec, rowsNow) {
  return {
    id: "titles",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      if (!spec.titled) return;
      const ends = rowsNow()
        .map(({ title, slot, points: known, forecast }) => ({ title, slot, end: forecast.at(-1) || known.at(-1) }))
        .filter(({ end }) => end && end[1] !== null)
        .map(({ title, slot, end }) => ({
          title,
          slot,
          x: scales.x.getPixelForValue(1000 * end[0]),
          y: scales.y.getPixelForValue(end[1]),
        }))
        .sort((a, b) => a.y - b.y);
      ctx.save();
      ctx.font = `600 ${Chart.defaults.font.size}px ${Chart.defaults.font.family}`;
      ctx.textBaseline = "middle";
      let taken = chartArea.top - LINE_HEIGHT;
      for (const [order, { title, slot, x, y }] of ends.entries()) {
        const lowest = chartArea.bottom - LINE_HEIGHT * (ends.length - 1 - order);
        taken = Math.min(Math.max(y, taken + LINE_HEIGHT), lowest);
        ctx.fillStyle = colour(hue(slot))();
        ctx.fillText(wrapped(title, 18, 1)[0] || "", Math.min(x, chartArea.right) + 8, taken);
      }
      ctx.restore();
    },
  };
}

/* A moment that is marked by a line across, such as a release; and the crosshair at the pointer. */
function uprights(spec) {
  return {
    id: "uprights",
    beforeDatasetsDraw(chart) {
      const { ctx, chartArea, scales } = chart;
      const [active] = chart.tooltip?.getActiveElements() || [];
      const at = spec.mark === undefined ? null : scales.x.getPixelForValue(1000 * spec.mark);
      ctx.save();
      ctx.strokeStyle = colour("muted")();
      ctx.lineWidth = 1;
      for (const x of [active?.element.x, at]) {
        if (x === undefined || x === null || x < chartArea.left || x > chartArea.right) continue;
        ctx.setLineDash(x === at ? [2, 3] : []);
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
      }
      if (at !== null && at >= chartArea.left && at <= chartArea.right) {
        ctx.fillStyle = colour("muted")();
        ctx.textAlign = at > (chartArea.left + chartArea.right) / 2 ? "right" : "left";
        ctx.fillText(` ${spec.name} `, at, chartArea.top + 8);
      }
      ctx.restore();
    },
  };
}

export function timeline(spec, options, rowsNow) {
  const figure = (value) => format("number", value, spec.digits);
  options.parsing = false;
  options.clip = spec.clip;
  options.layout = { padding: { right: () => (spec.titled ? TITLE_WIDTH : 22) } };
  options.interaction = { mode: "nearestOfEach", intersect: false };
  options.plugins.legend.display = false;
  options.plugins.tooltip.filter = (item) => item.datasetIndex % PARTS < 2;
  options.plugins.tooltip.callbacks = {
    title: (items) => (items.length ? format("time", items[0].raw.x) : ""),
    label(item) {
      const record = rowsNow()[Math.floor(item.datasetIndex / PARTS)];
      const text = ` ${item.dataset.label}: ${figure(item.raw.y)}`;
      if (item.datasetIndex % PARTS === 0) return text;
      const found = record.forecast.find(([when]) => 1000 * when === item.raw.x);
      return found && found[2] !== null ? `${text} (80%: ${figure(found[2])} – ${figure(found[3])})` : text;
    },
  };
  options.scales = {
    x: timeScale({
      afterDataLimits(axis) {
        axis.min = spec.from === undefined ? axis.min : 1000 * spec.from;
        axis.max = spec.to === undefined ? axis.max : 1000 * spec.to;
        if (!(axis.max > axis.min)) axis.max = axis.min + 86400000;
      },
    }),
    y: scale({ title: spec.axis, beginAtZero: true, grace: "4%", ...spec.y }),
  };
  Chart.Interaction.modes.nearestOfEach = nearestOfEach;
  return {
    type: "line",
    data: { datasets: [] },
    options,
    plugins: [titles(spec, rowsNow), uprights(spec)],
    fill,
  };
}

/* Of each film the point that is nearest in time to the pointer: one tip says what all had then. */
function nearestOfEach(chart, event) {
  const found = [];
  chart.getSortedVisibleDatasetMetas().forEach((meta) => {
    if (meta.index % PARTS > 1 || !meta.data.length) return;
    const distance = ({ x }) => Math.abs(x - event.x);
    const nearest = meta.data.reduce((best, point) => (distance(point) < distance(best) ? point : best));
    found.push({
      element: nearest,
      datasetIndex: meta.index,
      index: meta.data.indexOf(nearest),
      away: distance(nearest),
    });
  });
  const least = Math.min(...found.map(({ away }) => away));
  return found.filter(({ away }) => away <= least + 12);
}
