/* Values in words and figures, as report/wording.py has them on the page from the start. */
(function (app) {
  "use strict";

  const locale = document.documentElement.lang || "en";
  const numbers = new Map();
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const moment = new Intl.DateTimeFormat(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
  });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  const units = [
    ["second", 1, 60],
    ["minute", 60, 60],
    ["hour", 3600, 48],
    ["day", 86400, Infinity],
  ];

  function number(value, digits) {
    if (!numbers.has(digits)) {
      numbers.set(
        digits,
        new Intl.NumberFormat(locale, {
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
          signDisplay: "negative",
        }),
      );
    }
    return numbers.get(digits).format(value);
  }

  function inUnit(seconds) {
    const [unit, size] = units.find(([, unitSize, limit]) => seconds < unitSize * limit);
    return [Math.floor(seconds / size), unit];
  }

  /* A value of a column's or an axis's kind; a missing one is said, never left blank. */
  function value(kind, given, digits) {
    if (given === null || given === undefined) return app.text.missing;
    if (kind === "number") return number(given, digits);
    if (kind === "share") return `${number(given * 100, digits)} %`;
    if (kind === "date") return day.format(new Date(given));
    if (kind === "time") return `${moment.format(new Date(given))} UTC`;
    return String(given);
  }

  /* How long ago, from milliseconds; a browser whose clock is behind says "just now". */
  function age(milliseconds) {
    const seconds = milliseconds / 1000;
    if (seconds < 1) return app.text.justNow;
    const [count, unit] = inUnit(seconds);
    return ago.format(-count, unit);
  }

  /* A span of time, from milliseconds. */
  function span(milliseconds) {
    const [count, unit] = inUnit(Math.max(1, Math.round(milliseconds / 1000)));
    return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(count);
  }

  /* A text in lines of at most `width` characters, for a canvas, which does not wrap. */
  function lines(text, width, most) {
    const characters = Array.from(text.replace(/\s+/g, " "));
    const found = [];
    while (characters.length && found.length < most) {
      let take = Math.min(width, characters.length);
      const blank = characters.slice(0, take + 1).lastIndexOf(" ");
      if (take < characters.length && blank > width / 2) take = blank;
      found.push(characters.splice(0, take).join("").trim());
    }
    if (characters.length) found[found.length - 1] += "…";
    return found;
  }

  app.format = { value, age, span, lines };
})((window.tmdbdash = window.tmdbdash || {}));
