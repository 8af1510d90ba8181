/* What a page knows of itself: its place in the site, and the facts that its HTML carries. */

const given = document.body.dataset;

export const page = given.page;
export const root = given.root;
export const home = given.home;
export const language = document.documentElement.lang;
export const facts = JSON.parse(given.facts);

export const element = (id) => document.getElementById(id);

/* The element that a script finds by `data-part` within another. */
export const partOf = (parent) => (name) => parent.querySelector(`[data-part="${name}"]`);

/* An element with its class and text. */
export function make(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

/* A text is touched only where it differs. */
export function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/* The address of a film's page: films of the list have one of their own. */
export const filmAddress = (id, listed = false) => `${home}${listed ? `film/${id}.html` : `film.html?id=${id}`}`;

/* A TMDB number as an address says it, or null: anybody may have written it. */
export const filmId = (text) => (/^[1-9]\d{0,9}$/.test(text || "") ? Number(text) : null);

/* The value of a name in the page's query, or null. Whoever reads it has to check it. */
export const asked = (name) => new URLSearchParams(location.search).get(name);

let writing = null;
const waiting = new Map();

/* Sets names of the query, null takes one out. Quick changes are written together: browsers refuse more. */
export function remember(changes) {
  for (const [name, value] of Object.entries(changes)) waiting.set(name, value);
  clearTimeout(writing);
  writing = setTimeout(() => {
    const address = new URL(location.href);
    for (const [name, value] of waiting) {
      if (value === null) address.searchParams.delete(name);
      else address.searchParams.set(name, String(value));
    }
    waiting.clear();
    if (address.href !== location.href) history.replaceState(history.state, "", address);
  }, 200);
}

let saying = null;

/* Says something to those who listen, once, when nothing else was to be said for a moment. */
export function announce(text, pause = 0) {
  clearTimeout(saying);
  saying = setTimeout(() => put(element("status"), text), pause);
}
