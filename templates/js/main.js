/* Puts the parts together: panels from the page's own data first, then from each answer. */
(function (app) {
  "use strict";

  const RELOADED = "tmdbdash.build";
  const RETRY = 60000;
  const text = document.getElementById("data").textContent.trim();
  const data = JSON.parse(text);
  const header = app.header();

  function panel(id, charts) {
    const section = document.getElementById(id);
    const listed = document.getElementById(`${id}-table`);
    const parts = listed ? [app.table(listed)] : [];
    for (const spec of charts) parts.push(app.chart(document.getElementById(spec.id), spec));
    return {
      update(rows) {
        section.querySelector('[data-part="empty"]').hidden = rows.length > 0;
        section.querySelector('[data-part="body"]').hidden = rows.length === 0;
        for (const part of parts) part.update(rows);
      },
    };
  }

  /*
   * A page of another make is fetched whole. A cache on the way may still hold the old one, so
   * the next try has to wait. Returns whether the page reloads.
   */
  function reloadFor(build) {
    try {
      const [tried, at] = (sessionStorage.getItem(RELOADED) || "").split(" ");
      if (tried === build && Date.now() - Number(at) < RETRY) return false;
      sessionStorage.setItem(RELOADED, `${build} ${Date.now()}`);
    } catch {
      return false;
    }
    location.reload();
    return true;
  }

  const panels = new Map();
  if (!data.empty) {
    for (const id of Object.keys(data.panels)) {
      panels.set(id, panel(id, data.charts.filter((chart) => chart.panel === id)));
    }
  }

  function show(now, before) {
    header.update(now);
    for (const [id, part] of panels) {
      const same = before && JSON.stringify(before.panels[id]) === JSON.stringify(now.panels[id]);
      if (!same) part.update(now.panels[id]);
    }
  }

  show(data, null);
  app.follow({ text, data }, (now, before) => {
    const other = now.build !== data.build || now.simulated !== data.simulated;
    if (other && reloadFor(now.build)) return;
    if (now.empty === data.empty) show(now, before);
  });
})((window.tmdbdash = window.tmdbdash || {}));
