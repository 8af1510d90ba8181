/* What the page says besides its figures: one message a key. */
(function (app) {
  "use strict";

  app.text = {
    missing: "–",
    justNow: "just now",
    polling: (interval) => `Looking for news every ${interval}.`,
    fromDisk: (interval) => `Opened from disk: the page reloads itself every ${interval}.`,
    failing: (reason, wait) => `No news: ${reason}. The figures are the last ones that came; next try in ${wait}.`,
    httpError: (status) => `the server answered ${status}`,
    noAnswer: "the server did not answer",
    garbled: "the answer could not be read",
  };
})((window.tmdbdash = window.tmdbdash || {}));
