/*
 * Choices of a panel: a row of radio buttons for each key, and only the rows that match are shown.
 * What is chosen stands in the address as `panel.key=value`, unless it is the first. A value that
 * no row has is not offered; while the chosen one is away, the first that is there holds.
 */
(function (app) {
  "use strict";

  function oneChoice(row, changed) {
    const { key } = row.dataset;
    const buttons = [...row.querySelectorAll("input")];
    const [first] = buttons;
    let asked = app.address.read(first.name) || first.value;

    row.addEventListener("change", ({ target }) => {
      asked = target.value;
      app.address.write({ [first.name]: target === first ? null : asked });
      changed();
    });

    /* The rows that match, and only the buttons that some row answers. */
    return function (rows) {
      const there = new Set(rows.map((record) => String(record[key])));
      const offered = buttons.filter((button) => there.has(button.value));
      for (const button of buttons) button.parentElement.hidden = !there.has(button.value);
      const pressed = offered.find((button) => button.value === asked) || offered[0];
      if (!pressed) return rows;
      if (!pressed.checked) pressed.checked = true;
      return rows.filter((record) => String(record[key]) === pressed.value);
    };
  }

  /* Gives a function that takes rows and gives those to show; calls `changed` when a reader chooses. */
  app.choices = function (section, changed) {
    const all = [...section.querySelectorAll(".choice")].map((row) => oneChoice(row, changed));
    return (rows) => all.reduce((left, choose) => choose(left), rows);
  };
})((window.tmdbdash = window.tmdbdash || {}));
