"""The guard's page as the server gives it: nothing in it but the page itself."""

import json

from django.urls import reverse


def test_the_page_can_be_installed(db, client):
    response = client.get(reverse("gates:post_manifest"))
    assert response["Content-Type"] == "application/manifest+json"
    said = json.loads(response.content)
    assert said["start_url"] == said["scope"] == "/gates/post/"
    assert said["display"] == "standalone"
    assert said["icons"][0]["src"].endswith("mark.svg")
