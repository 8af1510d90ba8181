/* What is known of a film as pairs of a heading and a text, in the order of the list. */
(function (app) {
  "use strict";

  const IMAGES = "https://image.tmdb.org/t/p/w342";

  /* A code's name in the page's language, with a capital; a code that nobody knows reads as it is. */
  function named(type, code) {
    try {
      const [first, ...rest] = new Intl.DisplayNames(app.language, { type }).of(code);
      return first.toLocaleUpperCase(app.language) + rest.join("");
    } catch {
      return code;
    }
  }

  const several = (type, codes) => (codes || []).map((code) => named(type, code)).join(", ");
  const number = (value, digits) => app.format.value("number", value, digits);

  function money(value) {
    const style = { style: "currency", currency: "USD", maximumFractionDigits: 0 };
    return value ? new Intl.NumberFormat(app.language, style).format(value) : null;
  }

  /* Facts that are missing are left out: the list of what we do not know would be longer. */
  app.filmFacts = function (film, details) {
    const facts = (details && details.facts) || {};
    const rows = [
      ["release", film.release_date && app.format.value("date", film.release_date)],
      ["genres", film.genres],
      ["rank", film.rank && number(film.rank, 0)],
      ["popularity", film.popularity !== null && number(film.popularity, 1)],
      ["rating", film.vote_average !== null && number(film.vote_average, 1)],
      ["votes", film.vote_count !== null && number(film.vote_count, 0)],
      ["original_title", facts.original_title !== film.title && facts.original_title],
      ["language", film.language && named("language", film.language)],
      ["runtime", facts.runtime && app.translate("film.minutes", { count: facts.runtime })],
      ["status", facts.status && app.term("status", facts.status)],
      ["collection", facts.collection],
      ["countries", several("region", facts.countries)],
      ["languages", several("language", facts.languages)],
      ["companies", (facts.companies || []).join(", ")],
      ["budget", money(facts.budget)],
      ["revenue", money(facts.revenue)],
      ["group", details && details.group && app.term("mark", details.group)],
      [
        "hit_chance",
        details && details.hit_chance !== null && app.format.value("share", details.hit_chance, 0),
      ],
    ];
    return rows.filter(([, text]) => text);
  };

  /* The address of a poster, where TMDB's path for it is what such a path looks like. */
  app.posterAddress = (path) => (/^\/[\w-]+\.(jpg|png|svg|webp)$/.test(path || "") ? IMAGES + path : null);
})((window.tmdbdash = window.tmdbdash || {}));
