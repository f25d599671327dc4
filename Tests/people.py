"""Accounts of a running server, and requests on their behalf."""
import subprocess

from tintype_server import BINARY

PASSWORD = "correct horse battery staple"


class Person:
    """A client: with a token, without one, or with one of a special kind."""

    def __init__(self, server, handle=None, token=None):
        self.server, self.handle, self.token = server, handle, token

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def request(self, method, path, **keywords):
        headers = {**self.headers, **keywords.pop("headers", {})}
        return self.server.request(method, path, headers=headers, **keywords)

    def get(self, path, **keywords):
        return self.request("GET", path, **keywords)

    def post(self, path, **keywords):
        return self.request("POST", path, **keywords)

    def delete(self, path, **keywords):
        return self.request("DELETE", path, **keywords)

    def upload(self, data, expected=201, **query):
        """Uploads one bare image; returns the record or the problem."""
        response = self.post("/upload/", params=query, data=data, headers={"Content-Type": "application/octet-stream"})
        assert response.status_code == expected, response.text
        return response.json()

    def ids(self, query=""):
        return set(self.get(f"/v1/images?fields=ids&limit=1000{query}").json()["ids"])

    def make_token(self, *scopes, **more):
        response = self.post("/v1/tokens", json={"name": "a token", "scopes": list(scopes), **more})
        assert response.status_code == 201, response.text
        return Person(self.server, self.handle, response.json()["token"])


def accounts_command(server, *words, password=PASSWORD):
    """Runs `tintype accounts` on the server's folder; returns the exit status and the output."""
    done = subprocess.run(
        [str(BINARY), "accounts", *words, "--data", str(server.data)], input=f"{password}\n", text=True, capture_output=True,
        timeout=60)
    return done.returncode, done.stdout + done.stderr


def add_admin(server, handle="boss"):
    status, text = accounts_command(server, "add", handle, "--role", "admin")
    assert status == 0, text
    return log_in(server, handle)


def register(server, handle, password=PASSWORD):
    """Registers a member. The first account of a server needs the setup code and is an admin's, so it gives that up."""
    body = {"handle": handle, "password": password}
    if server.get("/v1/sessions/current").json()["needs_setup"]:
        body["setup_code"] = server.setup_code()
    response = server.post("/v1/accounts", json=body)
    assert response.status_code == 201, response.text
    person = log_in(server, handle, password)
    if response.json()["role"] == "admin":
        assert person.request("PATCH", f"/v1/accounts/{handle}", json={"role": "member"}).status_code == 200
    return person


def log_in(server, handle, password=PASSWORD):
    response = server.post("/v1/sessions", json={"handle": handle, "password": password})
    assert response.status_code == 201, response.text
    # Cookies are for browsers: a person here has only a token.
    server.session.cookies.clear()
    return Person(server, handle, response.json()["token"])
