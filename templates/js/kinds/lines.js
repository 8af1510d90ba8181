/* Lines over the listed films; the first is dashed with hollow points, so colour is not needed. */
(function (app) {
  "use strict";

  app.kinds.lines = function (spec, options) {
    options.scales = {
      x: app.scale({
        grid: { display: false },
        ticks: {
          minRotation: 45,
          maxRotation: 60,
          callback(value) {
            return app.format.lines(this.getLabelForValue(value), 16, 1)[0];
          },
        },
      }),
      y: app.scale({ key: `chart.${spec.id}.axis` }),
    };
    const datasets = spec.series.map((_, place) => {
      const first = place === 0;
      const line = app.colour(first ? "second" : "accent");
      const fill = first ? app.colour("surface") : line;
      return {
        data: [],
        borderColor: line,
        borderWidth: 2,
        borderDash: first ? [6, 4] : [],
        backgroundColor: fill,
        pointBorderColor: line,
        pointBackgroundColor: fill,
        pointBorderWidth: 2,
        pointStyle: first ? "circle" : "rectRot",
        pointRadius: 4,
        pointHoverRadius: 6,
      };
    });
    return { type: "line", data: { labels: [], datasets }, options };
  };
})((window.tmdbdash = window.tmdbdash || {}));
