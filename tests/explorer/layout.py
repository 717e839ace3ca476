"""What a picture of a page must not show: elements that overlap, are cut off or hang over the edge."""

from __future__ import annotations

from playwright.sync_api import Page

_FAULTS = """() => {
  const faults = [];
  const shown = (n) => { const b = n.getBoundingClientRect(); return b.width > 1 && b.height > 1 && b.left > -500 && getComputedStyle(n).visibility !== "hidden" && n.checkVisibility(); };
  const name = (n) => `${n.tagName.toLowerCase()} ${(n.getAttribute("aria-label") || n.textContent || n.value || "").trim().slice(0, 30)}`;
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`wider than the window: ${document.documentElement.scrollWidth}`);
  const root = document.querySelector("dialog[open]") ?? document;
  const all = [...root.querySelectorAll("a, button, input, select, textarea, h1, h2, h3, summary, caption, label, th, td, svg, img, li, p")].filter(shown).filter((n) => !n.closest("svg") || n.tagName === "svg");
  for (const n of all) {
    const box = n.getBoundingClientRect(), style = getComputedStyle(n);
    const scrolls = n.closest(".scroll, .words, #side, #found");
    if (!scrolls && (box.right > innerWidth + 1 || box.left < -1)) faults.push(`over the edge: ${name(n)}`);
    if (!/INPUT|SELECT|TEXTAREA|svg/i.test(n.tagName) && !n.querySelector(".scroll") && style.overflow !== "auto" && n.scrollWidth > n.clientWidth + 2 && style.display !== "inline") faults.push(`cut off: ${name(n)}`);
  }
  // What can be pressed or read by itself lies beside or inside of another, never half over it.
  const single = all.filter((n) => /^(BUTTON|INPUT|SELECT|TEXTAREA|H1|H2|H3|SUMMARY|CAPTION|TD|TH|IMG|svg)$/i.test(n.tagName));
  for (let i = 0; i < single.length; i++) for (let j = i + 1; j < single.length; j++) {
    const [a, b] = [single[i], single[j]];
    if (a.contains(b) || b.contains(a)) continue;
    const [x, y] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    const clip = (n, r) => { const s = n.closest(".scroll, .words, #side"); const c = s ? s.getBoundingClientRect() : { left: -1e5, right: 1e5, top: -1e5, bottom: 1e5 }; return { left: Math.max(r.left, c.left), right: Math.min(r.right, c.right), top: Math.max(r.top, c.top), bottom: Math.min(r.bottom, c.bottom) }; };
    const [p, q] = [clip(a, x), clip(b, y)];
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left), high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 2 && high > 2) faults.push(`overlap: ${name(a)} / ${name(b)}`);
  }
  return faults;
}"""


def faults(page: Page) -> list[str]:
    """Faults of the layout of what the page shows now, as text."""
    found: list[str] = page.evaluate(_FAULTS)
    return found
