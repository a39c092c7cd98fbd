"""The server, through its application: answers, limits, metrics, and the change of generations."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
import types
import warnings

import numpy as np
import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx")
pytest.importorskip("orjson")
pytest.importorskip("prometheus_client")

import httpx

with warnings.catch_warnings():
    # Newer versions want another client library, and take this one.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

import akin_index as akin
from akin_index.serve.app import Server
from akin_index.serve.asking import Limits


@pytest.fixture(scope="module")
def files(ratings, tmp_path_factory):
    folder = tmp_path_factory.mktemp("serve")
    titles = folder / "items.csv"
    titles.write_text("item,title,genre,year\n" + "".join(f"{i},The Title {i},{'ABCD'[i % 4]},{1950 + i}\n" for i in range(160)))
    made = akin.train(ratings, dimensions=8, epochs=6, seed=3, items=str(titles))
    made.save(folder / "u.emb")
    akin.Index.build(made, path=folder / "f.idx", with_users=True)
    return folder


@pytest.fixture(scope="module")
def server(files):
    return Server(str(files / "f.idx"), recall_share=1.0, limits=Limits(k=50, batch=20, body=5000))


@pytest.fixture(scope="module")
def client(server):
    with TestClient(server.app()) as client:
        yield client


def metric(client, name):
    """The value of a metric."""
    lines = [line for line in client.get("/metrics").text.splitlines() if line.startswith(name + " ")]
    assert len(lines) == 1, name
    return float(lines[0].rsplit(" ", 1)[1])


def ids(response):
    assert response.status_code == 200, response.text
    return [item["id"] for item in response.json()["items"]]


def test_answers_are_those_of_the_library(client, files):
    recommender = akin.Recommender(files / "f.idx")
    assert ids(client.get("/related?item=7&k=5")) == recommender.related(7, 5)[0].tolist()
    assert ids(client.get("/recommend?user=7&k=5&exact=true")) == recommender.recommend(7, 5, exact=True)[0].tolist()
    assert (
        ids(client.get("/recommend?history=1,5,9&values=5,4,5"))
        == recommender.recommend_history([1, 5, 9], values=[5, 4, 5])[0].tolist()
    )
    assert (
        ids(client.get("/recommend", params={"user": 3, "where": "genre = A", "include_seen": "true"}))
        == recommender.recommend(3, where="genre = A", include_seen=True)[0].tolist()
    )
    vector = recommender.index.embeddings().user_factors[2].tolist()
    assert (
        ids(client.post("/search", json={"vector": vector, "k": 3})) == recommender.index.search(np.float32(vector), 3)[0].tolist()
    )
    lists = client.post("/related", json={"items": [1, 2, 3], "k": 4}).json()["lists"]
    assert [[item["id"] for item in one] for one in lists] == recommender.related([1, 2, 3], 4)[0].tolist()
    lists = client.post("/recommend", json={"users": [1, 2], "k": 4, "titles": False}).json()["lists"]
    assert set(lists[0][0]) == {"id", "score"}
    first = client.get("/related?item=7&k=1").json()["items"][0]
    assert first["title"] == f"The Title {first['id']}"
    assert [one["id"] for one in client.get("/items?q=the title 15&limit=20").json()["items"]] == [15, *range(150, 160)]
    assert ids(client.post("/related", json={"item": 7.0, "k": 5})) == recommender.related(7, 5)[0].tolist()
    assert client.get("/items?id=77").json() == {"items": [{"id": 77, "title": "The Title 77"}]}
    assert client.get("/items?id=977").status_code == 404
    assert client.get("/items?q=title 77").json()["items"][0]["id"] == 77


BAD = [
    ("get", "/related", {}, 400, "give 'item' or 'items'"),
    ("get", "/related?item=99999", {}, 404, "no item has the id '99999'"),
    ("get", "/related?item=nothing", {}, 404, "no item has the id 'nothing'"),
    ("get", "/recommend?user=99999", {}, 404, "no user has the id"),
    ("get", "/related?item=1&k=0", {}, 400, "k must be 1 to 50"),
    ("get", "/related?item=1&k=51", {}, 400, "k must be 1 to 50"),
    ("get", "/related?item=1&k=ten", {}, 400, "'k' must be a whole number"),
    ("get", "/related?item=1&recall=nan", {}, 400, "'recall' must be a finite number"),
    ("get", "/related?item=1&recall=2", {}, 400, "a recall must be"),
    ("get", "/related?item=1&colour=red", {}, 400, "unknown parameter 'colour'"),
    ("get", "/related?item=1&per_category=0", {}, 400, "at least 1"),
    ("get", "/related?item=1&per_category=few", {}, 400, "'per_category' must be a whole number"),
    ("get", "/related?item=1&where=size > 3", {}, 422, "size"),
    ("get", "/related?item=1&where=year >=", {}, 400, "filter"),
    ("post", "/related", {"json": {"items": [1, 2.5]}}, 400, "must hold ids"),
    ("post", "/related", {"json": {"items": [-1]}}, 400, "must hold ids"),
    ("post", "/related", {"json": {"items": 3}}, 400, "must be a list"),
    ("post", "/related", {"json": {"item": 1, "titles": {}}}, 400, "'titles' must be true or false"),
    ("get", "/related?item=1&titles=no", {}, 400, "'titles' must be true or false"),
    ("get", "/items?limit=-1", {}, 400, "'limit' must be a whole number"),
    ("post", "/related", {"json": {"items": [1] * 21}}, 413, "at most 20"),
    ("post", "/search", {"json": {"vector": [1, 2]}}, 422, "8 dimensions"),
    ("post", "/search", {"json": {"vector": ["a"]}}, 400, "a list of numbers"),
    ("post", "/search", {"json": {"vector": ["1"] * 8}}, 400, "a list of numbers"),
    ("post", "/search", {"json": {"vector": [True] * 8}}, 400, "a list of numbers"),
    ("post", "/search", {"json": {"vectors": [1, 2]}}, 400, "a list of numbers"),
    ("post", "/search", {"json": {"vectors": [[[1]]]}}, 400, "a list of numbers"),
    ("post", "/search", {"json": {"vectors": [[]]}}, 422, "8 dimensions"),
    ("post", "/recommend", {"json": {"history": [1], "values": ["x"]}}, 400, "must be numbers"),
    ("post", "/recommend", {"json": {"history": [1], "values": [1e39]}}, 422, "finite"),
    ("post", "/recommend", {"json": {"history": [1], "values": 7}}, 400, "must be a list"),
    ("get", "/recommend?history=1&values=x", {}, 400, "must be numbers"),
    ("post", "/search", {"json": {"vectors": [[1], [1, 2]]}}, 400, "equally long"),
    ("post", "/search", {"json": {"vector": [1e39] * 8}}, 422, "infinity"),
    ("post", "/search", {"content": "{"}, 400, "must be JSON"),
    ("post", "/search", {"content": "[" * 100_000}, 413, "at most 5000 bytes"),
    ("post", "/search", {"content": "[" * 4000}, 400, "must be"),
    ("post", "/search", {"json": []}, 400, "must be an object"),
    ("post", "/recommend", {"json": {"history": [1], "values": [1, 2]}}, 400, "'values' must have 1"),
    ("post", "/recommend", {"json": {"user": 1, "include_seen": {}}}, 400, "'include_seen' must be"),
    ("post", "/related", {"json": {"item": 1, "exact": {}}}, 400, "'exact' must be"),
    ("post", "/related", {"json": {"item": 1, "where": {}}}, 400, "'where' must be"),
    ("post", "/related", {"json": {"item": {}}}, 400, "must hold ids"),
    ("post", "/recommend", {"json": {"user": 1, "users": [1]}}, 400, "give 'user', 'users' or 'history'"),
]


@pytest.mark.parametrize("method, path, given, code, sentence", BAD)
def test_bad_requests_are_errors(client, method, path, given, code, sentence):
    response = getattr(client, method)(path, **given)
    assert response.status_code == code and sentence in response.json()["error"], response.text


def test_recall_of_answers_is_measured(server, client):
    server.recall.drain()
    before = metric(client, "akin_recall_queries_total")
    for item in range(30):
        client.get(f"/related?item={item}&ef=1&k=10")
    server.recall.drain()
    assert metric(client, "akin_recall_queries_total") == before + 30
    share, low, high = (metric(client, f'akin_recall{{bound="{bound}"}}') for bound in ("mean", "low", "high"))
    assert 0 <= low <= share <= high <= 1 and server.metrics.recall() == (share, low, high)
    text = client.get("/metrics").text
    assert 'akin_requests_total{code="200",route="related"}' in text and 'le="+Inf"' in text
    for line in text.splitlines():
        assert line.startswith(("# TYPE ", "# HELP ")) or float(line.rsplit(" ", 1)[1]) == float(line.rsplit(" ", 1)[1]), line


def test_a_list_has_so_many_of_a_category(client, files):
    recommender = akin.Recommender(files / "f.idx")
    genres = dict(zip(recommender.ids.tolist(), recommender.attribute("genre").tolist()))
    found = ids(client.get("/related?item=7&k=8&per_category=2"))
    assert found == recommender.related(7, 8, per_category=2)[0].tolist() and len(found) == 8
    assert max(sum(genre in genres[one] for one in found) for genre in "ABCD") == 2


def test_a_deadline_cancels_the_search(files):
    server = Server(str(files / "f.idx"), limits=Limits(seconds=0.2, batch=10))
    known = server.state.now.asked
    heard = []

    def slow(column, *, cancellation=None, **given):
        for _ in range(400):
            time.sleep(0.01)
            try:
                known.related(column, cancellation=cancellation, **given)
            except akin.Cancelled:
                heard.append("cancelled")
                raise
        heard.append("done")

    server.state.now.recommender = types.SimpleNamespace(related=slow)
    with TestClient(server.app()) as client:
        start = time.monotonic()
        response = client.post("/related", json={"items": [1, 2, 3]})
        assert response.status_code == 503 and "longer than 0.2 s" in response.json()["error"]
        assert time.monotonic() - start < 3
        while not heard:
            time.sleep(0.01)
        assert heard == ["cancelled"]


def test_heads_of_questions(client):
    assert client.head("/related?item=7").status_code == 200 and client.head("/related?item=99999").status_code == 404


def test_workers_add_up_their_metrics(files, tmp_path):
    """Two processes, whose counts either of them tells."""
    code = (
        "import sys\nfrom akin_index.serve.app import Server\nfrom starlette.testclient import TestClient\n"
        f"with TestClient(Server({str(files / 'f.idx')!r}).app()) as client:\n"
        "    for item in range(5): client.get(f'/related?item={item}')\n"
        "    print(client.get('/metrics').text)"
    )
    shared = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONWARNINGS": "ignore"}
    texts = [subprocess.run([sys.executable, "-c", code], env=shared, capture_output=True, text=True) for _ in range(2)]
    name = 'akin_requests_total{code="200",route="related"} '
    counts = [float(text.stdout.split(name)[1].split()[0]) for text in texts]
    assert counts == [5, 10]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_leaves_nothing_behind(files, tmp_path, workers):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "akin_index.serve", str(files / "f.idx"), "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(words, env={**os.environ, "TMPDIR": str(tmp_path)}, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(300):
            try:
                answer = httpx.get(f"http://127.0.0.1:{port}/related?item=7")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        assert len(answer.json()["items"]) == 10
        assert len(list(tmp_path.iterdir())) == (1 if workers > 1 else 0)
        process.terminate()
        assert process.wait(30) == 0, process.stderr.read()
        assert not list(tmp_path.iterdir())
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_questions_on_one_connection_are_answered_in_order(files):
    """Three at once, of which one is wrong, and one whose answer is large: whole answers, in order, each by one write."""
    pytest.importorskip("httptools")
    from uvicorn import Config
    from uvicorn.server import ServerState

    from akin_index.serve.protocol import OneWrite

    config = Config(Server(str(files / "f.idx"), limits=Limits(k=5000)).app(), lifespan="off", log_level="warning", http=OneWrite)
    config.load()
    written, closed = [], asyncio.Event()
    transport = types.SimpleNamespace(
        write=lambda data: written.append(bytes(data)),
        close=closed.set,
        is_closing=closed.is_set,
        get_extra_info=lambda name, default=None: default,
        pause_reading=lambda: None,
        resume_reading=lambda: None,
        set_protocol=lambda other: None,
    )
    paths = ["/related?item=7&k=3", "/related?item=99999", "/openapi.json", "/related?item=8&k=150"]

    async def talk():
        connection = config.http_protocol_class(config=config, server_state=ServerState(), app_state={})
        connection.connection_made(transport)
        connection.data_received(b"".join(f"GET {path} HTTP/1.1\r\nhost: here\r\n\r\n".encode() for path in paths))
        for _ in range(1000):
            if len(written) == len(paths):
                break
            await asyncio.sleep(0.01)
        connection.data_received(b"nonsense\r\n\r\n")
        await asyncio.wait_for(closed.wait(), 30)
        # What is said to a client that has gone is dropped.
        connection.transport.write(b"late")
        await asyncio.sleep(0.01)
        connection.connection_lost(None)

    asyncio.run(talk())
    heads, bodies = zip(*(answer.split(b"\r\n\r\n", 1) for answer in written))
    assert [head.split()[1] for head in heads] == [b"200", b"404", b"200", b"200", b"400"]
    first, _, _, last = (json.loads(body) for body in bodies[: len(paths)])
    assert len(first["items"]) == 3 and len(last["items"]) == 150


def test_a_token_is_needed(files):
    with TestClient(Server(str(files / "f.idx"), token="secret").app()) as client:
        assert client.get("/related?item=1").status_code == 401
        assert client.get("/related?item=1", headers={"authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/related?item=1", headers={"authorization": "Bearer secret"}).status_code == 200
        assert client.get("/health").status_code == 200 and "secret" not in client.get("/health").text


def test_generations_change_under_load(files, tmp_path):
    made = akin.Embeddings.open(files / "u.emb")
    catalogue = akin.Catalogue.create(tmp_path / "shop", made)
    server = Server(str(tmp_path / "shop"), str(files / "u.emb"), reload_seconds=3600)
    wrong, asked, stop = [], [0], threading.Event()

    with TestClient(server.app()) as client:

        def ask():
            while not stop.is_set():
                response = client.get(f"/recommend?user={asked[0] % 90}&k=5")
                asked[0] += 1
                if response.status_code != 200 or len(response.json()["items"]) != 5:
                    wrong.append(response.text)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for turn in range(6):
            catalogue.delete([turn])
            catalogue.compact(keep=1)
            assert server.state.renew()
        stop.set()
        for thread in threads:
            thread.join()
        assert not wrong and asked[0] > 0 and metric(client, 'akin_reloads_total{result="done"}') == 6
        assert not server.state.renew()
        assert client.get("/info").json()["items"] == 154
        # Damaged files leave the old generation answering.
        for name in (tmp_path / "shop").iterdir():
            if name.is_file() and name.stat().st_size > 100:
                name.rename(name.with_suffix(".gone"))
        assert not server.state.renew() and server.state.trouble
        assert metric(client, 'akin_reloads_total{result="failed"}') == 1
        assert client.get("/related?item=100").status_code == 200
        assert client.get("/health").json()["reloadTrouble"]


def test_the_page_and_the_document(client):
    page = client.get("/")
    assert page.status_code == 200 and "default-src 'none'" in page.headers["content-security-policy"]
    assert "http://" not in page.text and "https://" not in page.text
    document = client.get("/openapi.json").json()
    assert set(document["paths"]) == {"/related", "/recommend", "/search", "/items", "/map", "/info", "/health", "/metrics"}
    body = document["paths"]["/search"]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
    assert body["k"]["maximum"] == 50 and body["vector"]["minItems"] == body["vector"]["maxItems"] == 8
    assert document["paths"]["/related"]["get"]["parameters"][0] == {
        "name": "item",
        "in": "query",
        "required": True,
        "schema": {"type": "string"},
    }
    assert client.get("/nowhere").status_code == 404 and client.get("/search").status_code == 405


def test_the_map_puts_tastes_apart(client):
    found = client.get("/map").json()
    assert len(found["ids"]) == len(found["x"]) == len(found["y"]) == len(found["hue"]) >= 150
    assert all(0 <= value <= 999 for value in found["x"] + found["y"]) and found == client.get("/map").json()
    assert found["categories"] == list("ABCD") and found["category"] == [one % 4 for one in found["ids"]]
    places = np.array([found["x"], found["y"]], float).T
    taste = np.array(found["ids"]) % 4
    centres = np.array([places[taste == one].mean(axis=0) for one in range(4)])
    nearest = ((places[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == taste).mean() > 0.6


def test_the_command(files, capsys):
    from akin_index.serve.main import main

    assert main([str(files / "nowhere.idx")]) == 3
    assert "nowhere.idx: no such file" in capsys.readouterr().err


def test_texts_of_any_kind_are_json(tmp_path):
    """Ids and titles with what JSON escapes, and lists with fewer items than were asked for."""
    ids = ['a"b', "c\\d", "tab\there", "line\nline", "\x01\x1f\x7f", "ü😀", "</script>", " ", "0", "\u2028", "%41&k=3", "-1"]
    titles = [one + one for one in reversed(ids)]
    vectors = np.random.default_rng(5).normal(size=(len(ids), 4)).astype(np.float32)
    akin.Index.build(vectors, ids, titles=titles, path=tmp_path / "t.idx")
    with TestClient(Server(str(tmp_path / "t.idx")).app()) as client:
        for own in ids:
            for titled in ("true", "false"):
                found = client.get("/related", params={"item": own, "k": 50, "titles": titled}).json()["items"]
                assert sorted(one["id"] for one in found) == sorted(set(ids) - {own})
                assert all(one.get("title", None) == (titles[ids.index(one["id"])] if titled == "true" else None) for one in found)
            assert client.post("/related", json={"item": own, "k": 50}).json()["items"][0]["title"] in titles
            assert client.get("/items", params={"id": own}).json()["items"] == [{"id": own, "title": titles[ids.index(own)]}]
        lists = client.post("/related", json={"items": ids, "k": 50}).json()["lists"]
        assert [len(one) for one in lists] == [len(ids) - 1] * len(ids)
        lists = client.post("/search", json={"vectors": vectors.tolist(), "k": 50, "min_score": 0.999}).json()["lists"]
        assert [[one["id"] for one in own] for own in lists] == [[one] for one in ids]
        # A half of a pair is no text.
        bad = client.post("/related", content=b'{"item": "\\ud800"}')
        assert bad.status_code == 400 and "surrogate" in bad.json()["error"]
