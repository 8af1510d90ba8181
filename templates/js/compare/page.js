/* Compare: up to six films on one axis of time, in popularity, indexed to 100, or by rank. */

import { chartOn } from "../charts.js";
import { format } from "../format.js";
import { DAY, dataSeconds, filmDetails, forecastsAhead, shardPath } from "../library.js";
import { asked, element, filmAddress, filmId, make, partOf, put, remember } from "../page.js";
import { filmSearch } from "../search.js";
import { genre, say } from "../texts.js";

const MOST_COMPARED = 6;
const MEASURES = ["popularity", "index", "rank"];
const STEPS_OF_BRUSH = 1000;
const RANK_SCALE = { reverse: true, min: 1, beginAtZero: false, grace: 0, suggestedMax: 5, ticks: { precision: 0 } };

/* The films of the address: numbers with commas between; none where it names none. */
const idsAsked = () => [...new Set((asked("ids") || "").split(",").map(filmId))].filter((id) => id !== null);

export function startCompare() {
  const section = element("comparison");
  const part = section && partOf(section);
  if (!section || !part("search")) return () => {};
  const leaders = part("search").closest("[data-leaders]").dataset.leaders.split(",").map(filmId);
  let ids = idsAsked().slice(0, MOST_COMPARED);
  let measure = MEASURES.includes(asked("measure")) ? asked("measure") : "popularity";
  let focus = null;
  const known = new Map();
  const spec = { kind: "timeline", digits: 1, titled: true };
  let draw = null;

  const note = (key, values) => put(part("note"), say(key, values));

  /* The points of a film in the measure, and its forecast where it has one. */
  function lineOf(id, slot, from) {
    const { film, details } = known.get(id);
    const points = details.history.map(([at, value, , , rank]) => [at, measure === "rank" ? rank : value]);
    const ahead = measure === "rank" ? [] : forecastsAhead(details);
    const line = { title: film.title, slot, href: filmAddress(id, film.rank !== null), focus: focus === id };
    if (measure !== "index") return { ...line, points, forecast: ahead };
    const [, base] = points.find(([at, value]) => at >= from && value > 0) ||
      points.find(([, value]) => value > 0) || [0, 0];
    const scaled = (value) => (base && value !== null ? (100 * value) / base : null);
    return {
      ...line,
      points: points.map(([at, value]) => [at, scaled(value)]),
      forecast: ahead.map(([at, ...values]) => [at, ...values.map(scaled)]),
    };
  }

  /* The part of all time that the brush selects, in seconds. */
  function brushed() {
    const shown = ids.filter((id) => known.has(id)).map((id) => known.get(id).details);
    const ends = shown.flatMap((details) => forecastsAhead(details).map(([at]) => at));
    const first = Math.min(
      dataSeconds() - DAY,
      ...shown.flatMap(({ history }) => history.slice(0, 1).map(([at]) => at)),
    );
    const last = Math.max(dataSeconds(), ...ends);
    const at = (name) => first + ((last - first) * Number(part(name).value)) / STEPS_OF_BRUSH;
    return [Math.min(at("from"), at("to") - DAY / 2), at("to")];
  }

  function showChips() {
    part("films").replaceChildren(
      ...ids
        .filter((id) => known.has(id))
        .map((id) => {
          const { film } = known.get(id);
          const chip = make("button", `chip hue-${ids.indexOf(id)}`, film.title);
          chip.type = "button";
          chip.dataset.id = id;
          chip.ariaLabel = say("compare.remove", { title: film.title });
          chip.append(make("span", "", "×"));
          const item = make("li");
          item.append(chip);
          return item;
        }),
    );
    part("full").hidden = ids.length < MOST_COMPARED;
  }

  function factRows(shown) {
    const week = ({ film, details }) =>
      details.week?.[0] && film.popularity !== null ? film.popularity / details.week[0] : null;
    const ahead = ({ details }) => {
      const last = forecastsAhead(details).at(-1);
      const [value, low, high] = last ? last.slice(1).map((one) => format("number", one, 0)) : [];
      return last ? say("term.interval", { value, low, high }) : format("number", null);
    };
    /** @type {[string, (one: any) => string][]} */
    const rows = [
      ["film.fact.popularity", ({ film }) => format("number", film.popularity, 1)],
      ["compare.gap", (one) => format("growth", week(one))],
      ["compare.ahead", ahead],
      ["film.figure.expected", ({ film }) => format("number", film.predicted_popularity, 1)],
      ["film.fact.rank", ({ film }) => format("number", film.rank)],
      ["film.fact.rating", ({ film }) => format("number", film.vote_average, 1)],
      ["film.fact.votes", ({ film }) => format("number", film.vote_count)],
      ["film.fact.release", ({ film }) => format("date", film.release_date)],
      ["film.fact.genres", ({ film }) => film.genres.map(genre).join(", ")],
      ["film.figure.as_of", ({ film }) => format("date", film.as_of)],
    ];
    return rows.map(([key, text]) => {
      const row = make("tr");
      const head = make("th", "", say(key));
      head.scope = "row";
      row.append(head, ...shown.map((one) => make("td", "", text(one))));
      return row;
    });
  }

  function showFacts(shown) {
    const heads = shown.map(({ film }) => {
      const head = make("th");
      const link = make("a", "", film.title);
      link.href = filmAddress(film.tmdb_id, film.rank !== null);
      link.dir = "auto";
      head.scope = "col";
      head.append(link);
      return head;
    });
    part("heads").replaceChildren(make("td"), ...heads);
    part("facts").replaceChildren(...factRows(shown));
  }

  function show() {
    const shown = ids.filter((id) => known.has(id));
    [spec.from, spec.to] = brushed();
    spec.axis = say(`compare.measure.${measure}`);
    spec.titled = part("search").ownerDocument.defaultView.innerWidth >= 640;
    const isLog = part("powers").checked && measure !== "rank";
    spec.digits = measure === "rank" ? 0 : 1;
    const records = shown.map((id) => lineOf(id, ids.indexOf(id), spec.from));
    const own = measure === "rank" ? RANK_SCALE : { type: isLog ? "logarithmic" : "linear" };
    spec.y = own;
    /* Another scale is another chart: Chart.js keeps what it made of the first. */
    const canvas = element("compare-lines");
    const chart = self.tmdbdash.charts[canvas.id];
    if (chart) {
      Object.assign(
        chart.options.scales.y,
        { reverse: false, min: undefined, suggestedMax: undefined, type: "linear" },
        own,
      );
      chart.options.scales.y.title.text = spec.axis;
      chart.options.scales.y.beginAtZero = measure !== "rank" && !isLog;
    }
    if (!draw) draw = chartOn(canvas, spec);
    draw(records);
    put(part("caption"), spec.axis);
    part("powers-field").hidden = measure === "rank";
    showChips();
    showFacts(shown.map((id) => known.get(id)));
  }

  async function fetchFilms() {
    try {
      if (!ids.length && asked("ids") === null) ids = leaders.slice(0, MOST_COMPARED);
      for (const id of [...ids]) {
        const path = await shardPath(id);
        if (known.get(id)?.path === path) continue;
        const details = await filmDetails(id);
        if (details) known.set(id, { film: details.film, details, path });
        else {
          ids = ids.filter((one) => one !== id);
          note("compare.untracked", { id: String(id) });
        }
      }
    } catch (error) {
      if (error instanceof TypeError) throw error;
      note("compare.failed");
    }
    show();
  }

  function toggle(film) {
    const isThere = ids.includes(film.tmdb_id);
    if (!isThere && ids.length >= MOST_COMPARED) return;
    ids = isThere ? ids.filter((id) => id !== film.tmdb_id) : [...ids, film.tmdb_id];
    note(isThere ? "compare.gone" : "compare.added", { title: film.title });
    remember({ ids: ids.join(",") });
    fetchFilms();
  }

  filmSearch(part("search"), part("offers"), {
    isTaken: (id) => ids.includes(id) || ids.length >= MOST_COMPARED,
    choose: toggle,
    failed: () => note("compare.failed"),
  });
  part("films").addEventListener("click", ({ target }) => {
    const chip = target.closest("button");
    if (chip) toggle(known.get(Number(chip.dataset.id)).film);
  });
  for (const type of ["focusin", "pointerover"]) {
    part("films").addEventListener(type, ({ target }) => {
      const chip = target.closest("button");
      if (!chip || focus === Number(chip.dataset.id)) return;
      focus = Number(chip.dataset.id);
      draw(ids.filter((id) => known.has(id)).map((id) => lineOf(id, ids.indexOf(id), spec.from)));
    });
  }
  part("measures").addEventListener("change", ({ target }) => {
    measure = target.value;
    remember({ measure: measure === "popularity" ? null : measure });
    show();
  });
  for (const button of part("measures").querySelectorAll("input")) button.checked = button.value === measure;
  part("powers").addEventListener("change", show);
  part("brush").addEventListener("input", show);

  fetchFilms();
  return fetchFilms;
}
