"""Steps that several browser tests share."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def look_up(page: Page, words: str) -> None:
    """Type a name and open the first entity that is found."""
    page.locator("#q").fill(words)
    page.locator("#found [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#view h1")).to_contain_text(words)


def chip(page: Page, words: str) -> None:
    page.locator("#lines .chips button", has_text=words).first.click()
    expect(page.locator("#lines .chips button[aria-pressed=true]")).to_contain_text(words)


def marked(page: Page) -> str:
    page.locator("#text mark.on").first.wait_for()
    return "".join(page.locator("#text mark.on").all_inner_texts())
