/*
 * News: over http the page asks for data.json, one request at a time, never while hidden, and
 * ever less often while it fails. From disk, where nothing can be asked, it reloads itself.
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

  async function ask(address) {
    let answer;
    try {
      answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      throw fault("message.no_answer");
    }
    if (!answer.ok) throw fault("message.http_error", { status: answer.status });
    try {
      const text = (await answer.text()).trim();
      return { text, data: JSON.parse(text) };
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

  /* Whether the reader is writing in a field, which a reload would empty. */
  const writing = () =>
    document.hasFocus() && document.activeElement.matches("input:not([type=radio], [type=checkbox]), textarea");

  /* Asks for news at once: what a page was told of may be gone. From disk nothing can be asked. */
  app.askNow = () => {};

  app.follow = function (first, onNews) {
    let known = first;
    let failures = 0;
    const interval = () => known.data.poll_interval_ms;
    const wait = () => {
      const longest = Math.max(LONGEST_WAIT, interval());
      return Math.min(interval() * 2 ** failures, longest);
    };

    const tell = (key) => app.setStatus(key, { interval: span(interval()) }, false);

    if (location.protocol === "file:") {
      tell("message.from_disk");
      repeat(() => writing() || location.reload(), wait);
      return;
    }

    tell("message.polling");
    app.askNow = repeat(async () => {
      try {
        const news = await ask("data.json");
        if (news.text !== known.text) {
          /* A cache may answer with what is older; what a wrong clock wrote is older than nothing. */
          const wrong = app.isAhead(Date.parse(known.data.generated_at), Date.now());
          if (wrong || news.data.generated_at >= known.data.generated_at) {
            onNews(news.data, known.data);
            known = news;
          }
        }
        failures = 0;
        tell("message.polling");
      } catch (error) {
        failures += 1;
        if (!error.said) console.error(error);
        const reason = error.said || { key: "message.not_shown" };
        app.setStatus("message.failing", { reason, wait: span(wait()) }, true);
      }
    }, wait, () => failures > 0);
  };
})((window.tmdbdash = window.tmdbdash || {}));
