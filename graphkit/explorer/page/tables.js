// Tables, each with a CSV download.
import { also, badge, button, make, other, relationName, entityLink } from "./common.js";
import { t } from "./translations.js";

export function save(name, blob) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function csv(name, columns, rows) {
  const cell = (v) => {
    const s = String(v ?? "");
    const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(s) ? `'${s}` : s;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const lines = [columns.map((c) => cell(c.name)), ...rows.map((r) => columns.map((c) => cell(c.plain(r))))];
  save(`${name}.csv`, new Blob(["\ufeff", lines.map((r) => r.join(",")).join("\r\n")], { type: "text/csv" }));
}

export const column = (name, plain, show = null, kind = "") => ({ name, plain, show, kind });

// A table that is sorted when the user clicks the head of a column.
// columns: name, plain(row) for sorting and CSV, show(row) for the page, kind for the style sheet.
// name: of the CSV file. mark: the function that returns the key of a row. total: number of rows on the server.
export function table(caption, columns, rows, { name = caption, mark = null, total = rows.length } = {}) {
  let order = null;
  let down = false;
  const body = make("tbody");
  const compare = (a, b) => {
    const [x, y] = [order.plain(a), order.plain(b)];
    const n =
      typeof x === "number" && typeof y === "number" ? x - y : String(x ?? "").localeCompare(String(y ?? ""), "zh");
    return down ? -n : n;
  };
  const row = (r) =>
    make(
      "tr",
      mark ? { "data-key": mark(r) } : {},
      ...columns.map((c) => make("td", { class: c.kind || false }, c.show ? c.show(r) : String(c.plain(r) ?? ""))),
    );
  const fill = () => body.replaceChildren(...(order ? [...rows].sort(compare) : rows).map(row));
  const head = (c) =>
    make(
      "th",
      { scope: "col" },
      button(c.name, () => {
        down = order === c ? !down : false;
        order = c;
        fill();
      }),
    );
  fill();
  const count = total > rows.length ? `${rows.length} / ${total}` : rows.length;
  return make(
    "div",
    { class: "table" },
    make(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
      make(
        "table",
        {},
        make("caption", {}, `${caption} · ${count} ${t("rows")}`),
        make("thead", {}, make("tr", {}, ...columns.map(head))),
        body,
      ),
    ),
    button(t("csv"), () => csv(name, columns, rows)),
  );
}

export const openButton = (line) =>
  make(
    "a",
    {
      href: also({ report: line.report, at: `${line.start}-${line.end}`, s: line.statement }),
      "data-open": line.statement ?? "",
    },
    t("show"),
  );
export const day = (line) => line.date || `(${line.report_date || t("undated")})`;
export const dayColumn = (name, plain) => column(name, plain, null, "day");
// of: the relationship of a row.
export const quoteColumn = (of = (r) => r) =>
  column(
    t("quote"),
    (r) => of(r).quote,
    (r) =>
      make(
        "span",
        { lang: "zh", title: of(r).quote },
        of(r).quote,
        " ",
        of(r).confidence === 1 ? badge("accept", t("accepted")) : "",
      ),
    "quote",
  );
export const reportColumn = (of = (r) => r) =>
  column(
    t("report"),
    (r) => `${of(r).report}:${of(r).start}-${of(r).end}`,
    (r) => openButton(of(r)),
    "day",
  );

// The relationships of one entity.
export const statementColumns = (id) => [
  dayColumn(t("date"), day),
  column(
    t("relation"),
    (r) => relationName(r),
    (r) =>
      make(
        "span",
        {},
        r.subject.id === id || r.kind ? relationName(r) : `← ${relationName(r)}`,
        " ",
        r.status === "actual" ? "" : badge(r.status),
      ),
    "word",
  ),
  column(
    t("other"),
    (r) => other(r, id).name,
    (r) => make("span", {}, entityLink(other(r, id)), r.reports > 1 ? ` ×${r.reports}` : ""),
  ),
  quoteColumn(),
  reportColumn(),
];
