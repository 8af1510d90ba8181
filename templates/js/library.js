/* The files of all films: a table of them, and their details by shard, loaded when asked for. */

import { filmTable } from "./films/table.js";
import { load } from "./loading.js";
import { root } from "./page.js";

export const DAY = 86400;
let libraryDigest = null;
let observedAt = null;
const filesKept = new Map();

/* Which library is the newest, and when its values were observed. */
export function setLibrary(now, observed) {
  libraryDigest = now;
  observedAt = observed;
}

/* A file is loaded once; one that did not come may be asked for again. */
function once(path, convert = (value) => value) {
  if (!filesKept.has(path)) {
    const coming = load(root + path).then(convert);
    filesKept.set(path, coming);
    coming.catch(() => filesKept.delete(path));
  }
  return filesKept.get(path);
}

async function files() {
  if (!libraryDigest) throw new Error("no library yet");
  const named = await once(`assets/library.${libraryDigest}.js`);
  const wanted = new Set([`assets/library.${libraryDigest}.js`, named.films, ...named.shards]);
  for (const path of filesKept.keys()) if (!wanted.has(path)) filesKept.delete(path);
  return named;
}

/* Another path, other films. */
export const filmsPath = async () => (await files()).films;

/* All tracked films, as `filmTable` gives them. Rejects where the file does not come. */
export const allFilms = async () => once(await filmsPath(), filmTable);

/* The path of the file with a film's details. */
export async function shardPath(id) {
  const { shards } = await files();
  return shards[id % shards.length];
}

/* What is known of one film besides; null for a film that is not tracked. */
export async function filmDetails(id) {
  const shard = await once(await shardPath(id));
  return Object.hasOwn(shard, id) ? shard[id] : null;
}

/* The time of the values that are shown, in seconds: what is later is ahead. */
export const dataSeconds = () => (observedAt ? Date.parse(observedAt) : Date.now()) / 1000;

/* A film's forecasts whose time has not come by the reader's clock: [seconds, value, low, high]. */
export const forecastsAhead = (details) =>
  details.forecasts
    .filter(({ at }) => at > Math.max(dataSeconds(), Date.now() / 1000))
    .map(({ at, popularity, low, high }) => [at, popularity, low, high]);
