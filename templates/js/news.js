/*
 * News: the page asks for latest.json, one request at a time, never while hidden, and ever less
 * often while it fails. From disk, where nothing can be fetched, a script brings the same.
 */

import { isAhead } from "./freshness.js";
import { load } from "./loading.js";
import { announce, element, facts, page, put, root } from "./page.js";
import { say } from "./texts.js";

const PATIENCE = 15000;
const LONGEST_WAIT = 600000;
const RETRY = 60000;

/* An error that the page can name in its language. */
const fault = (key, values) => Object.assign(new Error(key), { reason: { key, values } });

async function ask() {
  if (location.protocol === "file:") {
    try {
      return await load(`${root}latest.js?at=${Date.now()}`);
    } catch {
      throw fault("message.garbled");
    }
  }
  let answer;
  try {
    answer = await fetch(`${root}latest.json`, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw fault("message.no_answer");
  }
  if (!answer.ok) throw fault("message.http_error", { status: answer.status });
  try {
    return await answer.json();
  } catch {
    throw fault("message.garbled");
  }
}

/*
 * A page of another make is fetched whole. A cache on the way may still hold the old one, so the
 * next try has to wait; the state of the history holds also where nothing may be stored.
 */
function reloadFor(build) {
  const { tried, at } = history.state?.reloaded || {};
  if (tried === build && Date.now() - at < RETRY) return;
  history.replaceState({ ...history.state, reloaded: { tried: build, at: Date.now() } }, "");
  location.reload();
}

/*
 * Calls `work` again and again, `wait()` milliseconds after its last end; not while hidden. Who
 * comes back waits only for what is not due, and not at all where `eager()`.
 */
function repeat(work, wait, eager) {
  let timer = null;
  let busy = false;
  let due = Date.now() + wait();

  async function turn() {
    if (busy || document.hidden) return;
    clearTimeout(timer);
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
      due = Date.now() + wait();
      plan();
    }
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden && !busy) timer = setTimeout(turn, Math.max(0, due - Date.now()));
  }

  document.addEventListener("visibilitychange", () => (!document.hidden && eager() ? turn() : plan()));
  window.addEventListener("online", turn);
  plan();
  return turn;
}

/* Says how the page gets its news: quietly below, in a warning colour while it fails. */
function setStatus(text, failing) {
  const news = element("news");
  if (failing !== news.classList.contains("failing")) announce(failing ? text : say("message.again"));
  put(news, text);
  news.classList.toggle("failing", failing);
}

/* Times have whole seconds, and two renders may share one: then what differs is newer. */
function isNewer(latest, known) {
  if (!known.generated_at || latest.generated_at > known.generated_at) return true;
  const digest = known.pages ? known.pages[page] : known.digest;
  const isOther = latest.library !== known.library || latest.pages[page] !== digest;
  return latest.generated_at === known.generated_at && isOther;
}

/* Calls `onNews` with each news that is newer than what is known; returns what asks at once. */
export function follow(onNews) {
  let known = facts;
  let failures = 0;
  const wait = () => Math.min(facts.poll * 2 ** failures, Math.max(LONGEST_WAIT, facts.poll));
  const well = () => setStatus(say("message.polling", { interval: { kind: "span", value: facts.poll } }), false);

  well();
  return repeat(
    async () => {
      try {
        const latest = await ask();
        /* A cache may answer with what is older; what a wrong clock wrote is older than nothing. */
        if (latest.build !== facts.build) reloadFor(latest.build);
        else if (isNewer(latest, known) || isAhead(Date.parse(known.generated_at), Date.now())) {
          await onNews(latest);
          known = latest;
        }
        failures = 0;
        well();
      } catch (error) {
        failures += 1;
        if (!error.reason) console.error(error);
        const reason = error.reason || { key: "message.not_shown" };
        setStatus(say("message.failing", { reason, wait: { kind: "span", value: wait() } }), true);
      }
    },
    wait,
    () => failures > 0,
  );
}
