/* A combobox over all films: what matches is offered below the field, and chosen by key or click. */

import { allFilms } from "./library.js";
import { announce, make } from "./page.js";
import { say } from "./texts.js";

const OFFERED = 8;

/*
 * `isTaken` says of a film's number whether it cannot be chosen, `choose` gets the film's record,
 * `failed` is called where the films do not come.
 */
export function filmSearch(field, offers, { isTaken, choose, failed }) {
  let offered = [];
  let active = -1;
  let turnOfSearch = 0;

  /* The option that the arrow keys have reached; the focus stays in the field. */
  function mark(place) {
    active = place;
    for (const [at, option] of [...offers.children].entries())
      option.setAttribute("aria-selected", String(at === active));
    const option = offers.children[active];
    if (option) {
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function close() {
    field.value = "";
    offer();
  }

  function take(place) {
    const film = offered[place];
    if (!film || isTaken(film.tmdb_id)) return;
    field.focus();
    close();
    choose(film);
  }

  async function offer() {
    const words = field.value.trim();
    turnOfSearch += 1;
    const own = turnOfSearch;
    let found = [];
    if (words) {
      try {
        const films = await allFilms();
        found = films.select({ q: words }).slice(0, OFFERED).map(films.record);
      } catch {
        failed();
      }
    }
    if (own !== turnOfSearch) return;
    offered = found;
    offers.replaceChildren(
      ...found.map(({ tmdb_id: id, title, release_date: release }, at) => {
        const option = make("li", "", release ? `${title} (${release.slice(0, 4)})` : title);
        option.id = `${offers.id}-${at}`;
        option.role = "option";
        option.dir = "auto";
        option.ariaDisabled = String(isTaken(id));
        return option;
      }),
    );
    offers.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
    if (words) announce(say("compare.offered", { count: found.length }), 800);
  }

  field.addEventListener("input", offer);
  /* From the field through all options and back to it. */
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const round = offered.length + 1;
    if (step && offered.length) mark(((active + 1 + step + round) % round) - 1);
    else if (event.key === "Enter" && active >= 0) take(active);
    else if (event.key === "Escape" && field.value) close();
    else return;
    event.preventDefault();
  });
  offers.addEventListener("click", ({ target }) => take([...offers.children].indexOf(target)));
  /* What was offered does not stay over the page of someone who has turned to it. */
  const isInside = (place) => place === field || offers.contains(place);
  field.addEventListener("blur", ({ relatedTarget }) => relatedTarget && !isInside(relatedTarget) && close());
  document.addEventListener("pointerdown", ({ target }) => field.value && !isInside(target) && close());
}
