"""The report in a real browser: nothing leaves the folder, nothing complains, everybody can read it on any screen."""

import json
import shutil
from importlib.resources import files

import pytest

from tests.reports.conftest import HOSTILE

PAGES = [
    "index.html",
    "goals.html",
    "run.html",
    "checks.html",
    "method.html",
    *(f"kpi/{name}.html" for name in ("tfr", "students", "visitors", "brand", "vision")),
]
BOTH = [*PAGES, *(f"en/{page}" for page in PAGES)]
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
DESK = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}


@pytest.fixture(scope="module")
def browser():
    """Chromium without a window, which writes down its console and every request."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("needs Chromium: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    running.set_script_timeout(60)
    yield running
    running.quit()


def screen(browser, size):
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def opened(browser, path):
    """Open a page; gives the addresses that were asked for and what the console said."""
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(path.as_uri())
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return asked, browser.get_log("browser")


@pytest.mark.parametrize("page", BOTH)
def test_a_page_loads_without_a_word_from_the_console_and_asks_for_nothing_but_itself(browser, data, page):
    screen(browser, DESK)
    path = data / "report" / page
    asked, said = opened(browser, path)
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert said == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_is_wider_than_the_screen(browser, data, size):
    screen(browser, size)
    wide = {}
    for page in BOTH:
        opened(browser, data / "report" / page)
        browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
        width = browser.execute_script("return document.scrollingElement.scrollWidth")
        if width > size["width"]:
            wide[page] = width
    assert wide == {}


# Every template once on a desk, the two that change their shape once on a phone.
LOOKED_AT = [
    *((page, DESK) for page in (*PAGES[:5], "kpi/visitors.html", "kpi/vision.html", "en/kpi/tfr.html")),
    *((page, PHONE) for page in ("index.html", "en/kpi/tfr.html")),
]


@pytest.mark.parametrize(("page", "size"), LOOKED_AT)
def test_axe_finds_no_serious_barrier(browser, data, page, size):
    screen(browser, size)
    opened(browser, data / "report" / page)
    browser.execute_script("document.querySelectorAll('details').forEach(d => { d.open = true })")
    browser.execute_script(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    result = browser.execute_async_script(
        "axe.run({resultTypes: ['violations']}).then(arguments[arguments.length - 1])"
    )
    assert len(result["passes"]) > 10  # it has looked
    serious = [found for found in result["violations"] if found["impact"] in ("serious", "critical")]
    assert [(found["id"], [node["html"][:200] for node in found["nodes"]][:3]) for found in serious] == []


def test_the_language_link_leads_to_the_same_page_and_back(browser, data):
    screen(browser, DESK)
    for page in PAGES:
        opened(browser, data / "report" / page)
        assert browser.find_element("tag name", "html").get_attribute("lang") == "ja"
        browser.find_element("link text", "English").click()
        assert browser.current_url == (data / "report" / "en" / page).as_uri()
        assert browser.find_element("tag name", "html").get_attribute("lang") == "en"
        browser.find_element("link text", "日本語").click()
        assert browser.current_url == (data / "report" / page).as_uri()


def test_every_link_between_pages_leads_to_a_page(browser, data):
    for page in BOTH:
        opened(browser, data / "report" / page)
        links = [link.get_attribute("href") for link in browser.find_elements("tag name", "a")]
        inner = {link.partition("#")[0] for link in links if link.startswith("file:")}
        assert inner <= {(data / "report" / other).as_uri() for other in BOTH}


@pytest.mark.parametrize(("size", "shown"), [(PHONE, "narrow"), (DESK, "wide")], ids=["phone", "desk"])
def test_a_kpi_with_a_quantity_has_a_chart_that_fits_the_screen(browser, data, size, shown):
    screen(browser, size)
    for name in ("tfr", "students", "visitors", "brand"):
        opened(browser, data / "report" / "kpi" / f"{name}.html")
        charts = [c for c in browser.find_elements("css selector", "svg.chart") if c.is_displayed()]
        assert charts
        assert {c.find_element("xpath", "..").get_attribute("class") for c in charts} == {shown}
        assert all(c.get_attribute("aria-label") for c in charts)
        assert charts[0].find_elements("css selector", ".target")
        assert charts[0].find_elements("css selector", ".missing")


# The figures with their units in these places, and those that take two lines or reach beyond their tile.
BROKEN = """
const [places, figures] = arguments, found = [], broken = [];
for (const place of document.querySelectorAll(places)) {
  const texts = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const figure of texts.currentNode.data.matchAll(new RegExp(figures, 'g'))) {
      const range = document.createRange();
      range.setStart(texts.currentNode, figure.index);
      range.setEnd(texts.currentNode, figure.index + figure[0].length);
      const lines = [...range.getClientRects()];
      const end = place.closest('.tiles > div, .legend, .row').getBoundingClientRect().right;
      found.push(figure[0]);
      if (new Set(lines.map(line => line.top)).size > 1 || lines.some(line => line.right > end)) broken.push(figure[0]);
    }
  }
}
return [found, broken];
"""


@pytest.mark.parametrize("width", [320, 360, 780, 900, 1100, 1280])
@pytest.mark.parametrize("page", ["index.html", "kpi/visitors.html", "en/index.html", "en/kpi/visitors.html"])
def test_no_line_ends_between_a_figure_and_its_unit(browser, data, page, width):
    screen(browser, {**DESK, "width": width})
    opened(browser, data / "report" / page)
    figures = r"[0-9][0-9,.]*\s(?:people|products)" if page.startswith("en/") else "[0-9][0-9,.]*万?[人品]"
    places = ".tiles strong, .legend li, .cards .value, .cards .name small"
    found, broken = browser.execute_script(BROKEN, places, figures)
    assert len(found) >= 7
    assert broken == []


def test_the_keyboard_reaches_the_content_first(browser, data):
    from selenium.webdriver.common.keys import Keys

    screen(browser, DESK)
    opened(browser, data / "report" / "index.html")
    browser.find_element("tag name", "body").send_keys(Keys.TAB)
    first = browser.switch_to.active_element
    assert first.get_attribute("class") == "skip"
    first.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.activeElement.id") == "main"


def test_hostile_texts_stay_text(browser, hostile):
    screen(browser, DESK)
    for page in BOTH:
        path = hostile / page
        asked, said = opened(browser, path)
        assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
        assert said == []
        assert browser.find_elements("css selector", "img, script, iframe") == []
        assert browser.find_elements("css selector", "[onerror], [onload], [href^='javascript']") == []
        assert HOSTILE in browser.execute_script("return document.title")
    opened(browser, hostile / "kpi" / "visitors.html")
    assert HOSTILE in browser.find_element("css selector", "h1").text
    assert HOSTILE in browser.find_element("css selector", "svg.chart").get_attribute("aria-label")
