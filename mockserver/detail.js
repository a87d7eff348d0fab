// One request of the inspector, with its checks in green and red. Everything is set as textContent, never as markup.

export const URL_VARIABLE = "LUCKYMONACO_URL";
const MARKS = { passed: "✓ passed", failed: "✗ failed", "not reached": "– not reached", "not checked": "– not checked" };
const COLOURS = { passed: "good", failed: "bad" };
const HASH_NAMES = { scheme: "scheme", stringToSign: "string to sign", expected: "expected", given: "given" };

export function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function isGood(entry) { return entry.outcome === "success"; }

// What the caller got: an answer, or what was done instead of one.
export function got(entry) {
  if (entry.outcome === "misbehaved") return entry.behaviour;
  return entry.status ? entry.status + " " + (entry.code || entry.answer || "") : "no answer";
}

export function asked(entry) { return entry.path.startsWith("/") ? entry.method + " " + entry.path : "not HTTP"; }

function table(rows) {
  const box = element("div", "", "wide");
  const made = element("table");
  for (const cells of rows) {
    const row = element("tr");
    for (const [text, className] of cells) row.append(element("td", text, className || ""));
    made.append(row);
  }
  box.append(made);
  return box;
}

// The line with this mock's own URL in it, and a button that copies it.
function again(line) {
  const ready = line.replace('"$' + URL_VARIABLE + '"', location.origin);
  const shown = element("pre", ready);
  const copy = element("button", "Copy as curl");
  copy.type = "button";
  copy.id = "copy";
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(ready);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(shown);
      copy.textContent = "Selected: press Ctrl+C";
    }
  });
  return [shown, copy];
}

export function written(entry) {
  const title = "#" + entry.number + " " + got(entry) + (entry.code && entry.outcome !== "misbehaved" ? " " + entry.answer : "");
  const why = entry.why ? ", because " + entry.why : "";
  const parts = [
    element("h2", title, isGood(entry) ? "good" : "bad"),
    element("p", entry.time + (entry.client ? " from " + entry.client : "") + ", " + entry.milliseconds + " ms", "dim"),
    element("p", "chosen by: " + (entry.chosenBy || "nobody") + why),
    element("h3", "Checks"),
    table(entry.checks.map((check) => [
      [MARKS[check.result] || check.result, "name " + (COLOURS[check.result] || "dim")],
      [check.name + (check.reason ? ": " + check.reason : "")]])),
  ];
  if (entry.hash) {
    const rows = Object.entries(entry.hash).map(([name, value]) => [[HASH_NAMES[name] || name, "name dim"], [value]]);
    parts.push(element("h3", "Request hash"), table(rows));
  }
  parts.push(
    element("h3", "Request"),
    element("pre", asked(entry) + (entry.query ? "?" + entry.query : "")),
    table(entry.headers.map(([name, value]) => [[name, "name dim"], [value]])),
    element("pre", entry.body || "(no body)"),
  );
  if (entry.bodyCut) parts.push(element("p", "The body had " + entry.bodyBytes + " bytes; only its beginning is kept.", "dim"));
  parts.push(element("h3", "Answer"), element("pre", entry.answerBody || "(none)"), element("h3", "Again"));
  if (entry.curl) parts.push(...again(entry.curl));
  const notes = entry.curlNotes.filter((note) => !note.startsWith("set " + URL_VARIABLE));
  if (notes.length) parts.push(element("p", notes.join("; "), "dim"));
  return parts;
}
