"""The guard's page as the server gives it: nothing in it but the page itself."""

import json
import re

from django.contrib.staticfiles import finders
from django.urls import reverse


def test_the_page_can_be_installed(db, client):
    response = client.get(reverse("gates:post_manifest"))
    assert response["Content-Type"] == "application/manifest+json"
    said = json.loads(response.content)
    assert said["start_url"] == said["scope"] == "/gates/post/"
    assert said["display"] == "standalone"
    assert said["icons"][0]["src"].endswith("mark.svg")


def test_the_page_is_the_same_for_everybody_and_alone_may_run_the_reader_of_codes(db, client, plant):
    page = client.get(reverse("gates:post"))
    assert (
        "'wasm-unsafe-eval'" in page["Content-Security-Policy"]
        and "unsafe-inline" not in page["Content-Security-Policy"]
    )
    plant.signed_in(client, "陈立")
    assert client.get(reverse("gates:post")).content == page.content
    assert "wasm" not in client.get(reverse("plant:help"))["Content-Security-Policy"]


def test_the_worker_keeps_every_file_the_page_needs(db, client):
    response = client.get(reverse("gates:post_worker"))
    assert response["Content-Type"] == "text/javascript"
    said = json.loads(response.content.decode().split("const FILES = ")[1].split(";\n")[0])
    page = client.get(said["shell"]).content.decode()
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address in said["first"]
    assert any(name.endswith(".wasm") for name in said["scanner"])
    assert reverse("gates:post_copying") in said["first"]  # the copy of what waits is written without a network too
    for address in [*said["first"], *said["scanner"]]:
        assert (
            client.get(address).status_code == 200
            if address.startswith("/gates/")
            else finders.find(address.removeprefix("/static/"))
        ), address
