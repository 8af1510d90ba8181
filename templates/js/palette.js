/* Colours of the theme for charts, and what tells one set from another besides its colour. */

const HUES = ["accent", "second", "third", "fourth", "fifth", "sixth"];
const SHAPES = ["circle", "rectRot", "triangle", "rect", "crossRot", "star"];
const NAMES = ["ink", "muted", "line", "grid", "surface", ...HUES];
const palette = {};

/* Asks an element for each colour: only there has the theme been decided. */
export function readPalette() {
  const probe = document.createElement("span");
  probe.style.forcedColorAdjust = "none";
  document.body.append(probe);
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    palette[name] = getComputedStyle(probe).color;
  }
  probe.remove();
}

/* A colour, asked for at each drawing, so that a change of theme needs no more. */
export const colour = (name) => () => palette[name];

/* The same, half seen through, for what may lie on other things. */
export const faint =
  (name, percent = 45) =>
  () =>
    `color-mix(in srgb, ${palette[name]} ${percent}%, transparent)`;

export const hue = (place) => HUES[place % HUES.length];
export const shape = (place) => SHAPES[place % SHAPES.length];

/**
 * A scale in the theme's colours, with a title where there is one; the rest is the kind's.
 * @param {Record<string, any>} own
 */
export function scale(own) {
  const { title, ticks, grid, ...rest } = own;
  return {
    ...rest,
    title: { color: colour("muted"), display: Boolean(title), text: title || "" },
    ticks: { color: colour("muted"), ...ticks },
    grid: { color: colour("grid"), tickLength: 4, ...grid },
    border: { display: false },
  };
}

/*
 * A set of points for each group of the records, styled by `style(place)`. Sets that are there are
 * kept, so that an update moves points and makes nothing anew.
 */
export function fillGroups(data, spec, records, style, across = (record) => record[spec.x]) {
  const groups = new Map();
  for (const record of records) {
    const name = record.group || "";
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push({ x: across(record), y: record[spec.series[0].key], record });
  }
  data.datasets.length = Math.min(data.datasets.length, groups.size);
  [...groups].forEach(([name, found], place) => {
    if (!data.datasets[place]) data.datasets.push(style(place));
    Object.assign(data.datasets[place], { label: name, data: found });
  });
}
