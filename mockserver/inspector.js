// The inspector: shows the journal live. What callers sent is only ever set as textContent, never as markup.
import { asked, element, got, isGood, written } from "./detail.js";

const byId = (id) => document.getElementById(id);
const KEEP = 500;
let token = "";
let requests = []; // newest first
let selected = 0;
let follower = null;
let drawing = false;

async function call(path, options = {}) {
  const headers = { Authorization: "Bearer " + token, ...(options.headers || {}) };
  return fetch("/__mock/" + path, { ...options, headers, cache: "no-store" });
}

function say(text) { byId("state").textContent = text; }

function matches(entry) {
  const outcome = byId("outcome").value;
  if (outcome && entry.outcome !== outcome) return false;
  const wanted = byId("filter").value.trim().toLowerCase();
  const text = [asked(entry), entry.status, entry.code, entry.answer, entry.why, entry.behaviour, entry.session].join(" ");
  return !wanted || text.toLowerCase().includes(wanted);
}

function localTime(time) {
  const at = new Date(time);
  const two = (number) => String(number).padStart(2, "0");
  return two(at.getHours()) + ":" + two(at.getMinutes()) + ":" + two(at.getSeconds()) + "." + String(at.getMilliseconds()).padStart(3, "0");
}

function line(entry) {
  const item = element("li");
  item.setAttribute("role", "option");
  item.id = "request-" + entry.number;
  item.dataset.number = entry.number;
  item.setAttribute("aria-selected", String(entry.number === selected));
  const time = element("time", localTime(entry.time) + " ", "dim");
  time.dateTime = entry.time;
  const head = element("div", "", "head");
  head.append(time, element("strong", got(entry), isGood(entry) ? "good" : "bad"), element("span", " " + asked(entry)));
  item.append(head);
  const acted = entry.behaviour && entry.outcome !== "misbehaved" ? "[" + entry.behaviour + "]" : "";
  const more = [acted, entry.why, entry.session && "session " + entry.session].filter(Boolean).join(" · ");
  if (more) item.append(element("div", more, "dim more"));
  return item;
}

function draw() {
  drawing = false;
  const shown = requests.filter(matches);
  byId("list").replaceChildren(...shown.map(line));
  byId("empty").hidden = shown.length > 0;
  byId("empty").textContent = requests.length ? "Nothing matches the filter." : "Nothing has arrived yet.";
}

// Once a frame at most, however much arrives.
function drawSoon() {
  if (!drawing) requestAnimationFrame(draw);
  drawing = true;
}

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
  if (selected === number) detail.replaceChildren(...written(entry));
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

async function showPending() {
  const response = await call("next");
  if (!response.ok) return;
  const pending = await response.json();
  const sessions = Object.entries(pending.sessions).map(([session, names]) => session + ": " + names.join(", "));
  const everybody = [...pending.next, ...pending.sequence.map((name) => name + (pending.cycle ? " ↻" : ""))];
  const parts = [...(everybody.length ? [everybody.join(", ")] : []), ...sessions];
  byId("pending").textContent = parts.length ? "To come: " + parts.join("; ") : "";
}

function add(entry) {
  const newest = requests.length ? requests[0] : null;
  if (newest && entry.number <= newest.number) {
    // Either it is here already, or the numbers began anew: the mock's store is another one by now.
    if (!requests.some((known) => known.number === entry.number && known.time === entry.time)) load();
    return;
  }
  requests.unshift(entry);
  requests.length = Math.min(requests.length, KEEP);
  drawSoon();
  if (byId("pending").textContent) showPending();
}

// EventSource cannot carry the token, so the stream is read with fetch.
async function follow() {
  const mine = (follower = new AbortController());
  for (let pause = 500; follower === mine; pause = Math.min(pause * 2, 8000)) {
    try {
      const response = await call("events", { signal: mine.signal });
      if (response.status === 401) return close("The mock no longer takes this token.");
      if (response.ok) {
        say("Live.");
        await load();
        await showPending();
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

function close(reason) {
  if (follower) follower.abort();
  follower = null;
  sessionStorage.removeItem("token");
  byId("inspector").hidden = true;
  byId("login").hidden = false;
  say(reason);
  byId("token").focus();
}

async function open(given) {
  token = given;
  const status = await load().catch(() => 0);
  byId("refused").hidden = status !== 401;
  if (status !== 200) {
    sessionStorage.removeItem("token");
    if (status !== 401) say("The mock does not answer.");
    return;
  }
  sessionStorage.setItem("token", token); // for this tab, until it is closed
  byId("token").value = "";
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
  await showPending();
});
byId("list").addEventListener("click", async (event) => {
  const item = event.target.closest("li");
  if (!item) return;
  await show(Number(item.dataset.number));
  // Where the two stand one below the other, what was chosen is out of sight.
  if (matchMedia("(max-width: 800px)").matches) byId("detail").scrollIntoView();
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
