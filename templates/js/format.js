/* Values in words and figures, as report/i18n/wording.py has them on the page from the start. */
(function (app) {
  "use strict";

  const missing = "–";
  const units = [
    ["second", 1, 60],
    ["minute", 60, 60],
    ["hour", 3600, 48],
    ["day", 86400, Infinity],
  ];
  const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };
  const DATES = {
    date: { dateStyle: "medium", timeZone: "UTC" },
    hour: HOUR,
    time: { year: "numeric", month: "short", day: "numeric", ...HOUR },
  };
  let locale = "en";
  let formats = new Map();

  /* Says everything in this language from now on. */
  function use(language) {
    locale = language;
    formats = new Map();
  }

  /* A formatter of the language, made once for each set of options. */
  function format(name, make) {
    if (!formats.has(name)) formats.set(name, make());
    return formats.get(name);
  }

  function number(value, digits, own = {}) {
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative", ...own };
    const name = `number ${Object.values(options)}`;
    return format(name, () => new Intl.NumberFormat(locale, options)).format(value);
  }

  function date(name, value) {
    return format(name, () => new Intl.DateTimeFormat(locale, DATES[name])).format(new Date(value));
  }

  function inUnit(seconds) {
    const [unit, size] = units.find(([, unitSize, limit]) => seconds < unitSize * limit);
    return [Math.floor(seconds / size), unit, size];
  }

  /* A value of a column's or an axis's kind; a missing one is said, never left blank. */
  function value(kind, given, digits) {
    if (given === null || given === undefined) return missing;
    if (kind === "number") return number(given, digits);
    if (kind === "share") return number(given, digits, { style: "percent" });
    if (kind === "signed") return number(given, digits, { signDisplay: "exceptZero" });
    if (kind === "growth") return number(given - 1, digits, { style: "percent", signDisplay: "exceptZero" });
    if (kind === "date" || kind === "hour") return date(kind, given);
    if (kind === "span") return span(given);
    if (kind === "clock") return `${date("hour", given)} UTC`;
    if (kind === "time") return `${date("time", given)} UTC`;
    return String(given);
  }

  /* What a column, or a chart's label, says of a record: terms with a capital. */
  function cell(column, record) {
    const given = record[column.key];
    if (column.kind === "term") return app.term(column.term, typeof given === "string" ? [given] : given);
    if (column.kind === "said") return app.formatValue(given);
    if (column.kind === "moves") return app.moves(given, column.digits);
    return value(column.kind, given, column.digits);
  }

  /* How long ago, from milliseconds; a browser whose clock is behind says "just now". */
  function age(milliseconds, style = "long") {
    const seconds = milliseconds / 1000;
    if (seconds < 1) return app.translate("message.just_now");
    const [count, unit] = inUnit(seconds);
    const options = { numeric: "always", style };
    const ago = format(`ago ${style}`, () => new Intl.RelativeTimeFormat(locale, options));
    return ago.format(-count, unit);
  }

  /* A span of time, from milliseconds, to a tenth of its unit. */
  function span(milliseconds) {
    const seconds = Math.max(1, Math.round(milliseconds / 1000));
    const [, unit, size] = inUnit(seconds);
    const options = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 };
    return format(`span ${unit}`, () => new Intl.NumberFormat(locale, options)).format(seconds / size);
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

  app.format = { missing, use, value, cell, age, span, lines };
})((window.tmdbdash = window.tmdbdash || {}));
