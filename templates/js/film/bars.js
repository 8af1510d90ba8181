/* Small bars made of elements: an interval with its marks, and what pushed up or down. */
(function (app) {
  "use strict";

  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const share = (value, [from, to]) => (100 * (value - from)) / (to - from || 1);

  /*
   * A bar from `low` to `high` on a scale, with a mark where each of `marks` lies. It only draws
   * what the words beside it say, so it is hidden from those who listen.
   */
  app.intervalBar = function (scale, low, high, marks) {
    const bar = element("div", "interval");
    bar.ariaHidden = "true";
    if (low !== null && high !== null) {
      const range = element("span", "interval-range");
      range.style.left = `${share(low, scale)}%`;
      range.style.width = `${share(high, scale) - share(low, scale)}%`;
      bar.append(range);
    }
    for (const [className, value] of marks) {
      if (value === null || value === undefined) continue;
      const mark = element("span", `interval-mark ${className}`);
      mark.style.left = `${share(value, scale)}%`;
      bar.append(mark);
    }
    return bar;
  };

  /* A scale from nothing to a little beyond the largest of the values. */
  app.scaleFor = (values) => [0, 1.05 * Math.max(0.001, ...values.filter((value) => value !== null))];

  /* Signed contributions as a list: name, bar to the left or to the right of nothing, figure. */
  app.movesList = function (moves, digits) {
    const list = element("ul", "moves");
    const largest = Math.max(...moves.map(([, value]) => Math.abs(value))) || 1;
    for (const [group, value] of moves) {
      const item = element("li");
      const track = element("span", "moves-track");
      const bar = element("span", value < 0 ? "moves-down" : "moves-up");
      const size = (50 * Math.abs(value)) / largest;
      track.ariaHidden = "true";
      bar.style.width = `${size}%`;
      bar.style.left = `${value < 0 ? 50 - size : 50}%`;
      track.append(bar);
      item.append(
        element("span", "moves-name", app.term("features", group)),
        track,
        element("span", "moves-value", app.format.value("signed", value, digits)),
      );
      list.append(item);
    }
    return list;
  };

  app.element = element;
})((window.tmdbdash = window.tmdbdash || {}));
