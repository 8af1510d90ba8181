/* The line below the head: how old the data are by the reader's clock, as tmdbdash/freshness.py has it. */

import { ageText } from "./format.js";
import { announce, element, partOf, put } from "./page.js";
import { say } from "./texts.js";

const LATE_AFTER = 2;
const STALE_AFTER = 5;
const CLOCKS_DIFFER = 5 * 60000;
const HALF_A_DAY = 43200000;

/* Whether a time, in milliseconds, lies farther ahead than clocks differ: then one of them is wrong. */
export const isAhead = (time, now) => time - now > CLOCKS_DIFFER;

/* The state of data observed at a time, in milliseconds, where new ones are due every `minutes`. */
export function stateOf(observed, minutes, now) {
  if (observed === null) return "never";
  if (isAhead(observed, now)) return "stale";
  const cadences = (now - observed) / (minutes * 60000);
  if (cadences > STALE_AFTER) return "stale";
  return cadences > LATE_AFTER ? "late" : "fresh";
}

/* The age in words, with when new data are or were due. */
function ageWords(observed, minutes, now) {
  if (observed === null) return say("header.age_never");
  if (isAhead(observed, now)) return say("header.age_ahead");
  const age = now - observed < 1000 ? say("message.just_now") : ageText(now - observed);
  const due = observed + minutes * 60000;
  /* What is fresh is never called overdue: it is late from two cadences on. */
  if (due < now && stateOf(observed, minutes, now) === "fresh") return age;
  const kind = Math.abs(now - due) < HALF_A_DAY ? "clock" : "time";
  const text = due >= now ? "header.age_due" : "header.age_overdue";
  return say(text, { age, due: { kind, value: due } });
}

/* Keeps the line true while time passes; the page calls what it returns with each news. */
export function startState(facts) {
  const line = element("state");
  const part = partOf(line);
  let shown = facts;
  let before = null;

  function tick() {
    if (document.hidden) return;
    const observed = shown.observed_at ? Date.parse(shown.observed_at) : null;
    const state = stateOf(observed, facts.minutes, Date.now());
    line.dataset.state = state;
    put(part("badge"), say(`header.state.${state}`));
    put(part("age"), ageWords(observed, facts.minutes, Date.now()));
    put(part("time"), observed === null ? "" : say("header.observed", { time: { kind: "time", value: observed } }));
    part("failed").hidden = !shown.failed;
    if (before !== null && before !== state) announce(say("header.changed", { state: say(`header.state.${state}`) }));
    before = state;
  }

  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
  if (facts.generated_at) tick();
  return (latest) => {
    shown = latest;
    const made = element("generated");
    if (made) {
      made.setAttribute("datetime", latest.generated_at);
      put(made, say("message.generated", { time: { kind: "time", value: latest.generated_at } }));
    }
    tick();
  };
}
