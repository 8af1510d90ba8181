/* Films: what the reader looks for, the page of the table that it gives, and films to compare. */

import { format } from "../format.js";
import { allFilms, filmsPath } from "../library.js";
import { announce, asked, element, filmAddress, filmId, home, language, make, partOf, put, remember } from "../page.js";
import { genre, say } from "../texts.js";
import { csvText, saveFile } from "./downloads.js";

const SIZES = [25, 50, 100];
const INITIAL = { q: "", genre: "", scope: "", from: null, to: null, sort: "rank", page: 1, size: 25 };
/* Columns that begin with the smallest; the others begin with the largest. */
const UPWARD = ["title", "genres", "rank"];
const LONGEST_QUERY = 200;
const MOST_PICKED = 6;

const yearIn = (text) => (/^\d{4}$/.test(text || "") ? Number(text) : null);

/* What the address asks for, as far as it makes sense. */
function askedState(keys) {
  const sort = asked("sort") || "";
  const page = asked("page") || "";
  const size = Number(asked("size"));
  return {
    q: (asked("q") || "").slice(0, LONGEST_QUERY),
    genre: (asked("genre") || "").slice(0, LONGEST_QUERY),
    scope: asked("scope") === "all" ? "all" : "",
    from: yearIn(asked("from")),
    to: yearIn(asked("to")),
    sort: keys.includes(sort.replace("-", "")) ? sort : INITIAL.sort,
    page: /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1,
    size: SIZES.includes(size) ? size : INITIAL.size,
  };
}

export function startFilms() {
  const section = element("films");
  const list = section?.querySelector("table");
  if (!list) return () => {};
  const part = partOf(section);
  const field = (name) => section.querySelector(`[name="${name}"]`);
  const heads = [...list.tHead.rows[0].cells].filter((head) => head.dataset.key);
  /** @type {Record<string, any>[]} */
  const columns = heads.map(({ dataset, className }) => ({ ...dataset, className, digits: Number(dataset.digits) }));
  const state = askedState(columns.map(({ key }) => key));
  const picked = new Set();
  let path = null;
  let films = null;
  let found = [];

  function keep() {
    const changes = {};
    for (const [name, initial] of Object.entries(INITIAL)) {
      changes[name] = state[name] === initial || state[name] === null ? null : state[name];
    }
    remember(changes);
  }

  /* The genres of the films, by what they are called. */
  function offerGenres() {
    const named = films.genreNames.map((name) => [genre(name), name]);
    named.sort((a, b) => a[0].localeCompare(b[0], language));
    const select = field("genre");
    select.length = 1;
    for (const [label, name] of named) select.add(new Option(label, name));
    if (!films.genreNames.includes(state.genre)) state.genre = "";
    select.value = state.genre;
  }

  function markHeads() {
    const key = state.sort.replace("-", "");
    for (const head of heads) {
      if (head.dataset.key !== key) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", key === state.sort ? "ascending" : "descending");
    }
  }

  function filmRow(record) {
    const row = make("tr");
    const box = make("input");
    box.type = "checkbox";
    box.checked = picked.has(record.tmdb_id);
    box.disabled = !box.checked && picked.size >= MOST_PICKED;
    box.ariaLabel = say("films.pick_film", { title: record.title });
    box.dataset.film = record.tmdb_id;
    const pick = make("td", "pick");
    pick.append(box);
    row.append(pick);
    for (const { key, kind, digits, className } of columns) {
      const cell = make("td", className);
      if (kind === "film") {
        const link = make("a", "", record.title);
        link.href = filmAddress(record.tmdb_id, record.rank !== null);
        link.dir = "auto";
        cell.append(link);
      } else cell.textContent = format(kind, record[key], digits);
      row.append(cell);
    }
    return row;
  }

  function showPicked() {
    const link = part("compare");
    link.hidden = !picked.size;
    link.href = `${home}compare.html?ids=${[...picked].join(",")}`;
    put(link, say("films.compare", { count: picked.size }));
    for (const box of list.querySelectorAll(".pick input")) box.disabled = !box.checked && picked.size >= MOST_PICKED;
  }

  /* The new rows stand in for the old ones; the focus goes with the film that it was on. */
  function showRows() {
    const first = (state.page - 1) * state.size;
    const held = list.tBodies[0].contains(document.activeElement) ? document.activeElement : null;
    const rows = found.slice(first, first + state.size).map((at) => filmRow(films.record(at)));
    list.tBodies[0].replaceChildren(...rows);
    list.dataset.live = "";
    if (!held) return;
    const selector = held.dataset.film
      ? `[data-film="${held.dataset.film}"]`
      : `a[href="${held.getAttribute("href")}"]`;
    (list.querySelector(selector) || list.closest("[tabindex]")).focus({ preventScroll: true });
  }

  /* Says how many films match, and which page of them is shown; returns that. */
  function showCounts(count, all) {
    const pages = Math.max(1, Math.ceil(count / state.size));
    const page = Math.min(state.page, pages);
    const counts = { count, all, page, pages };
    put(part("count"), say(count === all ? "films.count_all" : "films.count", counts));
    put(part("place"), say("films.page", counts));
    part("back").setAttribute("aria-disabled", String(page === 1));
    part("on").setAttribute("aria-disabled", String(page === pages));
    return page;
  }

  function show() {
    if (!films) return;
    found = films.select({ ...state, named: state.genre, isListed: !state.scope && films.hasList() });
    state.page = showCounts(found.length, films.size);
    showRows();
    markHeads();
    part("none").hidden = found.length > 0;
    part("clear").hidden = !state.q && !state.genre && !state.scope && state.from === null && state.to === null;
    showPicked();
  }

  /* The films that the page has itself, before there is a table of all: news change them as any part. */
  function showFirst() {
    const { listed, all } = section.querySelector("[data-listed]").dataset;
    showCounts(Number(listed) || Number(all), Number(all));
    for (const box of list.querySelectorAll("[data-film]")) box.checked = picked.has(filmId(box.dataset.film));
    showPicked();
  }

  /* After the reader changed something: what they look for begins at its first page. */
  function change(changes) {
    Object.assign(state, { page: 1 }, changes);
    show();
    if (films) announce(part("count").textContent, 800);
    keep();
  }

  async function loadFilms() {
    part("retry").hidden = true;
    try {
      const newest = await filmsPath();
      if (newest === path) return;
      films = await allFilms();
      path = newest;
      offerGenres();
      show();
    } catch {
      part("retry").hidden = Boolean(films);
      if (!films) put(part("count"), say("films.failed"));
    }
  }

  function turn(by) {
    const page = Math.max(1, state.page + by);
    if (page === state.page) return;
    state.page = page;
    show();
    keep();
  }

  async function save(kind) {
    await loadFilms();
    if (!films) return;
    const records = found.map(films.plain);
    const keys = Object.keys(records[0] || { tmdb_id: 0, title: "" });
    if (kind === "csv") saveFile("films.csv", "text/csv", csvText(keys, records));
    else saveFile("films.json", "application/json", JSON.stringify({ films: records }, null, 1));
  }

  function fillFields() {
    for (const name of ["q", "scope", "from", "to", "size", "genre"]) field(name).value = state[name] ?? "";
  }

  field("q").addEventListener("input", ({ target }) => change({ q: target.value }));
  for (const name of ["genre", "scope"])
    field(name).addEventListener("change", ({ target }) => change({ [name]: target.value }));
  field("size").addEventListener("change", ({ target }) => change({ size: Number(target.value) }));
  for (const end of ["from", "to"])
    field(end).addEventListener("input", ({ target }) => change({ [end]: yearIn(target.value) }));
  part("clear").addEventListener("click", () => {
    change({ q: "", genre: "", scope: "", from: null, to: null });
    fillFields();
    field("q").focus();
  });
  part("back").addEventListener("click", () => turn(-1));
  part("on").addEventListener("click", () => turn(1));
  part("retry").addEventListener("click", loadFilms);
  part("csv").addEventListener("click", () => save("csv"));
  part("json").addEventListener("click", () => save("json"));
  list.tHead.addEventListener("click", ({ target }) => {
    const head = target.closest("button") && target.closest("th");
    if (!head) return;
    const { key } = head.dataset;
    const isAgain = state.sort.replace("-", "") === key;
    const upward = isAgain ? state.sort !== key : UPWARD.includes(key);
    change({ sort: upward ? key : `-${key}` });
  });
  list.tBodies[0].addEventListener("change", ({ target }) => {
    const id = filmId(target.dataset.film);
    if (target.checked) picked.add(id);
    else picked.delete(id);
    showPicked();
  });

  fillFields();
  showFirst();
  /* The page has the first films itself: the table of all comes when the reader asks for anything else. */
  const wants = ({ target }) => target.closest("[data-film]") || loadFilms();
  for (const type of ["focusin", "pointerdown"]) section.addEventListener(type, wants);
  if (Object.keys(INITIAL).some((name) => asked(name) !== null)) loadFilms();
  return async () => (films ? loadFilms() : showFirst());
}
