"""The page, in a real browser: Chromium, where it and playwright are installed."""

import shutil
import threading
import time

import pytest

pytest.importorskip("playwright.sync_api")
uvicorn = pytest.importorskip("uvicorn")
pytest.importorskip("orjson")

from playwright.sync_api import sync_playwright

import akin_index as akin
from akin_index.serve.app import Server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium"),
    pytest.mark.filterwarnings("ignore"),
]


# A function of the page: the titles of a list.
TITLES = "(list => [...document.querySelectorAll(list + ' li .title')].map(e => e.textContent))"


@pytest.fixture(scope="module")
def address(ratings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    titles = folder / "items.csv"
    lines = [f"{i},{['Alpha', 'Beta', 'Gamma', 'Delta'][i % 4]} <{i}>,{1950 + i}\n" for i in range(160)]
    titles.write_text("item,title,year\n" + "".join(lines))
    made = akin.train(ratings, dimensions=8, epochs=6, seed=3, items=str(titles))
    akin.Index.build(made, path=folder / "f.idx", with_users=True)
    server = uvicorn.Server(uvicorn.Config(Server(str(folder / "f.idx")).app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(params=[(1200, "light"), (360, "dark")], ids=["wide", "narrow"])
def page(request, browser, address):
    width, scheme = request.param
    # The page's policy forbids what waiting for a function does; one test keeps the policy.
    keeps_policy = request.function is test_every_control_has_a_name
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=not keeps_policy)
    opened = context.new_page()
    opened.troubles = []
    opened.on("pageerror", lambda error: opened.troubles.append(str(error)))
    opened.on("request", lambda asked: asked.url.startswith(address) or opened.troubles.append(asked.url))
    opened.goto(address)
    yield opened
    assert not opened.troubles
    # Nothing is wider than the window.
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_title_leads_to_related_items(page):
    page.get_by_label("Title").fill("beta")
    page.wait_for_function("document.querySelector('#items .title')?.textContent.startsWith('Beta <')")
    page.locator("#items li .title").first.click()
    page.wait_for_function("document.querySelectorAll('#related li').length === 10")
    assert "Graph" in page.locator("#about-related").inner_text() and "µs" in page.locator("#about-related").inner_text()
    shown = page.locator("#related li .title").all_inner_texts()
    assert sum(title.startswith("Beta") for title in shown) >= 7
    page.get_by_label("exact").check()
    page.wait_for_function("document.querySelector('#about-related').textContent.startsWith('Exact')")
    page.get_by_label("Condition").fill("year < 1990")
    page.get_by_label("Condition").press("Enter")
    page.wait_for_function("[...document.querySelectorAll('#related .title')].every(e => +e.textContent.match(/\\d+/)[0] < 40)")
    page.get_by_label("Condition").fill("year <")
    page.get_by_label("Condition").press("Enter")
    page.wait_for_function("document.querySelector('#trouble').textContent.includes('filter')")


def test_an_id_leads_to_its_item(page):
    page.get_by_label("Title").fill("77")
    page.wait_for_function("document.querySelector('#items .title')?.textContent === 'Beta <77>'")
    assert page.locator("#about-items").inner_text() == "1 item"
    page.get_by_label("Title").fill("nothing like this")
    page.wait_for_function("document.querySelector('#about-items').textContent.startsWith('No item')")
    assert page.locator("#items li").count() == 0
    assert page.get_by_role("button", name="Forget all").count() == 0


def test_likes_change_what_is_recommended_by_keyboard_alone(page):
    page.get_by_label("Title").fill("gamma")
    page.wait_for_function("document.querySelector('#items .title')?.textContent.startsWith('Gamma <')")
    for place in range(3):
        heart = page.locator("#items li [aria-pressed]").nth(place)
        heart.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(f"document.querySelectorAll('#likes li').length === {place + 1}")
        # The list of fewer likes stays until the next one has come: what is liked now is in the old one, or was never recommended.
        page.wait_for_function("document.querySelectorAll('#recommended li').length === 10")
        page.wait_for_function("!titles('#recommended').some(title => titles('#likes').includes(title))".replace("titles", TITLES))
    shown = page.locator("#recommended li .title").all_inner_texts()
    assert sum(title.startswith("Gamma") for title in shown) >= 7
    page.get_by_role("button", name="Forget all").click()
    page.wait_for_function("document.querySelectorAll('#recommended li').length === 0")


def test_the_map_chooses_items(page):
    page.locator("#map-section").wait_for()
    assert (
        page.locator("#map").evaluate(
            "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
        )
        > 3
    )
    place = page.evaluate("placed(0, document.getElementById('map').getBoundingClientRect())")
    page.locator("#map").click(position={"x": place[0], "y": place[1]})
    page.wait_for_function("document.querySelectorAll('#related li').length === 10")
    page.wait_for_function("view.marked.size >= 10")
    # As many points as a map has at most.
    colours = page.evaluate(
        """() => {
          const many = length => Array.from({ length }, (_, i) => i), old = { ...view };
          view.points = { ids: many(100000), x: many(100000).map(i => i % 1000), y: many(100000).map(i => i / 100),
                          hue: many(100000).map(i => i % 360), categories: [], category: [] };
          paint(); draw();
          const data = element("map").getContext("2d").getImageData(0, 0, element("map").width, element("map").height).data;
          const found = new Set(new Uint32Array(data.buffer)).size;
          Object.assign(view, old); draw();
          return found;
        }"""
    )
    assert colours > 100
    page.locator("#map").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("view.zoom > 1.3 && view.x < 500")


def test_every_control_has_a_name(page):
    page.locator("#items li").first.wait_for()
    for control in page.locator("button, input, select").all():
        name = control.evaluate("e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent")
        assert name.strip()
