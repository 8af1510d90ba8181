/* A film opened over the page: its number stands in the address, so a reload opens it again. */
(function (app) {
  "use strict";

  const TMDB = "https://www.themoviedb.org/movie/";
  const DAY = 86400;
  /* Both charts have the same room at their left, so that a day of one is below that of the other. */
  const afterFit = (scale) => (scale.width = Math.max(scale.width, 72));
  const HISTORY = { id: "film-history", kind: "timeline", digits: 1, y: { afterFit } };
  /* The first place is at the top, its line whole; where a film was not in the list, there is a gap. */
  const PLACES = { afterFit, beginAtZero: false, reverse: true, min: 1, suggestedMax: 5, grace: 0, ticks: { precision: 0 } };
  const RANKS = { id: "film-rank", kind: "timeline", digits: 0, y: PLACES, clip: 6, stepped: true };
  const { element } = app;

  const line = (film, points, forecast) => [{ title: film.title, slot: 0, points, forecast }];

  app.filmDialog = function () {
    const dialog = document.getElementById("film");
    if (!dialog) return { update() {} };
    const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
    const title = part("title");
    const points = app.table(part("points"));
    let data = null;
    let open = null;
    let drawn = null;
    let leaving = false;
    const charts = {};

    /* Both from the first point to the list that is shown, or what is forecast: at least a day. */
    function draw(spec, records, times) {
      spec.to = Math.max(app.dataSeconds(data), ...times);
      spec.from = Math.min(spec.to - DAY, ...times);
      charts[spec.id] ||= app.chart(document.getElementById(spec.id), spec);
      charts[spec.id].update(records);
    }

    function fillFacts(film, details) {
      part("facts").replaceChildren(
        ...app.filmFacts(film, details).map(([name, text]) => {
          const pair = element("div");
          const said = element("dd", "", text);
          said.dir = "auto";
          pair.append(element("dt", "", app.translate(`film.fact.${name}`)), said);
          return pair;
        }),
      );
      const facts = details.facts || {};
      for (const name of ["tagline", "overview"]) {
        part(name).textContent = facts[name] || "";
        part(name).hidden = !facts[name];
      }
      const imdb = /^tt\d{5,12}$/.test(facts.imdb_id || "") ? facts.imdb_id : null;
      part("imdb").hidden = !imdb;
      if (imdb) part("imdb").href = `https://www.imdb.com/title/${imdb}/`;
      const poster = data.posters ? app.posterAddress(facts.poster_path) : null;
      part("poster").hidden = !poster;
      if (poster) app.set(part("poster"), "src", poster);
      part("poster").alt = poster ? app.translate("film.poster", { title: film.title }) : "";
    }

    function fillHistory(film, details) {
      const known = details.history.length > 0;
      part("history").hidden = !known;
      part("no-history").hidden = known;
      if (!known) return;
      const popularity = details.history.map(([at, value]) => [at, value]);
      const ahead = app.ahead(details.forecasts, app.dataSeconds(data));
      const times = [...popularity, ...ahead].map(([at]) => at);
      draw(HISTORY, line(film, popularity, ahead), times);
      const ranks = details.history.map((point) => [point[0], point[4]]);
      const listed = ranks.some(([, rank]) => rank !== null);
      part("ranks").hidden = !listed;
      if (listed) draw(RANKS, line(film, ranks, []), times);
      points.update(
        details.history
          .map(([at, popularity, votes, rating, rank]) => ({
            at: new Date(1000 * at).toISOString(),
            popularity,
            vote_count: votes,
            vote_average: rating,
            rank,
          }))
          .reverse(),
      );
    }

    function fillExpectations(film, details) {
      const predictions = app.filmPredictions(details);
      part("predictions").replaceChildren(...predictions);
      part("no-predictions").hidden = predictions.length > 0;
      const moves = app.filmMoves(details);
      part("moves").replaceChildren(...(moves || []));
      part("moves-note").hidden = !moves;
      part("no-moves").hidden = Boolean(moves) || predictions.length === 0;
      part("moves-section").hidden = predictions.length === 0;
      const forecasts = app.filmForecasts(details.forecasts, film.popularity, app.dataSeconds(data));
      part("forecasts").replaceChildren(...forecasts);
      part("forecasts-section").hidden = forecasts.length === 0;
      part("near").replaceChildren(
        ...(details.near || []).map((near) => {
          const link = element("a", "", near.title);
          link.href = TMDB + Number(near.tmdb_id);
          link.dir = "auto";
          link.dataset.film = near.tmdb_id;
          const item = element("li");
          item.append(link);
          if (near.release_date) item.append(` ${near.release_date.slice(0, 4)}`);
          return item;
        }),
      );
      part("near-section").hidden = !(details.near || []).length;
    }

    function tell(key) {
      if (key) app.setText(part("status"), key);
      else app.clearText(part("status"));
      part("body").hidden = key !== null;
    }

    /* What was asked for last is shown, whatever comes first. */
    async function fill(again) {
      const id = open;
      const paths = `${id} ${app.library.filmsPath()} ${app.library.shardPath(id)} ${app.language}`;
      if (again && paths === drawn) return;
      let films;
      let details;
      try {
        [films, details] = await Promise.all([app.library.films(), app.library.details(id)]);
      } catch {
        /* What is shown stays; the next data name files that are there. */
        if (open === id && !again) tell("film.failed");
        return;
      }
      if (open !== id) return;
      const place = films.placeOf(id);
      if (place === undefined || !details) {
        title.textContent = app.translate("film.number", { id: String(id) });
        tell("film.untracked");
        return;
      }
      const film = films.record(place);
      title.textContent = film.title;
      tell(null);
      fillFacts(film, details);
      fillHistory(film, details);
      fillExpectations(film, details);
      drawn = paths;
    }

    function show(id, name) {
      open = id;
      title.textContent = name;
      part("tmdb").href = TMDB + id;
      tell("film.loading");
      if (!dialog.open) dialog.showModal();
      dialog.scrollTop = 0;
      title.focus();
      fill(false);
    }

    /* An opened film is a step of its own, so the browser's way back closes it. */
    app.openFilm = function (id, name = "") {
      const another = open !== null;
      show(id, name);
      if (!leaving) app.address.step({ film: id }, another ? null : { film: true });
    };

    /* Titles are links to TMDB; a plain click opens the film here, any other does what links do. */
    document.addEventListener("click", (event) => {
      const link = event.target.closest("td.film a, a[data-film]");
      if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const id = app.filmId(link.dataset.film || link.href.slice(TMDB.length));
      if (id === null) return;
      event.preventDefault();
      app.openFilm(id, link.textContent);
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest('[data-part="close"]')) dialog.close();
    });
    dialog.addEventListener("close", () => {
      /* The event comes late: a film may have been opened in between. */
      if (open === null || dialog.open) return;
      open = null;
      drawn = null;
      leaving = Boolean(history.state && history.state.film);
      if (leaving) history.back();
      else app.address.write({ film: null });
    });

    /* The address says which film is open; one opened while a step back was on its way stays. */
    window.addEventListener("popstate", () => {
      if (data === null) return;
      const overtaken = leaving && open !== null;
      leaving = false;
      const id = app.filmId(app.address.read("film"));
      if (overtaken) app.address.step({ film: open }, { film: true });
      else if (id !== null && id !== open) show(id, "");
      else if (id === null && open !== null) {
        open = null;
        drawn = null;
        dialog.close();
      }
    });

    app.onLanguage(() => open !== null && fill(true));

    return {
      /* First data: the film that the address names; later: the open film anew where it changed. */
      update(now) {
        const first = data === null;
        data = now;
        const id = first ? app.filmId(app.address.read("film")) : null;
        if (id !== null) show(id, "");
        else if (open !== null) fill(true);
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
