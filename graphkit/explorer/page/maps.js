// Maps: a grid of provinces, and points for places with coordinates. They have no borders and load no external data.
import { also, ask, button, colour, filters, link, make, svg, entityLink, typeName } from "./common.js";
import { pictureButtons } from "./image_export.js";
import { column, dayColumn, table } from "./tables.js";
import { t } from "./translations.js";

// Column and row of each province, approximately at its geographic position.
const TILES = {
  黑龙江省: [7, 0],
  内蒙古自治区: [5, 1],
  吉林省: [7, 1],
  新疆维吾尔自治区: [0, 2],
  甘肃省: [2, 2],
  宁夏回族自治区: [3, 2],
  山西省: [4, 2],
  北京市: [5, 2],
  天津市: [6, 2],
  辽宁省: [7, 2],
  青海省: [1, 3],
  陕西省: [3, 3],
  河南省: [4, 3],
  河北省: [5, 3],
  山东省: [6, 3],
  西藏自治区: [1, 4],
  四川省: [2, 4],
  重庆市: [3, 4],
  湖北省: [4, 4],
  安徽省: [5, 4],
  江苏省: [6, 4],
  上海市: [7, 4],
  云南省: [2, 5],
  贵州省: [3, 5],
  湖南省: [4, 5],
  江西省: [5, 5],
  浙江省: [6, 5],
  广西壮族自治区: [3, 6],
  广东省: [4, 6],
  福建省: [6, 6],
  台湾省: [7, 6],
  海南省: [3, 7],
  澳门特别行政区: [4, 7],
  香港特别行政区: [5, 7],
};
const SIZE = 76;
const STEPS = 5;
const shortName = (province) => province.replace(/(维吾尔|壮族|回族)?自治区$|特别行政区$|[省市]$/g, "");

function grid(places, chosen, choose) {
  const counts = new Map();
  for (const p of places) counts.set(p.province, (counts.get(p.province) ?? 0) + p.count);
  const most = Math.max(1, ...counts.values());
  const picture = svg("svg", {
    class: "tiles",
    viewBox: `0 0 ${8 * SIZE} ${8 * SIZE}`,
    width: 8 * SIZE,
    "font-family": "sans-serif",
    role: "group",
    "aria-label": t("tiles"),
  });
  for (const [province, [x, y]] of Object.entries(TILES)) {
    const n = counts.get(province) ?? 0;
    // Equal steps of the square root, so that a few high counts do not make all other tiles pale.
    const step = Math.ceil(STEPS * Math.sqrt(n / most));
    const dark = step >= 3;
    const tile = svg(
      "g",
      {
        role: "button",
        tabindex: "0",
        "aria-pressed": String(chosen === province),
        "aria-label": `${province} ${n}`,
        class: "tile",
        on: {
          click: () => choose(province),
          keydown: (e) => {
            if (e.key === "Enter" || e.key === " ") {
              e.preventDefault();
              choose(province);
            }
          },
        },
      },
      svg("rect", {
        x: x * SIZE + 2,
        y: y * SIZE + 2,
        width: SIZE - 4,
        height: SIZE - 4,
        rx: 6,
        fill: step ? colour(`step${step}`) : colour("soft"),
        stroke: chosen === province ? colour("ink") : colour("line"),
        "stroke-width": chosen === province ? 3 : 1,
      }),
      svg(
        "text",
        {
          x: (x + 0.5) * SIZE,
          y: y * SIZE + 34,
          "font-size": 19,
          "text-anchor": "middle",
          fill: dark ? colour("instep") : colour("ink"),
        },
        shortName(province),
      ),
      svg(
        "text",
        {
          x: (x + 0.5) * SIZE,
          y: y * SIZE + 58,
          "font-size": 17,
          "text-anchor": "middle",
          fill: dark ? colour("instep") : colour("dim"),
        },
        n ? String(n) : "",
      ),
    );
    picture.append(tile);
  }
  return picture;
}

// The bounding box of China in degrees. A degree of longitude is scaled by the cosine of the middle latitude.
const WEST = 73;
const EAST = 136;
const SOUTH = 17;
const NORTH = 54.5;
const UNIT = 15;
const SQUEEZE = 0.82;

function points(places, provinces) {
  const at = ([longitude, latitude]) => [(longitude - WEST) * SQUEEZE * UNIT, (NORTH - latitude) * UNIT];
  const most = Math.max(1, ...places.map((p) => p.count));
  const [wide, high] = at([EAST, SOUTH]);
  const picture = svg("svg", {
    class: "points",
    viewBox: `0 0 ${Math.round(wide)} ${Math.round(high)}`,
    width: Math.round(wide),
    "font-family": "sans-serif",
    role: "img",
    "aria-label": t("points"),
  });
  for (const p of provinces) {
    const [x, y] = at(p.point);
    picture.append(
      svg("text", { x, y, "font-size": 13, "text-anchor": "middle", fill: colour("dim") }, shortName(p.name)),
    );
  }
  for (const p of places.filter((x) => x.point)) {
    const [x, y] = at(p.point);
    const dot = svg(
      "circle",
      {
        cx: x,
        cy: y,
        r: 3 + 13 * Math.sqrt(p.count / most),
        fill: colour("link"),
        "fill-opacity": 0.55,
        stroke: colour("link"),
      },
      svg("title", {}, `${p.name} ${p.count}`),
    );
    picture.append(
      p.id ? svg("a", { href: link({ v: "entity", id: p.id }), "aria-label": `${p.name} ${p.count}` }, dot) : dot,
    );
  }
  return picture;
}

function picture(view, found, name) {
  let kind = "tiles";
  let province = "";
  const holder = make("div", { class: "scroll map", tabindex: "0", role: "region", "aria-label": t("map") });
  const under = make("div");
  const kinds = make("div", { class: "bar" });
  const fill = () => {
    const choose = (p) => {
      province = province === p ? "" : p;
      fill();
      holder.querySelector(`[aria-pressed=true]`)?.focus();
    };
    const drawn = kind === "tiles" ? grid(found.places, province, choose) : points(found.places, found.provinces);
    holder.replaceChildren(drawn);
    kinds.replaceChildren(
      ...["tiles", "points"].map((k) =>
        button(
          t(k),
          () => {
            kind = k;
            fill();
          },
          { "aria-pressed": String(kind === k) },
        ),
      ),
      ...pictureButtons(name, () => drawn),
    );
    const rows = found.places.filter((p) => !province || p.province === province);
    under.replaceChildren(
      table(
        `${t("places_of")}${province ? ` ${province}` : ""}`,
        [
          column(
            t("place_name"),
            (r) => r.name,
            (r) => make("span", {}, entityLink(r), r.point ? "" : ` (${t("nopoint")})`),
          ),
          column(t("province_of"), (r) => r.province),
          column(t("code"), (r) => r.code),
          column(t("count"), (r) => r.count),
          dayColumn(t("first_day"), (r) => r.first),
          dayColumn(t("last_day"), (r) => r.last),
        ],
        rows,
        { name },
      ),
    );
  };
  fill();
  const notes = [
    found.unplaced ? t("unplaced").replace("#", found.unplaced) : "",
    found.unmapped ? t("unmapped").replace("#", found.unmapped) : "",
  ].filter(Boolean);
  view.append(
    kinds,
    make(
      "div",
      { class: "places" },
      make("div", {}, holder, make("p", { class: "dim small" }, notes.join(t("semicolon")))),
      under,
    ),
  );
}

// The map below the page of an entity, if there are places to show.
export async function mapOf(view, id) {
  const found = await ask("map", { id, ...filters() });
  if (!found.places.length) return;
  const place = make(
    "section",
    { class: "profile", "data-section": "map" },
    make("h2", {}, found.type === "Phrase" ? t("map_of_phrase") : t("map")),
  );
  picture(place, found, `${found.name} ${t("map")}`);
  view.append(place);
}

// The map page: for one entity, or for all visits.
export async function map(view, now) {
  const found = await ask("map", { id: now.get("id") || "", ...filters() });
  view.append(make("h1", {}, found.name ? `${found.name} · ${t("map")}` : t("map_of_visits")));
  if (found.name)
    view.append(make("p", {}, make("a", { href: also({ v: "entity" }) }, typeName(found.type), " ", found.name)));
  if (found.type === "Phrase") view.append(make("p", { class: "dim" }, t("map_of_phrase")));
  if (!found.places.length) {
    view.append(make("p", {}, found.unplaced ? t("unplaced").replace("#", found.unplaced) : t("nothing")));
    return;
  }
  picture(view, found, found.name ? `${found.name} ${t("map")}` : t("map_of_visits"));
}
