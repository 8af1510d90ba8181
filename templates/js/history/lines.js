/* The points of a film's line: from the page's own data, or thinned from the film's details. */
(function (app) {
  "use strict";

  const DAY = 86400;
  const RANGES = { "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY, all: Infinity };

  app.ranges = Object.keys(RANGES);
  app.rangeSeconds = (range) => RANGES[range];

  /* The time of the list that the data show, in seconds: what is ahead is ahead of this. */
  app.dataSeconds = (data) => Date.parse(data.observed_at || data.generated_at) / 1000;

  /* A film's forecasts whose time has not come, as points; they may be of an older list. */
  app.ahead = (forecasts, now) =>
    forecasts.filter(({ at }) => at > now).map(({ at, popularity, low, high }) => [at, popularity, low, high]);

  /* A forecast looks no farther ahead than the range looks back, or it would take the chart. */
  function near(forecast, range, now) {
    return forecast.filter(([at]) => at > now && at - now <= RANGES[range]);
  }

  /* Of a thinned line, each of so many parts keeps its first and last point. */
  const PARTS = 30;

  /* A leading film's line: its points come with the page, a set for each range. */
  app.leadingLine = function ({ tmdb_id, title, ranges, forecast }, range, now) {
    const points = ranges[range] || [];
    const part = points.length ? (points.at(-1)[0] - points[0][0]) / PARTS : 0;
    return { tmdb_id, title, points, part, forecast: near(forecast || [], range, now) };
  };

  /* Any film's line. A value holds until the next one, so the last before the range begins it. */
  app.anyLine = function (tmdb_id, title, details, range, now) {
    const from = now - RANGES[range];
    const all = details.history.map(([at, value]) => [at, value]);
    const before = all.filter(([at]) => at < from).at(-1);
    const points = all.filter(([at]) => at >= from);
    if (before && from - before[0] <= app.longestGap / 1000) points.unshift([from, before[1]]);
    return { tmdb_id, title, points, forecast: near(app.ahead(details.forecasts, now), range, now) };
  };

  /* What the table says of a line. */
  app.lineFigures = function ({ tmdb_id, title, slot, points, forecast }) {
    const values = points.map(([, value]) => value);
    const some = values.length > 0;
    const first = some ? values[0] : null;
    const last = some ? values.at(-1) : null;
    const [, ahead = null, low = null, high = null] = forecast.at(-1) || [];
    return {
      tmdb_id,
      title,
      letter: app.letter(slot),
      first,
      lowest: some ? Math.min(...values) : null,
      highest: some ? Math.max(...values) : null,
      last,
      change: some ? last - first : null,
      ahead,
      ahead_low: low,
      ahead_high: high,
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
