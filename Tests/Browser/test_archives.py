"""Downloading the results of a search, in a real browser."""
import zipfile

from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import alert_is_present
from selenium.webdriver.support.ui import WebDriverWait

import fixtures


def wait(browser):
    return WebDriverWait(browser, 20)


def let_download(browser, folder):
    folder.mkdir()
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})


def tiles(browser):
    return len(browser.find_elements(By.CSS_SELECTOR, "#grid li"))


def downloaded(folder):
    return next((path for path in folder.glob("*.zip")), None)


def test_search_results_are_downloaded_in_one_file(server, browser, tmp_path):
    for number, title in enumerate(("lake one", "lake two", "hill")):
        server.upload(fixtures.jpeg(number, 64, 48), f"{title}.jpg")
    let_download(browser, tmp_path / "downloads")
    browser.get(server.url + "/")
    wait(browser).until(lambda page: tiles(page) == 3)
    browser.find_element(By.ID, "words").send_keys("lake")
    wait(browser).until(lambda page: tiles(page) == 2)
    browser.find_element(By.ID, "download").click()
    path = wait(browser).until(lambda page: downloaded(tmp_path / "downloads"))
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["lake one.jpg", "lake two.jpg"] and archive.testzip() is None
    wait(browser).until(lambda page: page.find_element(By.ID, "download").is_enabled())
    assert browser.current_url == server.url + "/"


def test_missing_files_are_reported_and_the_others_can_be_downloaded(server, browser, tmp_path):
    records = [server.upload(fixtures.jpeg(number, 64, 48), f"{number}.jpg")[1] for number in range(2)]
    server.kept()[records[0]["digest"]].unlink()
    let_download(browser, tmp_path / "downloads")
    browser.get(server.url + "/")
    wait(browser).until(lambda page: tiles(page) == 2)
    for accepts in (False, True):
        browser.find_element(By.ID, "download").click()
        alert = wait(browser).until(alert_is_present())
        assert "One file" in alert.text
        alert.accept() if accepts else alert.dismiss()
        if not accepts:
            text = wait(browser).until(lambda page: page.find_element(By.CSS_SELECTOR, "#progress li.failed").text)
            assert "not available" in text
            wait(browser).until(lambda page: page.find_element(By.ID, "download").is_enabled())
    path = wait(browser).until(lambda page: downloaded(tmp_path / "downloads"))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["1.jpg"]
