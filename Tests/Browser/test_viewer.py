"""A third-party viewer, on a page of another origin, shows images as IIIF tiles."""
import base64
import functools
import http.server
import io
import pathlib
import threading

import numpy
import pytest
from PIL import Image
from selenium.webdriver.support.ui import WebDriverWait

import fixtures

SCRIPT = pathlib.Path(__file__).parents[2] / ".venv/openseadragon.js"
PAGE = """<!doctype html><title>Viewer</title><style>body { margin: 0 } #view { width: 800px; height: 600px }</style>
<div id="view"></div><script src="openseadragon.js"></script><script>
const failures = [];
const viewer = OpenSeadragon({
  id: "view", drawer: "canvas", crossOriginPolicy: "Anonymous", showNavigationControl: false, animationTime: 0,
  tileSources: [%r],
});
viewer.addHandler("open-failed", event => failures.push(event.message));
viewer.addHandler("tile-load-failed", event => failures.push(event.message));
</script>"""
WHERE = """const item = viewer.world.getItemAt(0);
const corner = (x, y) => item.viewerElementToImageCoordinates(new OpenSeadragon.Point(x, y));
const first = corner(0, 0), last = corner(800, 600);
return [first.x, first.y, last.x, last.y];"""


@pytest.fixture
def page_folder(tmp_path):
    """A folder that contains the viewer and is served on its own port; returns the folder and its address."""
    if not SCRIPT.exists():
        pytest.skip("OpenSeadragon could not be fetched (Scripts/install-dependencies test)")
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "openseadragon.js").symlink_to(SCRIPT)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as pages:
        thread = threading.Thread(target=pages.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{pages.server_port}"
        pages.shutdown()
        thread.join()


def shown(browser):
    """The content of the canvas once every tile has arrived, and the part of the image that it shows."""
    WebDriverWait(browser, 60).until(lambda page: page.execute_script(
        "return failures.length > 0 || Boolean(viewer.world.getItemAt(0)?.getFullyLoaded())"))
    assert browser.execute_script("return failures") == []
    # A canvas with pixels of another origin can be read only if that origin allows it.
    data = browser.execute_async_script("""const done = arguments[0];
        requestAnimationFrame(() => requestAnimationFrame(() => done(viewer.drawer.canvas.toDataURL("image/png"))));""")
    canvas = Image.open(io.BytesIO(base64.b64decode(data.split(",")[1]))).convert("RGB")
    return canvas.resize((800, 600)), browser.execute_script(WHERE)


def assert_shows(browser, whole):
    canvas, (left, top, right, bottom) = shown(browser)
    expected = whole.transform((800, 600), Image.Transform.EXTENT, (left, top, right, bottom), Image.Resampling.BILINEAR)
    # Beyond the image's edges the page is visible.
    scale = 800 / (right - left)
    inside = (max(0, round(-left * scale)) + 3, max(0, round(-top * scale)) + 3,
              min(800, round((whole.width - left) * scale)) - 3, min(600, round((whole.height - top) * scale)) - 3)
    assert inside[2] - inside[0] > 300 and inside[3] - inside[1] > 300
    mine, theirs = (numpy.asarray(picture.crop(inside), float) for picture in (canvas, expected))
    assert numpy.abs(mine - theirs).mean() < 6


def test_openseadragon_shows_the_whole_picture_and_each_part_of_it(server, browser, page_folder):
    data = fixtures.jpeg(3, 3000, 2000, quality=95)
    _, record = server.upload(data, "map.jpg", fields={"visibility": "public"})
    server.wait_until_ready(record["id"])
    whole = Image.open(io.BytesIO(data)).convert("RGB")
    folder, address = page_folder
    (folder / "index.html").write_text(PAGE % f"{server.url}/iiif/3/{record['id']}/info.json")
    browser.get(address + "/")
    assert_shows(browser, whole.reduce(3).resize(whole.size))
    for x, y, zoom in ((0.5, 0.33, 1), (0.98, 0.64, 1), (0.2, 0.2, 0.5)):
        browser.execute_script(f"""const item = viewer.world.getItemAt(0);
            viewer.viewport.zoomTo(item.imageToViewportZoom({zoom}), new OpenSeadragon.Point({x}, {y}), true);
            viewer.viewport.panTo(new OpenSeadragon.Point({x}, {y}), true);
            viewer.viewport.applyConstraints(true);""")
        assert_shows(browser, whole)
    asked = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    tiles = [name for name in asked if "/0/default." in name]
    assert len(tiles) > 10 and any("/512," in name for name in tiles)
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"
            and "favicon" not in entry["message"]] == []
