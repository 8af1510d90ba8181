/* The tracked films in columns: found by words, genre and year, in the order of any column. */
(function (app) {
  "use strict";

  const MARKS = /[\u0300-\u036f]/g;

  /* A text without case and accents, for comparing. */
  app.fold = (text) => text.normalize("NFKD").replace(MARKS, "").toLowerCase();

  app.filmTable = function (value) {
    const { columns, genre_names: genreNames } = value;
    const size = columns.tmdb_id.length;
    const made = new Map();
    const years = columns.release_date.map((day) => (day ? Number(day.slice(0, 4)) : null));
    const folded = columns.title.map(app.fold);
    let places = null;

    const genresOf = (place) => columns.genres[place].map((genre) => app.genre(genreNames[genre]));

    /* Texts as numbers in the language's order; each distinct one is compared only once. */
    function ranked(texts) {
      const words = new Intl.Collator(app.language);
      const ordered = [...new Set(texts)].filter((text) => text !== null).sort(words.compare);
      const ranks = new Map(ordered.map((text, rank) => [text, rank]));
      return texts.map((text) => ranks.get(text) ?? null);
    }

    /* What a column is sorted by: a number for each film, or null. */
    function sortable(key) {
      if (key === "title") return ranked(columns.title);
      if (key === "genres") return ranked(columns.genres.map((found, at) => (found.length ? genresOf(at).join() : null)));
      if (["release_date", "as_of"].includes(key)) return columns[key].map((day) => (day ? Number(day.replaceAll("-", "")) : null));
      return columns[key];
    }

    /* What `make` gives, worked out once a language. */
    function once(name, make) {
      const key = `${name} ${app.language}`;
      if (!made.has(key)) made.set(key, make());
      return made.get(key);
    }

    /* All places in a column's order; films without a value last either way, the most popular first. */
    function order(key, descending) {
      return once(`${key} ${descending}`, () => {
        const values = once(key, () => sortable(key));
        const sign = descending ? -1 : 1;
        const present = [];
        const missing = [];
        for (let at = 0; at < size; at += 1) (values[at] === null ? missing : present).push(at);
        present.sort((a, b) => sign * (values[a] - values[b]) || a - b);
        missing.sort((a, b) => columns.popularity[b] - columns.popularity[a] || a - b);
        return present.concat(missing);
      });
    }

    return {
      size,
      genreNames,

      /* The place of a film, or undefined. */
      placeOf(id) {
        places ||= new Map(columns.tmdb_id.map((known, at) => [known, at]));
        return places.get(id);
      },

      /* The places of the films that match, in order. `sort` is a column's key, "-" first: downward. */
      select({ q = "", genre = "", from = null, to = null, sort = "rank" }) {
        const words = app.fold(q).split(/\s+/).filter(Boolean);
        const wanted = genreNames.indexOf(genre);
        const key = sort.replace("-", "");
        return order(key, key !== sort).filter(
          (at) =>
            words.every((word) => folded[at].includes(word)) &&
            (!genre || columns.genres[at].includes(wanted)) &&
            (from === null || (years[at] !== null && years[at] >= from)) &&
            (to === null || (years[at] !== null && years[at] <= to)),
        );
      },

      /* A film as the table shows it: genres in the page's language. */
      record(at) {
        const found = {};
        for (const key of Object.keys(columns)) found[key] = columns[key][at];
        found.genres = columns.genres[at].length ? genresOf(at).join(", ") : null;
        return found;
      },

      /* A film as programs read it: genres by TMDB's English names, as in the database. */
      plain(at) {
        const found = {};
        for (const key of Object.keys(columns)) found[key] = columns[key][at];
        found.genres = columns.genres[at].map((genre) => genreNames[genre]).join(", ");
        return found;
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
