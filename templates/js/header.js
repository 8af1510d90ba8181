/* The facts round the panels: whose data, of when, how old. */
(function (app) {
  "use strict";

  function put(id, text) {
    const element = document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
    return element;
  }

  function putTime(id, iso) {
    const element = put(id, app.format.value("time", iso));
    if (element && element.dateTime !== (iso || "")) element.dateTime = iso || "";
  }

  app.header = function () {
    let observed = null;

    function tick() {
      put("age", observed === null ? "" : `, ${app.format.age(Date.now() - observed)}`);
    }

    setInterval(() => document.hidden || tick(), 1000);
    document.addEventListener("visibilitychange", tick);

    return {
      update(data) {
        observed = data.observed_at ? Date.parse(data.observed_at) : null;
        putTime("observed", data.observed_at);
        putTime("generated", data.generated_at);
        put("films", app.format.value("number", data.films, 0));
        put("interval", app.format.value("number", data.poll_interval_ms / 1000, 0));
        tick();
      },
    };
  };

  app.status = function (text, failing) {
    put("status", text).classList.toggle("failing", failing);
  };
})((window.tmdbdash = window.tmdbdash || {}));
