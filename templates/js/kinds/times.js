/* Lines through time, one for each value of the chart's group. */
(function (app) {
  "use strict";

  const MINUTE = 60000;
  const DAY = 1440;
  const STEPS = [1, 2, 5, 15, 30, 60, 120, 240, 480, 720, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY];
  const YEAR = 365 * DAY;
  const MOST = 7;

  /* No line crosses more than this without a value. */
  app.longestGap = 3 * DAY * MINUTE;

  const inHours = ({ min, max }) => max - min < 2 * DAY * MINUTE;

  /* Round moments for the ticks of a scale of milliseconds: none closer than their labels tell apart. */
  function roundTicks(scale) {
    const wanted = (scale.max - scale.min) / Math.max(2, Math.min(MOST, scale.chart.width / 90)) / MINUTE;
    const least = inHours(scale) ? wanted : Math.max(wanted, DAY);
    const step = (STEPS.find((minutes) => minutes >= least) || YEAR * Math.ceil(least / YEAR)) * MINUTE;
    scale.ticks = [];
    if (!Number.isFinite(scale.max - scale.min)) return;
    for (let at = Math.ceil(scale.min / step) * step; at <= scale.max; at += step) {
      scale.ticks.push({ value: at });
    }
  }

  const year = (milliseconds) => new Date(milliseconds).getUTCFullYear();

  /* The year is said where a scale is not of this year alone, the hour above its day. */
  function said(milliseconds, scale) {
    const own = [scale.min, scale.max].every((end) => year(end) === year(Date.now()));
    const day = { year: own ? undefined : "numeric", month: "short", day: "numeric" };
    const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const text = (parts) => new Intl.DateTimeFormat(app.language, { ...parts, timeZone: "UTC" }).format(milliseconds);
    return inHours(scale) ? [text(hour), text(day)] : text(day);
  }

  /* A scale of time: hours and days within two days, days beyond. */
  app.timeScale = (own) =>
    app.scale({
      ...own,
      type: "linear",
      afterBuildTicks: roundTicks,
      grid: { display: false },
      ticks: {
        maxRotation: 0,
        callback(value) {
          return said(value, this);
        },
      },
    });

  /* Room at both ends, so that no point lies on an edge, and that a single one has a place. */
  function fit(scale, times) {
    if (!times.length) return;
    const first = Math.min(...times);
    const last = Math.max(...times);
    const room = (last - first) / 40 || 30 * MINUTE;
    scale.min = first - room;
    scale.max = last + room;
  }

  app.kinds.times = function (spec, options) {
    const across = (record) => Date.parse(record[spec.x]);
    options.interaction = { mode: "x", intersect: false };
    options.plugins.tooltip.callbacks = {
      title: (items) => (items.length ? app.format.value("time", items[0].raw.record[spec.x]) : ""),
      label: (item) => ` ${item.dataset.label}: ${app.format.value("number", item.raw.y, spec.digits)}`,
    };
    options.scales = {
      x: app.timeScale({}),
      y: app.scale({ beginAtZero: true, key: `chart.${spec.id}.axis` }),
    };

    function fill(data, _spec, records, chart) {
      const shown = records.filter((one) => one[spec.series[0].key] !== null);
      fit(chart.options.scales.x, shown.map(across));
      app.fillGroups(data, spec, shown, (place) => {
        const colour = app.colour(app.hue(place));
        return {
          showLine: true,
          spanGaps: app.longestGap,
          borderColor: colour,
          borderWidth: place ? 1.5 : 2.5,
          borderDash: place ? [5, 4] : [],
          backgroundColor: place ? app.colour("surface") : colour,
          pointBorderColor: colour,
          pointStyle: app.shape(place),
          pointRadius: 3,
          pointHoverRadius: 6,
        };
      }, across);
    }

    return { type: "scatter", data: { datasets: [] }, options, fill };
  };
})((window.tmdbdash = window.tmdbdash || {}));
