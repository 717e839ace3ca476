// The graph view: it starts with one entity and grows with each click.
import {
  $,
  also,
  colour,
  make,
  NO_STATEMENT_FILTER,
  other,
  page,
  relationName,
  short,
  svg,
  typeName,
} from "./common.js";
import { savePicture } from "./image_export.js";
import { t } from "./translations.js";

const COLOURS = {
  Person: "#0072B2",
  Post: "#56B4E9",
  Organization: "#666666",
  Place: "#009E73",
  Park: "#00674b",
  Project: "#E69F00",
  Site: "#5b8c00",
  Meeting: "#CC79A7",
  Document: "#8a5a9e",
  Phrase: "#D55E00",
};
const MOST_ZOOM = 1.2;
const MOST_DRAWN = 300;
const FIRST_DRAWN = 25;
const LINE = "#8a8f96";
const LIT = "#D55E00";

let drawing = null;
// Types that are hidden.
const hidden = new Set();

function canvas() {
  if (drawing || !window.cytoscape) return drawing;
  const ink = colour("ink");
  drawing = window.cytoscape({
    container: $("cy"),
    minZoom: 0.2,
    maxZoom: 3,
    style: [
      {
        selector: "node",
        style: {
          label: "data(short)",
          "background-color": "data(colour)",
          width: 22,
          height: 22,
          "font-size": 12,
          color: ink,
          "text-valign": "bottom",
          "text-margin-y": 3,
          "font-family": "sans-serif",
        },
      },
      { selector: "node.centre", style: { width: 32, height: 32, "font-weight": "bold" } },
      {
        selector: "edge",
        style: {
          width: 1.5,
          "line-color": LINE,
          "curve-style": "bezier",
          "target-arrow-shape": "triangle",
          "target-arrow-color": LINE,
          label: "data(label)",
          "font-size": 10,
          color: ink,
          "text-rotation": "autorotate",
          "text-opacity": 0.8,
        },
      },
      { selector: "edge.planned", style: { "line-style": "dashed" } },
      { selector: ".lit", style: { "line-color": LIT, "target-arrow-color": LIT, width: 3 } },
    ],
  });
  drawing.on("tap", "node", (e) => {
    location.hash = also({ v: "entity", id: e.target.id(), ...NO_STATEMENT_FILTER });
  });
  drawing.on("tap", "edge", (e) => {
    const d = e.target.data();
    location.hash = also({ report: d.report, at: `${d.start}-${d.end}`, s: d.statement });
  });
  return drawing;
}

export function drawStatements(lines, centre = null) {
  $("drawing").hidden = false;
  $("main").classList.add("two");
  const cy = canvas();
  if (!cy) {
    $("drawn").textContent = t("nolib");
    return;
  }
  cy.resize();
  let added = 0;
  cy.batch(() => {
    const node = (x) => {
      if (cy.getElementById(x.id).empty()) {
        cy.add({
          data: { id: x.id, name: x.name, type: x.type, short: short(x.name), colour: COLOURS[x.type] ?? "#666666" },
        });
        added++;
      }
    };
    for (const l of lines) {
      if (!l.object.id || cy.nodes().length > MOST_DRAWN) continue;
      node(l.subject);
      node(l.object);
      if (cy.getElementById(l.claim).empty())
        cy.add({
          data: {
            id: l.claim,
            source: l.subject.id,
            target: l.object.id,
            label: relationName(l),
            report: l.report,
            start: l.start,
            end: l.end,
            statement: l.statement,
          },
          classes: l.status === "actual" ? "" : "planned",
        });
    }
    cy.nodes().removeClass("centre");
    if (centre) cy.getElementById(centre).addClass("centre");
  });
  // Existing nodes keep their positions. New nodes are placed around the centre in a deterministic layout.
  if (added) {
    const still = cy.nodes().filter((n) => n.scratch("placed"));
    if (still.nonempty()) still.lock();
    cy.layout({
      name: "concentric",
      concentric: (n) => (n.hasClass("centre") ? 9 : 1),
      levelWidth: () => 1,
      minNodeSpacing: Math.max(34, 140 - 10 * cy.nodes().length),
      animate: false,
      fit: true,
      padding: 24,
    }).run();
    still.unlock();
    cy.nodes().forEach((n) => {
      n.scratch("placed", true);
    });
    cy.fit(undefined, 24);
    if (cy.zoom() > MOST_ZOOM) {
      cy.zoom(MOST_ZOOM);
      cy.center();
    }
  }
  $("drawn").textContent = `${cy.nodes().length} ${t("drawn")}`;
  filter();
}

// A toggle button for each type in the graph.
function filter() {
  const types = [...new Set(drawing.nodes().map((n) => n.data("type")))].sort();
  drawing.nodes().forEach((n) => {
    n.style("display", hidden.has(n.data("type")) ? "none" : "element");
  });
  const toggle = (type) => {
    if (!hidden.delete(type)) hidden.add(type);
    filter();
    $("kinds").querySelector(`[data-type=${type}]`).focus();
  };
  $("kinds").replaceChildren(
    ...types.map((type) => {
      const dot = make("span", { class: "dot" });
      dot.style.background = COLOURS[type] ?? "#666666";
      return make(
        "button",
        {
          type: "button",
          "data-type": type,
          "aria-pressed": String(!hidden.has(type)),
          on: { click: () => toggle(type) },
        },
        dot,
        " ",
        typeName(type),
      );
    }),
  );
}

// Draws an entity and its most recent relationship to each neighbour.
// replace: clear the graph first, unless it contains the entity.
export function draw(found, rows, replace = false) {
  const seen = new Map();
  for (const r of rows) {
    if (!r.object.id) continue;
    const key = other(r, found.id).id;
    if (!seen.has(key)) seen.set(key, r);
  }
  const lines = [...seen.values()].slice(0, FIRST_DRAWN);
  if (!lines.length) return;
  if (replace && drawing && drawing.getElementById(found.id).empty()) drawing.elements().remove();
  drawStatements(lines, found.id);
}

export function light(statements) {
  drawing?.edges().removeClass("lit");
  drawing
    ?.edges()
    .filter((e) => statements.includes(e.data("statement")))
    .addClass("lit");
}

export const clear = () => {
  drawing?.elements().remove();
};
export function forget() {
  drawing?.destroy();
  drawing = null;
}

// The graph as an SVG image with a legend.
function picture() {
  const box = drawing.elements(":visible").boundingBox();
  const types = [...new Set(drawing.nodes(":visible").map((n) => n.data("type")))];
  const [ink, dim] = [colour("ink"), colour("dim")];
  const wide = Math.max(420, box.w + 60);
  const high = box.h + 60;
  const left = box.x1 - 30 - (wide - box.w - 60) / 2,
    top = box.y1 - 30;
  const root = svg("svg", {
    viewBox: `${left} ${top} ${wide} ${high + 26}`,
    width: wide,
    height: high + 26,
    "font-family": "sans-serif",
  });
  root.append(
    svg(
      "defs",
      {},
      svg(
        "marker",
        {
          id: "arrow",
          viewBox: "0 0 8 8",
          refX: 8,
          refY: 4,
          markerWidth: 7,
          markerHeight: 7,
          orient: "auto-start-reverse",
        },
        svg("path", { d: "M0 0 L8 4 L0 8 z", fill: LINE }),
      ),
    ),
  );
  drawing.edges(":visible").forEach((e) => {
    const [a, b, m] = [e.sourceEndpoint(), e.targetEndpoint(), e.midpoint()];
    // The midpoint of a quadratic curve is halfway to its control point.
    const pull = { x: 2 * m.x - (a.x + b.x) / 2, y: 2 * m.y - (a.y + b.y) / 2 };
    let turn = (Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI;
    if (Math.abs(turn) > 90) turn += 180;
    root.append(
      svg("path", {
        d: `M${a.x} ${a.y} Q${pull.x} ${pull.y} ${b.x} ${b.y}`,
        fill: "none",
        stroke: e.hasClass("lit") ? LIT : LINE,
        "stroke-width": 1.5,
        "stroke-dasharray": e.hasClass("planned") ? "5 4" : "none",
        "marker-end": "url(#arrow)",
      }),
    );
    root.append(
      svg(
        "text",
        {
          x: m.x,
          y: m.y - 2,
          "font-size": 10,
          fill: ink,
          "text-anchor": "middle",
          transform: `rotate(${turn} ${m.x} ${m.y})`,
        },
        e.data("label"),
      ),
    );
  });
  drawing.nodes(":visible").forEach((n) => {
    const { x, y } = n.position();
    root.append(
      svg("circle", { cx: x, cy: y, r: n.width() / 2, fill: n.data("colour") }, svg("title", {}, n.data("name"))),
    );
    root.append(
      svg(
        "text",
        {
          x,
          y: y + n.height() / 2 + 14,
          "font-size": 12,
          fill: ink,
          "text-anchor": "middle",
          "font-weight": n.hasClass("centre") ? "bold" : "normal",
        },
        n.data("short"),
      ),
    );
  });
  let at = left + 10;
  for (const type of types) {
    root.append(
      svg("circle", { cx: at + 5, cy: top + high + 8, r: 5, fill: COLOURS[type] ?? "#666666" }),
      svg("text", { x: at + 14, y: top + high + 12, "font-size": 11, fill: dim }, typeName(type)),
    );
    at += 26 + typeName(type).length * (/[a-z]/.test(typeName(type)) ? 7 : 12);
  }
  return root;
}

export function saveDrawing(kind) {
  if (!drawing || drawing.elements().empty()) return;
  const centre = drawing.nodes(".centre");
  savePicture(centre.nonempty() ? centre.data("name") : page.about.graph, picture(), kind);
}
