/* Films as files that a browser saves: CSV that is safe to open in a spreadsheet, and JSON. */
(function (app) {
  "use strict";

  /* These are the rules of tmdbdash/terminal/plaintext.py and spreadsheet.py; a test compares. */
  const ESCAPES = new RegExp(
    [
      "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]",
      "(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)",
      "\\x1b[ -/]*[0-~]",
    ].join("|"),
    "g",
  );
  const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
  /* What steers a program or turns the direction of writing, but for the joiners that spelling needs. */
  const UNSEEN = /(?![\u200c\u200d])\p{C}/gu;
  const FORMULA = /^[=+\-@|%]/;
  const FIGURES = /^-?[0-9,.]+$/;

  /* A text on one line; one that a spreadsheet would run as a formula begins with an apostrophe. */
  function harmless(value) {
    const text = value.replace(ESCAPES, "").replace(BLANK, " ").replace(UNSEEN, "").replace(/ +/g, " ").trim();
    const [first = ""] = text;
    if (FORMULA.test(first)) return FIGURES.test(text) ? text : `'${text.replaceAll("|", "\\|")}`;
    return FORMULA.test(first.normalize("NFKC")) ? `'${text}` : text;
  }

  function cell(value) {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    const text = harmless(value);
    return /[",']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  /* By this mark Excel knows that a file is UTF-8. */
  const MARK = "\ufeff";

  /* Records with the same keys as CSV: a line of names, then a line a record, ended by CRLF. */
  app.csv = function (names, records) {
    const lines = [names.join(",")];
    for (const record of records) lines.push(names.map((name) => cell(record[name])).join(","));
    return `${MARK}${lines.join("\r\n")}\r\n`;
  };

  /* Has the browser save a text under a name. */
  app.save = function (name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  };
})((window.tmdbdash = window.tmdbdash || {}));
