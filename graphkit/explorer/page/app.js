// The frame of the page: it displays the view that the address names.
import { $, also, ask, FILTERS, make, page, say, state } from "./common.js";
import { clear, forget, saveDrawing } from "./graph_view.js";
import { map } from "./maps.js";
import { cypher, path } from "./queries.js";
import { keys, openFound, search, take } from "./search.js";
import { report, reviewKeys } from "./report.js";
import { home, entity } from "./entities.js";
import { lang, setLang, t } from "./translations.js";

const VIEWS = { home, entity, path, map, cypher };
const STATUSES = ["actual", "planned", "urged", "denied"];
// Milliseconds between the last typed character and the search.
const PAUSE = 120;

let shown = 0;
let before = "";

function frame() {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-hint]")) node.setAttribute("placeholder", t(node.dataset.hint));
  $("lang").textContent = lang === "zh" ? "English" : "中文";
  const now = state();
  for (const id of ["since", "until", "place"]) $(id).value = now.get(id) || "";
  const checks = (id, title, values) => {
    const on = (now.get(id) || "").split(",");
    $(id).replaceChildren(
      make("legend", {}, t(title)),
      ...values.map((v) =>
        make("label", {}, make("input", { type: "checkbox", value: v, checked: on.includes(v) }), ` ${t(v)}`),
      ),
    );
  };
  checks("levels", "level", page.about.levels);
  checks("statuses", "status", STATUSES);
  $("filters").classList.toggle(
    "set",
    FILTERS.some((f) => now.get(f)),
  );
}

async function show() {
  if (!page.about) return;
  const now = state();
  const wanted = now.get("lang") ?? localStorage.getItem("graphkit-lang");
  if (wanted) setLang(wanted);
  frame();
  const turn = ++shown;
  const view = make("div");
  const place = `${now.get("v")} ${now.get("id")}`;
  try {
    await (VIEWS[now.get("v")] ?? home)(view, now);
    if (turn !== shown) return;
    const at = scrollY;
    $("view").replaceChildren(view);
    scrollTo(0, place === before ? at : 0);
    document.title = `${view.querySelector("h1")?.textContent ?? ""} · graphkit`;
    await report(now);
  } catch (error) {
    if (turn !== shown) return;
    say(error.message);
    $("view").replaceChildren(make("p", { role: "alert" }, error.message));
  }
  before = place;
  document.body.dataset.ready = location.hash;
}

function applyFilters(event) {
  event.preventDefault();
  const on = (id) => [...$(id).querySelectorAll(":checked")].map((x) => x.value).join(",");
  location.hash = also({
    since: $("since").value.trim(),
    until: $("until").value.trim(),
    place: $("place").value.trim(),
    levels: on("levels"),
    statuses: on("statuses"),
  });
}

function otherLanguage() {
  const wanted = lang === "zh" ? "en" : "zh";
  localStorage.setItem("graphkit-lang", wanted);
  setLang(wanted);
  if (state().get("lang")) location.hash = also({ lang: wanted });
  else show();
}

function otherTheme() {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  localStorage.setItem("graphkit-theme", dark ? "light" : "dark");
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  forget();
  show();
}

async function copy() {
  try {
    await navigator.clipboard.writeText(location.href);
    say(t("copied"));
  } catch {
    say(location.href);
  }
}

function shortcut(event) {
  const typing = /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName);
  if ((event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    $("q").focus();
    $("q").select();
  } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey) reviewKeys(event);
}

// Controls work while the data still loads: an early word in the search box is searched, not lost.
function listen() {
  let wait = 0;
  $("q").addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(search, PAUSE);
  });
  $("q").addEventListener("keydown", keys);
  $("q").addEventListener("blur", () => openFound(false));
  $("search").addEventListener("submit", take);
  $("filters").addEventListener("submit", applyFilters);
  $("filters").addEventListener("reset", (e) => {
    e.preventDefault();
    location.hash = also(Object.fromEntries(FILTERS.map((f) => [f, ""])));
  });
  $("lang").addEventListener("click", otherLanguage);
  $("theme").addEventListener("click", otherTheme);
  $("filtering").addEventListener("click", () => {
    const open = $("filters").classList.toggle("open");
    $("filtering").setAttribute("aria-expanded", String(open));
  });
  $("copy").addEventListener("click", copy);
  for (const kind of ["png", "svg"]) $(kind).addEventListener("click", () => saveDrawing(kind));
  $("forget").addEventListener("click", () => {
    clear();
    $("drawing").hidden = true;
    $("main").classList.toggle("two", !$("text").hidden);
  });
  document.addEventListener("keydown", shortcut);
  addEventListener("hashchange", () => {
    if (!page.kept) say("");
    page.kept = false;
    show();
  });
  if ($("q").value.trim()) search();
}

async function start() {
  document.documentElement.dataset.theme = localStorage.getItem("graphkit-theme") ?? "";
  page.show = show;
  // The cookie now contains the token; remove it from the address, so that copied links do not contain it.
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  listen();
  try {
    page.about = await ask("about");
  } catch (error) {
    say(error.message);
    return;
  }
  await show();
}

start();
