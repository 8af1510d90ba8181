/*
 * Makes a part of the page like another, touching only what differs: the focus, what is unfolded,
 * what was typed and charts stay. Children of `[data-live]` and canvases belong to scripts.
 */

/* What readers and scripts set, not the page. */
const KEPT = new Set(["open", "hidden", "style", "data-shown"]);

function sameKind(old, now) {
  return old.nodeType === now.nodeType && old.nodeName === now.nodeName && old.id === now.id;
}

function morphAttributes(old, now) {
  for (const { name } of [...old.attributes]) {
    if (!KEPT.has(name) && !now.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of now.attributes) {
    if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

export function morph(old, now) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== now.data) old.data = now.data;
    return;
  }
  if (old.matches("canvas, [data-live]") || old.isEqualNode(now)) return;
  morphAttributes(old, now);
  const wanted = [...now.childNodes];
  wanted.forEach((child, at) => {
    const present = old.childNodes[at];
    if (present && sameKind(present, child)) morph(present, child);
    else if (present && child.id && old.querySelector(`:scope > #${CSS.escape(child.id)}`)) {
      const moved = old.querySelector(`:scope > #${CSS.escape(child.id)}`);
      present.before(moved);
      morph(moved, child);
    } else if (present) present.before(document.importNode(child, true));
    else old.append(document.importNode(child, true));
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

/* A part of the page becomes what `html` says; the focus goes with the link that it was on. */
export function replaceContent(place, html) {
  const held = document.activeElement;
  const address = place.contains(held) ? held.getAttribute("href") : null;
  const made = new DOMParser().parseFromString(`<body>${html}</body>`, "text/html").body;
  const copy = document.importNode(place, false);
  copy.append(...made.childNodes);
  morph(place, copy);
  if (address === null || (document.activeElement === held && held.getAttribute("href") === address)) return;
  const links = [...place.querySelectorAll("a")];
  const same = links.find((link) => link.getAttribute("href") === address);
  (same || place.querySelector("[tabindex]"))?.focus({ preventScroll: true });
}
