/* Tables: the head says which key each column shows; only cells whose text changed are touched. */
(function (app) {
  "use strict";

  function makeRow(columns) {
    const row = document.createElement("tr");
    for (const column of columns) {
      const cell = row.insertCell();
      cell.className = column.className;
      if (column.link) {
        const link = document.createElement("a");
        link.dir = "auto";
        link.target = "_blank";
        link.rel = "noopener noreferrer";
        cell.append(link);
      }
    }
    return row;
  }

  function show(cell, column, record) {
    if (app.cells[column.kind]) return app.cells[column.kind](cell, column, record);
    const text = app.format.cell(column, record);
    const place = column.link ? cell.firstElementChild : cell;
    app.put(place, text);
    if (column.link) app.set(place, "href", column.link + Number(record.tmdb_id));
  }

  app.table = function (table) {
    const columns = Array.from(table.tHead.rows[0].cells, (head) => ({
      key: head.dataset.key,
      kind: head.dataset.kind,
      digits: Number(head.dataset.digits),
      term: head.dataset.term,
      link: head.dataset.link,
      className: head.className,
      minor: /\bminor(?!.*chosen)/.test(head.className) && head.dataset.kind !== "time",
      sorts: head.querySelector("button"),
    }));
    const body = table.tBodies[0];

    /* A column without any value is not shown, nor a minor one that says the same in all rows. */
    function drop(column, at) {
      const cells = Array.from(body.rows, (row) => row.cells[at]);
      const [one, ...others] = new Set(cells.map((cell) => cell.textContent));
      const idle = cells.length > 0 && !others.length && (one === app.format.missing || (column.minor && cells.length > 1));
      for (const cell of [table.tHead.rows[0].cells[at], ...cells]) if (cell.hidden !== idle) cell.hidden = idle;
    }

    /* The focus goes with the film it was on; where that is gone, to the table: not to another film. */
    function follow(address) {
      if (document.activeElement.getAttribute("href") === address && body.contains(document.activeElement)) return;
      const links = Array.from(body.querySelectorAll("a"));
      const place = links.find((link) => link.getAttribute("href") === address) || table.closest("[tabindex]");
      if (place) place.focus({ preventScroll: true });
    }

    return {
      update(records) {
        const held = body.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        while (body.rows.length > records.length) body.deleteRow(-1);
        while (body.rows.length < records.length) body.append(makeRow(columns));
        records.forEach((record, place) => {
          columns.forEach((column, at) => show(body.rows[place].cells[at], column, record));
        });
        columns.forEach((column, at) => column.sorts || drop(column, at));
        if (held) follow(held);
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
