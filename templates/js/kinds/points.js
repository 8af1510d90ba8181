/* Curves: the points of each group, joined. */

import { format } from "../format.js";
import { colour, fillGroups, hue, scale } from "../palette.js";

export function points(spec, options) {
  const figure = (value) => format("number", value, spec.digits);
  options.interaction = { mode: "nearest", intersect: true };
  options.plugins.tooltip.callbacks = {
    title: () => "",
    label: (item) => ` ${item.dataset.label}: ${figure(item.raw.x)}, ${figure(item.raw.y)}`,
  };
  options.scales = {
    x: scale({ type: "linear", title: spec.x_axis }),
    y: scale({ title: spec.axis }),
  };
  const style = (place) => ({
    showLine: true,
    borderColor: colour(hue(place)),
    borderWidth: 2,
    borderDash: place ? [6, 4] : [],
    backgroundColor: colour("surface"),
    pointBorderColor: colour(hue(place)),
    pointRadius: 2,
    pointHoverRadius: 6,
  });
  const fill = (data, _spec, records) => fillGroups(data, spec, records, style);
  return { type: "scatter", data: { datasets: [] }, options, fill };
}
