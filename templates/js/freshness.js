/* How old is too old: the rule of tmdbdash/freshness.py, by the reader's clock. */
(function (app) {
  "use strict";

  const LATE_AFTER = 2;
  const STALE_AFTER = 5;
  const CLOCKS_DIFFER = 5 * 60000;

  /* Whether a time, in milliseconds, lies farther ahead than clocks differ. */
  app.isAhead = (time, now) => time - now > CLOCKS_DIFFER;

  /*
   * How data or a job stand: the state, the age in milliseconds, and when they are due. `last` is
   * when the data were observed, or the job's last success, or null. A time far ahead was written
   * under a wrong clock, so it proves nothing.
   */
  app.freshness = function (last, minutes, now) {
    if (last === null) return { state: "never", age: null, due: null };
    if (app.isAhead(last, now)) return { state: "stale", age: null, due: now };
    const cadence = minutes * 60000;
    const age = Math.max(now - last, 0);
    let state = "fresh";
    if (age > LATE_AFTER * cadence) state = "late";
    if (age > STALE_AFTER * cadence) state = "stale";
    return { state, age, due: last + cadence };
  };
})((window.tmdbdash = window.tmdbdash || {}));
