/* What is known of a film as pairs of a heading and a text, in the order of the list. */

import { format } from "../format.js";
import { language } from "../page.js";
import { say, term } from "../texts.js";

/* A code's name in the page's language, with a capital; a code that nobody knows reads as it is. */
function named(type, code) {
  try {
    const text = new Intl.DisplayNames(language, { type }).of(code);
    return text.slice(0, 1).toLocaleUpperCase(language) + text.slice(1);
  } catch {
    return code;
  }
}

const several = (type, codes) => (codes || []).map((code) => named(type, code)).join(", ");

function money(value) {
  /** @type {Intl.NumberFormatOptions} */
  const style = { style: "currency", currency: "USD", maximumFractionDigits: 0 };
  return value ? new Intl.NumberFormat(language, style).format(value) : null;
}

/* Facts that are missing are left out: the list of what we do not know would be longer. */
export function filmFacts(film, { facts, group, hit_chance: chance }) {
  const rows = [
    ["release", film.release_date && format("date", film.release_date)],
    ["original_title", facts.original_title !== film.title && facts.original_title],
    ["language", film.language && named("language", film.language)],
    ["runtime", facts.runtime && say("film.minutes", { count: facts.runtime })],
    ["status", facts.status && term("status", facts.status)],
    ["collection", facts.collection],
    ["countries", several("region", facts.countries)],
    ["languages", several("language", facts.languages)],
    ["companies", (facts.companies || []).join(", ")],
    ["budget", money(facts.budget)],
    ["revenue", money(facts.revenue)],
    ["group", group && term("mark", group)],
    ["hit_chance", chance !== null && format("share", chance)],
  ];
  return rows.filter(([, text]) => text);
}
