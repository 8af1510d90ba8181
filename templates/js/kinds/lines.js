/* Lines over the listed films; the first is dashed with hollow points, so colour is not needed. */

import { wrapped } from "../format.js";
import { colour, scale } from "../palette.js";

export function lines(spec, options) {
  options.scales = {
    x: scale({
      grid: { display: false },
      ticks: {
        minRotation: 45,
        maxRotation: 60,
        callback(value) {
          return wrapped(this.getLabelForValue(value), 16, 1)[0];
        },
      },
    }),
    y: scale({ title: spec.axis, beginAtZero: true }),
  };
  const datasets = spec.series.map((_, place) => {
    const isFirst = place === 0;
    const line = colour(isFirst ? "second" : "accent");
    const fill = isFirst ? colour("surface") : line;
    return {
      data: [],
      borderColor: line,
      borderWidth: 2,
      borderDash: isFirst ? [6, 4] : [],
      backgroundColor: fill,
      pointBorderColor: line,
      pointBackgroundColor: fill,
      pointBorderWidth: 2,
      pointStyle: isFirst ? "circle" : "rectRot",
      pointRadius: 4,
      pointHoverRadius: 6,
    };
  });
  return { type: "line", data: { labels: [], datasets }, options };
}
