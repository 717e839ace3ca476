// The page of an entity: its names, its profile and all its relationships.
import {
  also,
  apart,
  ask,
  badge,
  button,
  filters,
  link,
  make,
  NO_STATEMENT_FILTER,
  page,
  relationName,
  say,
  sectionTitle,
  entityLink,
  typeName,
} from "./common.js";
import { draw } from "./graph_view.js";
import { mapOf } from "./maps.js";
import { names } from "./name_decisions.js";
import { phrase } from "./phrases.js";
import { pictureButtons } from "./image_export.js";
import { column, day, dayColumn, statementColumns, quoteColumn, reportColumn, table } from "./tables.js";
import { spans, timeline } from "./timeline.js";
import { lang, t } from "./translations.js";

export function home(view) {
  const { about } = page;
  const figures = [
    [t("reports"), about.reports],
    [t("entities"), about.entities],
    [t("claims"), about.claims],
  ];
  view.append(
    make("h1", {}, about.graph),
    make(
      "p",
      {},
      figures.map(([k, v]) => `${k} ${v.toLocaleString(lang)}`).join(" · "),
      ` · ${t("days")} ${about.first} – ${about.last}`,
    ),
    make("h2", {}, t("most")),
  );
  for (const [type, entities] of Object.entries(about.most_used))
    if (entities.length)
      view.append(
        make("h3", {}, typeName(type)),
        make(
          "ul",
          { class: "chips" },
          ...entities.map((x) => make("li", {}, entityLink(x), apart(x, entities), ` ${x.claims}`)),
        ),
      );
}

export async function entity(view, now) {
  const id = now.get("id");
  const [relation, kind, out, order] = ["relation", "kind", "out", "order"].map((k) => now.get(k) || "");
  const asked = { id, relation, kind, out, order: order || "new", ...filters() };
  const [found, lines, sections] = await Promise.all([
    ask("entity", { id, ...filters() }),
    ask("statements", asked),
    ask("profile", { id, ...filters() }),
  ]);
  head(view, found);
  const drawn = button(t("draw"), () => draw(found, lines.rows));
  view.append(
    make(
      "div",
      { class: "bar" },
      drawn,
      make("a", { href: link({ v: "path", from: id, from_name: found.name }) }, t("path_from")),
      make("a", { href: link({ v: "map", id }) }, t("map")),
      make(
        "a",
        {
          href: "#lines",
          on: {
            click: (e) => {
              e.preventDefault();
              view.querySelector("#lines").scrollIntoView();
            },
          },
        },
        `${t("lines")} ${lines.total}`,
      ),
    ),
  );
  for (const section of sections) view.append(profile(found, section));
  if (found.type === "Phrase" && page.about.phrases) await phrase(view, found.name);
  if (["Person", "Organization", "Phrase", "Document"].includes(found.type)) await mapOf(view, id);
  view.append(await all(found, lines, asked));
  if (found.type !== "Phrase") view.append(names(found, lines.rows));
  draw(found, lines.rows, true);
}

function head(view, found) {
  const join = (words) => words.join(t("comma"));
  view.append(make("h1", {}, found.name, " ", badge("type", typeName(found.type))));
  if (found.aliases.length) view.append(make("p", {}, t("aliases"), t("colon"), join(found.aliases)));
  if (found.scope)
    view.append(make("p", { class: "dim small" }, t("scope"), t("colon"), found.scope.replaceAll("/", " ")));
  if (found.same_name.length)
    view.append(
      make(
        "p",
        { class: "same-name small" },
        t("same_name"),
        t("colon"),
        ...found.same_name.flatMap((x, n) => [
          n ? t("comma") : "",
          make("a", { href: link({ v: "entity", id: x.id }) }, `${typeName(x.type)} ${x.name}`),
          x.scope ? ` (${x.scope.replaceAll("/", " ")})` : "",
          ` ${x.claims}`,
        ]),
      ),
    );
  if (found.code)
    view.append(
      make(
        "p",
        { class: "dim small" },
        found.point
          ? `${t("point")}${t("colon")}${found.point.join(", ")} · ${found.code}`
          : `${t("nopoint")} · ${found.code}`,
      ),
    );
  if (found.merges.length)
    view.append(
      make(
        "details",
        {},
        make("summary", {}, t("merges")),
        make("ul", {}, ...found.merges.map((m) => make("li", {}, m.name, t("colon"), m.reason))),
      ),
    );
}

// -- a section of the profile ------------------------------------------------------------------------------------

// Sections that are drawn as timelines.
const SPANS = ["posts", "holders"];

function profile(found, section) {
  const caption = sectionTitle(section.name);
  const name = `${found.name} ${caption}`;
  const place = make("section", { class: "profile", "data-section": section.name }, make("h2", {}, caption));
  if (section.over_time) {
    const steps = section.rows.filter((r) => r.kind === "status");
    if (steps.length > 1)
      place.append(
        make(
          "ol",
          { class: "steps" },
          ...steps.map((r) =>
            make(
              "li",
              {},
              make("span", { class: "day" }, day(r)),
              " ",
              make("a", { href: also({ report: r.report, at: `${r.start}-${r.end}`, s: r.statement }) }, r.object.name),
              r.status === "actual" ? "" : badge(r.status),
            ),
          ),
        ),
      );
    place.append(
      table(
        caption,
        [
          dayColumn(t("date"), day),
          column(t("kind"), relationName, null, "word"),
          column(
            t("value"),
            (r) => r.object.name,
            (r) => make("span", {}, r.object.name, " ", r.status === "actual" ? "" : badge(r.status)),
          ),
          quoteColumn(),
          reportColumn(),
        ],
        section.rows,
        { name, mark: (r) => r.statement, total: section.total },
      ),
    );
    return place;
  }
  if (SPANS.includes(section.name)) {
    const picture = spans(
      caption,
      section.rows.filter((r) => r.first).map((r) => ({ name: r.entity.name, first: r.first, last: r.last })),
    );
    if (picture) place.append(picture, make("div", { class: "bar" }, ...pictureButtons(name, () => picture)));
  }
  place.append(
    table(
      caption,
      [
        column(
          typeName(section.rows[0].entity.type),
          (r) => r.entity.name,
          (r) => entityLink(r.entity),
        ),
        column(t("count"), (r) => r.count),
        dayColumn(t("first_day"), (r) => r.first),
        dayColumn(t("last_day"), (r) => r.last),
        ...section.facts
          .filter((fact) => section.rows.some((r) => r.facts[fact]))
          .map((fact) => column(page.about.kinds[fact]?.[lang] ?? fact, (r) => r.facts[fact])),
        quoteColumn((r) => r.line),
        reportColumn((r) => r.line),
      ],
      section.rows,
      { name, mark: (r) => r.line.statement, total: section.total },
    ),
  );
  return place;
}

// -- all relationships -------------------------------------------------------------------------------------------

async function all(found, lines, asked) {
  const total = found.relations.reduce((n, r) => n + r.count, 0);
  const chip = (words, changes, on) =>
    make(
      "li",
      {},
      button(
        words,
        () => {
          location.hash = also({ ...NO_STATEMENT_FILTER, ...changes });
        },
        { "aria-pressed": String(on) },
      ),
    );
  const isOn = (r) => asked.relation === r.relation && asked.kind === r.kind && asked.out === (r.out ? "1" : "0");
  const newest = asked.order === "new";
  const place = make(
    "section",
    { id: "lines" },
    make("h2", {}, t("lines")),
    make(
      "ul",
      { class: "chips" },
      chip(`${t("all")} ${total}`, {}, !asked.relation),
      ...found.relations.map((r) =>
        chip(
          `${r.out || r.kind ? "" : "← "}${relationName(r)} ${r.count}`,
          { relation: r.relation, kind: r.kind, out: r.out ? "1" : "0" },
          isOn(r),
        ),
      ),
    ),
    button(newest ? t("newest") : t("oldest"), () => {
      location.hash = also({ order: newest ? "old" : "" });
    }),
    timeline(lines.months),
  );
  const holder = make("div");
  let rows = lines.rows;
  const more = async () => {
    try {
      rows = [...rows, ...(await ask("statements", { ...asked, offset: rows.length })).rows];
      fill();
    } catch (error) {
      say(error.message);
    }
  };
  const fill = () => {
    holder.replaceChildren(
      table(found.name, statementColumns(found.id), rows, { mark: (r) => r.statement, total: lines.total }),
    );
    if (rows.length < lines.total) holder.append(button(t("more"), more));
  };
  fill();
  place.append(holder);
  return place;
}
