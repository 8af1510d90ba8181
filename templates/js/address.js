/* The reader's choices in the page's query, so that a link, a reload and a bookmark keep them. */
(function (app) {
  "use strict";

  /* Browsers refuse addresses that change too often, so quick changes are written together. */
  const PAUSE = 250;
  const waiting = new Map();
  let timer = null;

  function put(query) {
    for (const [name, value] of waiting) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    return query;
  }

  function set(changes) {
    for (const [name, value] of Object.entries(changes)) waiting.set(name, value === null ? null : String(value));
  }

  /* Writes what waits; with a state of its own it is a step that the browser's way back undoes. */
  function flush(state) {
    const address = new URL(location.href);
    address.search = put(address.searchParams).toString();
    waiting.clear();
    if (state) history.pushState({ ...history.state, ...state }, "", address.href);
    else if (address.href !== location.href) history.replaceState(history.state, "", address.href);
  }

  app.address = {
    /* The value of a name, or null. Whoever reads it has to check it: anybody may have written it. */
    read(name) {
      if (waiting.has(name)) return waiting.get(name);
      return new URLSearchParams(location.search).get(name);
    },

    /* Sets the names of `changes`; null takes one out. */
    write(changes) {
      set(changes);
      if (timer !== null) return;
      flush();
      timer = setTimeout(() => {
        timer = null;
        if (waiting.size) flush();
      }, PAUSE);
    },

    /* Sets them at once, so that none is late for the step it belongs to; with a state as a new step. */
    step(changes, state) {
      if (waiting.size) flush();
      set(changes);
      flush(state);
    },
  };
})((window.tmdbdash = window.tmdbdash || {}));
