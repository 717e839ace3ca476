// The text of a report, linked with its statements in both directions, and the review buttons.
import { $, also, ask, badge, button, make, NO_STATEMENT_FILTER, page, relationName, say } from "./common.js";
import { correct } from "./correction.js";
import { light } from "./graph_view.js";
import { t } from "./translations.js";

// The verdict of a decision → key of its label. (Corrections have an earlier name in the ledger and in files.)
const VERDICTS = { accept: "accepted", reject: "rejected", mend: "corrected" };

export const who = () => localStorage.getItem("graphkit-who") || page.about.who;

export async function report(now) {
  const place = $("text");
  const id = now.get("report");
  place.hidden = !id;
  $("main").classList.toggle("two", Boolean(id) || !$("drawing").hidden);
  $("main").classList.toggle("reading", Boolean(id));
  if (!id) {
    place.replaceChildren();
    return;
  }
  const found = await ask("report", { id });
  const points = Array.from(found.text); // Offsets count code points.
  const live = found.statements.filter((s) => s.verdict !== "reject");
  const cuts = [
    ...new Set([
      0,
      points.length,
      ...live.flatMap((s) => [s.start, s.end, s.subject.start, s.subject.end, s.object.start, s.object.end]),
    ]),
  ]
    .filter((c) => c >= 0 && c <= points.length)
    .sort((a, b) => a - b);
  const words = make("div", { class: "words", tabindex: "0", lang: "zh", role: "region", "aria-label": t("quote") });
  const choose = (ids, scroll) => {
    for (const node of place.querySelectorAll(".on")) node.classList.remove("on");
    light(ids);
    for (const s of ids) {
      for (const node of place.querySelectorAll(`mark[data-s~="${s}"]`)) node.classList.add("on");
      place.querySelector(`li[data-s="${s}"]`)?.classList.add("on");
      for (const row of document.querySelectorAll(`tr[data-key="${s}"]`)) row.classList.add("on");
    }
    const first = scroll === "list" ? place.querySelector("li.on") : place.querySelector("mark.on");
    first?.scrollIntoView({
      block: "center",
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });
    if (scroll !== "list")
      for (const node of place.querySelectorAll("mark.on")) {
        node.classList.remove("flash");
        void node.offsetWidth;
        node.classList.add("flash");
      }
  };
  for (let n = 0; n + 1 < cuts.length; n++) {
    const [a, b] = [cuts[n], cuts[n + 1]];
    const over = live.filter((s) => s.start <= a && b <= s.end);
    const named = live.some((s) => [s.subject, s.object].some((m) => m.start <= a && b <= m.end));
    const text = points.slice(a, b).join("");
    const inner = named ? make("span", { class: "m" }, text) : text;
    words.append(
      over.length
        ? make(
            "mark",
            {
              "data-s": over.map((s) => s.id).join(" "),
              class: over.length > 1 ? "more" : false,
              on: {
                click: () =>
                  choose(
                    over.map((s) => s.id),
                    "list",
                  ),
              },
            },
            inner,
          )
        : inner,
    );
  }
  const item = (s) =>
    make(
      "li",
      { "data-s": s.id },
      make(
        "button",
        { type: "button", class: "tell", on: { click: () => choose([s.id]) } },
        s.subject.name,
        " — ",
        relationName(s),
        " → ",
        s.object.name,
        " ",
      ),
      " ",
      s.status === "actual" ? "" : badge(s.status),
      " ",
      s.verdict ? badge(s.verdict, t(VERDICTS[s.verdict])) : "",
      " ",
      make("span", { class: "dim" }, [s.date, s.rule, s.confidence.toFixed(2)].filter(Boolean).join(" · ")),
      make(
        "div",
        { class: "acts" },
        ...(s.verdict
          ? [["open", "undo"]]
          : [
              ["accept", "accept"],
              ["reject", "reject"],
            ]
        ).map(([verdict, words]) => button(t(words), () => decide(s, found.id, verdict), { "data-verdict": verdict })),
        s.verdict === "reject"
          ? ""
          : button(t("correct"), () => correct(s, found, who()), { "data-verdict": "correct" }),
        s.subject.id
          ? make("a", { href: also({ v: "entity", id: s.subject.id, ...NO_STATEMENT_FILTER }) }, s.subject.name)
          : "",
        s.object.id
          ? make("a", { href: also({ v: "entity", id: s.object.id, ...NO_STATEMENT_FILTER }) }, s.object.name)
          : "",
      ),
    );
  const reviewer = make("input", {
    value: who(),
    size: "12",
    maxlength: "60",
    on: { change: () => localStorage.setItem("graphkit-who", reviewer.value) },
  });
  place.replaceChildren(
    make(
      "div",
      { class: "bar" },
      make("h2", {}, found.title || found.id),
      make("a", { href: also({ report: "", at: "", s: "" }) }, t("close")),
    ),
    make(
      "p",
      { class: "dim small" },
      [found.id, found.date, found.publisher, found.place, found.level && t(found.level)].filter(Boolean).join(" · "),
    ),
    words,
    make("h2", {}, `${t("statements")} · ${live.length}`),
    make("label", { class: "small" }, t("who"), " ", reviewer),
    make("p", { class: "dim small keys" }, t("keys")),
    make("ul", { class: "said" }, ...found.statements.map(item)),
  );
  const [a, b] = (now.get("at") || "").split("-").map(Number);
  const one = live.find((s) => s.id === now.get("s"));
  const hit = one ? [one.id] : live.filter((s) => s.start === a && s.end === b).map((s) => s.id);
  if (hit.length) choose(hit);
  else if (a < b) scrollTo(words, points, a, b);
}

// A span that no statement quotes is selected in the text.
function scrollTo(words, points, a, b) {
  const unit = (n) => points.slice(0, n).join("").length;
  const walk = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0;
  let begun = false;
  const [from, to] = [unit(a), unit(b)];
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!begun && from < at + node.length) {
      range.setStart(node, from - at);
      begun = true;
      node.parentElement.scrollIntoView({ block: "center" });
    }
    if (begun && to <= at + node.length) {
      range.setEnd(node, to - at);
      break;
    }
    at += node.length;
  }
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

async function decide(s, reportId, verdict) {
  try {
    await ask("decide", {}, { statement: s.id, report: reportId, verdict, who: who() });
    await page.show();
    say(t("done"));
  } catch (error) {
    say(error.message);
  }
}

// j, k: the next and the previous statement; a, r, c, u: accept, reject, correct, undo. (m is an alias of c.)
export function reviewKeys(event) {
  const all = [...$("text").querySelectorAll("li[data-s]")];
  if (!all.length || document.querySelector("dialog[open]")) return;
  const at = all.findIndex((li) => li.classList.contains("on"));
  const move = { j: 1, k: -1 }[event.key];
  const act = { a: "accept", r: "reject", u: "open", c: "correct", m: "correct" }[event.key];
  if (move) all[Math.min(all.length - 1, Math.max(0, at + move))].querySelector(".tell").click();
  else if (act && at >= 0) all[at].querySelector(`[data-verdict=${act}]`)?.click();
}
