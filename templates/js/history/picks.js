/* Which films the reader has drawn: at most six, each in a slot that gives it colour and letter. */
(function (app) {
  "use strict";

  const MOST = 6;

  /* `asked` is what the address says: numbers with commas between, or null for the leading films. */
  app.picks = function (asked) {
    const ids = asked === null ? null : [...new Set(asked.split(",").map(app.filmId))].filter((id) => id !== null);
    let slots = ids && ids.slice(0, MOST);
    if (slots && !slots.length && asked !== "") slots = null;
    let leading = [];

    const drawn = () => slots || leading.slice(0, MOST);

    return {
      /* The leading films now; drawn as long as the reader has not chosen. */
      lead(films) {
        leading = films;
      },

      /* Pairs of a slot and the film in it. */
      drawn: () => [...drawn().entries()].filter(([, id]) => id !== null),

      /* Whether another film has to go before one more is drawn. */
      full: () => drawn().filter((id) => id !== null).length >= MOST,

      /* Draws a film or no longer; false where there is no slot for it. */
      toggle(id) {
        const now = [...drawn()];
        const place = now.indexOf(id);
        const free = now.includes(null) ? now.indexOf(null) : now.length;
        if (place >= 0) now[place] = null;
        else if (free >= MOST) return false;
        else now[free] = id;
        slots = now;
        return true;
      },

      /* For the address; null while nothing was chosen. */
      text: () => slots && slots.filter((id) => id !== null).join(","),
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
