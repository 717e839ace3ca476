// The page. All text of reports goes in as text nodes, never as markup.
import { lang, setLang, t } from "./words.js";

const $ = (id) => document.getElementById(id);
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((c) => c != null).map((c) => (typeof c === "number" ? String(c) : c)));
  return node;
};
const say = (words) => { $("message").textContent = words; };

let about = null;
let drawing = null;
let searched = 0, shown = 0;
// The message is of the page that comes next.
let kept = false;

// -- asking ------------------------------------------------------------------------------------------------------

async function ask(name, parameters = {}, body = null) {
  let answer;
  try {
    answer = await fetch(`/api/${name}?${new URLSearchParams(parameters)}`, body && { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  } catch {
    throw new Error(t("offline"));
  }
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

const FILTERS = ["since", "until", "place", "levels", "statuses"];
const state = () => new URLSearchParams(location.hash.slice(1));
const filters = () => Object.fromEntries(FILTERS.map((f) => [f, state().get(f) || ""]).filter(([, v]) => v));

function link(changes) {
  const next = new URLSearchParams();
  const now = state();
  for (const f of [...FILTERS, "lang"]) if (now.get(f)) next.set(f, now.get(f));
  for (const [k, v] of Object.entries(changes)) if (v) next.set(k, v); else next.delete(k);
  return `#${next}`;
}
const also = (changes) => { const next = state(); for (const [k, v] of Object.entries(changes)) if (v) next.set(k, v); else next.delete(k); return `#${next}`; };

// -- names -------------------------------------------------------------------------------------------------------

const typeName = (type) => about?.types[type]?.[lang] ?? type;
const relationName = (line) => line.kind ? about?.kinds[line.kind]?.[lang] ?? line.kind : about?.relations[line.relation]?.[lang] ?? line.relation;
const badge = (kind, words = t(kind)) => make("span", { class: `badge ${kind}` }, words);
const thingLink = (thing) => (thing.id ? make("a", { href: link({ v: "thing", id: thing.id }) }, thing.name) : make("span", {}, thing.name));
const other = (line, id) => (line.subject.id === id ? line.object : line.subject);

// -- tables ------------------------------------------------------------------------------------------------------

function csv(name, columns, rows) {
  const cell = (v) => { const s = String(v ?? ""); const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(s) ? `'${s}` : s; return `"${safe.replaceAll('"', '""')}"`; };
  const text = [columns.map((c) => cell(c.name)), ...rows.map((r) => columns.map((c) => cell(c.plain(r))))].map((r) => r.join(",")).join("\r\n");
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  make("a", { href: url, download: `${name}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function table(caption, columns, rows, { name = caption, mark = null } = {}) {
  let order = null, down = false;
  const body = make("tbody");
  const fill = () => {
    const sorted = order ? [...rows].sort((a, b) => { const [x, y] = [order.plain(a), order.plain(b)]; const n = typeof x === "number" && typeof y === "number" ? x - y : String(x ?? "").localeCompare(String(y ?? ""), "zh"); return down ? -n : n; }) : rows;
    body.replaceChildren(...sorted.map((row) => make("tr", mark ? { "data-key": mark(row) } : {}, ...columns.map((c) => make("td", {}, c.show ? c.show(row) : String(c.plain(row) ?? ""))))));
  };
  const heads = columns.map((c) => make("th", { scope: "col" }, make("button", { type: "button", on: { click: () => { down = order === c ? !down : false; order = c; fill(); } } }, c.name)));
  fill();
  return make("div", {},
    make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, make("table", {}, make("caption", {}, `${caption} · ${rows.length} ${t("rows")}`), make("thead", {}, make("tr", {}, ...heads)), body)),
    make("button", { type: "button", on: { click: () => csv(name, columns, rows) } }, t("csv")));
}

const column = (name, plain, show = null) => ({ name, plain, show });
const openButton = (row) => make("a", { href: also({ report: row.report, at: `${row.start}-${row.end}`, s: row.statement }), "data-open": row.statement ?? "" }, t("show"));
const lineColumns = (id) => [
  column(t("date"), (r) => r.date || `(${r.report_date || t("undated")})`, (r) => make("span", { class: "day" }, r.date || `(${r.report_date || t("undated")})`)),
  column(t("relation"), (r) => relationName(r), (r) => make("span", {}, r.subject.id === id || r.kind ? relationName(r) : `← ${relationName(r)}`, " ", r.status === "actual" ? "" : badge(r.status))),
  column(t("other"), (r) => other(r, id).name, (r) => make("span", {}, thingLink(other(r, id)), r.reports > 1 ? ` ×${r.reports}` : "")),
  column(t("quote"), (r) => r.quote, (r) => make("span", {}, r.quote, " ", r.confidence === 1 ? badge("accept", t("accepted")) : "")),
  column(t("report"), (r) => `${r.report}:${r.start}-${r.end}`, openButton),
];

// -- views -------------------------------------------------------------------------------------------------------

const views = { home, thing, path, cypher };

function home(view) {
  const figures = [[t("reports"), about.reports], [t("entities"), about.entities], [t("claims"), about.claims]];
  view.append(make("h1", {}, about.graph), make("p", {}, figures.map(([k, v]) => `${k} ${v.toLocaleString(lang)}`).join(" · "), ` · ${t("days")} ${about.first} – ${about.last}`), make("h2", {}, t("most")));
  for (const [type, things] of Object.entries(about.most_used))
    if (things.length) view.append(make("h3", {}, typeName(type)), make("ul", { class: "chips" }, ...things.map((x) => make("li", {}, thingLink(x), ` ${x.claims}`))));
}

async function thing(view, now) {
  const id = now.get("id");
  const relation = now.get("relation") || "", kind = now.get("kind") || "", out = now.get("out") || "", order = now.get("order") || "new";
  const [found, lines] = await Promise.all([ask("thing", { id, ...filters() }), ask("lines", { id, relation, kind, out, order, ...filters() })]);
  const total = found.relations.reduce((n, r) => n + r.count, 0);
  view.append(make("h1", {}, found.name, " ", badge("type", typeName(found.type))));
  if (found.aliases.length) view.append(make("p", {}, `${t("aliases")}：${found.aliases.join("、")}`));
  if (found.scope) view.append(make("p", { class: "dim small" }, `${t("scope")}：${found.scope}`));
  if (found.code) view.append(make("p", { class: "dim small" }, found.point ? `${t("point")}：${found.point.join(", ")} · ${found.code}` : `${t("nopoint")} · ${found.code}`));
  if (found.merges.length) view.append(make("details", {}, make("summary", {}, t("merges")), make("ul", {}, ...found.merges.map((m) => make("li", {}, `${m.name}: ${m.reason}`)))));
  const chip = (words, changes, on) => make("li", {}, make("button", { type: "button", "aria-pressed": String(on), on: { click: () => { location.hash = also({ relation: "", kind: "", out: "", ...changes }); } } }, words));
  view.append(make("h2", {}, t("lines")), make("ul", { class: "chips" }, chip(`${t("all")} ${total}`, {}, !relation),
    ...found.relations.map((r) => chip(`${r.out || r.kind ? "" : "← "}${relationName(r)} ${r.count}`, { relation: r.relation, kind: r.kind, out: r.out ? "1" : "0" }, relation === r.relation && kind === r.kind && out === (r.out ? "1" : "0")))));
  view.append(make("div", { class: "bar" },
    make("button", { type: "button", on: { click: () => draw(found, lines.rows) } }, t("draw")),
    make("button", { type: "button", on: { click: () => { location.hash = also({ order: order === "new" ? "old" : "" }); } } }, order === "new" ? t("newest") : t("oldest"))));
  const holder = make("div");
  let rows = lines.rows;
  const fill = () => {
    holder.replaceChildren(timeline(rows), table(`${found.name} · ${t("of")} ${lines.total}`, lineColumns(id), rows, { name: found.name, mark: (r) => r.statement }));
    if (rows.length < lines.total) holder.append(make("button", { type: "button", on: { click: async () => { rows = [...rows, ...(await ask("lines", { id, relation, kind, out, order, offset: rows.length, ...filters() })).rows]; fill(); } } }, t("more")));
  };
  fill();
  view.append(holder);
  if (found.type === "Phrase" && about.phrases) await phrase(view, found.name);
  if (found.type !== "Phrase") view.append(names(found, rows));
  if (now.get("drawn") !== "0") draw(found, lines.rows, true);
}

function timeline(rows) {
  const months = new Map();
  for (const r of rows) { const day = r.date || r.report_date; if (/^\d{4}-\d{2}/.test(day)) months.set(day.slice(0, 7), (months.get(day.slice(0, 7)) || 0) + 1); }
  const names = [...months.keys()].sort();
  if (names.length < 2) return make("span");
  const number = (m) => +m.slice(0, 4) * 12 + +m.slice(5, 7);
  const first = number(names[0]), span = Math.max(1, number(names.at(-1)) - first), most = Math.max(...months.values());
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 600 56"); svg.setAttribute("class", "ticks"); svg.setAttribute("role", "img"); svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-label", `${t("timeline")}: ${names[0]} – ${names.at(-1)}`);
  const part = (tag, attributes, words = "") => { const n = document.createElementNS("http://www.w3.org/2000/svg", tag); for (const [k, v] of Object.entries(attributes)) n.setAttribute(k, v); n.textContent = words; svg.append(n); return n; };
  for (const m of names) { const high = 4 + (32 * months.get(m)) / most; const bar = part("rect", { x: 4 + (585 * (number(m) - first)) / span, y: 40 - high, width: 5, height: high }); const title = document.createElementNS("http://www.w3.org/2000/svg", "title"); title.textContent = `${m}: ${months.get(m)}`; bar.append(title); }
  part("text", { x: 2, y: 53 }, names[0]); part("text", { x: 598, y: 53, "text-anchor": "end" }, names.at(-1));
  return svg;
}

async function phrase(view, words) {
  let found;
  try { found = await ask("phrase", { words, ...filters() }); } catch (error) { view.append(make("p", { class: "dim" }, error.message)); return; }
  const spanOpen = (r) => { const [, report, a, b] = /^(.*):(\d+)-(\d+)$/.exec(r.span) || []; return report ? make("a", { href: also({ report, at: `${a}-${b}`, s: "" }) }, t("show")) : ""; };
  const quoted = (caption, rows, more = []) => rows.length ? table(caption, [...more, column(t("date"), (r) => r.date), column(t("speaker"), (r) => r.speaker || r.voice), column(t("quote"), (r) => r.quote), column(t("report"), (r) => r.span, spanOpen)], rows, { name: `${words} ${caption}` }) : "";
  view.append(make("h2", {}, t("trend")), make("img", { class: "chart", alt: `${t("trend")}: ${words}`, src: `/api/chart?${new URLSearchParams({ words, ...filters() })}` }),
    make("details", {}, make("summary", {}, t("trend")), table(t("trend"), ["period", "count", "reports", "share", "missing_days"].map((n) => column(n, (r) => r[n])), found.trend, { name: `${words} trend` })),
    make("h2", {}, t("first")), quoted(t("first"), found.first),
    quoted(t("levels"), found.levels, [column(t("level"), (r) => r.level ?? r.name ?? "")]), quoted(t("places"), found.places, [column(t("place"), (r) => r.place ?? r.name ?? "")]),
    make("details", {}, make("summary", {}, t("variants")), table(t("variants"), [column(t("phrase"), (r) => r.words), column(t("count"), (r) => r.count)], found.forms)),
    make("details", {}, make("summary", {}, t("together")), found.together.length ? table(t("together"), Object.keys(found.together[0]).map((n) => column(n, (r) => r[n])), found.together) : ""),
    quoted(t("uses"), found.uses));
}

function names(found, rows) {
  const reports = [...new Map(rows.map((r) => [r.report, r])).values()].filter((r) => found.names.some((n) => n.report === r.report) || found.names.length);
  const options = () => reports.map((r) => make("option", { value: r.report }, `${r.report_date} ${r.title || r.report}`));
  const a = make("select", {}, ...options()), b = make("select", {}, ...options());
  const decide = (verdict) => async () => {
    try {
      const name = (report) => ({ type: found.type, name: found.names.find((n) => n.report === report)?.name ?? found.name, report });
      await ask("decide", {}, { names: [name(a.value), name(b.value)], verdict, who: who() });
      // It may have another id now.
      const now = await ask("named", name(a.value));
      if (now.id === found.id) await show(); else { kept = true; location.replace(also({ id: now.id, relation: "", kind: "", out: "" })); }
      say(t("done"));
    } catch (error) { say(error.message); }
  };
  return make("details", {}, make("summary", {}, t("names")), make("label", {}, t("first_name"), " ", a), " ", make("label", {}, t("second_name"), " ", b), " ",
    make("button", { type: "button", on: { click: decide("different") } }, t("different")), " ", make("button", { type: "button", on: { click: decide("same") } }, t("same")));
}

async function path(view, now) {
  const boxes = {};
  const box = (role) => {
    const list = make("datalist", { id: `list-${role}` });
    const input = make("input", { list: `list-${role}`, value: now.get(`${role}_name`) || "", on: { input: async () => {
      const found = await ask("search", { q: input.value, kinds: Object.keys(about.types).join(",") });
      // Namesakes are told apart by what their ids say of them.
      const value = (x) => (found.things.filter((y) => y.name === x.name).length > 1 ? x.id.slice(x.type.length + 1) : x.name);
      boxes[role] = found.things.find((x) => value(x) === input.value);
      list.replaceChildren(...found.things.map((x) => make("option", { value: value(x) }, `${typeName(x.type)} ${x.claims}`)));
    } } });
    boxes[role] = now.get(role) ? { id: now.get(role), name: now.get(`${role}_name`) } : undefined;
    return make("label", {}, t(role), " ", input, list);
  };
  view.append(make("h1", {}, t("path")), make("form", { class: "bar", on: { submit: (e) => { e.preventDefault(); if (!boxes.from || !boxes.to) { say(t("choose")); return; } location.hash = link({ v: "path", from: boxes.from.id, from_name: boxes.from.name, to: boxes.to.id, to_name: boxes.to.name }); } } }, box("from"), box("to"), make("button", {}, t("find"))));
  if (!now.get("from") || !now.get("to")) return;
  const found = await ask("path", { from: now.get("from"), to: now.get("to"), ...filters() });
  if (!found.found) { view.append(make("p", {}, t("nopath"))); return; }
  const lines = found.steps.flatMap((s) => s.lines.map((l) => ({ ...l, from: s.from })));
  view.append(table(t("path"), [column(t("date"), (r) => r.date || r.report_date), column("", (r) => r.subject.name, (r) => thingLink(r.subject)), column(t("relation"), relationName), column(" ", (r) => r.object.name, (r) => thingLink(r.object)), column(t("quote"), (r) => r.quote), column(t("report"), (r) => r.report, openButton)], lines));
  drawLines(lines);
}

const EXAMPLES = [
  ["MATCH (p:Person {name: $x})-[v:VISITED]->(s) RETURN s.name AS site, v.date AS date, v.evidence AS quote ORDER BY v.date", "{\"x\": \"习近平\"}"],
  ["MATCH (j:Project)-[:LOCATED_IN]->(k:Park) RETURN k.name AS park, j.name AS project, j.investment AS investment, j.status AS status LIMIT 50", "{}"],
  ["MATCH (l:Person)-[v:VISITED]->(s) WITH s, collect(DISTINCT l.name) AS leaders WHERE size(leaders) >= 3 RETURN s.name AS site, leaders", "{}"],
];

async function cypher(view, now) {
  const query = make("textarea", { id: "cypher-query", spellcheck: "false" }), parameters = make("input", { value: now.get("parameters") || "{}" }), answer = make("div");
  query.value = now.get("query") || EXAMPLES[0][0];
  if (!now.get("query")) parameters.value = EXAMPLES[0][1];
  const run = async () => {
    let given;
    try { given = JSON.parse(parameters.value || "{}"); if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Error(); } catch { say(t("badjson")); return; }
    say(t("loading"));
    try {
      const found = await ask("cypher", {}, { query: query.value, parameters: given });
      say(`${found.total} ${t("rows")}`);
      const text = (v) => (v == null ? "" : typeof v === "object" ? JSON.stringify(v) : v);
      answer.replaceChildren(found.rows.length ? table(t("cypher"), Object.keys(found.rows[0]).map((n) => column(n, (r) => text(r[n]))), found.rows) : make("p", {}, t("nothing")));
    } catch (error) { say(error.message); answer.replaceChildren(make("pre", {}, error.message)); }
  };
  view.append(make("h1", {}, t("cypher")), make("label", {}, t("query"), query), make("label", {}, t("parameters"), " ", parameters), " ",
    make("button", { type: "button", id: "run", on: { click: () => { history.replaceState(null, "", link({ v: "cypher", query: query.value, parameters: parameters.value })); run(); } } }, t("run")),
    make("h2", {}, t("examples")), make("ul", {}, ...EXAMPLES.map(([q, p]) => make("li", {}, make("button", { type: "button", on: { click: () => { query.value = q; parameters.value = p; } } }, q)))), answer);
  if (now.get("query")) await run();
}

// -- the text ----------------------------------------------------------------------------------------------------

const who = () => localStorage.getItem("graphkit-who") || about.who;

async function report(now) {
  const place = $("text");
  const id = now.get("report");
  place.hidden = !id;
  $("main").classList.toggle("two", Boolean(id) || !$("drawing").hidden);
  $("main").classList.toggle("reading", Boolean(id));
  if (!id) { place.replaceChildren(); return; }
  const found = await ask("report", { id });
  const points = Array.from(found.text);  // Offsets count code points.
  const live = found.statements.filter((s) => s.verdict !== "reject");
  const cuts = [...new Set([0, points.length, ...live.flatMap((s) => [s.start, s.end, s.subject.start, s.subject.end, s.object.start, s.object.end])])].filter((c) => c >= 0 && c <= points.length).sort((a, b) => a - b);
  const words = make("div", { class: "words", tabindex: "0", lang: "zh", role: "region", "aria-label": t("quote") });
  const choose = (ids, scroll) => {
    for (const node of place.querySelectorAll(".on")) node.classList.remove("on");
    drawing?.edges().removeClass("lit");
    for (const s of ids) {
      drawing?.edges().filter((e) => e.data("statement") === s).addClass("lit");
      for (const node of place.querySelectorAll(`mark[data-s~="${s}"]`)) node.classList.add("on");
      place.querySelector(`li[data-s="${s}"]`)?.classList.add("on");
      for (const row of document.querySelectorAll(`tr[data-key="${s}"]`)) row.classList.add("on");
    }
    const first = scroll === "list" ? place.querySelector("li.on") : place.querySelector("mark.on");
    first?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    if (scroll !== "list") for (const node of place.querySelectorAll("mark.on")) { node.classList.remove("flash"); void node.offsetWidth; node.classList.add("flash"); }
  };
  for (let n = 0; n + 1 < cuts.length; n++) {
    const [a, b] = [cuts[n], cuts[n + 1]];
    const over = live.filter((s) => s.start <= a && b <= s.end);
    const named = live.some((s) => [s.subject, s.object].some((m) => m.start <= a && b <= m.end));
    const text = points.slice(a, b).join("");
    const inner = named ? make("span", { class: "m" }, text) : text;
    words.append(over.length ? make("mark", { "data-s": over.map((s) => s.id).join(" "), class: over.length > 1 ? "more" : false, on: { click: () => choose(over.map((s) => s.id), "list") } }, inner) : inner);
  }
  const item = (s) => make("li", { "data-s": s.id },
    make("button", { type: "button", class: "tell", on: { click: () => choose([s.id]) } }, s.subject.name, " — ", relationName(s), " → ", s.object.name, " "),
    " ", s.status === "actual" ? "" : badge(s.status), " ", s.verdict ? badge(s.verdict, t({ accept: "accepted", reject: "rejected", mend: "mended" }[s.verdict])) : "", " ",
    make("span", { class: "dim" }, [s.date, s.rule, s.confidence.toFixed(2)].filter(Boolean).join(" · ")),
    make("div", { class: "acts" }, ...(s.verdict ? [["open", "undo"]] : [["accept", "accept"], ["reject", "reject"]]).map(([verdict, words]) => make("button", { type: "button", "data-verdict": verdict, on: { click: () => decide(s, found.id, verdict) } }, t(words))),
      s.verdict === "reject" ? "" : make("button", { type: "button", on: { click: () => mend(s, found) } }, t("mend")),
      s.subject.id ? make("a", { href: also({ v: "thing", id: s.subject.id, relation: "", kind: "", out: "" }) }, s.subject.name) : "", s.object.id ? make("a", { href: also({ v: "thing", id: s.object.id, relation: "", kind: "", out: "" }) }, s.object.name) : ""));
  const reviewer = make("input", { value: who(), size: "12", maxlength: "60", on: { change: () => localStorage.setItem("graphkit-who", reviewer.value) } });
  place.replaceChildren(
    make("div", { class: "bar" }, make("h2", {}, found.title || found.id), make("a", { href: also({ report: "", at: "", s: "" }) }, t("close"))),
    make("p", { class: "dim small" }, [found.id, found.date, found.publisher, found.place, found.level && t(found.level)].filter(Boolean).join(" · ")),
    words, make("h2", {}, `${t("statements")} · ${live.length}`), make("label", { class: "small" }, t("who"), " ", reviewer), make("ul", { class: "said" }, ...found.statements.map(item)));
  const [a, b] = (now.get("at") || "").split("-").map(Number);
  const one = live.find((s) => s.id === now.get("s"));
  const hit = one ? [one.id] : live.filter((s) => s.start === a && s.end === b).map((s) => s.id);
  if (hit.length) choose(hit);
  else if (a < b) scrollTo(words, points, a, b);
}

// Words that no statement quotes: they are selected, as a reader would.
function scrollTo(words, points, a, b) {
  const unit = (n) => points.slice(0, n).join("").length;
  const walk = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0, begun = false;
  const [from, to] = [unit(a), unit(b)];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!begun && from < at + node.length) { range.setStart(node, from - at); begun = true; node.parentElement.scrollIntoView({ block: "center" }); }
    if (begun && to <= at + node.length) { range.setEnd(node, to - at); break; }
    at += node.length;
  }
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function decide(s, reportId, verdict, instead = null) {
  try { await ask("decide", {}, { statement: s.id, report: reportId, verdict, who: who(), instead }); await show(); say(t("done")); } catch (error) { say(error.message); }
}

function mend(s, found) {
  const points = Array.from(found.text);
  const quote = points.slice(s.start, s.end).join("");
  const field = (name, value) => { const input = make("input", { value, name }); return [input, make("label", {}, name, " ", input)]; };
  const pick = (name, value, options) => { const input = make("select", { name }, ...options.map(([v, words]) => make("option", { value: v, selected: v === value }, words))); return [input, make("label", {}, name, " ", input)]; };
  const parts = { relation: pick(t("relation"), s.relation, Object.entries(about.relations).map(([k, v]) => [k, v[lang]])), status: pick(t("status"), s.status, ["actual", "planned", "urged", "denied"].map((k) => [k, t(k)])), date: field(t("date"), s.date), subject: field("1", s.subject.name), object: field("2", s.object.name) };
  const fault = make("p", { role: "alert" });
  const dialog = make("dialog", { "aria-label": t("mend") }, make("p", { lang: "zh" }, quote), ...Object.values(parts).map(([, label]) => label), fault,
    make("button", { type: "button", on: { click: async () => {
      const instead = {};
      for (const name of ["relation", "status", "date"]) if (parts[name][0].value !== s[name]) instead[name] = parts[name][0].value;
      for (const role of ["subject", "object"]) {
        const name = parts[role][0].value.trim();
        if (!name || name === s[role].name) continue;
        const inside = quote.indexOf(name), anywhere = found.text.indexOf(name);
        if (inside < 0 && anywhere < 0) { fault.textContent = `${name}?`; return; }
        const start = inside >= 0 ? s.start + Array.from(quote.slice(0, inside)).length : Array.from(found.text.slice(0, anywhere)).length;
        instead[role] = { type: s[role].type, name, start, end: start + Array.from(name).length };
      }
      try { await ask("decide", {}, { statement: s.id, report: found.id, verdict: "mend", who: who(), instead }); dialog.close(); dialog.remove(); await show(); say(t("done")); } catch (error) { fault.textContent = error.message; }
    } } }, t("save")), " ", make("button", { type: "button", on: { click: () => { dialog.close(); dialog.remove(); } } }, t("cancel")));
  document.body.append(dialog);
  dialog.showModal();
}

// -- the drawing -------------------------------------------------------------------------------------------------

const COLOURS = { Person: "#0072B2", Post: "#56B4E9", Organization: "#666666", Place: "#009E73", Park: "#00674b", Project: "#E69F00", Site: "#5b8c00", Meeting: "#CC79A7", Document: "#8a5a9e", Phrase: "#D55E00" };
const MOST_ZOOM = 1.2, MOST_DRAWN = 300, FIRST_DRAWN = 25;

function canvas() {
  if (drawing || !window.cytoscape) return drawing;
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
  drawing = window.cytoscape({ container: $("cy"), minZoom: 0.2, maxZoom: 3, style: [
    { selector: "node", style: { label: "data(short)", "background-color": "data(colour)", width: 22, height: 22, "font-size": 12, color: ink, "text-valign": "bottom", "text-margin-y": 3, "font-family": "sans-serif" } },
    { selector: "node.centre", style: { width: 32, height: 32, "font-weight": "bold" } },
    { selector: "edge", style: { width: 1.5, "line-color": "#8a8f96", "curve-style": "bezier", "target-arrow-shape": "triangle", "target-arrow-color": "#8a8f96", label: "data(label)", "font-size": 10, color: ink, "text-rotation": "autorotate", "text-opacity": 0.8 } },
    { selector: "edge.planned", style: { "line-style": "dashed" } }, { selector: ".lit", style: { "line-color": "#D55E00", "target-arrow-color": "#D55E00", width: 3 } }] });
  drawing.on("tap", "node", (e) => { location.hash = also({ v: "thing", id: e.target.id(), relation: "", kind: "", out: "" }); });
  drawing.on("tap", "edge", (e) => { const d = e.target.data(); location.hash = also({ report: d.report, at: `${d.start}-${d.end}`, s: d.statement }); });
  return drawing;
}

const short = (name) => { const points = Array.from(name); return points.length > 14 ? `${points.slice(0, 13).join("")}…` : name; };

function drawLines(lines, centre = null) {
  $("drawing").hidden = false;
  $("main").classList.add("two");
  const cy = canvas();
  if (!cy) { $("drawn").textContent = t("nolib"); return; }
  cy.resize();
  let added = 0;
  cy.batch(() => {
    const node = (x) => { if (cy.getElementById(x.id).empty()) { cy.add({ data: { id: x.id, short: short(x.name), colour: COLOURS[x.type] ?? "#666666" } }); added++; } };
    for (const l of lines) {
      if (!l.object.id || cy.nodes().length > MOST_DRAWN) continue;
      node(l.subject); node(l.object);
      if (cy.getElementById(l.claim).empty()) cy.add({ data: { id: l.claim, source: l.subject.id, target: l.object.id, label: relationName(l), report: l.report, start: l.start, end: l.end, statement: l.statement }, classes: l.status === "actual" ? "" : "planned" });
    }
    cy.nodes().removeClass("centre");
    if (centre) cy.getElementById(centre).addClass("centre");
  });
  // What is drawn stays where it is; what is new stands around the middle, always in the same way.
  if (added) {
    const still = cy.nodes().filter((n) => n.scratch("placed"));
    if (still.nonempty()) still.lock();
    cy.layout({ name: "concentric", concentric: (n) => (n.hasClass("centre") ? 9 : 1), levelWidth: () => 1, minNodeSpacing: 34, animate: false, fit: true, padding: 24 }).run();
    still.unlock();
    cy.nodes().forEach((n) => { n.scratch("placed", true); });
    cy.fit(undefined, 24);
    if (cy.zoom() > MOST_ZOOM) { cy.zoom(MOST_ZOOM); cy.center(); }
  }
  $("drawn").textContent = `${cy.nodes().length} ${t("drawn")}`;
}

function draw(found, rows, replace = false) {
  const seen = new Map();
  for (const r of rows) { if (!r.object.id) continue; const key = other(r, found.id).id; if (!seen.has(key)) seen.set(key, r); }
  const lines = [...seen.values()].slice(0, FIRST_DRAWN);
  if (!lines.length) return;
  if (replace && drawing && drawing.getElementById(found.id).empty()) drawing.elements().remove();
  drawLines(lines, found.id);
}

// -- search ------------------------------------------------------------------------------------------------------

let chosen = -1;
const options = () => [...$("found").querySelectorAll("[role=option]")];

function openFound(open) { $("found").hidden = !open; $("q").setAttribute("aria-expanded", String(open)); chosen = -1; $("q").removeAttribute("aria-activedescendant"); }

async function search() {
  const words = $("q").value.trim();
  const turn = ++searched;
  if (!words) { openFound(false); return; }
  let found;
  try { found = await ask("search", { q: words, ...filters() }); } catch (error) { say(error.message); return; }
  if (turn !== searched) return;
  let n = 0;
  const option = (href, ...children) => make("div", { role: "option", id: `option-${n++}`, "aria-selected": "false", "data-href": href, on: { mousedown: (e) => { e.preventDefault(); go(href); } } }, ...children);
  $("found").replaceChildren(
    ...found.things.map((x) => option(link({ v: "thing", id: x.id }), x.name, x.alias ? ` (${x.alias})` : "", " ", badge("type", typeName(x.type)), make("span", { class: "dim small" }, ` ${x.claims} · ${x.last}`))),
    ...found.reports.map((r) => option(also({ report: r.id, at: "", s: "" }), r.title || r.id, make("span", { class: "dim small" }, ` ${r.date} ${r.snippet}`))));
  if (!n) $("found").append(make("div", { class: "group", role: "option", "aria-selected": "false", "aria-disabled": "true" }, t("nothing")));
  openFound(true);
}

function go(href) { openFound(false); if (href) location.hash = href; }

function keys(event) {
  const all = options();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!all.length) return;
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length;
    all.forEach((o, n) => o.setAttribute("aria-selected", String(n === chosen)));
    all[chosen].scrollIntoView({ block: "nearest" });
    $("q").setAttribute("aria-activedescendant", all[chosen].id);
  } else if (event.key === "Escape") openFound(false);
}

// -- the frame ---------------------------------------------------------------------------------------------------

function frame() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-hint]")) node.setAttribute("placeholder", t(node.dataset.hint));
  $("lang").textContent = lang === "zh" ? "English" : "中文";
  const now = state();
  for (const id of ["since", "until", "place"]) $(id).value = now.get(id) || "";
  const checks = (id, values) => { const on = (now.get(id) || "").split(","); $(id).replaceChildren(make("legend", {}, t(id === "levels" ? "level" : "status")), ...values.map((v) => make("label", {}, make("input", { type: "checkbox", value: v, checked: on.includes(v) }), ` ${t(v)}`))); };
  checks("levels", about.levels); checks("statuses", ["actual", "planned", "urged", "denied"]);
}

async function show() {
  const now = state();
  if (now.get("lang")) setLang(now.get("lang")); else if (localStorage.getItem("graphkit-lang")) setLang(localStorage.getItem("graphkit-lang"));
  frame();
  const turn = ++shown;
  const view = make("div");
  try {
    await (views[now.get("v")] ?? home)(view, now);
    if (turn !== shown) return;
    $("view").replaceChildren(view);
    document.title = `${view.querySelector("h1")?.textContent ?? ""} · graphkit`;
    await report(now);
    document.body.dataset.ready = location.hash;
  } catch (error) { say(error.message); $("view").replaceChildren(make("p", { role: "alert" }, error.message)); document.body.dataset.ready = location.hash; }
}

async function start() {
  document.documentElement.dataset.theme = localStorage.getItem("graphkit-theme") ?? "";
  try { about = await ask("about"); } catch (error) { say(error.message); return; }
  let wait = 0;
  $("q").addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(search, 120); });
  $("q").addEventListener("keydown", keys);
  $("q").addEventListener("blur", () => openFound(false));
  $("search").addEventListener("submit", async (e) => { e.preventDefault(); if ($("found").hidden) await search(); const all = options(); go((all[chosen] ?? all[0])?.dataset.href); });
  $("filters").addEventListener("submit", (e) => { e.preventDefault(); const on = (id) => [...$(id).querySelectorAll(":checked")].map((x) => x.value).join(","); location.hash = also({ since: $("since").value.trim(), until: $("until").value.trim(), place: $("place").value.trim(), levels: on("levels"), statuses: on("statuses") }); });
  $("filters").addEventListener("reset", (e) => { e.preventDefault(); location.hash = also(Object.fromEntries(FILTERS.map((f) => [f, ""]))); });
  $("lang").addEventListener("click", () => { const wanted = lang === "zh" ? "en" : "zh"; localStorage.setItem("graphkit-lang", wanted); setLang(wanted); if (state().get("lang")) location.hash = also({ lang: wanted }); else show(); });
  $("theme").addEventListener("click", () => { const dark = document.documentElement.dataset.theme === "dark" || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches); const wanted = dark ? "light" : "dark"; localStorage.setItem("graphkit-theme", wanted); document.documentElement.dataset.theme = wanted; drawing?.destroy(); drawing = null; show(); });
  $("copy").addEventListener("click", async () => { try { await navigator.clipboard.writeText(location.href); say(t("copied")); } catch { say(location.href); } });
  $("png").addEventListener("click", () => { if (drawing) make("a", { href: drawing.png({ scale: 2, full: true, bg: getComputedStyle(document.body).backgroundColor }), download: "graphkit.png" }).click(); });
  $("forget").addEventListener("click", () => { drawing?.elements().remove(); $("drawing").hidden = true; $("main").classList.toggle("two", !$("text").hidden); });
  document.addEventListener("keydown", (e) => { if ((e.key === "/" && !/INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName)) || (e.key === "k" && (e.ctrlKey || e.metaKey))) { e.preventDefault(); $("q").focus(); $("q").select(); } });
  addEventListener("hashchange", () => { if (!kept) say(""); kept = false; show(); });
  await show();
}

start();
