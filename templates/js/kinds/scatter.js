/*
 * What was predicted over what is real, a point a film: on the diagonal the two agree. Both axes
 * have the same range, so that it is one, and count by powers of ten where all values are above 0
 * and the chart asks for it.
 */
(function (app) {
  "use strict";

  /* The line where the prediction is the real value. */
  const diagonal = {
    id: "diagonal",
    beforeDatasetsDraw(chart) {
      const { ctx, scales } = chart;
      ctx.save();
      ctx.strokeStyle = app.colour("muted")();
      ctx.setLineDash([5, 4]);
      ctx.beginPath();
      ctx.moveTo(scales.x.getPixelForValue(scales.x.min), scales.y.getPixelForValue(scales.x.min));
      ctx.lineTo(scales.x.getPixelForValue(scales.x.max), scales.y.getPixelForValue(scales.x.max));
      ctx.stroke();
      ctx.restore();
    },
  };

  /* Ticks of a scale of powers of ten: 1, 2 and 5 of each, as figures. */
  function leading(value, digits) {
    const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
    const round = Math.round(first * 1000) / 1000;
    return [1, 2, 5].includes(round) ? app.format.value("number", value, value < 1 ? digits : 0) : null;
  }

  function fit(chart, spec, points) {
    const values = points.flatMap(({ x, y }) => [x, y]);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const powers = spec.powers && low > 0;
    const room = (high - low) / 25 || 1;
    for (const scale of [chart.options.scales.x, chart.options.scales.y]) {
      scale.type = powers ? "logarithmic" : "linear";
      scale.min = powers ? low / 1.15 : Math.max(0, low - room);
      scale.max = powers ? high * 1.15 : high + room;
    }
  }

  app.kinds.scatter = function (spec, options) {
    const said = (value) => app.format.value("number", value, spec.digits);
    const [series] = spec.series;
    options.interaction = { mode: "nearest", intersect: true };
    options.plugins.tooltip.callbacks = {
      title: (items) => (items.length ? app.format.lines(items[0].raw.record.title, 44, 3) : ""),
      label: ({ raw }) => [
        `${app.translate(`chart.${spec.id}.x_axis`)}: ${said(raw.x)}`,
        `${app.translate(`chart.${spec.id}.axis`)}: ${said(raw.y)}`,
      ],
    };
    const ticks = {
      maxRotation: 0,
      includeBounds: false,
      callback(value) {
        if (this.type === "logarithmic") return leading(value, spec.digits);
        return app.format.value("number", value, Number.isInteger(value) ? 0 : 1);
      },
    };
    options.scales = {
      x: app.scale({ type: "linear", key: `chart.${spec.id}.x_axis`, ticks }),
      y: app.scale({ type: "linear", key: `chart.${spec.id}.axis`, ticks }),
    };

    function fill(data, _spec, records, chart) {
      const shown = records.filter((one) => one[spec.x] !== null && one[series.key] !== null);
      app.fillGroups(data, spec, shown, (place) => ({
        backgroundColor: app.faint(app.hue(place)),
        borderColor: app.colour(app.hue(place)),
        borderWidth: 1,
        pointStyle: app.shape(place),
        pointRadius: 3.5,
        pointHoverRadius: 7,
      }));
      if (shown.length) fit(chart, spec, data.datasets.flatMap((set) => set.data));
    }

    return { type: "scatter", data: { datasets: [] }, options, plugins: [diagonal], fill };
  };
})((window.tmdbdash = window.tmdbdash || {}));
