/* Lines through time, one for each group; and the scale of time that timelines have as well. */

import { format } from "../format.js";
import { language } from "../page.js";
import { colour, fillGroups, hue, scale, shape } from "../palette.js";

const MINUTE = 60000;
const DAY_MINUTES = 1440;
const STEPS = [
  1,
  2,
  5,
  15,
  30,
  60,
  120,
  240,
  480,
  720,
  DAY_MINUTES,
  2 * DAY_MINUTES,
  3 * DAY_MINUTES,
  5 * DAY_MINUTES,
  7 * DAY_MINUTES,
  14 * DAY_MINUTES,
  30 * DAY_MINUTES,
  90 * DAY_MINUTES,
];
const YEAR = 365 * DAY_MINUTES;
const MOST_TICKS = 7;

/* No line crosses more than this without a value. */
export const LONGEST_GAP = 3 * DAY_MINUTES * MINUTE;

const inHours = ({ min, max }) => max - min < 2 * DAY_MINUTES * MINUTE;

/* Round moments for the ticks of a scale of milliseconds: none closer than their labels tell apart. */
function roundTicks(axis) {
  const wanted = (axis.max - axis.min) / Math.max(2, Math.min(MOST_TICKS, axis.chart.width / 90)) / MINUTE;
  const least = inHours(axis) ? wanted : Math.max(wanted, DAY_MINUTES);
  const step = (STEPS.find((minutes) => minutes >= least) || YEAR * Math.ceil(least / YEAR)) * MINUTE;
  axis.ticks = [];
  if (!Number.isFinite(axis.max - axis.min)) return;
  for (let at = Math.ceil(axis.min / step) * step; at <= axis.max; at += step) axis.ticks.push({ value: at });
}

const yearOf = (milliseconds) => new Date(milliseconds).getUTCFullYear();

/* The year is said where a scale is not of this year alone, the hour above its day. */
function tickText(milliseconds, axis) {
  const own = [axis.min, axis.max].every((end) => yearOf(end) === yearOf(Date.now()));
  const day = { year: own ? undefined : "numeric", month: "short", day: "numeric" };
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const text = (parts) => new Intl.DateTimeFormat(language, { ...parts, timeZone: "UTC" }).format(milliseconds);
  return inHours(axis) ? [text(hour), text(day)] : text(day);
}

/* A scale of time: hours and days within two days, days beyond. */
export const timeScale = (own) =>
  scale({
    ...own,
    type: "linear",
    afterBuildTicks: roundTicks,
    grid: { display: false },
    ticks: {
      maxRotation: 0,
      callback(value) {
        return tickText(value, this);
      },
    },
  });

/* Room at both ends, so that no point lies on an edge, and that a single one has a place. */
function fitTimes(axis, found) {
  if (!found.length) return;
  const first = Math.min(...found);
  const last = Math.max(...found);
  const room = (last - first) / 40 || 30 * MINUTE;
  axis.min = first - room;
  axis.max = last + room;
}

export function times(spec, options) {
  const across = (record) => Date.parse(record[spec.x]);
  options.interaction = { mode: "x", intersect: false };
  options.plugins.tooltip.callbacks = {
    title: (items) => (items.length ? format("time", items[0].raw.record[spec.x]) : ""),
    label: (item) => ` ${item.dataset.label}: ${format("number", item.raw.y, spec.digits)}`,
  };
  options.scales = { x: timeScale({}), y: scale({ beginAtZero: true, title: spec.axis }) };
  const style = (place) => ({
    showLine: true,
    spanGaps: LONGEST_GAP,
    borderColor: colour(hue(place)),
    borderWidth: place ? 1.5 : 2.5,
    borderDash: place ? [5, 4] : [],
    backgroundColor: colour(place ? "surface" : hue(place)),
    pointBorderColor: colour(hue(place)),
    pointStyle: shape(place),
    pointRadius: 3,
    pointHoverRadius: 6,
  });

  function fill(data, _spec, records, chart) {
    const shown = records.filter((one) => one[spec.series[0].key] !== null);
    fitTimes(chart.options.scales.x, shown.map(across));
    fillGroups(data, spec, shown, style, across);
  }

  return { type: "scatter", data: { datasets: [] }, options, fill };
}
