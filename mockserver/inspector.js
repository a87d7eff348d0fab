// The inspector: shows the journal live. What callers sent is only ever set as textContent, never as markup.
"use strict";

const byId = (id) => document.getElementById(id);
const KEEP = 500;
const URL_VARIABLE = "LUCKYMONACO_URL";
let token = "";
let requests = []; // newest first
let selected = 0;
let follower = null;

async function call(path, options = {}) {
  const headers = { Authorization: "Bearer " + token, ...(options.headers || {}) };
  return fetch("/__mock/" + path, { ...options, headers, cache: "no-store" });
}

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function say(text) { byId("state").textContent = text; }

function isGood(entry) { return entry.outcome === "success"; }

function matches(entry) {
  const outcome = byId("outcome").value;
  if (outcome && entry.outcome !== outcome) return false;
  const wanted = byId("filter").value.trim().toLowerCase();
  const text = [entry.method, entry.path, entry.status, entry.code, entry.answer, entry.why, entry.behaviour].join(" ");
  return !wanted || text.toLowerCase().includes(wanted);
}

function line(entry) {
  const item = element("li");
  item.setAttribute("role", "option");
  item.id = "request-" + entry.number;
  item.dataset.number = entry.number;
  item.setAttribute("aria-selected", String(entry.number === selected));
  const answer = (entry.status || "no answer") + " " + (entry.code || entry.answer || "");
  item.append(
    element("span", entry.time.slice(11, 23) + " ", "dim"),
    element("strong", answer, isGood(entry) ? "good" : "bad"),
    element("span", " " + entry.method + " " + entry.path),
  );
  const why = [entry.behaviour && "[" + entry.behaviour + "]", entry.why].filter(Boolean).join(" ");
  if (why) item.append(element("div", why, "dim"));
  return item;
}

function draw() {
  const shown = requests.filter(matches);
  byId("list").replaceChildren(...shown.map(line));
  byId("empty").hidden = shown.length > 0;
  byId("empty").textContent = requests.length ? "Nothing matches the filter." : "Nothing has arrived yet.";
}

function section(parent, title, content) {
  parent.append(element("h2", title), content);
}

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

const MARKS = { passed: "✓ passed", failed: "✗ failed", "not reached": "– not reached", "not checked": "– not checked" };
const COLOURS = { passed: "good", failed: "bad" };

async function show(number) {
  selected = number;
  for (const item of byId("list").children) {
    item.setAttribute("aria-selected", String(Number(item.dataset.number) === number));
    if (Number(item.dataset.number) === number) {
      item.scrollIntoView({ block: "nearest" });
      byId("list").setAttribute("aria-activedescendant", item.id);
    }
  }
  const response = await call("requests/" + number);
  const detail = byId("detail");
  if (!response.ok) {
    detail.replaceChildren(element("p", "This request is no longer kept."));
    return;
  }
  const entry = await response.json();
  if (selected !== number) return;
  detail.replaceChildren();
  const title = "#" + entry.number + " " + (entry.status || "no answer") + " " + (entry.answer || "");
  detail.append(element("h2", title, isGood(entry) ? "good" : "bad"));
  detail.append(element("p", "chosen by: " + (entry.chosenBy || "nobody") + (entry.why ? ", because " + entry.why : "")));
  section(detail, "Checks", table(entry.checks.map((check) => [
    [MARKS[check.result] || check.result, COLOURS[check.result] || "dim"], [check.name], [check.reason, "dim"]])));
  if (entry.hash) section(detail, "Request hash", table(Object.entries(entry.hash).map((pair) => [[pair[0]], [pair[1]]])));
  section(detail, "Request", element("pre", entry.method + " " + entry.path + (entry.query ? "?" + entry.query : "")));
  detail.append(table(entry.headers.map((pair) => [[pair[0], "dim"], [pair[1]]])));
  detail.append(element("pre", entry.body || "(no body)"));
  if (entry.bodyCut) detail.append(element("p", "The body had " + entry.bodyBytes + " bytes; only its beginning is kept.", "dim"));
  section(detail, "Answer", element("pre", entry.answerBody || "(none)"));
  detail.append(element("h2", "Again"));
  if (entry.curl) detail.append(...again(entry.curl));
  const notes = entry.curlNotes.filter((note) => !note.startsWith("set " + URL_VARIABLE));
  if (notes.length) detail.append(element("p", notes.join("; "), "dim"));
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

function move(step) {
  const numbers = requests.filter(matches).map((entry) => entry.number);
  if (!numbers.length) return;
  const place = numbers.indexOf(selected);
  const next = place < 0 ? 0 : Math.min(Math.max(place + step, 0), numbers.length - 1);
  show(numbers[next]);
}

async function load() {
  const response = await call("requests?limit=" + KEEP);
  if (!response.ok) return response.status;
  requests = (await response.json()).requests;
  draw();
  return 200;
}

function add(entry) {
  if (requests.length && entry.number <= requests[0].number) return;
  requests.unshift(entry);
  requests.length = Math.min(requests.length, KEEP);
  draw();
}

// EventSource cannot carry the token, so the stream is read with fetch.
async function follow() {
  const mine = (follower = new AbortController());
  for (let pause = 500; follower === mine; pause = Math.min(pause * 2, 8000)) {
    try {
      const response = await call("events", { signal: mine.signal });
      if (response.status === 401) return close();
      if (response.ok) {
        say("Live.");
        await load();
        pause = 500;
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = ""; ;) {
          const { done, value } = await reader.read();
          if (done) break;
          const events = (rest + value).split("\n\n");
          rest = events.pop();
          for (const event of events) if (event.startsWith("data: ")) add(JSON.parse(event.slice(6)));
        }
      }
    } catch { /* the mock is gone or restarts: try again */ }
    if (follower !== mine) return;
    say("The mock does not answer; trying again.");
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function close() {
  if (follower) follower.abort();
  follower = null;
  sessionStorage.removeItem("token");
  byId("inspector").hidden = true;
  byId("login").hidden = false;
  say("Not connected.");
}

async function open(given) {
  token = given;
  const status = await load().catch(() => 0);
  byId("refused").hidden = status !== 401;
  if (status !== 200) return sessionStorage.removeItem("token");
  sessionStorage.setItem("token", token); // for this tab, until it is closed
  byId("login").hidden = true;
  byId("inspector").hidden = false;
  const known = await (await call("answers")).json();
  const names = [...known.answers.map((answer) => answer.name), ...known.behaviours];
  byId("next").replaceChildren(new Option("as usual", ""), ...names.map((name) => new Option(name, name)));
  byId("list").focus();
  follow();
}

byId("login").addEventListener("submit", (event) => { event.preventDefault(); open(byId("token").value); });
byId("filter").addEventListener("input", draw);
byId("outcome").addEventListener("change", draw);
byId("clear").addEventListener("click", async () => {
  await call("requests", { method: "DELETE" });
  requests = [];
  byId("detail").replaceChildren();
  draw();
});
byId("choose").addEventListener("click", async () => {
  const name = byId("next").value;
  const body = JSON.stringify({ answers: name ? [name] : [] });
  const response = await call("next", { method: "PUT", body, headers: { "Content-Type": "application/json" } });
  say(response.ok ? (name ? "The next answer is " + name + "." : "Answers are as usual.") : "That could not be chosen.");
});
byId("list").addEventListener("click", (event) => {
  const item = event.target.closest("li");
  if (item) show(Number(item.dataset.number));
});
byId("list").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -KEEP, End: KEEP, PageDown: 10, PageUp: -10 }[event.key];
  if (step) { event.preventDefault(); move(step); }
  if (event.key === "Enter") byId("detail").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !["INPUT", "SELECT"].includes(document.activeElement.tagName)) {
    event.preventDefault();
    byId("filter").focus();
  }
});
if (sessionStorage.getItem("token")) open(sessionStorage.getItem("token"));
