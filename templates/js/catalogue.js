/*
 * The page's texts by key, one catalogue a language, and the choice of the language. The rules are
 * those of report/i18n/catalogue.py. What scripts in assets/ hand over arrives here as well.
 */
(function (app) {
  "use strict";

  const CHOICE = "tmdbdash.lang";
  const FILLED = "[data-text], [data-label]";
  const arrived = new Map(Object.entries(app.early || {}));
  const coming = new Map();
  const catalogues = new Map();
  const changed = [];
  let paths = {};
  let texts = {};
  let plural = null;
  let asked = 0;

  /* Called by the scripts that carry data. */
  app.receive = (name, value) => arrived.set(name, value);
  delete app.early;

  function nameOf(path) {
    return path.split("/").pop().split(".")[0];
  }

  /* What the script at `path` hands over; asked twice at a time, it is loaded once. */
  app.load = function (path) {
    if (!coming.has(path)) {
      const loading = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        const name = nameOf(path);
        function end() {
          script.remove();
          coming.delete(path);
          if (arrived.has(name)) resolve(arrived.get(name));
          else reject(new Error(`${path} did not come`));
          arrived.delete(name);
        }
        script.addEventListener("load", end);
        script.addEventListener("error", end);
        script.src = path;
        document.head.append(script);
      });
      coming.set(path, loading);
    }
    return coming.get(path);
  };

  /* A text or an attribute is touched only where it differs. */
  app.put = (element, text) => element.textContent !== text && (element.textContent = text);
  app.set = (element, name, text) => element.getAttribute(name) !== text && element.setAttribute(name, text);

  app.has = (key) => Object.hasOwn(texts, key);

  /* The text with its values; a plural takes the form for `count`. A key without text is our bug. */
  app.translate = function (key, values) {
    if (!app.has(key)) {
      console.error(`no text: ${key}`);
      return key;
    }
    let text = texts[key];
    if (typeof text === "object") text = text[plural.select(values.count)] || text.other;
    return text.replace(/\{(\w+)\}/g, (place, name) => app.formatValue(values[name]));
  };

  /* A value in any of the forms that report/i18n/catalogue.py lists, in words. */
  app.formatValue = function (value) {
    if (value === null || value === undefined || typeof value === "number") {
      return app.format.value("number", value, 0);
    }
    if (typeof value === "string") return value;
    if (Array.isArray(value)) return value.map(app.formatValue).join(", ");
    if (value.key) return app.translate(value.key, value.values);
    return app.format.value(value.kind, value.value, value.digits || 0);
  };

  /* What a code in the data is called; several are listed as a sentence begins. */
  app.term = function (kind, code) {
    if (code === null || code === undefined) return app.format.missing;
    if (Array.isArray(code)) {
      const listed = code.map((one) => app.term(kind, one)).join(", ");
      const [first = ""] = listed;
      return first.toLocaleUpperCase(app.language) + listed.slice(first.length);
    }
    const key = `term.${kind}.${code}`;
    return app.has(key) ? app.translate(key) : code.replaceAll("_", " ");
  };

  /* A genre by TMDB's English name for it. */
  app.genre = (name) => (app.has(`genre.${name}`) ? app.translate(`genre.${name}`) : name);

  /* What moved a prediction, as in "votes +85.6, runtime -3.2". */
  app.moves = function (moves, digits) {
    if (!moves) return app.format.missing;
    return moves
      .map(([group, value]) => `${app.term("features", group)} ${app.format.value("signed", value, digits)}`)
      .join(", ");
  };

  /* Gives an element its text, so that a change of language finds it; touches only what differs. */
  app.setText = function (element, key, values) {
    const given = values && JSON.stringify(values);
    if (element.dataset.text !== key) element.dataset.text = key;
    if (element.dataset.values !== given) {
      if (given) element.dataset.values = given;
      else delete element.dataset.values;
    }
    fill(element);
  };

  /* Takes an element's text away, for every language. */
  app.clearText = function (element) {
    delete element.dataset.text;
    delete element.dataset.values;
    element.textContent = "";
  };

  function fill(element) {
    const { text, label, values } = element.dataset;
    const given = values ? JSON.parse(values) : undefined;
    if (text) app.put(element, app.translate(text, given));
    if (label) app.set(element, "aria-label", app.translate(label, given));
  }

  /* Calls `act` after each change of language, when the elements are filled. */
  app.onLanguage = (act) => changed.push(act);

  function use(language, known) {
    texts = known;
    plural = new Intl.PluralRules(language);
    app.language = language;
    app.format.use(language);
  }

  function show(language) {
    use(language, catalogues.get(language));
    document.documentElement.lang = language;
    document.querySelectorAll(FILLED).forEach(fill);
    for (const button of document.querySelectorAll("#language [data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    for (const act of changed) act();
  }

  /* Changes the language in place; of several in a row the last one holds. */
  app.setLanguage = async function (language) {
    const turn = (asked += 1);
    const other = language !== app.language;
    if (other && !catalogues.has(language)) catalogues.set(language, await app.load(paths[language]));
    if (turn === asked && language !== app.language) show(language);
  };

  function choice() {
    const wanted = [new URLSearchParams(location.search).get("lang")];
    try {
      wanted.push(localStorage.getItem(CHOICE));
    } catch {
      /* Storage is closed to us: the address alone can say. */
    }
    return wanted.find((language) => language && Object.hasOwn(paths, language));
  }

  /* Remembers a reader's choice; an address that names another language must not undo it. */
  function remember(language) {
    try {
      localStorage.setItem(CHOICE, language);
    } catch {
      /* Storage is closed to us: the choice holds for this visit. */
    }
    const address = new URL(location.href);
    if (!address.searchParams.has("lang")) return;
    address.searchParams.set("lang", language);
    history.replaceState(history.state, "", address);
  }

  /* Starts with what the page has; the paths of all languages come with the data. */
  app.languages = function (locales) {
    paths = locales;
    const switcher = document.getElementById("language");
    switcher.addEventListener("click", (event) => {
      const { language } = event.target.dataset;
      if (!language) return;
      app.setLanguage(language).then(
        () => remember(language),
        () => app.setStatus("message.no_language", {}, true),
      );
    });
    const wanted = choice();
    if (wanted) app.setLanguage(wanted).catch(() => app.setStatus("message.no_language", {}, true));
  };

  /* The page has its own texts in it: what scripts say is all that has to come from the start. */
  const own = document.documentElement.lang;
  use(own, arrived.get(`spoken-${own}`));
  arrived.clear();
})((window.tmdbdash = window.tmdbdash || {}));
