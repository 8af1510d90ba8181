/* The panel of all tracked films: what the reader looks for, and the page of the table it gives. */
(function (app) {
  "use strict";

  const SIZES = [25, 50, 100];
  const FRESH = { q: "", genre: "", from: null, to: null, sort: "rank", page: 1, size: 25 };
  /* Columns that begin with the smallest; the others begin with the largest. */
  const UPWARD = ["title", "genres", "rank"];
  const LONGEST = 200;

  const year = (text) => (/^\d{4}$/.test(text || "") ? Number(text) : null);

  /* What the address asks for, as far as it makes sense. */
  function asked(keys) {
    const { read } = app.address;
    const sort = read("sort") || "";
    const page = read("page") || "";
    const size = Number(read("size"));
    return {
      q: (read("q") || "").slice(0, LONGEST),
      genre: (read("genre") || "").slice(0, LONGEST),
      from: year(read("from")),
      to: year(read("to")),
      sort: keys.includes(sort.replace("-", "")) ? sort : FRESH.sort,
      page: /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1,
      size: SIZES.includes(size) ? size : FRESH.size,
    };
  }

  app.filmsPanel = function () {
    const section = document.getElementById("films");
    if (!section) return { update() {} };
    const part = (name) => section.querySelector(`[data-part="${name}"]`);
    const field = (name) => section.querySelector(`[name="${name}"]`);
    const list = section.querySelector("table");
    const heads = Array.from(list.tHead.rows[0].cells);
    const keys = heads.map((head) => head.dataset.key);
    const shown = app.table(list);
    const state = asked(keys);
    let path = null;
    let films = null;
    let found = [];
    let wanted = Object.keys(FRESH).some((name) => app.address.read(name) !== null);

    function remember() {
      const changes = {};
      for (const [name, fresh] of Object.entries(FRESH)) {
        changes[name] = state[name] === fresh || state[name] === null ? null : state[name];
      }
      app.address.write(changes);
    }

    /* The genres of the films, by what they are called; made anew only where they changed. */
    function offerGenres() {
      const names = films.genreNames.map((name) => [app.genre(name), name]);
      names.sort((a, b) => a[0].localeCompare(b[0], app.language));
      const select = field("genre");
      const offered = Array.from(select.options).slice(1);
      if (offered.map((option) => option.label).join() !== names.map(([label]) => label).join()) {
        for (const option of offered) option.remove();
        for (const [label, name] of names) select.add(new Option(label, name));
      }
      if (!films.genreNames.includes(state.genre)) state.genre = "";
      select.value = state.genre;
    }

    function markHeads() {
      const key = state.sort.replace("-", "");
      for (const head of heads) {
        if (head.dataset.key !== key) head.removeAttribute("aria-sort");
        else head.setAttribute("aria-sort", key === state.sort ? "ascending" : "descending");
      }
    }

    function show() {
      if (!films) return;
      found = films.select(state);
      const pages = Math.max(1, Math.ceil(found.length / state.size));
      state.page = Math.min(state.page, pages);
      const first = (state.page - 1) * state.size;
      shown.update(found.slice(first, first + state.size).map(films.record));
      markHeads();
      const counts = { count: found.length, all: films.size, page: state.page, pages };
      app.setText(part("count"), found.length === films.size ? "films.count_all" : "films.count", counts);
      part("none").hidden = found.length > 0;
      part("back").setAttribute("aria-disabled", state.page === 1);
      part("on").setAttribute("aria-disabled", state.page === pages);
      app.setText(part("place"), "films.page", counts);
      part("clear").hidden = !state.q && !state.genre && state.from === null && state.to === null;
    }

    /* How many match, once the reader pauses. */
    function tellCount() {
      if (films) app.announceLater(part("count").dataset.text, JSON.parse(part("count").dataset.values));
    }

    /* After the reader changed something: what they look for begins at its first page. */
    function change(changes) {
      Object.assign(state, { page: 1 }, changes);
      show();
      tellCount();
      remember();
    }

    async function load() {
      const asking = app.library.filmsPath();
      if (asking === path) return;
      path = asking;
      part("retry").hidden = true;
      if (!films) app.setText(part("count"), "films.loading");
      try {
        const table = await app.library.films();
        if (path !== asking) return;
        films = table;
        section.classList.add("loaded");
        offerGenres();
        show();
        /* Titles take longest to sort: done beforehand, the head answers at once. */
        setTimeout(() => table.select({ sort: "title" }), 500);
      } catch {
        if (path !== asking) return;
        path = null;
        part("retry").hidden = Boolean(films);
        if (!films) app.setText(part("count"), "films.failed");
      }
    }

    function want() {
      wanted = true;
      load();
    }

    function turn(by) {
      const page = Math.max(1, state.page + by);
      if (page === state.page) return;
      state.page = page;
      show();
      remember();
    }

    function save(kind) {
      if (!films) return;
      const records = found.map(films.plain);
      const names = Object.keys(records[0] || { tmdb_id: 0, title: "" });
      if (kind === "csv") app.save("films.csv", "text/csv", app.csv(names, records));
      else app.save("films.json", "application/json", JSON.stringify({ films: records }, null, 1));
    }

    function fillFields() {
      field("q").value = state.q;
      field("from").value = state.from ?? "";
      field("to").value = state.to ?? "";
      field("size").value = state.size;
    }

    field("q").addEventListener("input", (event) => change({ q: event.target.value }));
    field("genre").addEventListener("change", (event) => change({ genre: event.target.value }));
    field("size").addEventListener("change", (event) => change({ size: Number(event.target.value) }));
    for (const end of ["from", "to"]) {
      field(end).addEventListener("input", (event) => change({ [end]: year(event.target.value) }));
    }
    part("clear").addEventListener("click", () => {
      change({ q: "", genre: "", from: null, to: null });
      fillFields();
      field("genre").value = "";
      field("q").focus();
    });
    part("back").addEventListener("click", () => turn(-1));
    part("on").addEventListener("click", () => turn(1));
    part("retry").addEventListener("click", want);
    part("csv").addEventListener("click", () => save("csv"));
    part("json").addEventListener("click", () => save("json"));
    list.tHead.addEventListener("click", (event) => {
      const head = event.target.closest("button") && event.target.closest("th");
      if (!head) return;
      const key = head.dataset.key;
      const upward = UPWARD.includes(key);
      const again = state.sort.replace("-", "") === key;
      change({ sort: (again ? state.sort !== key : upward) ? key : `-${key}` });
    });
    section.addEventListener("focusin", want, { once: true });

    /* The films come when the panel nears what is seen, or at once where the address asks. */
    const near = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        near.disconnect();
        want();
      },
      { rootMargin: "800px" },
    );

    fillFields();
    app.onLanguage(() => {
      if (films) offerGenres();
      show();
    });

    return {
      /* New data: where the films are another file and someone looks, they are loaded and shown. */
      update() {
        if (wanted) load();
        else near.observe(section);
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
