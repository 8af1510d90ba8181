/* The panel of popularity over time: one chart, its range, and the films drawn in it. */
(function (app) {
  "use strict";

  const SPEC = { id: "history-lines", kind: "timeline", digits: 1, lettered: true };
  const OFFERED = 8;
  const { element } = app;

  app.historyPanel = function () {
    const section = document.getElementById("history");
    if (!section) return { update() {} };
    const part = (name) => section.querySelector(`[data-part="${name}"]`);
    const figures = app.table(part("figures"));
    const points = app.table(part("points"));
    const picks = app.picks(app.address.read("picked"));
    const asked = app.address.read("range");
    const added = new Map();
    let range = app.ranges.includes(asked) ? asked : "7d";
    let data = null;
    let seen = "";
    let chart = null;
    let lines = [];
    let turn = 0;
    let offered = [];
    let active = -1;

    const leading = () => data.panels.history;
    const nowSeconds = () => app.dataSeconds(data);

    function tell(key, values) {
      app.setText(part("told"), key, values);
    }

    function remember() {
      app.address.write({ range: range === "7d" ? null : range, picked: picks.text() });
    }

    /* A button a film: what it is called, whether it is drawn, and by which letter. */
    function showChips() {
      const slots = new Map(picks.drawn().map(([slot, id]) => [id, slot]));
      const films = [...leading(), ...[...added.values()].filter(({ tmdb_id }) => !isLeading(tmdb_id))];
      const list = part("films");
      while (list.children.length > films.length) list.lastElementChild.remove();
      films.forEach((film, place) => {
        let button = list.children[place] && list.children[place].firstElementChild;
        if (!button) {
          const item = element("li");
          button = element("button", "pick");
          button.type = "button";
          const title = element("span", "pick-title");
          title.dir = "auto";
          button.append(element("span", "pick-letter"), title);
          item.append(button);
          list.append(item);
        }
        const slot = slots.get(film.tmdb_id);
        button.dataset.id = film.tmdb_id;
        button.style.setProperty("--slot", slot === undefined ? "" : `var(--${app.hue(slot)})`);
        button.setAttribute("aria-pressed", slot !== undefined);
        button.setAttribute("aria-disabled", slot === undefined && picks.full());
        button.firstElementChild.textContent = slot === undefined ? "" : app.letter(slot);
        button.lastElementChild.textContent = film.title;
      });
      part("full").hidden = !picks.full();
    }

    const isLeading = (id) => leading().some((film) => film.tmdb_id === id);

    function line(id) {
      const film = leading().find(({ tmdb_id }) => tmdb_id === id);
      if (film) return app.leadingLine(film, range, nowSeconds());
      const { title, details } = added.get(id) || {};
      return details ? app.anyLine(id, title, details, range, nowSeconds()) : null;
    }

    function showPoints() {
      if (!part("all").open) return;
      const rows = lines.flatMap(({ slot, title, points: known, forecast }) =>
        [...known, ...forecast].map(([at, popularity, low = null, high = null]) => ({
          letter: app.letter(slot),
          title,
          at: new Date(1000 * at).toISOString(),
          popularity,
          ahead_low: low,
          ahead_high: high,
        })),
      );
      points.update(rows);
    }

    function show() {
      showChips();
      lines = picks
        .drawn()
        .map(([slot, id]) => ({ slot, ...line(id) }))
        .filter((drawn) => drawn.points);
      const ends = lines.flatMap(({ forecast }) => forecast.map(([at]) => at));
      SPEC.from = range === "all" ? undefined : nowSeconds() - app.rangeSeconds(range);
      SPEC.to = range === "all" ? undefined : Math.max(nowSeconds(), ...ends);
      chart ||= app.chart(document.getElementById(SPEC.id), SPEC);
      chart.update(lines);
      figures.update(lines.map(app.lineFigures));
      showPoints();
    }

    /* What is drawn but neither leading nor here yet is fetched, with its title. */
    async function fetchAdded() {
      const missing = picks.drawn().map(([, id]) => id).filter((id) => !isLeading(id));
      for (const id of missing) {
        const path = app.library.shardPath(id);
        if (added.get(id)?.path === path) continue;
        try {
          const [films, details] = await Promise.all([app.library.films(), app.library.details(id)]);
          const place = films.placeOf(id);
          if (details && place !== undefined) {
            added.set(id, { tmdb_id: id, title: films.record(place).title, path, details });
          } else if (!added.has(id)) {
            picks.toggle(id);
            tell("films.history.untracked", { id: String(id) });
          }
        } catch {
          tell("films.history.failed");
        }
      }
      if (missing.length) show();
    }

    function toggle(id, title) {
      if (!picks.toggle(id)) return;
      const drawn = picks.drawn().some(([, one]) => one === id);
      tell(drawn ? "films.history.drawn" : "films.history.gone", { title });
      remember();
      show();
      fetchAdded();
    }

    /* The option that the arrow keys have reached; the focus stays in the field. */
    function mark(place) {
      active = place;
      [...part("offers").children].forEach((option, at) => option.setAttribute("aria-selected", at === active));
      const option = part("offers").children[active];
      if (option) {
        part("search").setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else part("search").removeAttribute("aria-activedescendant");
    }

    function choose(place) {
      const film = offered[place];
      if (!film || part("offers").children[place].ariaDisabled === "true") return;
      part("search").focus();
      dropOffers();
      toggle(film.tmdb_id, film.title);
    }

    async function offer() {
      const wanted = part("search").value.trim();
      const own = (turn += 1);
      let found = [];
      if (wanted) {
        try {
          const films = await app.library.films();
          found = films.select({ q: wanted }).slice(0, OFFERED).map(films.record);
        } catch {
          tell("films.history.failed");
        }
      }
      if (own !== turn) return;
      offered = found;
      const drawn = new Set(picks.drawn().map(([, id]) => id));
      part("offers").replaceChildren(
        ...found.map(({ tmdb_id, title, release_date }, at) => {
          const option = element("li", "", release_date ? `${title} (${release_date.slice(0, 4)})` : title);
          option.id = `history-offer-${at}`;
          option.role = "option";
          option.dir = "auto";
          option.ariaDisabled = picks.full() || drawn.has(tmdb_id);
          return option;
        }),
      );
      part("offers").hidden = !found.length;
      part("search").setAttribute("aria-expanded", found.length > 0);
      mark(-1);
      if (wanted) app.announceLater("films.history.offered", { count: found.length });
    }

    part("films").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) toggle(Number(button.dataset.id), button.lastElementChild.textContent);
    });
    part("ranges").addEventListener("change", (event) => {
      range = event.target.value;
      remember();
      show();
    });
    for (const button of part("ranges").querySelectorAll("input")) button.checked = button.value === range;
    part("search").addEventListener("input", offer);
    const tools = section.querySelector(".history-search");

    function dropOffers() {
      part("search").value = "";
      offer();
    }

    /* The keys of a combobox: from the field through all options and back to it. */
    part("search").addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && offered.length) mark(((active + 1 + step + offered.length + 1) % (offered.length + 1)) - 1);
      else if (event.key === "Enter" && active >= 0) choose(active);
      else if (event.key === "Escape" && part("search").value) dropOffers();
      else return;
      event.preventDefault();
    });
    part("offers").addEventListener("click", (event) => choose([...part("offers").children].indexOf(event.target)));
    /* What was offered does not stay over the chart of someone who has turned to it. */
    tools.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !tools.contains(event.relatedTarget)) dropOffers();
    });
    document.addEventListener("pointerdown", (event) => {
      if (part("search").value && !tools.contains(event.target)) dropOffers();
    });
    part("all").addEventListener("toggle", showPoints);

    app.onLanguage(() => data && show());

    return {
      update(now) {
        if (!now.panels.history) return;
        const news = JSON.stringify([now.panels.history, now.observed_at, now.files.shards]);
        if (news === seen) return;
        seen = news;
        data = now;
        picks.lead(leading().map(({ tmdb_id }) => tmdb_id));
        show();
        fetchAdded();
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
