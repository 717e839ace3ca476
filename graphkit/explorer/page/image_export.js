// Saves images as SVG, or as PNG at double size, with the source of the data below.
import { button, colour, filters, page, say, svg } from "./common.js";
import { save } from "./tables.js";
import { t } from "./translations.js";

const FOOT = 22;

function signed(node) {
  const made = node.cloneNode(true);
  const [x, y, wide, high] = made.getAttribute("viewBox").split(/\s+/).map(Number);
  const chosen = Object.entries(filters())
    .map(([k, v]) => `${k} ${v}`)
    .join(", ");
  const words = [
    `graphkit · ${page.about.graph}`,
    `${page.about.reports} ${t("reports")} ${page.about.first} – ${page.about.last}`,
    chosen,
  ]
    .filter(Boolean)
    .join(" · ");
  const scale = wide / Number(made.getAttribute("width") || wide);
  const foot = FOOT * scale;
  made.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  made.setAttribute("viewBox", `${x} ${y} ${wide} ${high + foot}`);
  made.setAttribute("width", wide / scale);
  made.setAttribute("height", (high + foot) / scale);
  made.prepend(svg("rect", { x, y, width: wide, height: high + foot, fill: colour("ground") }));
  made.append(
    svg(
      "text",
      {
        x: x + 8,
        y: y + high + foot * 0.65,
        "font-size": 10 * scale,
        "font-family": "sans-serif",
        fill: colour("dim"),
      },
      words,
    ),
  );
  return made;
}

export async function savePicture(name, node, kind) {
  const made = signed(node);
  const blob = new Blob([new XMLSerializer().serializeToString(made)], { type: "image/svg+xml" });
  if (kind === "svg") {
    save(`${name}.svg`, blob);
    return;
  }
  const url = URL.createObjectURL(blob);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * Number(made.getAttribute("width"));
    canvas.height = 2 * Number(made.getAttribute("height"));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    save(`${name}.png`, await new Promise((done) => canvas.toBlob(done, "image/png")));
  } catch (error) {
    say(error.message);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export const pictureButtons = (name, node) =>
  ["png", "svg"].map((kind) => button(t(kind), () => savePicture(name, node(), kind)));
