// Functions that all modules of the page use. Text of reports is inserted as text nodes, never as markup.
import { lang, t } from "./translations.js";

// about: the server's description of the graph. show: displays the page again. kept: whether the message stays when the
// next page is displayed.
export const page = { about: null, show: null, kept: false };

export const $ = (id) => document.getElementById(id);

function fill(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  return node;
}

export function make(tag, attributes = {}, ...children) {
  const node = fill(document.createElement(tag), attributes);
  node.append(...children.filter((c) => c != null).map((c) => (typeof c === "number" ? String(c) : c)));
  return node;
}

export function svg(tag, attributes = {}, ...children) {
  const node = fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);
  node.append(...children);
  return node;
}

export const button = (words, act, attributes = {}) =>
  make("button", { type: "button", ...attributes, on: { click: act } }, words);
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
export const say = (words) => {
  $("message").textContent = words;
};

// -- requests ------------------------------------------------------------------------------------------------------

// Milliseconds between two checks whether the views contain the last decision.
const LOOK = 1500;
let waiting = false;

export async function ask(name, parameters = {}, body = null) {
  let answer;
  try {
    answer = await fetch(
      `/api/${name}?${new URLSearchParams(parameters)}`,
      body && {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "Content-Type": "application/json", "X-Graphkit": "1" },
      },
    );
  } catch {
    throw new Error(t("offline"));
  }
  const found = await answer.json();
  // field, reason: set if a value was rejected.
  if (!answer.ok)
    throw Object.assign(
      new Error(found.code && t(found.code) !== found.code ? t(found.code).replace("#", found.amount) : found.error),
      { field: found.field, reason: found.reason },
    );
  if (answer.headers.get("x-graphkit-behind") && !waiting) catchUp();
  return found;
}

// The answers do not contain the last decision yet: check until the views are rebuilt.
async function catchUp() {
  waiting = true;
  $("behind").textContent = t("behind");
  try {
    while ((await ask("fresh")).behind) await new Promise((done) => setTimeout(done, LOOK));
  } catch (error) {
    say(error.message);
  }
  waiting = false;
  $("behind").textContent = "";
  await page.show();
}

// -- the address -------------------------------------------------------------------------------------------------

export const FILTERS = ["since", "until", "place", "levels", "statuses"];
export const state = () => new URLSearchParams(location.hash.slice(1));
export const filters = () => Object.fromEntries(FILTERS.map((f) => [f, state().get(f) || ""]).filter(([, v]) => v));

function changed(next, changes) {
  for (const [k, v] of Object.entries(changes))
    if (v) next.set(k, v);
    else next.delete(k);
  return `#${next}`;
}
// link: another page with the same filters. also: the same page with changed parameters.
export const link = (changes) =>
  changed(new URLSearchParams([...FILTERS, "lang"].map((f) => [f, state().get(f)]).filter(([, v]) => v)), changes);
export const also = (changes) => changed(state(), changes);
export const NO_STATEMENT_FILTER = { relation: "", kind: "", out: "", order: "" };

// -- names -------------------------------------------------------------------------------------------------------

export const typeName = (type) => page.about?.types[type]?.[lang] ?? type;
/** The title of a section; one that the schema alone describes is named by its relation. */
export const sectionTitle = (name) => {
  const title = t(`p_${name}`);
  const own = name.replace(/_by$/, "");
  return title === `p_${name}` || !title ? (page.about?.relations[own]?.[lang] ?? own) : title;
};
export const relationName = (line) =>
  line.kind
    ? (page.about?.kinds[line.kind]?.[lang] ?? line.kind)
    : (page.about?.relations[line.relation]?.[lang] ?? line.relation);
export const badge = (kind, words = t(kind)) => make("span", { class: `badge ${kind}` }, words);
export const entityLink = (entity) =>
  entity.id ? make("a", { href: link({ v: "entity", id: entity.id }) }, entity.name) : make("span", {}, entity.name);
export const other = (line, id) => (line.subject.id === id ? line.object : line.subject);
// The scope of an entity, if the list contains others with the same name.
export const apart = (entity, list) =>
  entity.scope && list.filter((x) => x.name === entity.name).length > 1
    ? ` (${entity.scope.replaceAll("/", " ")})`
    : "";
export const short = (name, most = 14) => {
  const points = Array.from(name);
  return points.length > most ? `${points.slice(0, most - 1).join("")}…` : name;
};
