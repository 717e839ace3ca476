// The dialog that corrects a statement. It displays the fields, and then the old and the new statement with the quote.
// The correction is sent only after the reviewer has confirmed it.
import { ask, button, make, page, relationName, say, typeName } from "./common.js";
import { lang, t } from "./translations.js";

const STATUSES = ["actual", "planned", "urged", "denied"];

// s: the statement; found: its report; who: the reviewer's name.
export function correct(s, found, who) {
  const quote = Array.from(found.text).slice(s.start, s.end).join("");
  const fields = fieldsOf(s);
  const general = make("p", { role: "alert", class: "fault" });
  const faults = [general, ...Object.values(fields).map((f) => f.fault)];
  const form = make(
    "form",
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          check();
        },
      },
    },
    make("p", { lang: "zh", class: "quote" }, quote),
    ...Object.values(fields).map((f) => f.label),
    general,
    make("button", { type: "submit", "data-step": "check" }, t("next_step")),
    " ",
    button(t("cancel"), () => dialog.close()),
  );
  const shown = make("div", { role: "group", tabindex: "-1", "aria-label": t("confirm_correction"), hidden: true });
  const dialog = make("dialog", { "aria-label": t("correct"), class: "correction" }, form, shown);
  // Escape returns to the previous step, so that no input is lost.
  dialog.addEventListener("cancel", (event) => {
    if (!shown.hidden) {
      event.preventDefault();
      back();
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  const ready = () => fields.kind.label.toggleAttribute("hidden", fields.relation.input.value !== "has_attribute");
  fields.relation.input.addEventListener("change", ready);
  ready();

  const send = (instead, check) =>
    ask("decide", {}, { statement: s.id, report: found.id, verdict: "correct", who, instead, check });

  function back() {
    shown.hidden = true;
    form.hidden = false;
    fields.relation.input.focus();
  }

  // Show an error next to its field and keep the input.
  function refuse(error) {
    back();
    const path = (error.field || "").replace(/^instead\./, "").split(".");
    const name = ["subject", "object"].includes(path[0]) && path[1] === "type" ? `${path[0]}_type` : path[0];
    const at = fields[name] || { fault: general };
    at.fault.textContent = error.field && fields[name] ? error.reason : error.message;
    at.input?.setAttribute("aria-invalid", "true");
    at.input?.focus();
  }

  async function check() {
    for (const fault of faults) fault.textContent = "";
    for (const f of Object.values(fields)) f.input.removeAttribute("aria-invalid");
    try {
      const instead = changes(s, found, quote, fields);
      if (!Object.keys(instead).length) throw new Error(t("unchanged"));
      confirm(instead, await send(instead, true));
    } catch (error) {
      refuse(error);
    }
  }

  function confirm(instead, { before, after }) {
    const keep = button(
      t("confirm_correction"),
      async () => {
        keep.disabled = true;
        try {
          await send(instead, false);
        } catch (error) {
          refuse(error);
          return;
        }
        dialog.close();
        try {
          await page.show();
          say(t("done"));
        } catch (error) {
          say(error.message);
        }
      },
      { "data-step": "confirm" },
    );
    shown.replaceChildren(
      make("p", { class: "before" }, make("b", {}, t("before")), t("colon"), sentence(before)),
      make("p", { class: "after" }, make("b", {}, t("after")), t("colon"), sentence(after)),
      make("p", {}, make("b", {}, t("quote")), t("colon"), make("q", { lang: "zh" }, after.quote)),
      make("p", {}, t("confirm_question")),
      keep,
      " ",
      button(t("back"), back, { "data-step": "back" }),
    );
    form.hidden = true;
    shown.hidden = false;
    shown.focus();
  }

  document.body.append(dialog);
  dialog.showModal();
}

// A statement as one line: subject (type) — relation → object (type) · status · date.
function sentence(s) {
  const named = (mention) => `${mention.name} (${typeName(mention.type)})`;
  const triple = `${named(s.subject)} — ${relationName(s)} → ${named(s.object)}`;
  return `${triple} · ${t(s.status)} · ${s.date || t("undated")}`;
}

function fieldsOf(s) {
  const about = page.about;
  const named = (record) => Object.entries(record).map(([k, v]) => [k, v[lang]]);
  const field = (name, words, input) => {
    const fault = make("span", { role: "alert", class: "fault", id: `fault-${name}` });
    input.setAttribute("aria-describedby", fault.id);
    return { input, fault, label: make("div", { class: "field" }, make("label", {}, words, " ", input), " ", fault) };
  };
  const text = (name, words, value) => field(name, words, make("input", { value, name }));
  const pick = (name, words, value, options) =>
    field(
      name,
      words,
      make(
        "select",
        { name },
        ...options.map(([v, label]) => make("option", { value: v, selected: v === value }, label)),
      ),
    );
  const types = (role) => pick(`${role}_type`, `${t(role)}${t("colon")}${t("type")}`, s[role].type, named(about.types));
  return {
    relation: pick("relation", t("relation"), s.relation, named(about.relations)),
    kind: pick("kind", t("kind"), s.kind, named(about.kinds)),
    status: pick(
      "status",
      t("status"),
      s.status,
      STATUSES.map((k) => [k, t(k)]),
    ),
    date: text("date", t("date"), s.date),
    subject: text("subject", t("subject"), s.subject.name),
    subject_type: types("subject"),
    object: text("object", t("object"), s.object.name),
    object_type: types("object"),
  };
}

// The fields that differ from the statement. Throws an error with `field` for a name that the report does not contain.
function changes(s, found, quote, fields) {
  const instead = {};
  const value = (name) => fields[name].input.value;
  for (const name of ["relation", "status", "date"]) if (value(name) !== s[name]) instead[name] = value(name);
  const kind = value("relation") === "has_attribute" ? value("kind") : "";
  if (kind !== s.kind) instead.kind = kind;
  for (const role of ["subject", "object"]) {
    const name = value(role).trim();
    const type = value(`${role}_type`);
    const now = s[role];
    if (name === now.name) {
      if (type !== now.type)
        instead[role] = {
          type,
          name,
          start: now.start,
          end: now.end,
          ...(now.aliases && { aliases: now.aliases }),
          ...(now.antecedent && { antecedent: now.antecedent }),
        };
      continue;
    }
    const inside = quote.indexOf(name);
    const anywhere = found.text.indexOf(name);
    if (!name || anywhere < 0)
      throw Object.assign(new Error(t("not_in_report")), { field: role, reason: t("not_in_report") });
    // Offsets count code points.
    const start =
      inside >= 0
        ? s.start + Array.from(quote.slice(0, inside)).length
        : Array.from(found.text.slice(0, anywhere)).length;
    instead[role] = { type, name, start, end: start + Array.from(name).length };
  }
  return instead;
}
