/*
 * The head of the page: how fresh data and models are by the reader's clock, and what went wrong.
 * A state that changes is announced once; the seconds that pass are not.
 */
(function (app) {
  "use strict";

  const JOBS = ["ingest", "train"];
  const HALF_A_DAY = 43200000;
  const PAUSE = 800;

  const element = (id) => document.getElementById(id);
  const time = (iso) => (iso ? Date.parse(iso) : null);

  const { put, set } = app;

  function hide(place, hidden) {
    if (place.hidden !== hidden) place.hidden = hidden;
  }

  /* A band in the head; without texts there is none. */
  function band(id, texts) {
    put(element(id), texts.join(" "));
    hide(element(id), texts.length === 0);
  }

  /* A moment by the clock, and with its day where that may be another one. */
  function moment(at, now, clock) {
    const kind = Math.abs(now - at) < HALF_A_DAY ? clock : "time";
    return { kind, value: new Date(at).toISOString() };
  }

  /* What there is of a job, how old it is, and when it is due again. */
  function line(job, of, { due }, now) {
    if (of === null) return app.translate(`header.${job}.never`);
    if (app.isAhead(of, now)) return app.translate(`header.${job}.ahead`, { time: moment(of, now, "clock") });
    const values = { time: moment(of, now, "clock"), age: app.format.age(now - of, "narrow") };
    if (due === null) return app.translate(`header.${job}.unknown`, values);
    const key = due >= now ? "due" : "overdue";
    return app.translate(`header.${job}.${key}`, { ...values, due: moment(due, now, "hour") });
  }

  /* Why it is stale: data by when they were observed, models by when the last training ended. */
  function why(job, { age }, minutes, of) {
    if (age === null) return app.translate("header.stale.ahead");
    if (job === "ingest") return app.translate("header.stale.ingest", { time: { kind: "time", value: of } });
    const cadence = { kind: "span", value: minutes * 60000 };
    return app.translate("header.stale.train", { age: app.format.age(age), cadence });
  }

  /* Says something to those who listen, once: to the page, and to an open film, which silences it. */
  app.announce = function (text) {
    for (const place of document.querySelectorAll("[data-announced]")) put(place, text);
  };

  /* The same in a text by its key, when nothing else was to be said for a moment: not at every key. */
  let waiting = null;
  app.announceLater = function (key, values) {
    clearTimeout(waiting);
    waiting = setTimeout(() => app.announce(app.translate(key, values)), PAUSE);
  };

  app.header = function () {
    let data = null;
    const states = {};
    let failure = null;

    function tick() {
      if (data === null) return;
      const now = Date.now();
      const of = { ingest: time(data.observed_at), train: time(data.trained_at) };
      const stale = [];
      const changed = [];
      for (const job of JOBS) {
        const { finished_at: finished, minutes } = data.jobs[job];
        /* Data are as old as what was observed, whichever job brought them and whatever failed since. */
        const last = job === "ingest" ? of.ingest : time(finished);
        const standing = app.freshness(last, minutes, now);
        const badge = element(`badge-${job}`);
        const state = app.translate(standing.state === "never" ? `header.none.${job}` : `header.state.${standing.state}`);
        set(badge, "data-state", standing.state);
        put(badge.lastElementChild, state);
        put(element(`age-${job}`), line(job, of[job], standing, now));
        if (standing.state === "stale") stale.push(why(job, standing, minutes, data.observed_at));
        if (states[job] && states[job] !== standing.state) {
          changed.push(app.translate("header.changed", { job: app.translate(`header.${job}`), state }));
        }
        states[job] = standing.state;
      }
      band("stale", stale);
      const failed = failures();
      band("failed", failed);
      const latest = JSON.stringify(data.failed);
      if (failure !== null && failure !== latest) changed.push(...failed);
      failure = latest;
      if (changed.length) app.announce(changed.join(", "));
    }

    /* The last job that failed, in words, or nothing. */
    function failures() {
      const { failed } = data;
      if (!failed) return [];
      const values = {
        job: app.term("job", failed.job),
        outcome: app.term("outcome", failed.outcome),
        time: { kind: "time", value: failed.finished_at },
      };
      return [app.translate("header.failed", values)];
    }

    setInterval(() => document.hidden || tick(), 1000);
    document.addEventListener("visibilitychange", () => document.hidden || tick());
    app.onLanguage(() => {
      app.announce("");
      tick();
    });

    return {
      update(now) {
        const generated = { time: { kind: "time", value: now.generated_at } };
        app.setText(element("generated"), "footer.generated", generated);
        set(element("generated"), "datetime", now.generated_at);
        for (const [job, at] of [["ingest", now.observed_at], ["train", now.trained_at]]) {
          if (at) set(element(`age-${job}`), "datetime", at);
        }
        if (element("tracked")) app.setText(element("tracked"), "header.films", { count: now.films });
        const before = data;
        data = now;
        try {
          tick();
        } catch (error) {
          data = before; /* or what cannot be shown would fail again every second */
          throw error;
        }
      },
    };
  };

  /* How the page gets its news: quietly below, or in a band while it fails. */
  app.setStatus = function (key, values, failing) {
    const trouble = element("trouble");
    if (failing !== !trouble.hidden) {
      if (failing) app.announce(app.translate(key, values));
      else app.announce(app.translate("message.again"));
    }
    app.setText(failing ? trouble : element("news"), key, values);
    hide(trouble, !failing);
  };
})((window.tmdbdash = window.tmdbdash || {}));
