"""Uploads: as forms, as bare bodies, announced by digest, and repeated."""
import concurrent.futures
import json

import pytest

import fixtures
from wire import BOUNDARY, FORM_TYPE, Wire, chunked, disposition, form, head, repr_digest, sha256


def send_form(server, *parts, path="/upload/"):
    response = server.post(path, data=form(*parts), headers=FORM_TYPE)
    return response.status_code, response.json()


def test_a_form_may_have_several_files_and_the_answer_lists_them_in_order(server):
    files = [fixtures.jpeg(seed) for seed in (1, 2, 3)]
    status, body = send_form(server, *[("file", data, f"photo {index}.jpg") for index, data in enumerate(files)])
    assert status == 201
    assert [image["digest"] for image in body["images"]] == [sha256(data) for data in files]
    assert [image["title"] for image in body["images"]] == ["photo 0", "photo 1", "photo 2"]
    assert all(image["duplicate"] is False for image in body["images"])


def test_the_fields_of_a_form_apply_to_every_file_even_to_earlier_ones(server):
    status, body = send_form(
        server, ("tags", "sea, summer "), ("file", fixtures.jpeg(1), "a.jpg"), ("title", "By the sea"),
        ("file", fixtures.jpeg(2), "b.jpg"), ("description", "Two of us"), ("tags", "summer,us"),
        ("visibility", "public"), ("attributes", json.dumps({"album": 7, "rated": [1, None, True]})))
    assert status == 201
    for answered in body["images"]:
        record = server.record(answered["id"])
        assert record["title"] == "By the sea" and record["description"] == "Two of us"
        assert record["tags"] == ["sea", "summer", "us"] and record["visibility"] == "public"
        assert record["attributes"] == {"album": 7, "rated": [1, None, True]}


def test_a_part_with_a_filename_is_a_file_whatever_its_name(server):
    status, body = send_form(server, ("anything", fixtures.jpeg(1), "first.jpg"), ("file", fixtures.jpeg(2)))
    assert status == 201 and len(body["images"]) == 2
    assert body["images"][0]["title"] == "first"


def test_a_form_answers_201_if_one_is_new_and_200_if_all_are_known(server):
    one, two = fixtures.jpeg(1), fixtures.jpeg(2)
    assert send_form(server, ("file", one, "one.jpg"))[0] == 201
    status, body = send_form(server, ("file", one, "one.jpg"), ("file", two, "two.jpg"))
    assert status == 201 and [image["duplicate"] for image in body["images"]] == [True, False]
    status, body = send_form(server, ("file", two, "two.jpg"), ("file", one, "one.jpg"))
    assert status == 200 and [image["duplicate"] for image in body["images"]] == [True, True]
    assert len(server.kept()) == 2


def test_an_error_in_one_file_does_not_affect_the_others(server):
    status, body = send_form(
        server, ("file", b"just some words", "notes.jpg"), ("file", fixtures.jpeg(1), "good.jpg"),
        ("file", b"", "empty.jpg"))
    assert status == 201
    problem, image, empty = body["images"]
    assert problem["status"] == 415 and problem["type"] == "/problems/unsupported-format"
    assert image["title"] == "good"
    assert empty["status"] == 400
    assert list(server.kept()) == [image["digest"]]


def test_a_form_whose_files_all_fail_answers_the_first_problems_status(server):
    cut = fixtures.jpeg(1)[:5000]
    status, body = send_form(server, ("file", cut, "cut.jpg"), ("file", b"words", "words.jpg"))
    assert status == 422 and [problem["status"] for problem in body["images"]] == [422, 415]
    status, body = send_form(server, ("file", b"words", "words.jpg"), ("file", cut, "cut.jpg"))
    assert status == 415
    server.assert_nothing_is_kept()


def test_the_same_file_twice_in_one_form_is_one_image(server):
    data = fixtures.jpeg(1)
    status, body = send_form(server, ("file", data, "a.jpg"), ("file", data, "b.jpg"))
    assert status == 201
    assert [image["duplicate"] for image in body["images"]] == [False, True]
    assert len({image["id"] for image in body["images"]}) == 1


@pytest.mark.parametrize("path", ["/upload/", "/upload", "/v1/upload/", "/v1/upload"])
def test_every_spelling_of_the_path_accepts_uploads(server, path):
    assert send_form(server, ("file", fixtures.jpeg(1), "a.jpg"), path=path)[0] == 201


def test_a_bare_body_answers_with_the_record_and_its_location(server):
    data = fixtures.jpeg(1)
    response = server.post("/upload/?name=bb.jpg", data=data, headers={"Content-Type": "image/jpeg"})
    record = response.json()
    assert response.status_code == 201 and record["title"] == "bb" and record["digest"] == sha256(data)
    assert response.headers["Location"] == record["links"]["self"]
    again = server.post("/upload/?name=cc.jpg", data=data, headers={"Content-Type": "image/jpeg"})
    assert again.status_code == 200 and again.json()["duplicate"] is True and again.json()["id"] == record["id"]


def test_a_bare_body_takes_its_details_from_the_query(server):
    record = server.post(
        "/upload/", params={
            "title": "Tätiges", "description": "d & d", "tags": ["a,b", "c"], "visibility": "public",
            "attributes": '{"x": {"y": 1.5}}'},
        data=fixtures.jpeg(1), headers={"Content-Type": "image/jpeg"}).json()
    assert record["title"] == "Tätiges" and record["description"] == "d & d"
    assert record["tags"] == ["a", "b", "c"] and record["visibility"] == "public"
    assert record["attributes"] == {"x": {"y": 1.5}}


@pytest.mark.parametrize("disposition, title", [
    ('attachment; filename="holiday.jpg"', "holiday"),
    ("attachment; filename=holiday.jpg", "holiday"),
    ('attachment; filename="with \\"quotes\\".jpg"', 'with "quotes"'),
    ("attachment; filename=\"plain.jpg\"; filename*=UTF-8''%C3%A9v%C3%A8nement.jpg", "évènement"),
    ("attachment; filename*=utf-8''%E6%97%A5%E6%9C%AC.jpg; filename=\"x.jpg\"", "日本"),
    ("attachment; filename*=ISO-8859-1'de'M%FCnchen.jpg", "München"),
    ("attachment; filename=\"fallback.jpg\"; filename*=UTF-8''%FF%FE.jpg", "fallback"),
    ("attachment", ""),
])
def test_a_bare_body_is_named_by_its_content_disposition(server, disposition, title):
    record = server.post(
        "/upload/", data=fixtures.jpeg(1),
        headers={"Content-Type": "image/jpeg", "Content-Disposition": disposition}).json()
    assert record["title"] == title


def test_the_name_in_the_query_takes_precedence_over_the_content_disposition(server):
    record = server.post(
        "/upload/?name=query.jpg", data=fixtures.jpeg(1),
        headers={"Content-Type": "image/jpeg", "Content-Disposition": 'attachment; filename="field.jpg"'}).json()
    assert record["title"] == "query"


def test_the_format_is_recognised_by_the_bytes_never_by_the_name_or_type(server, images):
    png = images.by_format["png"].read_bytes()
    response = server.post("/upload/?name=lie.jpg", data=png, headers={"Content-Type": "image/jpeg"})
    assert response.status_code == 201 and response.json()["format"] == "png"
    original = server.get(response.json()["links"]["original"])
    assert original.headers["Content-Type"] == "image/png" and original.content == png
    assert ".png" in original.headers["Content-Disposition"]


def test_a_body_without_a_content_type_is_treated_as_an_image(server):
    with Wire(server) as wire:
        data = fixtures.jpeg(1)
        wire.send(head("POST", "/upload/", f"Content-Length: {len(data)}") + data)
        assert wire.response().status == 201


@pytest.mark.parametrize("clients", [2, 20])
def test_concurrent_uploads_of_the_same_bytes_create_one_content(server, clients):
    data = fixtures.jpeg(1, 1600, 1200)

    def send(index):
        response = server.request("POST", f"/upload/?name={index}.jpg", data=data, headers={"Content-Type": "image/jpeg"})
        return response.status_code, response.json()

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        answers = list(pool.map(send, range(clients)))
    assert sorted(status for status, _ in answers) == [200] * (clients - 1) + [201]
    assert len({record["id"] for _, record in answers}) == 1
    assert [record["duplicate"] for _, record in answers].count(False) == 1
    assert list(server.kept()) == [sha256(data)]
    server.wait_until(lambda: not server.staged())
    assert len(server.all_images()) == 1


# Digests

def test_the_right_digest_is_confirmed(server):
    data = fixtures.jpeg(1)
    response = server.post(
        "/upload/", data=data, headers={"Content-Type": "image/jpeg", "Repr-Digest": repr_digest(data)})
    assert response.status_code == 201
    original = server.get(response.json()["links"]["original"])
    assert original.headers["Repr-Digest"] == repr_digest(data)


def test_other_digest_algorithms_are_ignored(server):
    data = fixtures.jpeg(1)
    response = server.post("/upload/", data=data, headers={
        "Content-Type": "image/jpeg", "Repr-Digest": f"md5=:AAAA:, {repr_digest(data)}, unixsum=:AA==:"})
    assert response.status_code == 201


def test_a_wrong_digest_is_refused_and_leaves_nothing(server):
    response = server.post("/upload/", data=fixtures.jpeg(1), headers={
        "Content-Type": "image/jpeg", "Repr-Digest": repr_digest(b"something else")})
    assert response.status_code == 400 and response.json()["type"] == "/problems/digest-mismatch"
    server.assert_nothing_is_kept()


@pytest.mark.parametrize("value", [
    "sha-256=:AAAA:", "sha-256=nonsense", "sha-256=:!!!!:", "sha-256=", "sha-256=:" + "A" * 44 + ":x"])
def test_a_malformed_digest_is_refused_and_leaves_nothing(server, value):
    response = server.post(
        "/upload/", data=fixtures.jpeg(1), headers={"Content-Type": "image/jpeg", "Repr-Digest": value})
    assert response.status_code == 400 and response.headers["Content-Type"] == "application/problem+json"
    server.assert_nothing_is_kept()


def test_a_digest_of_a_form_of_one_file_is_not_silently_ignored(server):
    """The field applies only to a single bare body: a wrong one must not seem to be confirmed."""
    response = server.post(
        "/upload/", data=form(("file", fixtures.jpeg(1), "a.jpg")),
        headers={**FORM_TYPE, "Repr-Digest": repr_digest(b"something else")})
    assert response.status_code == 400
    server.assert_nothing_is_kept()


# Transfer of bodies

def test_a_chunked_body_is_accepted(server):
    data = fixtures.jpeg(1)
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/?name=x.jpg", "Content-Type: image/jpeg", "Transfer-Encoding: chunked"))
        wire.send(chunked(data, 777))
        response = wire.response()
        assert response.status == 201 and json.loads(response.body)["digest"] == sha256(data)


def test_a_chunked_form_is_accepted_whatever_the_pieces(server):
    body = form(("title", "In pieces"), ("file", fixtures.jpeg(1, 64, 48), "x.jpg"))
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", f"Content-Type: {FORM_TYPE['Content-Type']}", "Transfer-Encoding: chunked"))
        wire.send(chunked(body, 1))
        response = wire.response()
        assert response.status == 201 and json.loads(response.body)["images"][0]["title"] == "In pieces"


def test_a_boundary_may_be_anywhere_in_the_pieces_and_similar_bytes_may_be_in_the_data(server):
    """Data that contains the delimiter without its last letter, split at each position."""
    almost = b"\r\n--" + BOUNDARY[:-1].encode()
    data = fixtures.jpeg(1, 64, 48) + almost + b"-" + almost
    # Bytes after a JPEG's end are not damage.
    body = form(("file", data, "x.jpg"))
    first = body.index(almost)
    for cut in range(first, first + 2 * len(almost) + 2):
        with Wire(server) as wire:
            wire.send(head("POST", "/upload/", f"Content-Type: {FORM_TYPE['Content-Type']}",
                           f"Content-Length: {len(body)}") + body[:cut])
            wire.send(body[cut:])
            response = wire.response()
            assert response.status == (201 if cut == first else 200), response
            assert json.loads(response.body)["images"][0]["digest"] == sha256(data)


def test_a_client_that_waits_for_it_is_told_to_continue(server):
    data = fixtures.jpeg(1)
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}", "Expect: 100-continue"))
        assert wire.response().status == 100
        wire.send(data)
        assert wire.response().status == 201


def test_a_client_that_does_not_wait_is_not_told_to_continue(server):
    data = fixtures.jpeg(1)
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}") + data)
        assert wire.response().status == 201


@pytest.mark.parametrize("target, fields, status", [
    ("/upload/", ["Content-Type: text/plain", "Content-Length: 1000"], 415),
    ("/upload/?colour=red", ["Content-Type: image/jpeg", "Content-Length: 1000"], 400),
    ("/upload/", ["Content-Type: multipart/form-data", "Content-Length: 1000"], 400),
    ("/upload/", ["Content-Type: image/jpeg", "Content-Length: 100000000000"], 413),
    ("/nowhere", ["Content-Type: image/jpeg", "Content-Length: 1000"], 404),
    ("/v1/images", ["Content-Type: image/jpeg", "Content-Length: 1000"], 405),
])
def test_a_request_that_is_refused_by_its_head_is_not_told_to_continue(server, target, fields, status):
    with Wire(server) as wire:
        wire.send(head("POST", target, *fields, "Expect: 100-continue"))
        response = wire.response()
        assert response.status == status
        assert response["Content-Type"] == "application/problem+json"


def test_other_expectations_are_refused(server):
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", "Content-Length: 10", "Expect: miracles"))
        assert wire.response().status == 417


def test_a_duplicate_is_answered_before_its_body_is_sent(server):
    data = fixtures.jpeg(1)
    _, record = server.upload(data, "x.jpg")
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}",
                       f"Repr-Digest: {repr_digest(data)}", "Expect: 100-continue"))
        response = wire.response()
        assert response.status == 200
        answered = json.loads(response.body)
        assert answered["id"] == record["id"] and answered["duplicate"] is True


def test_an_unknown_digest_is_told_to_continue(server):
    data = fixtures.jpeg(1)
    with Wire(server) as wire:
        wire.send(head("POST", "/upload/", "Content-Type: image/jpeg", f"Content-Length: {len(data)}",
                       f"Repr-Digest: {repr_digest(data)}", "Expect: 100-continue"))
        assert wire.response().status == 100
        wire.send(data)
        assert wire.response().status == 201


# Verification

@pytest.mark.parametrize("as_form", [True, False])
@pytest.mark.parametrize("data", [fixtures.broken_png(), fixtures.half_jpeg()], ids=["png", "jpeg"])
def test_a_damaged_image_is_refused_if_it_is_verified(server, data, as_form):
    if as_form:
        status, body = send_form(server, ("file", data, "x.jpg"), path="/upload/?verify=true")
        problem = body["images"][0]
    else:
        response = server.post("/upload/?verify=true", data=data, headers={"Content-Type": "image/jpeg"})
        status, problem = response.status_code, response.json()
    assert status == 422 and problem["type"] == "/problems/damaged-image", problem
    server.assert_nothing_is_kept()


def test_an_intact_image_passes_verification(server, images):
    for format, path in images.by_format.items():
        status, record = server.upload(path, path="/upload/?verify=true")
        assert status == 201, (format, record)


@pytest.mark.parametrize("value", ["yes", "1", "", "TRUE"])
def test_verify_accepts_only_true_and_false(server, value):
    response = server.post(f"/upload/?verify={value}", data=fixtures.jpeg(1), headers={"Content-Type": "image/jpeg"})
    assert response.status_code == 400
    server.assert_nothing_is_kept()


# Details beyond their limits

@pytest.mark.parametrize("details", [
    {"title": "t" * 501}, {"description": "d" * 10_001}, {"tags": "g" * 101}, {"tags": ",".join(map(str, range(101)))},
    {"visibility": "secret"}, {"attributes": "{"}, {"attributes": "[1]"}, {"attributes": '"text"'},
])
@pytest.mark.parametrize("as_form", [True, False])
def test_details_beyond_their_limits_are_refused_and_leave_nothing(server, details, as_form):
    if as_form:
        status, body = send_form(server, ("file", fixtures.jpeg(1), "x.jpg"), *details.items())
    else:
        response = server.post("/upload/", params=details, data=fixtures.jpeg(1), headers={"Content-Type": "image/jpeg"})
        status = response.status_code
    assert status == 400
    server.assert_nothing_is_kept()


def test_details_at_their_limits_are_accepted(server):
    tags = [f"{index:0100}" for index in range(100)]
    status, body = send_form(
        server, ("file", fixtures.jpeg(1), "x.jpg"), ("title", "é" * 500), ("description", "漢" * 10_000),
        ("tags", ",".join(tags)))
    assert status == 201
    record = server.record(body["images"][0]["id"])
    assert record["title"] == "é" * 500 and record["description"] == "漢" * 10_000 and record["tags"] == tags


def test_a_form_may_hold_hundreds_of_files(server):
    files = [("file", fixtures.encoded(fixtures.picture(16, 16, seed), "PNG"), f"{seed}.png") for seed in range(300)]
    status, body = send_form(server, *files)
    assert status == 201 and len(body["images"]) == 300
    assert len(server.kept()) == len({image["digest"] for image in body["images"]})


def test_a_parts_fields_may_be_spelt_in_any_way(server):
    part = b"content-type: image/jpeg\r\nCONTENT-DISPOSITION:form-data; filename=odd.jpg ;name=file"
    status, body = send_form(server, (part, fixtures.jpeg(1)))
    assert status == 201 and body["images"][0]["title"] == "odd"


def test_a_preamble_padding_and_an_epilogue_do_not_matter(server):
    body = (b"This is a preamble.\r\n--" + BOUNDARY.encode() + b"  \t\r\n" + disposition("file", "x.jpg") + b"\r\n\r\n"
            + fixtures.jpeg(1) + b"\r\n--" + BOUNDARY.encode() + b"--\r\nAn epilogue.\r\n--" + BOUNDARY.encode() + b"\r\n")
    response = server.post("/upload/", data=body, headers=FORM_TYPE)
    assert response.status_code == 201
    original = server.get(response.json()["images"][0]["links"]["original"])
    assert original.content == fixtures.jpeg(1)
