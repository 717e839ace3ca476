// Decide whether two names are the same entity: names of one entity, or names on the pages of two entities.
import { also, ask, button, make, NO_STATEMENT_FILTER, page, say } from "./common.js";
import { who } from "./report.js";
import { t } from "./translations.js";

const KEPT = "graphkit-name";

async function decide(one, another, verdict, id) {
  try {
    await ask("decide", {}, { names: [one, another], verdict, who: who() });
    // The id of the entity may have changed.
    const now = await ask("named", one);
    if (now.id === id) await page.show();
    else {
      page.kept = true;
      location.replace(also({ id: now.id, ...NO_STATEMENT_FILTER }));
    }
    say(t("done"));
  } catch (error) {
    say(error.message);
  }
}

export function names(found, rows) {
  const reports = [...new Map(rows.map((r) => [r.report, r])).values()];
  const name = (report) => ({
    type: found.type,
    name: found.names.find((n) => n.report === report)?.name ?? found.name,
    report,
  });
  const options = () =>
    reports.map((r) => make("option", { value: r.report }, `${r.report_date} ${r.title || r.report}`));
  const one = make("select", {}, ...options());
  const another = make("select", {}, ...options());
  const verdict = (kind) => button(t(kind), () => decide(name(one.value), name(another.value), kind, found.id));
  const place = make(
    "details",
    { class: "name-decision" },
    make("summary", {}, t("names")),
    make(
      "p",
      {},
      make("label", {}, t("first_name"), " ", one),
      " ",
      make("label", {}, t("second_name"), " ", another),
      " ",
      verdict("different"),
      " ",
      verdict("same"),
    ),
    across(found),
  );
  return place;
}

// A name that was remembered on one page is compared with a name on another.
function across(found) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  const own = found.names[0];
  if (!own) return "";
  const mine = { type: found.type, name: own.name, report: own.report };
  const keep = button(t("keep_name"), () => {
    sessionStorage.setItem(KEPT, JSON.stringify({ id: found.id, label: found.name, type: found.type, name: mine }));
    say(`${t("name_kept")}${t("colon")}${found.name}`);
    page.show();
  });
  if (!kept || kept.type !== found.type || kept.id === found.id) return make("p", {}, keep);
  const act = (kind) =>
    button(t(kind), () => {
      sessionStorage.removeItem(KEPT);
      decide(kept.name, mine, kind, found.id);
    });
  return make(
    "p",
    { class: "kept" },
    `${t("name_kept")}${t("colon")}`,
    make("a", { href: also({ id: kept.id, ...NO_STATEMENT_FILTER }) }, kept.id.slice(kept.type.length + 1)),
    " — ",
    found.name,
    " ",
    act("same"),
    " ",
    act("different"),
    " ",
    keep,
  );
}
