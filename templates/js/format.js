/* Values in words and figures, as report/i18n/wording.py has them in the page. */

import { language } from "./page.js";

export const MISSING = "–";
/** @type {[Intl.RelativeTimeFormatUnit, number, number][]} */
const UNITS = [
  ["second", 1, 60],
  ["minute", 60, 60],
  ["hour", 3600, 48],
  ["day", 86400, Infinity],
];
/** @type {Intl.DateTimeFormatOptions} */
const HOUR = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };
/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const DATES = {
  date: { dateStyle: "medium", timeZone: "UTC" },
  hour: HOUR,
  time: { year: "numeric", month: "short", day: "numeric", ...HOUR },
};
const formats = new Map();

/* A formatter, made once for each set of options. */
function formatter(name, create) {
  if (!formats.has(name)) formats.set(name, create());
  return formats.get(name);
}

function numberText(value, digits, own = {}) {
  /** @type {Intl.NumberFormatOptions} */
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "negative", ...own };
  return formatter(JSON.stringify(options), () => new Intl.NumberFormat(language, options)).format(value);
}

function dateText(name, value) {
  return formatter(name, () => new Intl.DateTimeFormat(language, DATES[name])).format(new Date(value));
}

function inUnit(seconds) {
  const [unit, size] = UNITS.find(([, unitSize, limit]) => seconds < unitSize * limit);
  return { count: Math.floor(seconds / size), unit, size };
}

/* A value of a kind; a missing one is said, never left blank. */
export function format(kind, value, digits = 0) {
  if (value === null || value === undefined) return MISSING;
  switch (kind) {
    case "number":
      return numberText(value, digits);
    case "share":
      return numberText(value, digits, { style: "percent" });
    case "signed":
      return numberText(value, digits, { signDisplay: "exceptZero" });
    case "growth":
      return numberText(value - 1, digits, { style: "percent", signDisplay: "exceptZero" });
    case "date":
    case "hour":
      return dateText(kind, value);
    case "clock":
      return `${dateText("hour", value)} UTC`;
    case "time":
      return `${dateText("time", value)} UTC`;
    case "span":
      return spanText(value);
    default:
      return String(value);
  }
}

/* How long ago, from milliseconds of a second and more. */
export function ageText(milliseconds) {
  const { count, unit } = inUnit(milliseconds / 1000);
  const ago = formatter("ago", () => new Intl.RelativeTimeFormat(language, { numeric: "always" }));
  return ago.format(-count, unit);
}

/* A span of time, from milliseconds, to a tenth of its unit. */
function spanText(milliseconds) {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  const { unit, size } = inUnit(seconds);
  /** @type {Intl.NumberFormatOptions} */
  const options = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 };
  return formatter(`span ${unit}`, () => new Intl.NumberFormat(language, options)).format(seconds / size);
}

/* A text in lines of at most `width` characters, for a canvas, which does not wrap. */
export function wrapped(text, width, most) {
  const characters = Array.from(text.replace(/\s+/g, " "));
  const found = [];
  while (characters.length && found.length < most) {
    let taken = Math.min(width, characters.length);
    const blank = characters.slice(0, taken + 1).lastIndexOf(" ");
    if (taken < characters.length && blank > width / 2) taken = blank;
    found.push(characters.splice(0, taken).join("").trim());
  }
  if (characters.length) found[found.length - 1] += "…";
  return found;
}
