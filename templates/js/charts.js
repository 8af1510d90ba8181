/* Charts: made once by their kind, when they come into view, then given new rows. */
(function (app) {
  "use strict";

  const HUES = ["accent", "second", "third", "fourth", "fifth", "sixth"];
  const SHAPES = ["circle", "rectRot", "triangle", "rect", "crossRot", "star"];
  const NAMES = ["ink", "muted", "line", "grid", "surface", ...HUES];
  const palette = {};

  app.kinds = {};
  app.charts = {};

  /* A colour of the theme, asked for at each drawing, so that a change of theme needs no more. */
  app.colour = (name) => () => palette[name];

  /* The same, half seen through, for points that may lie on one another. */
  app.faint = (name) => () => `color-mix(in srgb, ${palette[name]} 45%, transparent)`;

  /* What tells one set of points from the others: the name of a colour, and a shape besides. */
  app.hue = (place) => HUES[place % HUES.length];
  app.shape = (place) => SHAPES[place % SHAPES.length];

  /* Asks an element for each colour: only there has the theme been decided. */
  function readPalette() {
    const probe = document.createElement("span");
    probe.style.forcedColorAdjust = "none";
    document.body.append(probe);
    for (const name of NAMES) {
      probe.style.color = `var(--${name})`;
      palette[name] = getComputedStyle(probe).color;
    }
    probe.remove();
  }

  function prepare() {
    readPalette();
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 0.72 * size;
    app.onTheme(repaint);
    matchMedia("(forced-colors: active)").addEventListener("change", repaint);
    /* Paper is white and has a width of its own. */
    matchMedia("print").addEventListener("change", () => {
      for (const chart of Object.values(app.charts)) chart.resize();
      repaint();
    });
  }

  function repaint() {
    readPalette();
    for (const chart of Object.values(app.charts)) chart.update("none");
  }

  /* What every kind shares: no animation, the room that the frame gives, titles whole in tips. */
  function common(spec, rowsNow) {
    return {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: {
        colors: { enabled: false },
        legend: {
          position: "top",
          align: "start",
          labels: { color: app.colour("muted"), usePointStyle: true, boxHeight: 6, padding: 12 },
        },
        tooltip: {
          backgroundColor: app.colour("surface"),
          borderColor: app.colour("line"),
          borderWidth: 1,
          titleColor: app.colour("ink"),
          bodyColor: app.colour("ink"),
          padding: 10,
          cornerRadius: 6,
          boxPadding: 4,
          usePointStyle: true,
          callbacks: {
            title(items) {
              if (!items.length) return "";
              const record = rowsNow()[items[0].dataIndex];
              return app.format.lines(record.title || app.format.cell(spec.label, record), 44, 3);
            },
            label: (item) => ` ${item.dataset.label}: ${app.format.value("number", item.raw, spec.digits)}`,
          },
        },
      },
      onHover(event, found) {
        event.native.target.style.cursor = app.openFilm && filmAt(found, event.chart) ? "pointer" : "";
      },
      onClick(event, found) {
        const id = filmAt(found, event.chart);
        if (id && app.openFilm) app.openFilm(id);
      },
    };

    /* The film of what lies below the pointer, where it is one. */
    function filmAt([first], chart) {
      if (!first) return null;
      const point = chart.data.datasets[first.datasetIndex].data[first.index];
      const record = (point && point.record) || rowsNow()[first.index];
      return record ? record.tmdb_id : null;
    }
  }

  /* A scale in the theme's colours, its title from the catalogue by `key`; the rest is the kind's. */
  app.scale = function (own) {
    const { key, ticks, grid, ...rest } = own;
    return {
      ...rest,
      title: { color: app.colour("muted"), display: Boolean(key), text: () => (key ? app.translate(key) : "") },
      ticks: { color: app.colour("muted"), ...ticks },
      grid: { color: app.colour("grid"), tickLength: 4, ...grid },
      border: { display: false },
    };
  };

  /* Labels and one value a record for each series: what most kinds draw. */
  function fillSeries(data, spec, records) {
    data.labels = records.map((record) => app.format.cell(spec.label, record));
    spec.series.forEach((series, place) => {
      data.datasets[place].label = app.translate(`series.${spec.id}.${series.key}`);
      data.datasets[place].data = records.map((record) => record[series.key]);
    });
  }

  /*
   * A set of points for each value of the chart's group, styled by `style(place)`. Sets that are
   * there are kept, so that an update moves points and makes nothing anew.
   */
  app.fillGroups = function (data, spec, records, style, across = (record) => record[spec.x]) {
    const groups = new Map();
    for (const record of records) {
      const name = spec.group ? app.format.cell(spec.group, record) : "";
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push({ x: across(record), y: record[spec.series[0].key], record });
    }
    data.datasets.length = Math.min(data.datasets.length, groups.size);
    [...groups].forEach(([name, points], place) => {
      if (!data.datasets[place]) data.datasets.push(style(place));
      Object.assign(data.datasets[place], { label: name, data: points });
    });
  };

  /* Canvases whose charts are still to be made, and how. */
  const waiting = new Map();
  const near = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
    { rootMargin: "400px" },
  );

  function draw(canvas) {
    const make = waiting.get(canvas);
    near.unobserve(canvas);
    if (waiting.delete(canvas)) make();
  }

  /* Makes what is not made yet: paper shows the whole page at once. */
  app.drawAll = () => [...waiting.keys()].forEach(draw);
  window.addEventListener("beforeprint", app.drawAll);

  /* A chart is made when its canvas nears what is seen, of the rows that it has by then. */
  app.chart = function (canvas, spec) {
    let rows = [];
    let chart = null;

    waiting.set(canvas, () => {
      if (!palette.ink) prepare();
      const { fill = fillSeries, ...made } = app.kinds[spec.kind](spec, common(spec, () => rows), () => rows);
      made.options.locale = app.language;
      fill(made.data, spec, rows, made);
      chart = new Chart(canvas, made);
      chart.fill = fill;
      app.charts[spec.id] = chart;
    });
    near.observe(canvas);

    return {
      update(records) {
        const [key, value] = spec.only || [];
        rows = key ? records.filter((record) => record[key] === value) : records;
        if (!chart) return;
        chart.options.locale = app.language;
        chart.fill(chart.data, spec, rows, chart);
        chart.update("none");
      },
    };
  };
})((window.tmdbdash = window.tmdbdash || {}));
