// The search box: entities by name, reports by their text.
import { $, also, apart, ask, badge, filters, link, make, say, typeName } from "./common.js";
import { t } from "./translations.js";

let searched = 0;
let chosen = -1;
const options = () => [...$("found").querySelectorAll("[role=option]")];

export function openFound(open) {
  $("found").hidden = !open;
  $("q").setAttribute("aria-expanded", String(open));
  chosen = -1;
  $("q").removeAttribute("aria-activedescendant");
}

export async function search() {
  const words = $("q").value.trim();
  const turn = ++searched;
  if (!words) {
    openFound(false);
    return;
  }
  let found;
  try {
    found = await ask("search", { q: words, ...filters() });
  } catch (error) {
    say(error.message);
    return;
  }
  if (turn !== searched) return;
  let n = 0;
  const option = (href, ...children) =>
    make(
      "div",
      {
        role: "option",
        id: `option-${n++}`,
        "aria-selected": "false",
        "data-href": href,
        on: {
          mousedown: (e) => {
            e.preventDefault();
            go(href);
          },
        },
      },
      ...children,
    );
  $("found").replaceChildren(
    ...found.entities.map((x) =>
      option(
        link({ v: "entity", id: x.id }),
        x.name,
        apart(x, found.entities),
        x.alias ? ` (${x.alias})` : "",
        " ",
        badge("type", typeName(x.type)),
        make("span", { class: "dim small" }, ` ${x.claims} · ${x.last}`),
      ),
    ),
    ...found.reports.map((r) =>
      option(
        also({ report: r.id, at: "", s: "" }),
        r.title || r.id,
        make("span", { class: "dim small" }, ` ${r.date} ${r.snippet}`),
      ),
    ),
  );
  if (!n)
    $("found").append(
      make("div", { class: "group", role: "option", "aria-selected": "false", "aria-disabled": "true" }, t("nothing")),
    );
  openFound(true);
}

export function go(href) {
  openFound(false);
  if (href) location.hash = href;
}

export function keys(event) {
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

export async function take(event) {
  event.preventDefault();
  if ($("found").hidden) await search();
  const all = options();
  go((all[chosen] ?? all[0])?.dataset.href);
}
