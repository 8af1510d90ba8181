/*
 * News: over http the page asks for data.json, one request at a time, never while hidden, and
 * ever less often while it fails. From disk, where nothing can be asked, it reloads itself.
 */
(function (app) {
  "use strict";

  const PATIENCE = 15000;
  const LONGEST_WAIT = 600000;

  async function ask(address) {
    let answer;
    try {
      answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      throw new Error(app.text.noAnswer);
    }
    if (!answer.ok) throw new Error(app.text.httpError(answer.status));
    try {
      const text = (await answer.text()).trim();
      return { text, data: JSON.parse(text) };
    } catch {
      throw new Error(app.text.garbled);
    }
  }

  /* Calls `work` again and again, `wait()` milliseconds after its last end; not while hidden. */
  function repeat(work, wait) {
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

    document.addEventListener("visibilitychange", plan);
    window.addEventListener("online", turn);
    plan();
  }

  app.follow = function (first, onNews) {
    let known = first;
    let failures = 0;
    const interval = () => known.data.poll_interval_ms;
    const wait = () => {
      const longest = Math.max(LONGEST_WAIT, interval());
      return Math.min(interval() * 2 ** failures, longest);
    };

    if (location.protocol === "file:") {
      app.status(app.text.fromDisk(app.format.span(interval())), false);
      repeat(() => location.reload(), wait);
      return;
    }

    app.status(app.text.polling(app.format.span(interval())), false);
    repeat(async () => {
      try {
        const news = await ask("data.json");
        if (news.text !== known.text) {
          /* A cache on the way may answer with what is older than what we have. */
          if (news.data.generated_at >= known.data.generated_at) {
            onNews(news.data, known.data);
            known = news;
          }
        }
        failures = 0;
        app.status(app.text.polling(app.format.span(interval())), false);
      } catch (error) {
        failures += 1;
        app.status(app.text.failing(error.message, app.format.span(wait())), true);
      }
    }, wait);
  };
})((window.tmdbdash = window.tmdbdash || {}));
