"""A client that openapi-python-client, a third-party tool, makes from the served description does the usual work."""
import importlib
import io
import json
import os
import pathlib
import subprocess
import sys

from PIL import Image
import pytest

import fixtures

BIN = pathlib.Path(sys.executable).parent
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


@pytest.fixture(scope="module")
def description(module_server):
    return module_server.get("/v1/openapi.json")


@pytest.fixture(scope="module")
def package(description, tmp_path_factory):
    """The generated package. A warning means that an operation, an answer or a schema was left out."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_bytes(description.content)
    # The tool must be told that this type is of bytes as well.
    (folder / "config.json").write_text(
        json.dumps({"content_type_overrides": {"application/offset+octet-stream": "application/octet-stream"}}))
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", folder / "openapi.json", "--meta", "none",
         "--config", folder / "config.json",
         "--output-path", folder / "generated_tintype", "--fail-on-warning"],
        capture_output=True, text=True, timeout=120, cwd=folder,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"})
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield "generated_tintype"
    sys.path.remove(str(folder))


@pytest.fixture
def call(package, module_server):
    """Calls an operation: its answer as the client reads it, after a check of the status."""
    client = importlib.import_module(package).Client(base_url=module_server.url, raise_on_unexpected_status=True)

    def call(operation, status, *positional, **named):
        answer = importlib.import_module(f"{package}.api.{operation}").sync_detailed(*positional, client=client, **named)
        assert answer.status_code == status, answer.content
        return answer.parsed

    return call


@pytest.fixture
def models(package):
    return importlib.import_module(f"{package}.models")


@pytest.fixture
def file_of(package):
    types = importlib.import_module(f"{package}.types")
    return lambda data, name=None: types.File(payload=io.BytesIO(data), file_name=name)


def test_each_operation_has_a_function(description, package):
    operations = {
        (operation["tags"][0], operation["operationId"])
        for item in description.json()["paths"].values() for method, operation in item.items() if method in METHODS}
    folder = pathlib.Path(importlib.import_module(package).__file__).parent / "api"
    made = {(file.parent.name, file.stem) for file in folder.glob("*/*.py") if file.stem != "__init__"}
    assert len(operations) > 60
    assert {(tag, id.replace("_", "").lower()) for tag, id in operations} == {
        (tag, name.replace("_", "")) for tag, name in made}


def unnamed_objects(schema, place, is_named=False):
    """The places of objects with members that are written where they are used, rather than named and referred to."""
    if isinstance(schema, list):
        return [found for index, part in enumerate(schema) for found in unnamed_objects(part, f"{place}/{index}")]
    if not isinstance(schema, dict):
        return []
    own = [] if is_named or not isinstance(schema.get("properties"), dict) else [place]
    return own + [
        found for name, part in schema.items() if name not in ("example", "default", "enum")
        for found in unnamed_objects(part, f"{place}/{name}")]


def test_every_object_has_a_name(description):
    """A generator invents names for the others, and names them after their first place."""
    document = description.json()
    components = document["components"]
    assert unnamed_objects(document["paths"], "paths") == []
    assert unnamed_objects({name: part for name, part in components.items() if name != "schemas"}, "components") == []
    assert [found for name, schema in components["schemas"].items() for found in unnamed_objects(schema, name, True)] == []


def test_it_uploads_lists_changes_and_renders(call, models, file_of):
    data = fixtures.jpeg(7, 320, 200)
    image = call("uploads.upload_image", 201, body=file_of(data), name="pier.jpg", tags=["sea", "dawn"])
    assert isinstance(image, models.Image)
    assert (image.title, image.width, image.height, image.duplicate) == ("pier", 320, 200, False)
    again = call("uploads.upload_image", 200, body=file_of(data))
    assert (again.id, again.duplicate) == (image.id, True)

    page = call("images.list_images", 200, tag=["sea", "dawn"], sort=models.ImageOrder.ADDED_DESCENDING)
    assert page.ids == [image.id] and page.images[0].digest == image.digest and page.next_ is None
    assert call("images.get_original", 200, image.id).payload.read() == data

    changes = models.ImageChanges(title="The pier", tags=["sea"], visibility=models.Visibility.PUBLIC)
    changed = call("images.change_image", 200, image.id, body=changes)
    assert (changed.title, changed.tags, changed.visibility) == ("The pier", ["sea"], models.Visibility.PUBLIC)
    patch = models.ImageMergePatch(description=None, title="Pier")
    assert call("images.change_image", 200, image.id, body=patch).title == "Pier"

    rendition = call(
        "delivery.render_image", 200, image.id, width=80, height=80, fit=models.RenderImageFit.COVER,
        format_=models.RenderImageFormat.PNG)
    picture = Image.open(rendition.payload)
    assert (picture.format, picture.size) == ("PNG", (80, 80))


def test_it_uploads_a_form(call, models, file_of):
    form = models.UploadForm(
        file=[file_of(fixtures.jpeg(8, 90, 60), "a.jpg"), file_of(b"no picture", "b.jpg")], title="Both", tags="one,two")
    image, problem = call("uploads.upload_form", 201, body=form).images
    assert isinstance(image, models.Image) and isinstance(problem, models.Problem)
    assert (image.title, image.tags, problem.status) == ("Both", ["one", "two"], 415)


def test_it_reads_problems(call, models):
    missing = call("images.get_image", 404, "01900000-0000-7000-8000-000000000000")
    assert isinstance(missing, models.Problem) and missing.status == 404 and missing.detail


def test_it_makes_lists_and_revokes_tokens(call, models):
    made = call("accounts.make_token", 201, body=models.TokenRequest(name="camera", scopes=[models.Scope.WRITE]))
    assert made.token and made.scopes == [models.Scope.WRITE] and made.expires_at is None
    assert [token.id for token in call("accounts.list_tokens", 200).tokens] == [made.id]
    call("accounts.revoke_token", 204, made.id)
    assert call("accounts.list_tokens", 200).tokens == []


def test_it_continues_an_upload(call, models, file_of):
    data = fixtures.jpeg(8, 320, 200)
    upload = call("uploads.create_upload", 201, tus_resumable="1.0.0", upload_length=len(data))
    assert isinstance(upload, models.ResumableUpload) and upload.offset == 0
    continued = dict(tus_resumable="1.0.0", upload_offset=0, body=file_of(data))
    call("uploads.continue_upload", 204, upload.id, **continued)
    done = call("uploads.get_upload", 200, upload.id)
    assert done.state == "done" and done.duplicate is False
    assert call("uploads.list_uploads", 200).uploads == []
