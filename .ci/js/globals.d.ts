/* What is there when the scripts of the pages run: Chart.js, and what data scripts pass. */
declare const Chart: any;

interface Window {
  tmdbdash: { passed: Record<string, any>; charts?: Record<string, any>; drawAll?: () => void };
}

/* Elements are found by what the templates give them: which kind they are is not known here. */
interface Element {
  [property: string]: any;
}

interface EventTarget {
  [property: string]: any;
}
