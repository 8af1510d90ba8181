/* Puts the parts together: panels from the page's own data first, then from each answer. */
(function (app) {
  "use strict";

  const RETRY = 60000;
  const data = JSON.parse(document.getElementById("data").textContent);
  const header = app.header();
  let shown = data;

  /* A long table gets its rows when it is unfolded. */
  function tableOf(listed) {
    const table = app.table(listed);
    const fold = listed.closest("details.late");
    if (!fold) return table;
    let rows = [];
    const fill = () => fold.open && table.update(rows);
    fold.addEventListener("toggle", fill);
    return {
      update(records) {
        rows = records;
        fill();
      },
    };
  }

  function panel(id, charts) {
    const section = document.getElementById(id);
    const listed = document.getElementById(`${id}-table`);
    const parts = listed ? [tableOf(listed)] : [];
    for (const spec of charts) parts.push(app.chart(document.getElementById(spec.id), spec));
    const choose = app.choices(section, show);
    let rows = [];

    function show() {
      const matching = choose(rows);
      for (const part of parts) part.update(matching);
    }

    return {
      update(records) {
        rows = records;
        section.querySelector('[data-part="empty"]').hidden = rows.length > 0;
        section.querySelector('[data-part="body"]').hidden = rows.length === 0;
        show();
      },
    };
  }

  /*
   * A page of another make is fetched whole. A cache on the way may still hold the old one, so
   * the next try has to wait; the state of the history holds also where nothing may be stored.
   * Returns whether the page reloads.
   */
  function reloadFor(build) {
    const { tried, at } = (history.state && history.state.reloaded) || {};
    if (tried === build && Date.now() - at < RETRY) return false;
    history.replaceState({ ...history.state, reloaded: { tried: build, at: Date.now() } }, "");
    location.reload();
    return true;
  }

  const panels = new Map();
  if (!data.empty) {
    for (const id of Object.keys(data.panels)) {
      panels.set(id, panel(id, data.charts.filter((chart) => chart.panel === id)));
    }
  }

  /* Parts that load files of their own when the reader asks for them. */
  const browsing = data.empty ? [] : [app.library, app.filmsPanel(), app.historyPanel(), app.filmDialog()];

  /* Data of another make may lack a panel: until the page is fetched anew, it shows what it has. */
  function show(now, before) {
    header.update(now);
    for (const [id, part] of panels) {
      if (!now.panels[id]) continue;
      const same = before && JSON.stringify(before.panels[id]) === JSON.stringify(now.panels[id]);
      if (!same) part.update(now.panels[id]);
    }
    for (const part of browsing) part.update(now);
    shown = now;
  }

  app.onLanguage(() => {
    for (const [id, part] of panels) if (shown.panels[id]) part.update(shown.panels[id]);
  });
  app.theme();
  /* Scripts fold what has to be open without them. */
  for (const fold of document.querySelectorAll("main details[id]")) fold.open = false;
  app.contents();
  document.documentElement.dataset.ready = "1";
  app.languages(data.files.locales);
  show(data, null);
  app.kiosk();
  app.follow(data, (now, before) => {
    const other = now.build !== data.build || now.simulated !== data.simulated;
    if (other && reloadFor(now.build)) return;
    if (now.empty === data.empty) show(now, before);
  });
})((window.tmdbdash = window.tmdbdash || {}));
