// A path between two entities; queries in Cypher and SPARQL.
import { ask, button, filters, link, make, page, relationName, say, entityLink, typeName } from "./common.js";
import { clear, drawStatements } from "./graph_view.js";
import { column, day, dayColumn, quoteColumn, reportColumn, table } from "./tables.js";
import { lang, t } from "./translations.js";

export async function path(view, now) {
  const chosen = {};
  const box = (role) => {
    const list = make("datalist", { id: `list-${role}` });
    const find = async () => {
      const found = await ask("search", { q: input.value, kinds: Object.keys(page.about.types).join(",") });
      // Entities with the same name are distinguished by the scope in their ids.
      const value = (x) =>
        found.entities.filter((y) => y.name === x.name).length > 1 ? x.id.slice(x.type.length + 1) : x.name;
      chosen[role] = found.entities.find((x) => value(x) === input.value);
      list.replaceChildren(
        ...found.entities.map((x) => make("option", { value: value(x) }, `${typeName(x.type)} ${x.claims}`)),
      );
    };
    const input = make("input", {
      list: `list-${role}`,
      value: now.get(`${role}_name`) || "",
      on: { input: () => find().catch((error) => say(error.message)) },
    });
    chosen[role] = now.get(role) ? { id: now.get(role), name: now.get(`${role}_name`) } : undefined;
    return make("label", {}, t(role), " ", input, list);
  };
  const go = (event) => {
    event.preventDefault();
    if (!chosen.from || !chosen.to) {
      say(t("choose"));
      return;
    }
    location.hash = link({
      v: "path",
      from: chosen.from.id,
      from_name: chosen.from.name,
      to: chosen.to.id,
      to_name: chosen.to.name,
    });
  };
  view.append(
    make("h1", {}, t("path")),
    make("form", { class: "bar", on: { submit: go } }, box("from"), box("to"), make("button", {}, t("find"))),
  );
  if (!now.get("from") || !now.get("to")) return;
  const found = await ask("path", { from: now.get("from"), to: now.get("to"), ...filters() });
  if (!found.found) {
    view.append(make("p", {}, t("nopath")));
    return;
  }
  const lines = found.steps.flatMap((s) => s.lines);
  view.append(
    table(
      t("path"),
      [
        dayColumn(t("date"), day),
        column(
          "",
          (r) => r.subject.name,
          (r) => entityLink(r.subject),
        ),
        column(t("relation"), relationName, null, "word"),
        column(
          " ",
          (r) => r.object.name,
          (r) => entityLink(r.object),
        ),
        quoteColumn(),
        reportColumn(),
      ],
      lines,
      { mark: (r) => r.statement },
    ),
  );
  clear();
  drawStatements(lines);
}

// Title in Chinese and English, query, parameters.
const EXAMPLES = [
  [
    "某人何时到访过哪些地方？依据是哪句话？",
    "Which sites did a person visit, when, and which sentence says so?",
    "MATCH (p:Person {name: $x})-[v:VISITED]->(s)\nRETURN p, v, s, v.date AS date, v.evidence AS quote ORDER BY date",
    { x: "习近平" },
  ],
  [
    "谁陪同某人的天数最多？",
    "Who accompanied a person most often?",
    "MATCH (a)-[c:ACCOMPANIED]->(:Person {name: $x})\n" +
      "RETURN a.name AS who, count(DISTINCT c.date) AS days ORDER BY days DESC",
    { x: "习近平" },
  ],
  [
    "各园区有哪些项目，投资和状态如何？",
    "Which projects are in parks, with investment and status?",
    "MATCH (j:Project)-[:LOCATED_IN]->(k:Park)\n" +
      "RETURN k.name AS park, j.name AS project, j.investment AS investment, j.status AS status LIMIT 50",
    {},
  ],
  [
    "哪些地点有三位以上领导到访？",
    "Which sites did three or more leaders visit?",
    "MATCH (l:Person)-[v:VISITED]->(s)\n" +
      "WITH s, collect(DISTINCT l.name) AS leaders WHERE size(leaders) >= 3\n" +
      "RETURN s.name AS site, leaders",
    {},
  ],
  [
    "谁最早使用某一提法？",
    "Who used a phrase first?",
    "MATCH (s)-[e:EMPHASIZED]->(f:Phrase) WHERE f.name = $phrase OR $phrase IN f.aliases\n" +
      "RETURN s.name AS who, e.date AS date, e.evidence AS quote ORDER BY date LIMIT 3",
    { phrase: "新质生产力" },
  ],
  [
    "先后由谁担任某一职务？",
    "Who held a post, in order of date?",
    "MATCH (x:Person)-[h:HOLDS_POST]->(q:Post {name: $post})\n" +
      "RETURN x.name AS who, min(h.date) AS first, max(h.date) AS last ORDER BY first",
    { post: "市委书记" },
  ],
];

// All strings in a value that may be the id or name of an entity.
function words(value, found = new Set()) {
  if (typeof value === "string") {
    if (value.length <= 120) found.add(value);
  } else if (Array.isArray(value)) for (const v of value) words(v, found);
  else if (value && typeof value === "object") {
    if (typeof value.id === "string" && value.labels) found.add(value.id);
    else for (const v of Object.values(value)) words(v, found);
  }
  return found;
}

const plain = (v) => {
  if (v == null) return "";
  if (v.labels) return v.name ?? v.id;
  if (v.type && v.evidence) return `${v.type} ${v.date ?? ""}`;
  return typeof v === "object" ? JSON.stringify(v) : v;
};

export async function cypher(view, now) {
  const query = make("textarea", { id: "cypher-query", spellcheck: "false" });
  const parameters = make("input", { size: 30 });
  const answer = make("div");
  const language = make(
    "select",
    { id: "language" },
    make("option", { value: "cypher" }, "Cypher"),
    make("option", { value: "sparql" }, "SPARQL"),
  );
  language.value = now.get("language") === "sparql" ? "sparql" : "cypher";
  query.value = now.get("query") || EXAMPLES[0][2];
  parameters.value = now.get("parameters") || (now.get("query") ? "{}" : JSON.stringify(EXAMPLES[0][3]));
  const run = async () => {
    let given;
    try {
      given = JSON.parse(parameters.value || "{}");
      if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Error();
    } catch {
      say(t("badjson"));
      return;
    }
    say(t("loading"));
    try {
      const found = await ask(language.value, {}, { query: query.value, parameters: given });
      say(`${found.total} ${t("rows")}`);
      if (!found.rows.length) {
        answer.replaceChildren(make("p", {}, t("nothing")));
        return;
      }
      answer.replaceChildren(
        table(
          t("cypher"),
          Object.keys(found.rows[0]).map((n) =>
            column(
              n,
              (r) => plain(r[n]),
              (r) => (r[n]?.labels ? entityLink({ id: r[n].id, name: plain(r[n]) }) : String(plain(r[n]))),
            ),
          ),
          found.rows,
          { total: found.total },
        ),
      );
      const lines = await ask("among", filters(), { values: [...words(found.rows)] });
      clear();
      if (lines.length) drawStatements(lines);
      else answer.append(make("p", { class: "dim small" }, t("nograph")));
    } catch (error) {
      say(error.message);
      answer.replaceChildren(make("pre", {}, error.message));
    }
  };
  const start = () => {
    history.replaceState(
      null,
      "",
      link({
        v: "cypher",
        query: query.value,
        parameters: parameters.value,
        language: language.value === "sparql" ? "sparql" : "",
      }),
    );
    return run();
  };
  const example = ([zh, en, q, p]) =>
    make(
      "li",
      {},
      button(lang === "zh" ? zh : en, () => {
        language.value = "cypher";
        query.value = q;
        parameters.value = JSON.stringify(p);
      }),
    );
  view.append(
    make("h1", {}, t("cypher")),
    make("p", { class: "dim small" }, t("cypher_hint")),
    make("label", {}, t("query"), query),
    make(
      "div",
      { class: "bar" },
      make("label", {}, t("language"), " ", language),
      make("label", {}, t("parameters"), " ", parameters),
      button(t("run"), start, { id: "run" }),
    ),
    make(
      "details",
      { open: !now.get("query") },
      make("summary", {}, t("examples")),
      make("ul", { class: "plain" }, ...EXAMPLES.map(example)),
    ),
    answer,
  );
  // A link fills in the query; it runs only when the user clicks Run.
  if (now.get("query")) answer.append(make("p", { class: "dim small", id: "press-run" }, t("press_run")));
}
