"""Looks at the reports of a run as their readers do: JUnit XML against its schema, the page in
Chromium, on a desk and on a phone, in light and dark, without a mouse, on paper."""

import base64
from pathlib import Path

from lxml import etree

from browser import Browser

HERE = Path(__file__).parent
# The widths to look at, and whether to keep a picture.
WIDTHS = [(1280, True), (390, True), (360, False)]

# Text that is hard to read on what is behind it (WCAG 2 AA: 4.5 to 1).
PALE = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const ink = parse(element instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) pale.push(`${element.textContent.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return pale;
})()
"""

# What sticks out of the page at its right.
WIDE = """
(() => {
  const edge = document.documentElement.clientWidth;
  return [...document.body.querySelectorAll('*')]
    .filter((e) => !e.closest('.skip') && e.getBoundingClientRect().right > edge + 1)
    .map((e) => `${e.tagName} ${e.textContent.trim().slice(0, 40)}`);
})()
"""

# Everything that Tab reaches, and whether one sees where one is.
TABS = """
[...document.querySelectorAll('a[href], summary')].map((element) => {
  element.focus({focusVisible: true});
  const style = getComputedStyle(element);
  return document.activeElement === element && style.outlineStyle !== 'none';
})
"""


def check(condition, what, found=None):
    """Ends with a word on what is wrong."""
    if not condition:
        raise SystemExit(f"report: {what}: {found}" if found is not None else f"report: {what}")


def check_junit(file):
    """Whether the schema takes it, and its sums are right."""
    schema = etree.XMLSchema(etree.parse(HERE / "junit.xsd"))
    document = etree.parse(file)
    check(schema.validate(document), f"{file} is not valid", schema.error_log)
    for suite in document.iter("testsuite"):
        check(int(suite.get("tests")) == len(suite.findall("testcase")), "tests miscounted")
        failures = suite.findall("testcase/failure")
        check(int(suite.get("failures")) == len(failures), "failures miscounted")


def check_page(browser, page, folder):
    """Whether the page is as it should be at each width, in light and dark."""
    for width, keep in WIDTHS:
        for scheme in ["light", "dark"]:
            browser.open(page, width, scheme, phone=width < 800)
            name = f"{width}-{scheme}"
            check_reading(browser, page, name)
            if keep:
                picture(browser, folder / f"report-{name}.png", width)
    check(all(browser.evaluate(TABS)), "no focus to be seen")
    check_structure(browser)
    paper = browser.call("Page.printToPDF", printBackground=False, preferCSSPageSize=True)
    (folder / "report.pdf").write_bytes(base64.b64decode(paper["data"]))


def check_reading(browser, page, name):
    """Nothing sticks out, nothing is pale, nothing is fetched or refused."""
    check(browser.evaluate("document.readyState") == "complete", f"{name}: not loaded")
    check(not browser.evaluate(WIDE), f"{name}: too wide", browser.evaluate(WIDE))
    scroll = browser.evaluate("document.documentElement.scrollWidth - innerWidth")
    check(scroll <= 0, f"{name}: scrolls sideways by", scroll)
    pale = browser.evaluate(PALE)
    check(not pale, f"{name}: too pale", pale)
    check(browser.requests() == [Path(page).resolve().as_uri()], "requests", browser.requests())
    check(not browser.complaints(), f"{name}: the browser complains", browser.complaints())


def check_structure(browser):
    """Headings and landmarks lead through the page, and pictures have words."""
    roles = browser.roles()
    kinds = [role for role, _ in roles]
    for needed in ["banner", "main", "navigation", "contentinfo", "heading", "list"]:
        check(needed in kinds, f"no {needed} for a screen reader")
    for role, name in roles:
        check(name or role not in ("image", "region", "link", "heading"), f"a nameless {role}")
    check(browser.evaluate("document.title") != "", "no title")
    check(browser.evaluate("document.documentElement.lang") == "en", "no language")
    check(browser.evaluate("document.querySelectorAll('h1').length") == 1, "not one h1")
    ids = browser.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    check(len(ids) == len(set(ids)), "an id is there twice")


def picture(browser, file, width):
    """The whole page."""
    height = browser.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, 8000), "scale": 1}
    shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
    file.write_bytes(base64.b64decode(shot["data"]))


def check_pages(page, folder):
    """Whether the page is as it should be, in a browser of its own."""
    with Browser("chromium") as browser:
        check_page(browser, page, folder)
