/* The tracked films in columns: found by words, genre and year, in the order of any column. */

import { MISSING } from "../format.js";
import { language } from "../page.js";
import { genre } from "../texts.js";

const MARKS_ABOVE = /[\u0300-\u036f]/g;

/* A text without case and accents, for comparing. */
export const folded = (text) => text.normalize("NFKD").replace(MARKS_ABOVE, "").toLowerCase();

export function filmTable({ columns, genre_names: genreNames }) {
  const size = columns.tmdb_id.length;
  const made = new Map();
  const years = columns.release_date.map((day) => (day ? Number(day.slice(0, 4)) : null));
  const titles = columns.title.map(folded);
  const genresOf = (place) => columns.genres[place].map((at) => genre(genreNames[at]));

  /* What `create` gives, worked out once. */
  function once(key, create) {
    if (!made.has(key)) made.set(key, create());
    return made.get(key);
  }

  /* Texts as numbers in the language's order; each distinct one is compared only once. */
  function ranked(texts) {
    const ordered = [...new Set(texts)].filter((text) => text !== null).sort(new Intl.Collator(language).compare);
    const ranks = new Map(ordered.map((text, rank) => [text, rank]));
    return texts.map((text) => ranks.get(text) ?? null);
  }

  /* What a column is sorted by: a number for each film, or null. */
  function sortable(key) {
    if (key === "title") return ranked(columns.title);
    if (key === "genres") return ranked(columns.genres.map((found, at) => (found.length ? genresOf(at).join() : null)));
    if (["release_date", "as_of"].includes(key))
      return columns[key].map((day) => (day ? Number(day.replaceAll("-", "")) : null));
    return columns[key];
  }

  /* All places in a column's order; films without a value last either way, the most popular first. */
  function order(key, descending) {
    return once(`${key} ${descending}`, () => {
      const values = once(key, () => sortable(key));
      const sign = descending ? -1 : 1;
      const present = [];
      const missing = [];
      for (let at = 0; at < size; at += 1) (values[at] === null ? missing : present).push(at);
      present.sort((a, b) => sign * (values[a] - values[b]) || a - b);
      missing.sort((a, b) => columns.popularity[b] - columns.popularity[a] || a - b);
      return present.concat(missing);
    });
  }

  const fields = (at) => Object.fromEntries(Object.keys(columns).map((key) => [key, columns[key][at]]));

  return {
    size,
    genreNames,

    /* The places of the films that match, in order. `sort` is a column's key, "-" first: downward. */
    select({ q = "", named = "", from = null, to = null, sort = "rank", isListed = false }) {
      const words = folded(q).split(/\s+/).filter(Boolean);
      const wantedGenre = genreNames.indexOf(named);
      const key = sort.replace("-", "");
      return order(key, key !== sort).filter(
        (at) =>
          words.every((word) => titles[at].includes(word)) &&
          (!isListed || columns.rank[at] !== null) &&
          (!named || columns.genres[at].includes(wantedGenre)) &&
          (from === null || (years[at] !== null && years[at] >= from)) &&
          (to === null || (years[at] !== null && years[at] <= to)),
      );
    },

    /* Whether any film is on the latest list. */
    hasList: () => once("listed", () => columns.rank.some((rank) => rank !== null)),

    /* A film as the table shows it: genres in the page's language. */
    record: (at) => ({ ...fields(at), genres: genresOf(at).join(", ") || MISSING }),

    /* A film as programs read it: genres by TMDB's English names, as in the database. */
    plain: (at) => ({ ...fields(at), genres: columns.genres[at].map((one) => genreNames[one]).join(", ") }),
  };
}
