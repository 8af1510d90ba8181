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
    if (place.textContent !== text) place.textContent = text;
    if (column.link) {
      const address = column.link + Number(record.tmdb_id);
      if (place.getAttribute("href") !== address) place.setAttribute("href", address);
    }
  }

  app.table = function (table) {
    const columns = Array.from(table.tHead.rows[0].cells, (head) => ({
      key: head.dataset.key,
      kind: head.dataset.kind,
      digits: Number(head.dataset.digits),
      term: head.dataset.term,
      link: head.dataset.link,
      className: head.className,
    }));
    const body = table.tBodies[0];

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
        if (held) follow(held);
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
