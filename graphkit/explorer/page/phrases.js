// The sections on the page of a phrase.
import { also, ask, filters, make } from "./common.js";
import { column, dayColumn, quoteColumn, table } from "./tables.js";
import { t } from "./translations.js";

function openSpan(row) {
  const [, report, a, b] = /^(.*):(\d+)-(\d+)$/.exec(row.span) || [];
  return report ? make("a", { href: also({ report, at: `${a}-${b}`, s: "" }) }, t("show")) : "";
}

export async function phrase(view, words) {
  const asked = { words, ...filters() };
  let found;
  try {
    found = await ask("phrase", asked);
  } catch (error) {
    view.append(make("p", { class: "dim" }, error.message));
    return;
  }
  const plain = (rows) => Object.keys(rows[0] ?? {}).map((n) => column(t(n), (r) => r[n]));
  const quoted = (caption, rows, more = []) =>
    rows.length
      ? table(
          caption,
          [
            ...more,
            dayColumn(t("date"), (r) => r.date),
            column(t("speaker"), (r) => r.speaker || r.voice),
            quoteColumn(),
            column(t("report"), (r) => r.span, openSpan, "day"),
          ],
          rows,
          { name: `${words} ${caption}` },
        )
      : "";
  const folded = (caption, rows) =>
    rows.length
      ? make(
          "details",
          {},
          make("summary", {}, caption),
          table(caption, plain(rows), rows, { name: `${words} ${caption}` }),
        )
      : "";
  const chart = `/api/chart?${new URLSearchParams(asked)}`;
  const more = make("div");
  view.append(
    make("h2", {}, t("trend")),
    make("img", { class: "chart", alt: `${t("trend")}${t("colon")}${words}`, src: chart }),
    make("a", { href: chart, download: `${words}.svg` }, t("svg")),
    folded(t("trend"), found.trend),
    make("h2", {}, t("first")),
    quoted(t("first"), found.first),
    quoted(t("levels"), found.levels, [column(t("level"), (r) => r.level ?? r.name ?? "")]),
    folded(t("variants"), found.forms),
    more,
  );
  const rest = await ask("cooccurring", asked);
  more.append(
    quoted(t("places"), rest.places, [column(t("place_name"), (r) => r.place ?? r.name ?? "")]),
    folded(t("together"), rest.together),
    quoted(t("uses"), rest.uses),
  );
}
