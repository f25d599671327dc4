"""Two people at one server, each in the same browser after the other."""
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

import fixtures
from people import PASSWORD, register


def wait(browser):
    return WebDriverWait(browser, 20)


def titles(browser):
    """Read in one step, because the grid may be filled again at any moment."""
    return sorted(browser.execute_script("return [...document.querySelectorAll('#grid li span')].map(one => one.textContent)"))


def sign_in(browser, handle, password=PASSWORD, button="login-submit"):
    wait(browser).until(lambda page: page.find_element(By.ID, "sign-in").is_displayed())
    browser.find_element(By.ID, "sign-in").click()
    for field, text in (("login-handle", handle), ("login-password", password)):
        browser.find_element(By.ID, field).clear()
        browser.find_element(By.ID, field).send_keys(text)
    browser.find_element(By.ID, button).click()


def open_image(browser, title):
    browser.execute_script(
        "[...document.querySelectorAll('#grid li button')].find(one => one.textContent === arguments[0]).click()", title)


def signed_in(browser, handle):
    wait(browser).until(lambda page: page.find_element(By.ID, "handle").text == handle)


def test_people_see_their_own_images_and_public_ones(make_server, browser, tmp_path):
    server = make_server("--registration", "open")
    register(server, "bob").upload(fixtures.jpeg(1), title="bobs secret")
    browser.get(server.url + "/")
    wait(browser).until(lambda page: page.find_element(By.ID, "welcome").is_displayed())
    assert not browser.find_element(By.ID, "adding").is_displayed()

    sign_in(browser, "alice", button="register")
    signed_in(browser, "alice")
    for name, visibility in (("mine", "private"), ("ours", "public")):
        (tmp_path / f"{name}.jpg").write_bytes(fixtures.jpeg(len(name) + len(visibility)))
        Select(browser.find_element(By.ID, "visibility")).select_by_value(visibility)
        browser.find_element(By.ID, "files").send_keys(str(tmp_path / f"{name}.jpg"))
        wait(browser).until(lambda page: name in titles(page))
    assert titles(browser) == ["mine", "ours"]

    browser.find_element(By.ID, "sign-out").click()
    wait(browser).until(lambda page: titles(page) == ["ours"])
    sign_in(browser, "bob")
    signed_in(browser, "bob")
    wait(browser).until(lambda page: titles(page) == ["bobs secret", "ours"])
    # Another account's image can be viewed, but not changed.
    open_image(browser, "ours")
    wait(browser).until(lambda page: "alice" in page.find_element(By.ID, "facts").text)
    assert not browser.find_element(By.ID, "delete").is_displayed()
    browser.find_element(By.ID, "close").click()
    open_image(browser, "bobs secret")
    wait(browser).until(lambda page: page.find_element(By.ID, "publish").text == "Make public")
    browser.find_element(By.ID, "publish").click()
    wait(browser).until(lambda page: page.find_element(By.ID, "publish").text == "Make private")
    assert len(server.get("/v1/images").json()["ids"]) == 2
    # The session survives leaving the page, and scripts cannot read its tokens.
    browser.refresh()
    signed_in(browser, "bob")
    assert "tintype" not in browser.execute_script("return document.cookie")


def test_a_wrong_password_is_reported_in_the_form(server, browser):
    register(server, "alice")
    browser.get(server.url + "/")
    sign_in(browser, "alice", "not the password")
    wait(browser).until(lambda page: "wrong" in page.find_element(By.ID, "login-failure").text)
