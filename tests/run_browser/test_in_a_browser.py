"""A person's way through the pages: list, run, comparison; scripts and pictures are let through."""

from __future__ import annotations

from typing import Any

import pytest

from planner.run_browser.server import RunServer
from tests.conftest import chromium

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.mark.needs("chromium")
def test_from_the_list_to_the_comparison(server: RunServer) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = browser.new_page()
        said: list[Any] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(server.address_once())
        page.wait_for_selector("#runs-rows")
        assert page.url == f"http://127.0.0.1:{server.server_port}/"
        page.click('a[href="/run/a"]')
        page.wait_for_selector(".gallery img")
        page.wait_for_function("[...document.images].some(i => i.complete)")
        broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).length"
        page.wait_for_load_state("networkidle")
        assert page.evaluate(broken) == 0
        page.go_back()
        page.check('input[name="a"][value="a"]')
        page.check('input[name="b"][value="b"]')
        page.click("#compare")
        page.wait_for_selector("#chart-people canvas")  # drawn after the tables
        assert page.locator("#people-rows").count() == 1
        assert page.url.endswith("/diff/a/b")
        assert page.locator("#chart-people canvas").count() == 1
        page.click('button[value="zh"]')
        assert "两次结果对比" in page.inner_text("h1")
        assert not said
        page.goto(f"http://127.0.0.1:{server.server_port}/file/b/report.html")
        page.wait_for_function("document.title.includes('page')")
        assert page.title() == "no cookie, no page"
        browser.close()
