/* Cells that are more than a text: sparklines and steps in rank, each with words for ears. */
(function (app) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const WIDTH = 100;
  const HEIGHT = 24;
  const EDGE = 2;

  const { put, set } = app;

  /* Where points lie in the picture, time to the right; equal values run through its middle. */
  function laid(points) {
    const times = points.map(([time]) => time);
    const values = points.map(([, value]) => value);
    const first = times[0];
    const length = Math.max(1, times[times.length - 1] - first);
    const low = Math.min(...values);
    const height = Math.max(...values) - low;
    return points.map(([time, value]) => [
      (WIDTH * (time - first)) / length,
      height ? EDGE + (HEIGHT - 2 * EDGE) * (1 - (value - low) / height) : HEIGHT / 2,
    ]);
  }

  function draw(picture, points) {
    const [area, line, end] = picture.children;
    const path = laid(points).map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
    const last = path.slice(path.lastIndexOf("L") + 1);
    set(area, "d", `M0 ${HEIGHT}L${path}L${WIDTH} ${HEIGHT}Z`);
    set(line, "d", `M${path}`);
    set(end, "d", `M${last}h0`);
  }

  function picture() {
    const made = document.createElementNS(SVG, "svg");
    made.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    made.setAttribute("preserveAspectRatio", "none");
    made.setAttribute("aria-hidden", "true");
    for (const part of ["area", "line", "end"]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", `spark-${part}`);
      made.append(path);
    }
    return made;
  }

  function ends(points, digits) {
    const said = (place) => app.format.value("number", points.at(place)[1], digits);
    return app.translate("spark.ends", { first: said(0), last: said(-1) });
  }

  /* A line of [seconds, value] points. The words stay in the cell: they are all that a reader hears. */
  function spark(cell, column, record) {
    const points = record[column.key] || [];
    let words = cell.firstElementChild;
    if (!words) {
      words = document.createElement("span");
      cell.replaceChildren(words);
    }
    const drawn = points.length > 1;
    put(words, drawn ? ends(points, column.digits) : app.format.missing);
    words.classList.toggle("unseen", drawn);
    if (drawn && !words.nextElementSibling) cell.append(picture());
    if (!drawn && words.nextElementSibling) words.nextElementSibling.remove();
    if (drawn) draw(words.nextElementSibling, points);
  }

  function wayOf(places, isNew) {
    if (isNew) return "new";
    if (places === null || places === undefined) return "";
    if (places === 0) return "same";
    return places > 0 ? "up" : "down";
  }

  /* A step in rank: its sign for the eye, its words for the ear. */
  function change(cell, column, record) {
    const way = wayOf(record[column.key], record.is_new);
    if (!way) {
      cell.removeAttribute("data-way");
      put(cell, app.format.missing);
      return;
    }
    if (!cell.firstElementChild) {
      const mark = document.createElement("span");
      mark.setAttribute("aria-hidden", "true");
      const words = document.createElement("span");
      words.className = "unseen";
      cell.replaceChildren(mark, words);
    }
    const count = Math.abs(record[column.key] || 0);
    set(cell, "data-way", way);
    put(cell.firstElementChild, app.translate(`change.${way}_mark`, { count }));
    put(cell.lastElementChild, app.translate(`change.${way}`, { count }));
  }

  app.cells = { spark, change };
})((window.tmdbdash = window.tmdbdash || {}));
