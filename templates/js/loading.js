/* Data that scripts pass: `tmdbdash.passed` by name. They load from disk as well as over http. */

if (!self.tmdbdash) self.tmdbdash = { passed: {} };
export const shared = self.tmdbdash;
const coming = new Map();

/* What the script at `path` passes under the name before the first dot of its file; it loads once. */
export function load(path) {
  if (!coming.has(path))
    coming.set(
      path,
      loading(path).finally(() => coming.delete(path)),
    );
  return coming.get(path);
}

function loading(path) {
  const name = path.split("/").pop().split(".")[0];
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    function end() {
      script.remove();
      if (name in shared.passed) resolve(take(name));
      else reject(new Error(`${path} did not come`));
    }
    script.addEventListener("load", end);
    script.addEventListener("error", end);
    script.src = path;
    document.head.append(script);
  });
}

/* What was passed under a name; it is handed on once. */
export function take(name) {
  const value = shared.passed[name];
  delete shared.passed[name];
  return value;
}
