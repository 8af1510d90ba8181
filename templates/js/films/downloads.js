/* Films as files that a browser saves: CSV that is safe to open in a spreadsheet, and JSON. */

/* These are the rules of tmdbdash/terminal/plaintext.py and spreadsheet.py; a test compares. */
const ESCAPES = new RegExp(
  [
    "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]",
    "(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c)",
    "\\x1b[ -/]*[0-~]",
  ].join("|"),
  "g",
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: the blanks of other alphabets and devices
const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
/* What steers a program or turns the direction of writing, but for the joiners that spelling needs. */
const UNSEEN = /(?![\u200c\u200d])\p{C}/gu;
const FORMULA = /^[=+\-@|%]/;
const FIGURES = /^-?[0-9,.]+$/;
/* By this mark Excel knows that a file is UTF-8. */
const BYTE_ORDER = "\ufeff";

/* A text on one line; one that a spreadsheet would run as a formula begins with an apostrophe. */
function harmless(value) {
  const text = value.replace(ESCAPES, "").replace(BLANK, " ").replace(UNSEEN, "").replace(/ +/g, " ").trim();
  const first = text.slice(0, 1);
  if (FORMULA.test(first)) return FIGURES.test(text) ? text : `'${text.replaceAll("|", "\\|")}`;
  return FORMULA.test(first.normalize("NFKC")) ? `'${text}` : text;
}

function csvCell(value) {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = harmless(value);
  return /[",']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/* Records with the same keys as CSV: a line of names, then a line a record, ended by CRLF. */
export function csvText(keys, records) {
  const written = [keys.join(","), ...records.map((record) => keys.map((key) => csvCell(record[key])).join(","))];
  return `${BYTE_ORDER}${written.join("\r\n")}\r\n`;
}

/* Has the browser save a text under a name. */
export function saveFile(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
