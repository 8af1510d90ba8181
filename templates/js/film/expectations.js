/* What the models make of a film: prediction beside actual, drivers, and forecasts. */
(function (app) {
  "use strict";

  const TARGETS = [
    ["popularity", 1],
    ["vote_average", 2],
  ];
  const DIGITS = 1;
  const { element } = app;

  function figure(value, digits) {
    return { kind: "number", value, digits };
  }

  /* Where the real value lies, in one word of the catalogue's keys. */
  function outcome({ actual, low, high }) {
    if (actual === null) return "unknown";
    if (low === null || high === null) return "bare";
    if (actual < low) return "below";
    return actual > high ? "above" : "inside";
  }

  function prediction(target, digits, found) {
    const { predicted, low, high, actual } = found;
    const block = element("div", "expectation");
    const scale = target === "popularity" ? app.scaleFor([predicted, high, actual]) : [0, 10];
    const worded = {};
    for (const name of ["predicted", "low", "high", "actual"]) worded[name] = figure(found[name], digits);
    const told = low === null || high === null ? "film.predicted" : "film.predicted_between";
    block.append(
      element("h4", "", app.translate(`film.target.${target}`)),
      app.intervalBar(scale, low, high, [
        ["predicted", predicted],
        ["actual", actual],
      ]),
      element("p", "", `${app.translate(told, worded)} ${app.translate(`film.actual.${outcome(found)}`, worded)}`),
      element(
        "p",
        "note",
        app.translate("film.how", {
          model: app.term("model", found.model),
          mode: app.term("mode", found.mode),
          basis: app.term("basis", found.basis),
        }),
      ),
    );
    if (found.coverage !== null) {
      const films = found.basis === "unseen" ? "newer" : "overall";
      const coverage = { kind: "share", value: found.coverage };
      block.append(element("p", "note", app.translate(`film.coverage.${films}`, { coverage })));
    }
    return block;
  }

  /* Predictions of both targets; nothing where no model has seen the film. */
  app.filmPredictions = function (details) {
    return TARGETS.filter(([target]) => details.predictions && details.predictions[target]).map(
      ([target, digits]) => prediction(target, digits, details.predictions[target]),
    );
  };

  /* What moved the predictions; null where nobody has asked for it yet. */
  app.filmMoves = function (details) {
    if (!details.moves) return null;
    return TARGETS.filter(([target]) => details.moves[target] && details.moves[target].length).map(
      ([target, digits]) => {
        const block = element("div", "expectation");
        block.append(
          element("h4", "", app.translate(`film.target.${target}`)),
          app.movesList(details.moves[target], digits),
        );
        return block;
      },
    );
  };

  /* Forecasts for what is after `now`, in seconds, on one scale with a mark for today's value. */
  app.filmForecasts = function (forecasts, today, now) {
    const ahead = forecasts.filter(({ at }) => at > now);
    const scale = app.scaleFor([today, ...ahead.flatMap(({ high, popularity }) => [high, popularity])]);
    return ahead.map(({ at, popularity, low, high, basis }) => {
      const item = element("li");
      item.append(
        element(
          "p",
          "",
          app.translate("film.forecast", {
            date: { kind: "date", value: new Date(1000 * at).toISOString() },
            popularity: figure(popularity, DIGITS),
            low: figure(low, DIGITS),
            high: figure(high, DIGITS),
            basis: app.term("forecast_basis", basis),
          }),
        ),
        app.intervalBar(scale, low, high, [
          ["predicted", popularity],
          ["actual", today],
        ]),
      );
      return item;
    });
  };
})((window.tmdbdash = window.tmdbdash || {}));
