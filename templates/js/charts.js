/* Charts: made once by their kind, when they come into view, then given new rows. */

import { format, wrapped } from "./format.js";
import { bars } from "./kinds/bars.js";
import { lines } from "./kinds/lines.js";
import { points } from "./kinds/points.js";
import { scatter } from "./kinds/scatter.js";
import { timeline } from "./kinds/timeline.js";
import { times } from "./kinds/times.js";
import { shared } from "./loading.js";
import { element, language } from "./page.js";
import { colour, readPalette } from "./palette.js";
import { onTheme } from "./theme.js";

const KINDS = { bars, lines, points, scatter, times, timeline };
const charts = {};
shared.charts = charts;
let prepared = false;

function repaint() {
  readPalette();
  for (const chart of Object.values(charts)) chart.update("none");
}

function prepare() {
  prepared = true;
  readPalette();
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.font.size = 0.72 * size;
  onTheme(repaint);
  /* Paper is white and has a width of its own. */
  matchMedia("print").addEventListener("change", () => {
    for (const chart of Object.values(charts)) chart.resize();
    repaint();
  });
}

/* The film of what lies below the pointer, where it is one. */
function filmAt([first], chart, rowsNow) {
  if (!first) return null;
  const point = chart.data.datasets[first.datasetIndex].data[first.index];
  return (point?.record || rowsNow()[first.index])?.href || null;
}

/* What every kind shares: no animation, the room that the frame gives, titles whole in tips. */
function common(spec, rowsNow) {
  return {
    locale: language,
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false },
    plugins: {
      colors: { enabled: false },
      legend: {
        position: "top",
        align: "start",
        labels: { color: colour("muted"), usePointStyle: true, boxHeight: 6, padding: 12 },
      },
      tooltip: {
        backgroundColor: colour("surface"),
        borderColor: colour("line"),
        borderWidth: 1,
        titleColor: colour("ink"),
        bodyColor: colour("ink"),
        padding: 10,
        cornerRadius: 6,
        boxPadding: 4,
        usePointStyle: true,
        callbacks: {
          title(items) {
            if (!items.length) return "";
            const record = rowsNow()[items[0].dataIndex];
            return wrapped(record.title || record.label, 44, 3);
          },
          label: (item) => ` ${item.dataset.label}: ${format("number", item.raw, spec.digits)}`,
        },
      },
    },
    onHover(event, found) {
      event.native.target.style.cursor = filmAt(found, event.chart, rowsNow) ? "pointer" : "";
    },
    onClick(event, found) {
      const address = filmAt(found, event.chart, rowsNow);
      if (address) location.assign(address);
    },
  };
}

/* Labels and one value a record for each series: what most kinds draw. */
function fillSeries(data, spec, records) {
  data.labels = records.map((record) => record.label);
  spec.series.forEach((series, at) => {
    data.datasets[at].label = series.label;
    data.datasets[at].data = records.map((record) => record[series.key]);
  });
}

/* Canvases whose charts are still to be made, and how. */
const waitingCharts = new Map();
const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
  },
  { rootMargin: "300px" },
);

function draw(canvas) {
  const create = waitingCharts.get(canvas);
  near.unobserve(canvas);
  if (waitingCharts.delete(canvas)) create();
}

/* A chart is made when its canvas nears what is seen, of the rows that it has by then. */
export function chartOn(canvas, spec) {
  let rows = spec.rows || [];
  let chart = null;
  waitingCharts.set(canvas, () => {
    if (!prepared) prepare();
    const { fill = fillSeries, ...made } = KINDS[spec.kind](
      spec,
      common(spec, () => rows),
      () => rows,
    );
    fill(made.data, spec, rows, made);
    chart = new Chart(canvas, made);
    chart.fill = fill;
    charts[canvas.id] = chart;
  });
  near.observe(canvas);
  return (now) => {
    rows = now;
    if (!chart) return;
    chart.fill(chart.data, spec, rows, chart);
    chart.update("none");
  };
}

/* Charts of the page by what it says of them; returns what makes them new where that has changed. */
export function startCharts() {
  const drawn = new Map();
  function update() {
    for (const script of document.querySelectorAll("script[data-chart]")) {
      const { chart: id } = script.dataset;
      const text = script.textContent;
      const canvas = element(id);
      const before = drawn.get(id)?.canvas === canvas ? drawn.get(id) : null;
      if (before && before.text === text) continue;
      const spec = JSON.parse(text);
      const renew = before ? before.renew : chartOn(canvas, spec);
      if (before) renew(spec.rows);
      drawn.set(id, { canvas, text, renew });
    }
  }
  /* Paper shows the whole page at once. */
  window.addEventListener("beforeprint", () => [...waitingCharts.keys()].forEach(draw));
  shared.drawAll = () => [...waitingCharts.keys()].forEach(draw);
  update();
  return update;
}
