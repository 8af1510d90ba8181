/*
 * ?kiosk=1: one panel at a time. It moves on by itself unless the reader's system asks for little
 * motion; the arrow keys always do.
 */

const STAY = 15000;

export function startKiosk() {
  if (!document.documentElement.dataset.kiosk) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let shown = null;
  let since = Date.now();

  function step(by) {
    const panels = [...document.querySelectorAll("[data-kiosk-panel]")];
    const next = panels[(panels.findIndex((panel) => panel.id === shown) + by + panels.length) % panels.length];
    since = Date.now();
    for (const panel of document.querySelectorAll("[data-shown]")) panel.removeAttribute("data-shown");
    next?.setAttribute("data-shown", "");
    shown = next ? next.id : null;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") step(1);
    if (event.key === "ArrowLeft") step(-1);
  });
  setInterval(() => {
    if (!document.querySelector("[data-shown]")) step(0);
    else if (!still.matches && !document.hidden && Date.now() - since >= STAY) step(1);
  }, 1000);
  step(1);
}
