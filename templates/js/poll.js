/*
 * News: over http the page asks for data.json, one request at a time, never while hidden, and
 * ever less often while it fails. From disk, where nothing can be fetched, a script brings the same.
 */
(function (app) {
  "use strict";

  const PATIENCE = 15000;
  const LONGEST_WAIT = 600000;

  const span = (milliseconds) => ({ kind: "span", value: milliseconds });

  /* An error that the page can say in any language. */
  function fault(key, values) {
    return Object.assign(new Error(key), { said: { key, values } });
  }

  async function ask() {
    if (location.protocol === "file:") {
      try {
        return await app.load(`data.js?at=${Date.now()}`);
      } catch {
        throw fault("message.garbled");
      }
    }
    let answer;
    try {
      answer = await fetch("data.json", { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
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
   * Calls `work` again and again, `wait()` milliseconds after its last end; not while hidden. Who
   * comes back waits only for what is not due, and not at all where `eager()`.
   */
  function repeat(work, wait, eager = () => false) {
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

  /* Asks for news at once: what a page was told of may be gone. */
  app.askNow = () => {};

  app.follow = function (first, onNews) {
    let known = first;
    let failures = 0;
    const interval = () => known.poll_interval_ms;
    const wait = () => {
      const longest = Math.max(LONGEST_WAIT, interval());
      return Math.min(interval() * 2 ** failures, longest);
    };

    const well = () => app.setStatus("message.polling", { interval: span(interval()) }, false);

    well();
    app.askNow = repeat(async () => {
      try {
        const news = await ask();
        if (JSON.stringify(news) !== JSON.stringify(known)) {
          /* A cache may answer with what is older; what a wrong clock wrote is older than nothing. */
          const wrong = app.isAhead(Date.parse(known.generated_at), Date.now());
          if (wrong || news.generated_at >= known.generated_at) {
            onNews(news, known);
            known = news;
          }
        }
        failures = 0;
        well();
      } catch (error) {
        failures += 1;
        if (!error.said) console.error(error);
        const reason = error.said || { key: "message.not_shown" };
        app.setStatus("message.failing", { reason, wait: span(wait()) }, true);
      }
    }, wait, () => failures > 0);
  };
})((window.tmdbdash = window.tmdbdash || {}));
