/* What scripts say, by key; the rules are those of report/i18n/catalogue.py. */

import { format, MISSING } from "./format.js";
import { take } from "./loading.js";
import { language } from "./page.js";

const texts = take(`texts-${language}`);
const plural = new Intl.PluralRules(language);

const has = (key) => Object.hasOwn(texts, key);

/* The text with its values; a plural takes the form for `count`. A key without text is our bug. */
export function say(key, values = {}) {
  if (!has(key)) {
    console.error(`no text: ${key}`);
    return key;
  }
  let text = texts[key];
  if (typeof text === "object") text = text[plural.select(values.count)] || text.other;
  return text.replace(/\{(\w+)\}/g, (_place, name) => valueText(values[name]));
}

/* A text as it is, a number, another text by key, or a value of a kind. */
function valueText(value) {
  if (value === null || value === undefined || typeof value === "number") return format("number", value);
  if (typeof value === "string") return value;
  return value.key ? say(value.key, value.values) : format(value.kind, value.value, value.digits);
}

/* What a code in the data is called; several are listed as a sentence begins. */
export function term(kind, code) {
  if (code === null || code === undefined) return MISSING;
  if (Array.isArray(code)) {
    const listed = code.map((one) => term(kind, one)).join(", ");
    return listed.slice(0, 1).toLocaleUpperCase(language) + listed.slice(1);
  }
  const key = `term.${kind}.${code}`;
  return has(key) ? say(key) : code.replaceAll("_", " ");
}

/* A genre by TMDB's English name for it. */
export const genre = (name) => (has(`genre.${name}`) ? say(`genre.${name}`) : name);
