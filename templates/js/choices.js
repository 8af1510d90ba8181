/* Rows of buttons that select a panel's rows and charts by their codes; the address keeps them. */

import { MISSING } from "./format.js";
import { asked, remember } from "./page.js";

const chosen = new Map();

function wanted(row) {
  const [first] = row.querySelectorAll("input");
  const name = first.name;
  if (!chosen.has(name)) chosen.set(name, asked(name) || first.value);
  const inputs = [...row.querySelectorAll("input")];
  return (inputs.find((input) => input.value === chosen.get(name)) || first).value;
}

/* A column is hidden while no row that is shown has a value in it. */
function hideEmptyColumns(table) {
  const [head] = table.tHead.rows;
  const rows = [...table.tBodies[0].rows];
  const shown = rows.filter((row) => !row.hidden);
  [...head.cells].forEach((_, at) => {
    const isEmpty = shown.length > 0 && shown.every((row) => row.cells[at].textContent === MISSING);
    for (const row of [head, ...rows]) if (row.cells[at].hidden !== isEmpty) row.cells[at].hidden = isEmpty;
  });
}

/* Shows what matches in every panel with choices; to be called whenever their rows changed. */
export function applyChoices() {
  for (const group of document.querySelectorAll(".choices")) {
    const panel = group.closest(".panel");
    const values = [...group.querySelectorAll(".choice")].map(wanted);
    for (const input of group.querySelectorAll("input")) {
      const checked = values.includes(input.value) && wanted(input.closest(".choice")) === input.value;
      if (checked && !input.checked) input.checked = true;
    }
    for (const one of panel.querySelectorAll("[data-codes]")) {
      const codes = one.dataset.codes.split(" ");
      /* A chart has the code of one choice, a row those of all. */
      const fits = codes.length === 1 ? values.includes(codes[0]) : codes.every((code, at) => code === values[at]);
      if (one.hidden === fits) one.hidden = !fits;
    }
    panel.querySelectorAll("table").forEach(hideEmptyColumns);
  }
}

export function startChoices() {
  document.addEventListener("change", ({ target }) => {
    if (!target.closest(".choice")) return;
    const [first] = target.closest(".choice").querySelectorAll("input");
    chosen.set(target.name, target.value);
    remember({ [target.name]: target === first ? null : target.value });
    applyChoices();
  });
  applyChoices();
}
