"""The first page in a real browser."""
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


def wait(browser):
    return WebDriverWait(browser, 20)


def tiles(browser):
    return browser.find_elements(By.CSS_SELECTOR, "#grid li")


def test_images_are_added_found_viewed_and_deleted(server, images, browser):
    browser.get(server.url + "/")
    wait(browser).until(lambda page: page.find_element(By.ID, "welcome").is_displayed())
    assert server.url in browser.find_element(By.ID, "curl").text

    paths = [images.by_format["jpeg"], images.with_metadata("lake_1.jpg", tags=("-Make=Acme", "-Model=One"))]
    browser.find_element(By.ID, "files").send_keys("\n".join(str(path) for path in paths))
    wait(browser).until(lambda page: len(tiles(page)) == 2)
    wait(browser).until(lambda page: all(
        page.execute_script("return arguments[0].naturalWidth", picture) == 256
        for picture in page.find_elements(By.CSS_SELECTOR, "#grid img")))

    browser.find_element(By.ID, "words").send_keys("lake")
    wait(browser).until(lambda page: [tile.text for tile in tiles(page)] == ["lake_1"])

    tiles(browser)[0].find_element(By.TAG_NAME, "button").click()
    wait(browser).until(lambda page: "Acme One" in page.find_element(By.ID, "facts").text)
    wait(browser).until(lambda page: page.execute_script(
        "return document.getElementById('picture').naturalWidth") == 640)

    browser.find_element(By.ID, "delete").click()
    browser.switch_to.alert.accept()
    wait(browser).until(lambda page: page.find_element(By.ID, "nothing").is_displayed())
    assert len(server.get("/v1/images").json()["ids"]) == 1

    severe = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert severe == []


def test_a_file_that_is_not_an_image_is_refused_with_a_reason(server, browser, tmp_path):
    text = tmp_path / "notes.jpg"
    text.write_text("not an image at all\n" * 10)
    browser.get(server.url + "/")
    browser.find_element(By.ID, "files").send_keys(str(text))
    failure = wait(browser).until(lambda page: page.find_element(By.CSS_SELECTOR, "#progress li.failed").text)
    assert "notes.jpg" in failure and "text" in failure


def test_an_uploaded_document_cannot_run_in_the_page(server, browser):
    script = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>document.title="ran"</script></svg>'
    _, record = server.upload(script, name="x.svg")
    browser.get(server.url + "/")
    browser.get(server.url + record["links"]["original"])
    assert browser.title != "ran"
