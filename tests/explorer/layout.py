"""Detects layout faults of a page: elements that overlap, are cut off or extend over the edge."""

from __future__ import annotations

from playwright.sync_api import Page

_FAULTS = """() => {
  const faults = [];
  const shown = (n) => {
    const b = n.getBoundingClientRect();
    const visible = getComputedStyle(n).visibility !== "hidden" && n.checkVisibility();
    return b.width > 1 && b.height > 1 && b.left > -500 && visible;
  };
  const name = (n) => {
    const words = n.getAttribute("aria-label") || n.textContent || n.value || "";
    return `${n.tagName.toLowerCase()} ${words.trim().slice(0, 30)}`;
  };
  const width = document.documentElement.scrollWidth;
  if (width > innerWidth + 1) faults.push(`wider than the window: ${width}`);
  const root = document.querySelector("dialog[open]") ?? document;
  const kinds = "a, button, input, select, textarea, h1, h2, h3, summary, caption, label, th, td, svg, img, li, p";
  const all = [...root.querySelectorAll(kinds)].filter(shown)
    .filter((n) => !n.closest("svg") || n.tagName === "svg");
  for (const n of all) {
    const box = n.getBoundingClientRect(), style = getComputedStyle(n);
    const scrolls = n.closest(".scroll, .words, #side, #found");
    if (!scrolls && (box.right > innerWidth + 1 || box.left < -1)) faults.push(`over the edge: ${name(n)}`);
    const clips = !/INPUT|SELECT|TEXTAREA|svg/i.test(n.tagName) && !n.querySelector(".scroll")
      && style.overflow !== "auto" && style.display !== "inline";
    if (clips && n.scrollWidth > n.clientWidth + 2) faults.push(`cut off: ${name(n)}`);
  }
  // Controls and texts must not partly overlap each other.
  const control = /^(BUTTON|INPUT|SELECT|TEXTAREA|H1|H2|H3|SUMMARY|CAPTION|TD|TH|IMG|svg)$/i;
  const single = all.filter((n) => control.test(n.tagName));
  const clip = (n) => {
    const r = n.getBoundingClientRect(), s = n.closest(".scroll, .words, #side");
    const c = s ? s.getBoundingClientRect() : { left: -1e5, right: 1e5, top: -1e5, bottom: 1e5 };
    return {
      left: Math.max(r.left, c.left), right: Math.min(r.right, c.right),
      top: Math.max(r.top, c.top), bottom: Math.min(r.bottom, c.bottom),
    };
  };
  for (let i = 0; i < single.length; i++) for (let j = i + 1; j < single.length; j++) {
    const [a, b] = [single[i], single[j]];
    if (a.contains(b) || b.contains(a)) continue;
    const [p, q] = [clip(a), clip(b)];
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (wide > 2 && high > 2) faults.push(`overlap: ${name(a)} / ${name(b)}`);
  }
  return faults;
}"""


def faults(page: Page) -> list[str]:
    """Layout faults of the displayed page, one line each."""
    found: list[str] = page.evaluate(_FAULTS)
    return found
