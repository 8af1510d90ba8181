/* What lies in files of its own and is fetched when asked for: all films, and details by shard. */
(function (app) {
  "use strict";

  let files = null;
  const kept = new Map();

  /* A file is loaded once; one that did not come may be asked for again. */
  function fetchOnce(path, make) {
    if (!path) return Promise.reject(new Error("the data name no such file"));
    if (!kept.has(path)) {
      const coming = app.load(path).then(make);
      kept.set(path, coming);
      coming.catch(() => {
        kept.delete(path);
        app.askNow();
      });
    }
    return kept.get(path);
  }

  app.library = {
    /* Forgets files that the newest data no longer name. */
    update(data) {
      files = data.files;
      const named = new Set([files.films, ...files.shards]);
      for (const path of kept.keys()) if (!named.has(path)) kept.delete(path);
    },

    /* The path of the table of films: another path, other films. */
    filmsPath: () => files.films,

    /* The path of the file with a film's details. */
    shardPath: (id) => files.shards[id % files.shards.length],

    /* All tracked films, as `app.filmTable` gives them. Rejects where the file does not come. */
    films: () => fetchOnce(files.films, app.filmTable),

    /* What is known of one film besides; null for a film that is not tracked. */
    async details(id) {
      const shard = await fetchOnce(app.library.shardPath(id), (value) => value);
      return Object.hasOwn(shard, id) ? shard[id] : null;
    },
  };

  /* A TMDB number as an address or a link says it, or null. */
  app.filmId = (text) => (/^[1-9]\d{0,9}$/.test(text || "") ? Number(text) : null);
})((window.tmdbdash = window.tmdbdash || {}));
