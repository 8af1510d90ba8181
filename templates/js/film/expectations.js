/* What the models make of a film: expected beside actual on a labelled scale, drivers, forecasts. */

import { format } from "../format.js";
import { make } from "../page.js";
import { say, term } from "../texts.js";

const TARGETS = [
  ["popularity", 1],
  ["vote_average", 2],
];
const TICKS = 5;

const figureOf = (value, digits) => ({ kind: "number", value, digits });
const share = (value, highest) => `${(100 * value) / highest}%`;

/* Round values over a scale from 0. */
function ticksOf(highest) {
  const rough = highest / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * power >= rough) * power;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, at) => at * step);
}

/* A band from `low` to `high` on a scale with its ticks, and a mark for each of `marks`. */
function scaleBar(highest, low, high, marks) {
  const bar = make("div", "interval");
  bar.ariaHidden = "true";
  if (low !== null && high !== null) {
    const band = make("span", "interval-range");
    band.style.left = share(low, highest);
    band.style.width = share(high - low, highest);
    bar.append(band);
  }
  for (const [name, value] of marks) {
    if (value === null) continue;
    const mark = make("span", `interval-mark ${name}`);
    mark.style.left = share(value, highest);
    bar.append(mark);
  }
  for (const tick of ticksOf(highest)) {
    const label = make("span", "interval-tick", format("number", tick, tick && highest < 4 ? 1 : 0));
    label.style.left = share(tick, highest);
    bar.append(label);
  }
  return bar;
}

/* Where the actual value lies, in one word of the texts' keys. */
function outcome({ actual, low, high }) {
  if (actual === null) return "unknown";
  if (low === null || high === null) return "bare";
  if (actual < low) return "below";
  return actual > high ? "above" : "inside";
}

function expectation(target, digits, found) {
  const { predicted, low, high, actual } = found;
  const highest = target === "popularity" ? 1.05 * Math.max(0.001, predicted, high, actual) : 10;
  const worded = {};
  for (const name of ["predicted", "low", "high", "actual"]) worded[name] = figureOf(found[name], digits);
  const text = low === null || high === null ? "film.predicted" : "film.predicted_between";
  const block = make("div", "expectation");
  block.append(
    make("h3", "", say(`film.target.${target}`)),
    make("p", "", `${say(text, worded)} ${say(`film.actual.${outcome(found)}`, worded)}`),
    scaleBar(highest, low, high, [
      ["predicted", predicted],
      ["actual", actual],
    ]),
    make(
      "p",
      "note",
      say("film.how", {
        model: term("model", found.model),
        mode: term("mode", found.mode),
        basis: term("basis", found.basis),
      }),
    ),
  );
  if (found.coverage !== null) {
    const coverage = { kind: "share", value: found.coverage };
    block.append(make("p", "note", say(`film.coverage.${found.coverage_of}`, { coverage })));
  }
  return block;
}

/* Expected values of both targets; nothing where no model has seen the film. */
export const filmExpectations = ({ predictions }) =>
  TARGETS.filter(([target]) => predictions[target]).map(([target, digits]) =>
    expectation(target, digits, predictions[target]),
  );

/* Signed contributions as a list: name, bar to the left or to the right of nothing, figure. */
function driverList(drivers, digits) {
  const list = make("ul", "drivers");
  const largest = Math.max(...drivers.map(([, value]) => Math.abs(value))) || 1;
  for (const [group, value] of drivers) {
    const track = make("span", "driver-track");
    const bar = make("span", value < 0 ? "driver-down" : "driver-up");
    const size = (50 * Math.abs(value)) / largest;
    track.ariaHidden = "true";
    bar.style.width = `${size}%`;
    bar.style.left = `${value < 0 ? 50 - size : 50}%`;
    track.append(bar);
    const item = make("li");
    item.append(
      make("span", "", term("features", group)),
      track,
      make("span", "number", format("signed", value, digits)),
    );
    list.append(item);
  }
  return list;
}

/* What changed the expected values most; nothing where it is not stored. */
export const filmDrivers = ({ moves }) =>
  TARGETS.filter(([target]) => moves?.[target]?.length).map(([target, digits]) => {
    const block = make("div", "expectation");
    block.append(make("h3", "", say(`film.target.${target}`)), driverList(moves[target], digits));
    return block;
  });

/* Forecasts that lie ahead as sentences: the chart above has their lines. */
export const filmForecasts = (ahead, details) =>
  ahead.map(([at, popularity, low, high]) => {
    const { basis } = details.forecasts.find((one) => one.at === at);
    const [shown, from, to] = [popularity, low, high].map((value) => figureOf(value, 1));
    const date = { kind: "date", value: 1000 * at };
    return make(
      "li",
      "",
      say("film.forecast", { date, popularity: shown, low: from, high: to, basis: term("forecast_basis", basis) }),
    );
  });
