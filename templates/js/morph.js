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

const isBlank = (node) => node.nodeType === Node.TEXT_NODE && !node.data.trim();

/* The first of a node and those after it that is more than the space between two elements. */
function content(node) {
  let found = node;
  while (found && isBlank(found)) found = found.nextSibling;
  return found;
}

/* Children with ids are matched by these, others by their order. */
function morphChildren(old, now) {
  const named = (id) => id && old.querySelector(`:scope > #${CSS.escape(id)}`);
  const wanted = [...now.childNodes].filter((child) => !isBlank(child));
  const ids = new Set(wanted.map((child) => child.id));
  let present = content(old.firstChild);

  function removePresent() {
    const next = content(present.nextSibling);
    present.remove();
    present = next;
  }

  for (const child of wanted) {
    while (present?.id && !ids.has(present.id)) removePresent();
    const same = named(child.id) || (present && sameKind(present, child) ? present : null);
    if (!same) {
      old.insertBefore(document.importNode(child, true), present);
      continue;
    }
    if (same !== present) present.before(same);
    morph(same, child);
    present = content(same.nextSibling);
  }
  while (present) removePresent();
}

export function morph(old, now) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== now.data) old.data = now.data;
    return;
  }
  if (old.matches("canvas, [data-live]") || old.isEqualNode(now)) return;
  morphAttributes(old, now);
  morphChildren(old, now);
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
