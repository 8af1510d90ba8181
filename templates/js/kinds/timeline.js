/*
 * Lines over time, a colour and a shape for each film, and a letter where the chart is `lettered`;
 * forecasts are dashed, in a band. The chart's `from` and `to` are its ends in seconds, `y` what its
 * own scale of values has that others have not, `clip` how far a line at its edge may reach beyond,
 * `stepped` whether a value holds until the next.
 * A record: {title, slot, points: [[seconds, value], ...], forecast: [[seconds, value, low, high], ...]},
 * and in `part` the seconds by which points that were thinned may lie apart.
 */
(function (app) {
  "use strict";

  const DAY = 86400;
  const MARKS = 8;
  const LETTER = 13;
  const PARTS = 4;

  app.letter = (slot) => String.fromCharCode(65 + slot);

  /* Four sets a film: what was, what is forecast, and the two edges of the band. */
  function sets(place, stepped) {
    const plain = { data: [], pointRadius: 0, pointHoverRadius: 0, pointHitRadius: 0, borderWidth: 0 };
    return [
      { data: [], borderWidth: 2, pointBorderWidth: 1.5, pointHoverRadius: 5, stepped },
      { data: [], borderWidth: 2, borderDash: [5, 4], pointRadius: 3, pointHoverRadius: 5 },
      { ...plain },
      { ...plain, fill: PARTS * place + 2 },
    ];
  }

  /* Records count seconds, the axis milliseconds; the record lets a click find its film. */
  const point = (record, seconds, y) => ({ x: 1000 * seconds, y, record });

  function fill(data, spec, records) {
    while (data.datasets.length > PARTS * records.length) data.datasets.pop();
    while (data.datasets.length < PARTS * records.length) {
      data.datasets.push(...sets(data.datasets.length / PARTS, spec.stepped));
    }
    records.forEach((record, place) => {
      const { title, slot, points, forecast } = record;
      const [was, ahead, low, high] = data.datasets.slice(PARTS * place, PARTS * (place + 1));
      const colour = app.colour(app.hue(slot));
      const every = Math.max(1, Math.ceil(points.length / MARKS));
      const last = points.at(-1);
      const gap = Math.max(app.longestGap, 1000 * (record.part || 0));
      const known = last && forecast.length && 1000 * (forecast[0][0] - last[0]) <= gap;
      const from = known ? [[last[0], last[1], last[1], last[1]]] : [];
      for (const set of [was, ahead]) {
        const name = app.format.lines(title, 32, 1)[0] || "";
        Object.assign(set, { label: spec.lettered ? `${app.letter(slot)} ${name}` : name, borderColor: colour });
        Object.assign(set, { pointBorderColor: colour, pointBackgroundColor: app.colour("surface") });
        set.pointStyle = app.shape(slot);
      }
      const tip = [...from, ...forecast];
      was.spanGaps = gap;
      was.data = points.map(([seconds, value]) => point(record, seconds, value));
      was.pointRadius = points.map((_, order) => ((points.length - 1 - order) % every ? 0 : 3.5));
      ahead.data = tip.map(([seconds, value]) => point(record, seconds, value));
      ahead.pointRadius = ahead.data.map((_, order) => (order < from.length ? 0 : 3));
      low.data = tip.map(([seconds, , edge]) => point(record, seconds, edge));
      high.data = tip.map(([seconds, , , edge]) => point(record, seconds, edge));
      high.backgroundColor = () => `color-mix(in srgb, ${colour()} 16%, transparent)`;
    });
  }

  /* The film's letter at the end of its line, moved where two would cover one another. */
  function letters(rowsNow) {
    return {
      id: "letters",
      afterDatasetsDraw(chart) {
        const { ctx, chartArea, scales } = chart;
        const ends = rowsNow()
          .map(({ slot, points, forecast }) => [slot, forecast.at(-1) || points.at(-1)])
          .filter(([, end]) => end)
          .map(([slot, end]) => ({ slot, x: scales.x.getPixelForValue(1000 * end[0]), y: scales.y.getPixelForValue(end[1]) }))
          .sort((a, b) => a.y - b.y);
        ctx.save();
        ctx.font = `700 12px ${Chart.defaults.font.family}`;
        ctx.textBaseline = "middle";
        ctx.fillStyle = app.colour("ink")();
        let taken = chartArea.top - LETTER;
        for (const [order, { slot, x, y }] of ends.entries()) {
          const lowest = chartArea.bottom - LETTER * (ends.length - 1 - order);
          taken = Math.min(Math.max(y, taken + LETTER), lowest);
          ctx.fillText(app.letter(slot), Math.min(x + 8, chartArea.right + 4), taken);
        }
        ctx.restore();
      },
    };
  }

  app.kinds.timeline = function (spec, options, rowsNow) {
    const said = (value) => app.format.value("number", value, spec.digits);
    options.parsing = false;
    options.clip = spec.clip;
    options.layout = { padding: { right: 22 } };
    options.interaction = { mode: "nearest", axis: "x", intersect: false };
    options.plugins.legend.display = false;
    options.plugins.tooltip.filter = (item) => item.datasetIndex % PARTS < 2;
    options.plugins.tooltip.callbacks = {
      title: (items) => (items.length ? app.format.value("time", new Date(items[0].raw.x).toISOString()) : ""),
      label(item) {
        const record = rowsNow()[Math.floor(item.datasetIndex / PARTS)];
        const name = ` ${item.dataset.label}: ${said(item.raw.y)}`;
        if (item.datasetIndex % PARTS === 0) return name;
        const found = record.forecast.find(([when]) => 1000 * when === item.raw.x);
        return found && found[2] !== null ? `${name} (${said(found[2])} – ${said(found[3])})` : name;
      },
    };
    options.scales = {
      x: app.timeScale({
        afterDataLimits(scale) {
          scale.min = spec.from === undefined ? scale.min : 1000 * spec.from;
          scale.max = spec.to === undefined ? scale.max : 1000 * spec.to;
          if (!(scale.max > scale.min)) scale.max = scale.min + 1000 * DAY;
        },
      }),
      y: app.scale({ key: `chart.${spec.id}.axis`, beginAtZero: true, grace: "4%", ...spec.y }),
    };
    return { type: "line", data: { datasets: [] }, options, plugins: spec.lettered ? [letters(rowsNow)] : [], fill };
  };
})((window.tmdbdash = window.tmdbdash || {}));
