/* A film: its figures, its history with the forecast, and what the models make of it. */

import { chartOn } from "../charts.js";
import { format } from "../format.js";
import { DAY, dataSeconds, filmDetails, forecastsAhead, shardPath } from "../library.js";
import { asked, element, facts, filmAddress, filmId, home, make, partOf, put, root } from "../page.js";
import { genre, say } from "../texts.js";
import { filmDrivers, filmExpectations, filmForecasts } from "./expectations.js";
import { filmFacts } from "./facts.js";

/* Both charts have the same room at their left, so that a day of one is below that of the other. */
const afterFit = (axis) => (axis.width = Math.max(axis.width, 72));
/* The first place is at the top, its line whole; where a film was not in the list, there is a gap. */
const PLACES = {
  afterFit,
  beginAtZero: false,
  reverse: true,
  min: 1,
  suggestedMax: 5,
  grace: 0,
  ticks: { precision: 0 },
};

/* The film that the address names: that of the page itself, or of its query. */
const filmAsked = () => filmId((location.pathname.match(/\/film\/(\d+)\.html$/) || [])[1] || asked("id"));

function keyFigure(name, text, note) {
  const block = make("div");
  const value = make("dd");
  value.append(make("strong", "", text));
  if (note) value.append(" ", make("span", "", note));
  block.append(make("dt", "", say(`film.figure.${name}`)), value);
  return block;
}

export function startFilm() {
  const id = filmAsked();
  const view = document.querySelector('[data-part="film"]');
  const part = partOf(view);
  const draw = {};
  const specs = {
    "film-history": { kind: "timeline", digits: 1, axis: say("chart.film-history.axis"), y: { afterFit } },
    "film-rank": { kind: "timeline", digits: 0, axis: say("chart.film-rank.axis"), y: PLACES, clip: 6, stepped: true },
  };
  let path = null;

  function status(key, values) {
    put(part("status"), key ? say(key, values) : "");
    part("status").hidden = !key;
    part("body").hidden = Boolean(key);
  }

  function drawLine(name, film, points, forecast, times) {
    const spec = specs[name];
    spec.to = Math.max(dataSeconds(), ...times);
    spec.from = Math.min(spec.to - DAY, ...times);
    spec.mark = film.release_date ? Date.parse(film.release_date) / 1000 : undefined;
    spec.name = say("film.released");
    const records = [{ title: film.title, slot: 0, points, forecast }];
    if (!draw[name]) draw[name] = chartOn(element(name), spec);
    draw[name](records);
  }

  function showHead(film, { facts: known, poster, week }) {
    document.title = document.title.replace(part("title").textContent, () => film.title);
    put(part("title"), film.title);
    const year = film.release_date ? film.release_date.slice(0, 4) : null;
    const asOf = film.as_of ? say("film.as_of", { day: { kind: "date", value: film.as_of } }) : null;
    put(part("line"), [year, film.genres.map(genre).join(", "), asOf].filter(Boolean).join(" · "));
    const [start, startRank] = week || [];
    const growth = start && film.popularity !== null ? { kind: "growth", value: film.popularity / start } : null;
    const places = startRank && film.rank !== null ? startRank - film.rank : null;
    const way = places > 0 ? "up" : "down";
    part("figures").replaceChildren(
      keyFigure(
        "popularity",
        format("number", film.popularity, 1),
        growth && say("film.figure.week", { change: growth }),
      ),
      keyFigure(
        "rank",
        film.rank === null ? say("film.figure.unlisted") : format("number", film.rank),
        places && say("film.figure.week", { change: say(`change.${way}_mark`, { count: Math.abs(places) }) }),
      ),
      keyFigure(
        "rating",
        say("film.figure.of_ten", { rating: format("number", film.vote_average, 1) }),
        say("film.figure.votes", { count: film.vote_count || 0 }),
      ),
    );
    for (const name of ["tagline", "overview"]) {
      put(part(name), known[name] || "");
      part(name).hidden = !known[name];
    }
    part("tmdb").href = `https://www.themoviedb.org/movie/${id}`;
    const imdb = /^tt\d{5,12}$/.test(known.imdb_id || "") ? known.imdb_id : null;
    part("imdb").hidden = !imdb;
    if (imdb) part("imdb").href = `https://www.imdb.com/title/${imdb}/`;
    part("share").hidden = !navigator.share;
    part("compare").hidden = false;
    part("compare").href = `${home}compare.html?ids=${id}`;
    part("poster").hidden = !poster;
    if (poster) part("poster").setAttribute("src", /^https:/.test(poster) ? poster : root + poster);
    if (poster) part("poster").alt = say("film.poster", { title: film.title });
  }

  function showHistory(film, details) {
    const { history } = details;
    part("history").hidden = history.length === 0;
    if (!history.length) return;
    const popularity = history.map(([at, value]) => [at, value]);
    const ahead = forecastsAhead(details);
    const moments = [...popularity, ...ahead].map(([at]) => at);
    drawLine("film-history", film, popularity, ahead, moments);
    const ranks = history.map(([at, , , , rank]) => [at, rank]);
    part("ranks").hidden = ranks.every(([, rank]) => rank === null);
    if (!part("ranks").hidden) drawLine("film-rank", film, ranks, [], moments);
    part("forecasts-title").hidden = ahead.length === 0;
    part("forecasts").replaceChildren(...filmForecasts(ahead, details));
    part("points").replaceChildren(
      ...history.toReversed().map(([at, value, votes, rating, rank]) => {
        const row = make("tr");
        row.append(
          make("td", "time", format("time", 1000 * at)),
          ...[
            [value, 1],
            [rank, 0],
            [rating, 1],
            [votes, 0],
          ].map(([shown, digits]) => make("td", "number", format("number", shown, digits))),
        );
        return row;
      }),
    );
  }

  function filmLink(near) {
    const item = make("li");
    const link = make("a", "", near.title);
    link.href = filmAddress(near.tmdb_id, near.listed);
    link.dir = "auto";
    item.append(link, near.release_date ? ` ${near.release_date.slice(0, 4)}` : "");
    return item;
  }

  function showRest(film, details) {
    const blocks = {
      expected: ["predictions", filmExpectations(details)],
      drivers: ["moves", filmDrivers(details)],
      similar: ["near", details.near.map(filmLink)],
    };
    for (const [section, [name, made]] of Object.entries(blocks)) {
      part(section).hidden = made.length === 0;
      part(name).replaceChildren(...made);
    }
    part("facts").replaceChildren(
      ...filmFacts(film, details).map(([name, text]) => {
        const pair = make("div");
        const value = make("dd", "", text);
        value.dir = "auto";
        pair.append(make("dt", "", say(`film.fact.${name}`)), value);
        return pair;
      }),
    );
  }

  /* The films before and after this one in the list. */
  function showSteps(details) {
    part("steps").hidden = !details.before && !details.after;
    for (const name of ["before", "after"]) {
      part(name).hidden = !details[name];
      if (!details[name]) continue;
      const [other, title, rank] = details[name];
      part(name).href = filmAddress(other, true);
      put(part(name), say(`film.${name}`, { rank: String(rank), title }));
    }
  }

  async function show() {
    if (id === null) return status("film.untracked");
    try {
      const newest = `${await shardPath(id)} ${dataSeconds()}`;
      if (newest === path) return undefined;
      const details = await filmDetails(id);
      if (!details) {
        put(part("title"), say("film.number", { id: String(id) }));
        return status("film.untracked");
      }
      const { film } = details;
      status(null);
      showHead(film, details);
      showHistory(film, details);
      showRest(film, details);
      showSteps(details);
      path = newest;
    } catch (error) {
      /* What is shown stays; the next news names files that are there. */
      if (error instanceof TypeError || error instanceof RangeError) throw error;
      if (path === null) status("film.failed");
    }
    return undefined;
  }

  part("share").addEventListener("click", () => {
    /* A reader who thinks better of it has not failed. */
    navigator.share({ title: document.title, url: location.href }).catch(() => {});
  });
  if (id === null || facts.library) show();
  return show;
}
