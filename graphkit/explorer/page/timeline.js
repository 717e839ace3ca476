// Time charts: relationships per month, with a selectable period, and timelines of posts.
import { also, colour, make, short, svg } from "./common.js";
import { t } from "./translations.js";

const number = (month) => +month.slice(0, 4) * 12 + +month.slice(5, 7) - 1;
const monthOf = (n) => `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`;
const WIDE = 600;
const HIGH = 44;

// The relationships per month. Dragging selects a period for all charts and tables; a click selects one month.
// months: [month, number of relationships].
export function timeline(months) {
  if (months.length < 2) return make("span");
  const first = number(months[0][0]);
  const last = number(months.at(-1)[0]);
  const size = last - first + 1;
  const most = Math.max(...months.map(([, n]) => n));
  const step = WIDE / size;
  const band = svg("rect", { class: "band", y: 0, height: HIGH, width: 0 });
  const words = `${t("timeline")}${t("colon")}${months[0][0]} – ${months.at(-1)[0]}`;
  const picture = svg(
    "svg",
    { class: "ticks", viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", role: "img", "aria-label": words },
    band,
    ...months.map(([month, n]) => {
      const high = 4 + ((HIGH - 4) * n) / most;
      return svg(
        "rect",
        {
          class: "bar",
          x: (number(month) - first) * step,
          y: HIGH - high,
          width: Math.max(1.5, step * 0.8),
          height: high,
        },
        svg("title", {}, `${month}: ${n}`),
      );
    }),
  );
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    return first + Math.min(size - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * size)));
  };
  let from = null;
  const show = (to) => {
    const [a, b] = [Math.min(from, to), Math.max(from, to)];
    band.setAttribute("x", (a - first) * step);
    band.setAttribute("width", (b - a + 1) * step);
    chosen.textContent = `${monthOf(a)} – ${monthOf(b)}`;
    return [a, b];
  };
  const chosen = make("span", {}, t("brush"));
  picture.addEventListener("pointerdown", (e) => {
    from = at(e);
    picture.setPointerCapture(e.pointerId);
    show(from);
  });
  picture.addEventListener("pointermove", (e) => {
    if (from !== null) show(at(e));
  });
  picture.addEventListener("pointercancel", () => {
    from = null;
    band.setAttribute("width", 0);
  });
  picture.addEventListener("pointerup", (e) => {
    if (from === null) return;
    const [a, b] = show(at(e));
    from = null;
    location.hash = also({ since: monthOf(a), until: monthOf(b) });
  });
  return make(
    "figure",
    { class: "timeline" },
    picture,
    make(
      "figcaption",
      { class: "dim small" },
      make("span", {}, months[0][0]),
      chosen,
      make("span", {}, months.at(-1)[0]),
    ),
  );
}

const ROW = 22;
const LABEL = 230;
const SPAN = 400;

// A bar for each row, in order of time; null if fewer than two rows have dates or all rows have the same single day.
// rows: name, first, last (days, months or years).
export function spans(caption, rows) {
  // 2024 and 2024-05 count as their first days.
  const day = (words) => Date.parse([words, "01", "01"].join("-").slice(0, 10));
  const known = rows
    .map((r) => ({ ...r, from: day(r.first), to: day(r.last) }))
    .filter((r) => r.from && r.to)
    .sort((a, b) => a.from - b.from || a.to - b.to);
  if (known.length < 2) return null;
  const first = Math.min(...known.map((r) => r.from));
  const last = Math.max(...known.map((r) => r.to));
  if (first === last) return null;
  const x = (time) => LABEL + ((SPAN - 10) * (time - first)) / (last - first);
  const high = known.length * ROW + 22;
  const picture = svg("svg", {
    class: "spans",
    viewBox: `0 0 ${LABEL + SPAN} ${high}`,
    width: LABEL + SPAN,
    "font-family": "sans-serif",
    role: "img",
    "aria-label": caption,
  });
  known.forEach((r, n) => {
    const y = n * ROW + 4;
    picture.append(
      svg(
        "text",
        { x: LABEL - 8, y: y + 12, "font-size": 13, "text-anchor": "end", fill: colour("ink") },
        short(r.name, 16),
      ),
      svg(
        "rect",
        { x: x(r.from), y, width: Math.max(6, x(r.to) - x(r.from)), height: 14, rx: 3, fill: colour("link") },
        svg("title", {}, `${r.name} ${r.first} – ${r.last}`),
      ),
    );
  });
  const foot = { y: high - 4, "font-size": 12, fill: colour("dim") };
  picture.append(
    svg("text", { x: LABEL, ...foot }, known.find((r) => r.from === first).first),
    svg("text", { x: LABEL + SPAN - 4, "text-anchor": "end", ...foot }, known.find((r) => r.to === last).last),
  );
  return picture;
}
