"""Only who has the token sees runs, only runs, and nothing is changed."""

from __future__ import annotations

import os
import re
import shutil
import socket
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest

from planner.errors import PlannerError
from planner.output import hashes
from planner.run_browser.server import RunServer
from tests.run_browser.conftest import HOSTILE, UNSEEN

NAME = quote(f"deep/{HOSTILE}", safe="")


def ask(
    server: RunServer,
    path: str,
    method: str = "GET",
    cookie: bool = True,
    **headers: str,
) -> tuple[HTTPResponse, bytes]:
    """One request, with the cookie unless it is not wanted."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    given = {"Host": f"127.0.0.1:{server.server_port}"}
    if cookie:
        given["Cookie"] = server.access.cookie.partition(";")[0]
    for name, value in (given | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def raw(server: RunServer, request: bytes) -> bytes:
    """What comes back for bytes that no library would send."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(65536):
            found += part
        return found


def test_it_listens_on_this_machine_alone(server: RunServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert server.address.startswith(f"http://127.0.0.1:{server.server_port}/?token=")


def test_the_address_leaves_a_cookie_and_no_token_in_the_next_one(server: RunServer) -> None:
    response, content = ask(
        server, server.address.partition(str(server.server_port))[2], cookie=False
    )
    assert response.status == 200
    cookie = response.getheader("Set-Cookie") or ""
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert b'content="0; url=/"' in content
    assert server.access.token.encode() not in content
    assert ask(server, "/", Cookie=cookie.partition(";")[0])[0].status == 200


@pytest.mark.parametrize(
    "path", ["/", "/run/a", "/file/a/run.json", "/diff/a/b", "/nothing", "/favicon.ico"]
)
@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=wrong", "?token=%FF%00", "?key=", "?key=None", "?token[]=x"]
)
def test_without_the_token_everything_is_forbidden(
    server: RunServer, path: str, query: str
) -> None:
    for cookie in (
        "",
        "planner=x",
        f"planner-{server.server_port}=",
        f"planner-{server.server_port}=é",
    ):
        response, content = ask(server, path + query, Cookie=cookie.encode().decode("latin-1"))
        assert response.status == 403
        assert response.getheader("Set-Cookie") is None
        assert b"small" not in content


def test_a_key_opens_once(server: RunServer) -> None:
    path = server.address_once().partition(str(server.server_port))[2]
    assert [ask(server, path, cookie=False)[0].status for _ in range(2)] == [200, 403]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil:{port}",
        "127.0.0.1:{port}@evil",
        "",
    ],
)
def test_another_host_is_forbidden(server: RunServer, host: str) -> None:
    """A name that somebody has pointed at this machine opens nothing, even with the token."""
    named = host.format(port=server.server_port)
    assert ask(server, "/", Host=named)[0].status == 403
    query = f"/?token={server.access.token}"
    assert ask(server, query, cookie=False, Host=named)[0].status == 403


def test_two_hosts_or_none_are_forbidden(server: RunServer) -> None:
    cookie = server.access.cookie.partition(";")[0]
    host = f"Host: 127.0.0.1:{server.server_port}\r\n"
    for hosts in ("", host + "Host: evil\r\n", host + host):
        request = f"GET / HTTP/1.1\r\n{hosts}Cookie: {cookie}\r\n\r\n"
        assert raw(server, request.encode()).startswith(b"HTTP/1.0 403")


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X"]
)
def test_other_methods_do_nothing(server: RunServer, runs: Path, method: str) -> None:
    before = hashes(runs / "a", "")
    response, _ = ask(server, "/file/a/run.json", method)
    assert response.status == 405
    assert response.getheader("Allow") == "GET, HEAD"
    assert ask(server, "/file/a/run.json", method, cookie=False)[0].status == 403
    assert hashes(runs / "a", "") == before


@pytest.mark.parametrize(
    "path",
    [
        "/file/a/../secret.txt",
        "/file/a/..%2Fsecret.txt",
        "/file/a/..%2F..%2Fsecret.txt",
        "/file/a/tables%2F..%2F..%2Fsecret.txt",
        "/file/a/%2e%2e%2fsecret.txt",
        "/file/a/..%5csecret.txt",
        "/file/a/%252e%252e%252fsecret.txt",
        "/file/a/..%c0%afsecret.txt",
        "/file/a/%00",
        "/file/a/run.json%00.png",
        "/file/a/%2Fetc%2Fpasswd",
        "/file/a//etc/passwd",
        "/file/a/notes.txt",
        "/file/a/secret.txt",
        "/file/a/",
        "/file/a/tables",
        "/file/a/./run.json",
        "/file/./run.json",
        "/file/../secret.txt",
        "/file/..%2Foutside/run.json",
        "/file/linked/run.json",
        "/file/.b.draft/run.json",
        "/file/broken/run.json",
        "/file//run.json",
        "/run/..",
        "/run/linked",
        "/run/broken",
        "/table/a/nothing",
        "/table/a/..%2Fsecret",
        "/diff/a/linked",
        "/diff/a/..%2Foutside",
        "/secret.txt",
        "/../secret.txt",
        "//etc/passwd",
        "/file",
        "/%FF",
        "*",
        "http://evil/file/a/run.json",
    ],
)
def test_nothing_but_files_of_runs_is_found(server: RunServer, path: str) -> None:
    response, content = ask(server, path)
    assert response.status == 404
    assert UNSEEN.encode() not in content
    assert path.encode() not in content


def test_a_link_in_a_run_is_not_followed(server: RunServer, runs: Path) -> None:
    """Nor a file that lies in a linked folder; both names are listed by the manifest."""
    table, folder = runs / "b" / "tables" / "costs.csv", runs / "b" / "figures"
    figure = next(folder.iterdir()).name
    kept, moved = table.read_bytes(), folder.rename(runs.parent / "moved")
    try:
        table.unlink()
        table.symlink_to(runs.parent / "secret.txt")
        folder.symlink_to(moved)
        for name in ("tables/costs.csv", f"figures/{figure}"):
            response, content = ask(server, f"/file/b/{quote(name, safe='')}")
            assert response.status == 404
            assert UNSEEN.encode() not in content
    finally:
        folder.unlink()
        moved.rename(folder)
        table.unlink()
        table.write_bytes(kept)


def test_a_run_that_became_a_link_is_gone(server: RunServer, runs: Path) -> None:
    """Whatever was listed before, a folder outside is not shown."""
    run, away = runs / "deep" / HOSTILE, runs.parent / "away"
    assert ask(server, f"/run/{NAME}")[0].status == 200
    run.rename(away)
    try:
        run.symlink_to(away)
        assert ask(server, f"/run/{NAME}")[0].status == 404
        assert ask(server, f"/file/{NAME}/run.json")[0].status == 404
    finally:
        run.unlink()
        away.rename(run)


def test_a_list_that_is_cut_says_so(
    server: RunServer, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert b"more runs or folders" not in ask(server, "/")[1]
    monkeypatch.setattr("planner.run_browser.runs.MOST_RUNS", 1)
    assert b"more runs or folders" in ask(server, "/")[1]


def test_files_come_as_they_are(server: RunServer, runs: Path) -> None:
    for name in ("run.json", "tables/costs.csv", "inputs/scenario.yaml"):
        response, content = ask(server, f"/file/a/{quote(name, safe='')}")
        assert response.status == 200
        assert content == (runs / "a" / name).read_bytes()
        head, nothing = ask(server, f"/file/a/{quote(name, safe='')}", "HEAD")
        assert (head.getheader("Content-Length"), nothing) == (str(len(content)), b"")


@pytest.mark.parametrize("path", ["/", "/run/a", "/file/a/run.json", "/nothing", "/diff/a/b"])
def test_every_answer_is_guarded(server: RunServer, path: str) -> None:
    for cookie in (True, False):
        response, _ = ask(server, path, cookie=cookie)
        assert response.getheader("X-Content-Type-Options") == "nosniff"
        assert response.getheader("Referrer-Policy") == "no-referrer"
        assert response.getheader("Cache-Control") == "no-store"
        policy = response.getheader("Content-Security-Policy") or ""
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert response.getheader("Server") == "planner "


def test_a_page_of_a_run_is_in_a_sandbox(server: RunServer) -> None:
    """What stands in report.html can neither use the cookie nor ask for other pages."""
    policy = ask(server, "/file/b/report.html")[0].getheader("Content-Security-Policy") or ""
    assert policy.partition("sandbox")[2].split() == [
        "allow-scripts",
        "allow-modals",
        "allow-downloads",
    ]
    assert "sandbox" not in (ask(server, "/")[0].getheader("Content-Security-Policy") or "")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200 + b"\r\n",
        b"GET\r\n\r\n",
        b"\r\n\r\n",
        b"GET / HTTP/9.9.9\r\n\r\n",
        b"GET /",
        b"\x00\xff\xfe\r\n\r\n",
        b"<script>alert(1)</script> / HTTP/1.1\r\n\r\n",
    ],
)
def test_no_request_opens_or_ends_it(server: RunServer, request_: bytes) -> None:
    answer = raw(server, request_)
    assert not re.match(rb"HTTP/1.0 2", answer)
    assert b"<script>" not in answer
    assert ask(server, "/")[0].status == 200


def test_the_list_names_runs_and_why_one_cannot_be_read(server: RunServer) -> None:
    html = ask(server, "/")[1].decode()
    assert 'href="/run/a"' in html
    assert f'href="/run/{NAME}"' in html
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "cannot be read" in html
    assert "run.json:1" in html
    assert "linked" not in html
    assert ".b.draft" not in html
    assert UNSEEN not in html


def test_a_hostile_name_stays_text_everywhere(server: RunServer) -> None:
    for path in (f"/run/{NAME}", f"/table/{NAME}/costs", f"/diff/a/{NAME}"):
        response, content = ask(server, path)
        assert response.status == 200
        assert b"<img src=x" not in content


def test_two_runs_are_compared(server: RunServer) -> None:
    html = ask(server, "/diff/a/b")[1].decode()
    assert "staffing.pick.headcount" in html
    assert "Person-days" in html


def test_a_damaged_table_is_an_answer(server: RunServer, runs: Path) -> None:
    table = runs / "b" / "tables" / "hourly.csv"
    kept = table.read_bytes()
    try:
        table.write_bytes(b"nonsense")
        response, content = ask(server, "/table/b/hourly")
        assert response.status == 409
        assert b"hourly.csv" in content
    finally:
        table.write_bytes(kept)


def test_nothing_is_written(server: RunServer, runs: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in runs.rglob("*")}
    for path in ("/", "/run/a", "/table/a/costs", "/diff/a/b", "/file/a/run.json"):
        assert ask(server, path)[0].status == 200
    assert {path: path.stat().st_mtime_ns for path in runs.rglob("*")} == before


def test_the_folder_of_one_run_is_shown_as_well(runs: Path) -> None:
    from planner.run_browser.runs import RunFolders

    assert [run.name for run in RunFolders(runs / "a").runs()] == ["a"]


def test_a_port_in_use_is_said(server: RunServer, runs: Path) -> None:
    with pytest.raises(PlannerError, match="cannot be used"):
        RunServer(runs, server.server_port, "en", lambda words: None)


def test_a_folder_whose_name_is_no_text_hides_no_other_run(server: RunServer, runs: Path) -> None:
    """Disks hold names that are no UTF-8."""
    odd = Path(os.fsdecode(os.fsencode(runs) + b"/odd-\xff"))
    shutil.copytree(runs / "a", odd)
    try:
        response, content = ask(server, "/")
        assert response.status == 200
        assert b"odd-\\udcff" in content
        assert b'href="/run/a"' in content
        assert ask(server, "/run/odd-%5Cudcff")[0].status == 200
    finally:
        shutil.rmtree(odd)
