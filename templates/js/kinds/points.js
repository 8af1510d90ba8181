/* Points in a plane, in a colour and a shape for each group; joined, they are a curve. */
(function (app) {
  "use strict";

  function style(spec, place) {
    const name = app.hue(place);
    return {
      showLine: spec.joined,
      borderColor: app.colour(name),
      borderWidth: 2,
      borderDash: spec.joined && place ? [6, 4] : [],
      backgroundColor: spec.joined ? app.colour("surface") : app.faint(name),
      pointBorderColor: app.colour(name),
      pointBorderWidth: 1,
      pointStyle: app.shape(place),
      pointRadius: spec.joined ? 2 : 3.5,
      pointHoverRadius: 7,
    };
  }

  app.kinds.points = function (spec, options) {
    const said = (value) => app.format.value("number", value, spec.digits);
    options.interaction = { mode: "nearest", intersect: true };
    options.plugins.tooltip.callbacks = {
      title: (items) => (items.length && items[0].raw.record.title ? app.format.lines(items[0].raw.record.title, 44, 3) : ""),
      label: (item) => ` ${item.dataset.label}: ${said(item.raw.x)}, ${said(item.raw.y)}`,
    };
    options.scales = {
      x: app.scale({ type: "linear", key: `chart.${spec.id}.x_axis` }),
      y: app.scale({ key: `chart.${spec.id}.axis` }),
    };
    const fill = (data, _spec, records) => app.fillGroups(data, spec, records, (place) => style(spec, place));
    return { type: "scatter", data: { datasets: [] }, options, fill };
  };
})((window.tmdbdash = window.tmdbdash || {}));
