/* Points in a plane, in a colour and a shape for each group; joined, they are a curve. */
(function (app) {
  "use strict";

  const COLOURS = ["accent", "second", "third", "fourth", "fifth", "sixth"];
  const SHAPES = ["circle", "rectRot", "triangle", "rect", "crossRot", "star"];

  function dataset(spec, group, place) {
    const colour = app.colour(COLOURS[place % COLOURS.length]);
    return {
      label: group,
      data: [],
      showLine: spec.joined,
      borderColor: colour,
      borderWidth: 2,
      borderDash: spec.joined && place ? [6, 4] : [],
      backgroundColor: spec.joined ? app.colour("surface") : colour,
      pointBorderColor: colour,
      pointBorderWidth: 1,
      pointStyle: SHAPES[place % SHAPES.length],
      pointRadius: 3,
      pointHoverRadius: 6,
    };
  }

  /* Sets that are there are kept, so that an update moves points and makes nothing anew. */
  function fill(data, spec, records) {
    const groups = [...new Set(records.map((record) => record[spec.group]))];
    data.datasets.length = Math.min(data.datasets.length, groups.length);
    groups.forEach((group, place) => {
      if (!data.datasets[place]) data.datasets.push(dataset(spec, group, place));
      data.datasets[place].label = group;
      data.datasets[place].data = records
        .filter((record) => record[spec.group] === group)
        .map((record) => ({ x: record[spec.x], y: record[spec.series[0].key], title: record.title }));
    });
  }

  app.kinds.points = function (spec, options) {
    const said = (value) => app.format.value("number", value, spec.digits);
    options.interaction = { mode: "nearest", intersect: true };
    options.plugins.tooltip.callbacks = {
      title: (items) => (items.length && items[0].raw.title ? app.format.lines(items[0].raw.title, 44, 3) : ""),
      label: (item) => ` ${item.dataset.label}: ${said(item.raw.x)}, ${said(item.raw.y)}`,
    };
    options.scales = {
      x: app.scale({ type: "linear", title: spec.x_axis }),
      y: app.scale({ title: spec.axis }),
    };
    return { type: "scatter", data: { datasets: [] }, options, fill };
  };
})((window.tmdbdash = window.tmdbdash || {}));
