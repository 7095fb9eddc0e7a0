"""Every relative link of the documents leads somewhere, and the manual opens inside the product."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_document_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_every_page_of_the_manual_opens_with_its_pictures(plant, client):
    client.force_login(plant.account("陈立"), backend="diba.plant.login.StaffNumberOrPhone")
    for file in sorted((ROOT / "docs" / "zh").glob("*.md")):
        page = client.get(reverse("plant:manual", args=[file.stem])).content.decode()
        assert "../pictures" not in page and ".md" not in page
    assert "/static/manual/board" in client.get(reverse("plant:manual", args=["board"])).content.decode()


@pytest.mark.parametrize("name", ["nothing", "access", "running"])
def test_only_pages_of_the_manual_can_be_opened(plant, client, name):
    client.force_login(plant.account("陈立"), backend="diba.plant.login.StaffNumberOrPhone")
    assert client.get(reverse("plant:manual", args=[name])).status_code == 404
    assert client.get("/help/..%2Faccess/").status_code == 404
