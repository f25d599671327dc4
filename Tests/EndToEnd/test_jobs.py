"""Renditions in bulk, and the jobs that make them: each is made once, and failures are reported."""
import concurrent.futures
import json
import signal
import time

import pytest
import requests

import fixtures
from wire import Wire, head

THUMBNAILS = 'tintype_renders_total{type="thumbnail"}'
FULL_SIZE = 'tintype_renders_total{type="full-size"}'


def fill(server, count, first=0):
    return [server.upload(fixtures.jpeg(seed, 320, 240), f"{seed}.jpg")[1] for seed in range(first, first + count)]


def broken_but_kept(server):
    """An image that is accepted because its header and end are intact, but that cannot be decoded."""
    status, record = server.upload(fixtures.broken_png(), "broken.png")
    assert status == 201
    return record


@pytest.mark.parametrize("derive", ["now", "later", "never"])
def test_renditions_are_made_at_the_configured_time(make_server, derive):
    server = make_server("--derive", derive)
    _, record = server.upload(fixtures.jpeg(1), "x.jpg")
    if derive == "now":
        assert record["state"] == "ready" and len(server.kept("thumbnail")) == len(server.kept("full-size")) == 1
    elif derive == "later":
        assert server.wait_until_ready(record["id"])["state"] == "ready"
        assert len(server.kept("thumbnail")) == len(server.kept("full-size")) == 1
    else:
        assert record["state"] == "pending" and server.get("/v1/jobs").json()["ids"] == []
        assert server.get(record["links"]["thumbnail"]).status_code == 200
        # Both come from one decode.
        assert len(server.kept("thumbnail")) == len(server.kept("full-size")) == 1
        assert server.record(record["id"])["state"] == "ready"


@pytest.mark.parametrize("name, type, metric", [("thumbnails", "thumbnail", THUMBNAILS), ("full-size", "full-size", FULL_SIZE)])
def test_fifty_concurrent_generate_requests_make_each_rendition_once(make_server, name, type, metric):
    server = make_server("--derive", "never")
    records = fill(server, 12)
    assert set(server.get(f"/v1/operations/{name}/missing").json()["ids"]) == {record["id"] for record in records}

    def ask(_):
        response = server.request("POST", f"/v1/operations/{name}/generate")
        assert response.status_code == 202, response.text
        assert response.headers["Location"] == response.json()["links"]["self"]
        return response.json()["id"]

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        jobs = set(pool.map(ask, range(50)))
    for job in jobs:
        done = server.wait_for_job(job)
        assert done["state"] == "done" and done["error"] is None
    first = server.get(f"/v1/jobs/{min(jobs)}").json()
    assert first["progress"]["total"] == first["progress"]["done"] == 12 and first["progress"]["failed"] == 0
    assert server.metric(metric) == 12
    assert len(server.kept(type)) == 12
    assert server.get(f"/v1/operations/{name}/missing").json()["ids"] == []
    listed = server.get(f"/v1/operations/{name}").json()
    assert set(listed["ids"]) == {record["id"] for record in records}
    for file in listed["files"]:
        response = server.get(file["url"])
        assert response.status_code == 200 and len(response.content) == file["bytes"]


def test_a_repeated_request_while_the_job_is_active_returns_the_same_job(make_server):
    server = make_server("--derive", "never", "--workers", "1")
    # A PNG cannot be decoded at a smaller size: the job lasts longer than the requests take.
    for seed in range(5):
        server.upload(fixtures.encoded(fixtures.picture(5000, 4000, seed), "PNG"), f"{seed}.png")

    def ask(_):
        return server.request("POST", "/v1/operations/thumbnails/generate").json()["id"]

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        jobs = set(pool.map(ask, range(20)))
    assert len(jobs) == 1
    assert server.wait_for_job(jobs.pop())["progress"] == {"total": 5, "done": 5, "failed": 0}
    assert server.metric(THUMBNAILS) == 5


def test_a_hundred_concurrent_requests_for_a_thumbnail_cost_one_render(make_server):
    server = make_server("--derive", "never")
    _, record = server.upload(fixtures.jpeg(1, 2000, 1500), "x.jpg")
    wires = [Wire(server) for _ in range(100)]
    try:
        for wire in wires:
            wire.send(head("GET", record["links"]["thumbnail"]))
        answers = [wire.response() for wire in wires]
    finally:
        for wire in wires:
            wire.close()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1 and len({answer["ETag"] for answer in answers}) == 1
    assert server.metric(THUMBNAILS) == 1 and server.metric(FULL_SIZE) == 1


def test_a_job_for_some_images_makes_only_their_renditions(make_server):
    server = make_server("--derive", "never")
    records = fill(server, 4)
    wanted = [record["id"] for record in records[:2]]
    job = server.post("/v1/operations/thumbnails/generate", json={"ids": wanted}).json()
    done = server.wait_for_job(job["id"])
    assert done["state"] == "done" and done["progress"] == {"total": 2, "done": 2, "failed": 0}
    assert set(server.get("/v1/operations/thumbnails").json()["ids"]) == set(wanted)
    again = server.wait_for_job(server.post("/v1/operations/thumbnails/generate", json={"ids": wanted}).json()["id"])
    assert again["state"] == "done" and server.metric(THUMBNAILS) == 2


def test_generating_ends_at_once_if_nothing_is_missing(server):
    job = server.wait_for_job(server.post("/v1/operations/full-size/generate").json()["id"])
    assert job["state"] == "done" and job["progress"] == {"total": 0, "done": 0, "failed": 0}


def events_of(server, path):
    response = server.get(path, stream=True, timeout=60)
    assert response.status_code == 200 and response.headers["Content-Type"] == "text/event-stream"
    name = None
    for line in response.iter_lines(decode_unicode=True):
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


def test_the_events_of_a_job_report_its_progress_and_end_with_it(make_server):
    server = make_server("--derive", "never")
    fill(server, 8)
    job = server.post("/v1/operations/thumbnails/generate").json()
    events = list(events_of(server, job["links"]["events"]))
    assert events[-1][0] == "done"
    assert events[-1][1]["progress"] == {"total": 8, "done": 8, "failed": 0}
    counts = [event["progress"]["done"] for _, event in events]
    assert counts == sorted(counts)
    assert all(name == event["state"] and event["id"] == job["id"] for name, event in events)
    # A finished job reports that and ends the stream.
    assert [name for name, _ in events_of(server, job["links"]["events"])] == ["done"]


def test_a_server_that_stops_ends_the_stream_of_a_job_that_is_not_done(make_server):
    server = make_server("--derive", "never", "--workers", "1")
    for seed in range(20):
        server.upload(fixtures.encoded(fixtures.picture(1400, 1400, seed), "PNG"), f"{seed}.png")
    job = server.post("/v1/operations/thumbnails/generate").json()
    with requests.get(f"{server.url}/v1/jobs/{job['id']}/events", stream=True, timeout=60) as answer:
        lines = answer.iter_lines()
        assert next(lines) in (b"event: queued", b"event: running")
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 12
        assert b"event: done" not in list(lines)


def test_many_clients_may_follow_a_job_and_disconnect(make_server):
    server = make_server("--derive", "never")
    fill(server, 10)
    job = server.post("/v1/operations/thumbnails/generate").json()
    for index in range(20):
        wire = Wire(server)
        wire.send(head("GET", job["links"]["events"]))
        wire.close() if index % 2 else wire.reset()
    assert server.wait_for_job(job["id"])["state"] == "done"
    server.wait_until(lambda: server.metric("tintype_http_requests") <= 1)


def test_a_damaged_image_keeps_its_original_and_has_a_reason(server):
    record = broken_but_kept(server)
    record = server.wait_until_ready(record["id"])
    assert record["state"] == "damaged" and record["damage"]
    assert server.get(record["links"]["original"]).content == fixtures.broken_png()
    for link in ("thumbnail", "full_size"):
        response = server.get(record["links"][link])
        assert response.status_code == 422 and response.json()["type"] == "/problems/damaged-image"
    missing = server.get("/v1/operations/thumbnails/missing").json()["missing"]
    assert missing == [{"id": record["id"], "reason": record["damage"]}]
    assert server.get("/v1/images?state=damaged").json()["ids"] == [record["id"]]
    failed = server.wait_until(lambda: server.get("/v1/jobs?state=failed").json()["jobs"])
    assert len(failed) == 1 and failed[0]["kind"] == "derive" and failed[0]["error"] == record["damage"]
    assert failed[0]["digest"] == record["digest"]
    assert not server.staged()


def test_a_failed_job_can_be_retried_and_only_a_failed_one(server):
    record = broken_but_kept(server)
    failed = server.wait_until(lambda: server.get("/v1/jobs?state=failed").json()["jobs"])[0]
    failures = server.metric("tintype_render_failures_total")
    response = server.post(f"/v1/jobs/{failed['id']}/retry")
    assert response.status_code == 202 and response.json()["id"] == failed["id"]
    again = server.wait_for_job(failed["id"])
    assert again["state"] == "failed" and again["error"]
    server.wait_until(lambda: server.metric("tintype_render_failures_total") > failures)
    assert server.record(record["id"])["state"] == "damaged"
    _, good = server.upload(fixtures.jpeg(1), "x.jpg")
    server.wait_until_ready(good["id"])
    done = server.post("/v1/operations/thumbnails/generate", json={"ids": []}).json()
    server.wait_for_job(done["id"])
    assert server.post(f"/v1/jobs/{done['id']}/retry").status_code == 409
    assert server.post("/v1/jobs/00000000-0000-7000-8000-000000000000/retry").status_code == 404


def test_a_job_over_good_and_damaged_images_counts_both(make_server):
    server = make_server("--derive", "never")
    good = fill(server, 3)
    bad = broken_but_kept(server)
    job = server.wait_for_job(server.post("/v1/operations/thumbnails/generate").json()["id"])
    assert job["progress"] == {"total": 4, "done": 3, "failed": 1}
    assert {server.record(record["id"])["state"] for record in good} == {"ready"}
    assert server.record(bad["id"])["state"] == "damaged"


def test_jobs_are_listed_in_pages(make_server):
    server = make_server("--derive", "later")
    records = fill(server, 5)
    for record in records:
        server.wait_until_ready(record["id"])
    for name in ("thumbnails", "full-size"):
        server.wait_for_job(server.post(f"/v1/operations/{name}/generate").json()["id"])
    everything = server.get("/v1/jobs").json()
    assert everything["ids"] == [job["id"] for job in everything["jobs"]]
    walked, cursor = [], ""
    while True:
        page = server.get(f"/v1/jobs?limit=1{cursor}").json()
        walked += page["ids"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert walked == everything["ids"] and len(set(walked)) == len(walked)
    assert {job["kind"] for job in server.get("/v1/jobs?kind=generate-thumbnails").json()["jobs"]} == {"generate-thumbnails"}
    for query in ("state=lost", "kind=nothing", "limit=0", "cursor=x", "colour=red"):
        assert server.get(f"/v1/jobs?{query}").status_code == 400


def test_files_are_listed_in_pages(make_server):
    server = make_server("--derive", "never")
    records = fill(server, 7)
    for record in records[:4]:
        server.get(record["links"]["thumbnail"])
    for path, expected in (("/v1/operations/thumbnails", records[:4]), ("/v1/operations/thumbnails/missing", records[4:])):
        walked, cursor = [], ""
        while True:
            page = server.get(f"{path}?limit=2{cursor}").json()
            assert len(page["ids"]) <= 2
            walked += page["ids"]
            if page["next"] is None:
                break
            cursor = f"&cursor={page['next']}"
        assert sorted(walked) == sorted(record["id"] for record in expected)


def test_jobs_survive_a_kill_and_finish_after_the_restart(make_server):
    server = make_server("--derive", "later", "--workers", "1")
    records = [server.upload(fixtures.jpeg(seed, 1600, 1200), f"{seed}.jpg")[1] for seed in range(25)]
    server.kill()
    server.start()
    for record in records:
        assert server.wait_until_ready(record["id"], 60)["state"] == "ready"
        assert server.get(record["links"]["thumbnail"]).status_code == 200
    server.wait_until(lambda: not server.get("/v1/jobs?state=queued").json()["ids"], 30)
    assert len(server.kept("thumbnail")) == 25
    server.stop()
    status, text = server.check("--deep")
    server.start()
    assert status == 0, text


def test_a_job_for_all_survives_a_kill(make_server):
    server = make_server("--derive", "never", "--workers", "1")
    for seed in range(15):
        server.upload(fixtures.jpeg(seed, 1600, 1200), f"{seed}.jpg")
    job = server.post("/v1/operations/thumbnails/generate").json()
    server.wait_until(lambda: server.kept("thumbnail"))
    server.kill()
    server.start()
    done = server.wait_for_job(job["id"], 100)
    assert done["state"] == "done" and done["progress"]["done"] == 15
    assert len(server.kept("thumbnail")) == 15


def test_a_job_is_removed_with_its_image(make_server):
    server = make_server("--derive", "later", "--workers", "1")
    records = [server.upload(fixtures.jpeg(seed, 1600, 1200), f"{seed}.jpg")[1] for seed in range(10)]
    for record in records:
        assert server.request("DELETE", record["links"]["self"] + "?permanent=true").status_code == 204
    server.wait_until(lambda: not server.get("/v1/jobs?state=queued").json()["ids"]
                      and not server.get("/v1/jobs?state=running").json()["ids"])
    assert server.get("/v1/jobs?state=failed").json()["ids"] == []
    server.assert_nothing_is_kept()
