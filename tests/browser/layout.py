"""What is wrong with a page as it is laid out, in words; an empty list is right."""

from itertools import combinations
from typing import Literal, TypedDict

from playwright.sync_api import Page

# Every place where letters stand, with what they say, in pixels of the screen.
TEXTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.getElementById("wall"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.textContent.trim()) continue;
    const parent = node.parentElement;
    const style = getComputedStyle(parent);
    const range = document.createRange();
    range.selectNodeContents(node);
    const drawn = parent.closest("svg");
    const scale = drawn ? drawn.getScreenCTM().a : 1;
    const curved = parent.closest("textPath") !== null;
    // A range knows nothing of letters that were narrowed.
    // Nor of those that an ellipsis stands for.
    const whole = drawn || style.textOverflow === "ellipsis";
    const boxes = whole ? [parent.getBoundingClientRect()] : range.getClientRects();
    for (const box of boxes) {
      if (!box.width || style.visibility === "hidden") continue;
      found.push({
        text: node.textContent.trim(), size: parseFloat(style.fontSize) * scale, curved,
        left: box.left, right: box.right, top: box.top, bottom: box.bottom,
      });
    }
  }
  return found;
}"""

CUT = """() => [...document.querySelectorAll("#wall, #wall *")]
  .filter((node) => !(node instanceof SVGElement) && node.textContent.trim())
  .filter((node) => getComputedStyle(node).display !== "inline")
  .filter((node) => !node.matches(".tile-source"))
  .filter((node) => node.scrollWidth > node.clientWidth + 1
    || node.scrollHeight > node.clientHeight + 1)
  .map((node) => `${node.id || node.className} is cut: ${node.textContent.trim().slice(0, 60)}`)"""

OUTSIDE = """() => [...document.querySelectorAll(".panel, .tile, .tally, .head, .answer, .sources")]
  .flatMap((panel) => {
    const outer = panel.getBoundingClientRect();
    return [...panel.querySelectorAll("*")]
      .filter((node) => node.textContent.trim() || node instanceof SVGElement)
      .filter((node) => !node.closest("defs, linearGradient, textPath"))
      .map((node) => [node, node.getBoundingClientRect()])
      .filter(([, box]) => box.width && (box.left < outer.left - 1 || box.right > outer.right + 1
        || box.top < outer.top - 1 || box.bottom > outer.bottom + 1))
      .map(([node]) => `${node.id || node.getAttribute("class")} leaves ${panel.id}`);
  })"""


class Text(TypedDict):
    """Letters in one box; `size` in pixels of the screen."""

    text: str
    size: float
    curved: bool
    left: float
    right: float
    top: float
    bottom: float


EMPTY = """() => [
  ...document.querySelectorAll(".panel-title, .panel-body, .sources, .answer, .group-title,"
    + " .tile-title, .tile-word, .tile-value, .tile-indicator, .tile-source"),
]
  .filter((node) => getComputedStyle(node).display !== "none" && !node.innerText.trim())
  .map((node) => `${node.className} of ${node.parentElement.id} is empty`)"""


def faults(page: Page, smallest: float) -> list[str]:
    """`smallest`: pixels that letters have at least."""
    texts: list[Text] = page.evaluate(TEXTS)
    found = [finding for script in (CUT, OUTSIDE, EMPTY) for finding in page.evaluate(script)]
    found += _overlaps(texts)
    found += [f"{one['text']!r} is {one['size']:.1f} px" for one in texts if one["size"] < smallest]
    sizes = page.evaluate(
        "() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight,"
        " innerWidth, innerHeight]"
    )
    if sizes[0] > sizes[2] or sizes[1] > sizes[3]:
        found.append(f"the page is larger than the screen: {sizes}")
    return found


def _overlaps(texts: list[Text]) -> list[str]:
    """Letters on letters. A line's box is higher than its letters: a fifth is air."""
    return [
        f"{one['text']!r} overlaps {other['text']!r}"
        for one, other in combinations((text for text in texts if not text["curved"]), 2)
        if _shared(one, other, "left", "right") > 1
        and _shared(one, other, "top", "bottom") > 0.2 * min(one["size"], other["size"])
    ]


def _shared(
    one: Text, other: Text, begin: Literal["left", "top"], end: Literal["right", "bottom"]
) -> float:
    return min(one[end], other[end]) - max(one[begin], other[begin])
