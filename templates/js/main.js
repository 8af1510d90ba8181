/* Puts the parts of a page together, and renews them with each news. */

import { startCharts } from "./charts.js";
import { applyChoices, startChoices } from "./choices.js";
import { startCompare } from "./compare/page.js";
import { startFilm } from "./film/page.js";
import { startFilms } from "./films/page.js";
import { startState } from "./freshness.js";
import { startKiosk } from "./kiosk.js";
import { setLibrary } from "./library.js";
import { load } from "./loading.js";
import { replaceContent } from "./morph.js";
import { follow } from "./news.js";
import { element, facts, language, page, root } from "./page.js";
import { startTheme } from "./theme.js";

let shownDigest = facts.digest;

startTheme();
startChoices();
const showState = startState(facts);
const updateCharts = startCharts();
startKiosk();
setLibrary(facts.library, facts.observed_at);
/* The pages that scripts fill from files of the library. */
const update = { films: startFilms, film: startFilm, compare: startCompare }[page]?.() || (() => {});

const askNow = follow(async (latest) => {
  const now = latest.pages[page];
  if (now !== shownDigest && page !== "film") {
    replaceContent(element("main"), await load(`${root}assets/${page}-${language}.${now}.js`));
    shownDigest = now;
    applyChoices();
    updateCharts();
  }
  setLibrary(latest.library, latest.observed_at);
  await update();
  showState(latest);
});
/* The page of a single film changes with its film alone: the time of its data comes from here. */
if (!facts.generated_at) askNow().then(update);
document.documentElement.dataset.ready = "1";
