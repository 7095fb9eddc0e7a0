"""Bad input everywhere: every field of every form and every query gets what it did not ask for; never a 500, nothing half-written."""

import io
import re
import zipfile
from html.parser import HTMLParser
from types import SimpleNamespace
from zlib import crc32

import pytest
from django.db import connection, transaction
from django.urls import resolve, reverse

from diba.grid.models import CheckIn
from diba.plant.models import Import, Person, Role, Unit

from ..conftest import TODAY
from .spies import fields_refused, laid_out, tables_written, words_read
from .test_crawl import addresses, documented, path_of, things  # noqa: F401

HUGE = "9" * 30
BAD = [
    "x" * 10_000, "\0", HUGE, "-1", "NaN", "1e999", "0001-01-01", "9999-12-31", "9999-12-31T23:59", "2020-02-30",
    "'; DROP TABLE plant_person; --", "<script>alert(1)</script>{0.__class__}%s", "../../etc/passwd", "😀０",
]  # fmt: skip
SHARP = ("\0", HUGE, "-1", "9999-12-31", "'; DROP TABLE plant_person; --")
# PostgreSQL checks the range of integers and years, takes NaN into a numeric, refuses NUL, and measures text.
OTHERWISE = ["x" * 10_000, "\0", HUGE, "-1", "NaN", "1e999", "0001-01-01", "9999-12-31", "9999-12-31T23:59"]
QUERIES = (
    "q",
    "sort",
    "page",
    "unit",
    "cell",
    "kind",
    "level",
    "format",
    "verb",
    "who",
    "since",
    "until",
    "past",
    "account_id",
    "object_id",
    "next",
)


class Forms(HTMLParser):
    """The forms of a page: action and fields with what a browser would send."""

    def __init__(self, text):
        super().__init__()
        self.found, self.select = [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, form = attrs.get("name"), self.found[-1] if self.found else None
        if tag == "form":
            self.found.append(SimpleNamespace(action=attrs.get("action", ""), post=attrs.get("method") == "post", fields={}, free=[], hidden=set()))  # fmt: skip
        elif form and tag in ("input", "textarea", "button") and name:
            if attrs.get("type") not in ("checkbox", "radio", "file") or "checked" in attrs:
                form.fields[name] = attrs.get("value", "")
            if tag != "button" and attrs.get("type") != "file":
                form.free.append(name)
            if attrs.get("type") == "hidden":
                form.hidden.add(name)
        elif form and tag == "select" and name:
            self.select = name
            form.free.append(name)
        elif form and tag == "option" and self.select:
            form.fields.setdefault(self.select, attrs.get("value", ""))
            if "selected" in attrs:
                form.fields[self.select] = attrs.get("value", "")

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = None


@pytest.fixture
def everybody(plant, client):
    """A client whose account holds every role."""
    return plant.signed_in(client, "刘敏", *[role for role in Role.values if role != Role.CELL_LEAD], unit=None)


def pages(things):  # noqa: F811
    for address, pattern in addresses().items():
        path = path_of(address, pattern, things)
        if "confirm" not in address and address not in ("plant:delete",):
            yield address, path


def values():
    """Return the bad values to try: on the second database only those that it may take otherwise than SQLite."""
    return BAD if connection.vendor == "sqlite" else OTHERWISE


SHARES = 4  # each takes its part of the pages, so that workers take turns


def mine(share, name):
    return crc32(name.encode()) % SHARES == share


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_no_query_of_any_page_ends_in_a_fault(plant, everybody, things, monkeypatch, share):  # noqa: F811
    """All words of a query at once everywhere; each word that is looked up alone, where a page reads queries."""
    tables = [
        ("plant:table", reverse("plant:table", args=[name])) for name in ("certificates", "units", "manning", "posts")
    ]
    alone = ("plant:table", "plant:search", "plant:record", "plant:accounts", "grid:cell", "rosters:roster")
    reading = set()
    for address, path in [*pages(things), *tables]:
        if not mine(share, address):
            continue
        with words_read(monkeypatch) as read:
            for turn, value in enumerate(values()):
                # A page that looked at no word of a query answers every other one alike; a NUL never comes as far as a page.
                if turn and not read and value != "\0":
                    continue
                # What the page was seen to look up so far is sent as well as the words that we know.
                words = {*QUERIES, *read} - {None, "csrfmiddlewaretoken"}
                assert everybody.get(path, dict.fromkeys(sorted(words), value)).status_code < 500, (address, value)
            for name in sorted(read & set(QUERIES)) if address in alone else ():
                reading.add((address, name))
                for value in SHARP:
                    assert everybody.get(path, {name: value}).status_code < 500, (address, name, value)
    known = {("plant:table", "sort"), ("plant:search", "q"), ("grid:cell", "cell")}
    assert {pair for pair in known if mine(share, pair[0])} <= reading


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_no_field_of_any_form_ends_in_a_fault(plant, everybody, things, monkeypatch, share):  # noqa: F811
    """Every form of every page: all fields bad but the hidden ones; then alone, as the page offered the rest, each that let it in.

    A field that refuses a value when others are bad refuses it alone as well, and nothing behind the form is reached. A hidden
    field often says which form was sent: when it is bad too, no other is looked at. So once a form all fields are bad, and once the
    hidden ones alone, by turns with each value: one that was refused among others is refused beside a form that is right as well.
    """
    seen, sent, alone, asked = set(), 0, 0, Asked(everybody, monkeypatch)
    heard = [value for value in values() if value != "\0"]  # which is refused before anybody looks at a field
    people = Person.objects.count()
    new = [
        (name, reverse("plant:new", args=[name]))
        for name in ("certificates", "units", "manning", "posts", "watches", "calendar")
    ]
    for address, path in [*pages(things), *new]:
        if not mine(share, address):
            continue
        response = everybody.get(path)
        if response.status_code != 200 or "html" not in response["Content-Type"]:
            continue
        for form in Forms(response.content.decode()).found:
            target = form.action or path
            kind = (resolve(target.partition("?")[0]).view_name, tuple(form.free), address in dict(new) and address)
            if not form.post or kind in seen or kind[0] in ("rosters:repair", "account_logout"):
                continue
            seen.add(kind)
            # A division takes a second of search; a bad field never gets that far.
            names = [name for name in dict.fromkeys(form.free) if name not in ("csrfmiddlewaretoken", "one_team")]
            shown = [name for name in names if name not in form.hidden] or names
            hidden = [name for name in names if name in form.hidden]
            turn = heard[len(seen) % len(heard)]
            asked.begin(target, kind, form.fields, shown)
            if names and "\0" in values():
                assert asked(names, "\0") == 400, (address, target)
                sent += 1
            for value in heard if names else ():
                with fields_refused(monkeypatch) as refused:
                    for bad in (names, shown) if names != shown and value == turn else (shown,):
                        assert asked(bad, value) < 500, (address, target, bad, value)
                        sent += 1
                left = [name for name in ends(names) if name not in refused]
                if 1 < len(left) < len(names):
                    assert asked(left, value) < 500, (address, target, left, value)
                    sent += 1
                for name in left if not 1 < len(left) < len(names) or not asked.wrote else ():
                    assert asked([name], value) < 500, (address, target, name, value)
                    sent += 1
            if hidden:
                assert asked(hidden, turn) < 500, (address, target, hidden, turn)
                alone += 1
    assert len(seen) > 3 and sent > 5 * len(values()) and alone
    assert Person.objects.count() == people


LINE = re.compile(r"(.+)-(\d+)-.+")


def ends(names):
    """Leave out the fields of the lines between a form's first and last: its lines are alike."""
    lines = {}
    for match in filter(None, map(LINE.fullmatch, names)):
        lines.setdefault(match[1], []).append(int(match[2]))

    def is_kept(name):
        match = LINE.fullmatch(name)
        return not match or int(match[2]) in (min(lines[match[1]]), max(lines[match[1]]))

    return list(filter(is_kept, names))


class Asked:
    """Posts a form of which nothing stays written, and not again what differs only in words that nobody looked at.

    The page that answers is laid out once for every value, where all fields that are shown hold it, and once for every field that is
    bad alone: that another field holds the same value as well is nothing new to it. On the second database it is laid out
    once a form, for what is laid out was found before.

    wrote: whether the last one was taken, for it wrote something and led on.
    """

    def __init__(self, client, monkeypatch):
        self.client, self.monkeypatch, self.answers, self.wrote = client, monkeypatch, {}, False
        self.laid, self.looks = set(), {}  # what was laid out; {form and page: words that were read when it was}

    def begin(self, target, kind, fields, shown):
        """Take the form that is posted from now on: what a browser would send, and which fields it shows."""
        self.target, self.kind, self.fields, self.shown = target, kind, fields, tuple(shown)

    def __call__(self, bad, value):
        """Post the form with a bad value in some fields and return the status."""
        data = {**self.fields, **dict.fromkeys(bad, value)}
        answers = self.answers.setdefault(self.target, [])
        for looked_at, status, wrote in answers:
            if "\0" not in data.values() and all(data.get(name) == value for name, value in looked_at.items()):
                self.wrote = wrote
                return status

        left_out, laid_now = set(), set()

        def is_new(page):
            keys = {(value, tuple(bad))} if len(bad) > 1 else {(value, self.shown), tuple(bad)}
            new = {(self.kind, page, key) for key in (keys if connection.vendor == "sqlite" else {()})} - self.laid
            self.laid |= new
            (laid_now if new else left_out).add((self.kind, page))
            return bool(new)

        with words_read(self.monkeypatch) as read, tables_written() as tables, transaction.atomic():
            with laid_out(self.monkeypatch, is_new):
                status = self.client.post(self.target, data).status_code
            transaction.set_rollback(True)
        self.client.cookies.pop("messages", None)  # which a page that is not laid out does not show
        for page in laid_now:
            self.looks.setdefault(page, set()).update(read)
        read = read.union(*(self.looks[page] for page in left_out))
        self.wrote = status == 302 and bool(tables - {"plant_session", "plant_record", "django_session"})
        if None not in read and "\0" not in data.values():  # a NUL is refused before anybody looks at anything
            answers.append(({name: data.get(name) for name in read}, status, self.wrote))
        return status


@pytest.mark.parametrize("number", [HUGE, "0", str(2**63), str(2**31)])
def test_a_forged_number_in_an_address_is_not_found(plant, everybody, things, number):  # noqa: F811
    for address, path in pages(things):
        forged = re.sub(r"/\d+/", f"/{number}/", path)
        if forged != path:
            response = everybody.get(forged)
            if response.status_code == 405:
                response = everybody.post(forged)
            alone = documented()[address] == {Role.CELL_LEAD}  # everybody here holds every role but this
            assert response.status_code == (403 if alone else 404), (address, response.status_code)


def report(client, **changed):
    data = {
        "uid": "7b3e7c9e-6a2c-4f9c-9d6a-0d6a6d1f0001",
        "day": str(TODAY),
        "slot": "morning",
        "temperature": "36.5",
        **changed,
    }
    return client.post(reverse("grid:checkin"), data)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": "2020-02-15"}, "还没到"),
        ({"day": "2019-02-15"}, "三天"),
        ({"temperature": "52"}, "52"),
        ({"temperature": "83.2"}, "38.2"),
        ({"temperature": "三十六度五"}, "数"),
        ({"symptoms": "plague"}, "plague"),
        ({"whereabouts": "甲" * 10_000}, "200"),
        ({"uid": "x"}, "UUID"),
    ],
)
def test_a_check_in_that_cannot_be_is_refused_with_words_and_what_was_typed_stays(plant, client, changed, words):
    client = plant.signed_in(client, "林涛")
    response = report(client, **changed)
    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert CheckIn.objects.count() == 0
    if "temperature" in changed:
        assert f'value="{changed["temperature"]}"' in page


def test_a_forged_cell_or_person_opens_nothing(plant, client):
    """A cell lead of W01 asks for W02, for a stranger's health, and writes a contact for somebody who is not his."""
    client = plant.signed_in(client, "高建军", Role.CELL_LEAD, unit=plant.cell("W01"))
    stranger = Person.objects.filter(cell=plant.cell("W02"))[0]
    page = client.get(reverse("grid:cell"), {"cell": "W02"}).content.decode()
    assert stranger.name not in page
    assert client.get(reverse("grid:person", args=[stranger.pk])).status_code == 404
    assert client.get(reverse("plant:person", args=[stranger.pk])).status_code == 404
    data = {"uid": "7b3e7c9e-6a2c-4f9c-9d6a-0d6a6d1f0002", "outcome": "seen_ok", "temperature": "36.5"}
    assert client.post(reverse("grid:contact", args=[stranger.pk]), data).status_code == 404
    assert CheckIn.objects.count() == 0
    own = plant.check_in(stranger.name)
    assert client.post(reverse("grid:correct", args=[own.pk]), {**data, "reason": "x"}).status_code == 404


def upload(client, data, name):
    file = io.BytesIO(data)
    file.name = name
    return client.post(reverse("plant:import"), {"file": file})


def bomb():
    """A workbook of a few hundred kilobytes that unfolds to gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(300):
                sheet.write(b" " * 1_000_000)
    return out.getvalue()


def macro():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "花名册.xlsx", "空"),
        (b"PK\x03\x04" + b"\x01" * 500, "花名册.xlsx", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000, "花名册.xlsx", "密码"),
        (macro, "花名册.xlsm", "宏"),
        (bomb, "花名册.xlsx", "解开"),
        (b"\x00" * 20_000_010, "花名册.xlsx", "20"),
        (b"%PDF-1.4", "花名册.pdf", "xlsx"),
    ],
    ids=["empty", "damaged", "password", "macro", "bomb", "large", "pdf"],
)
def test_a_bad_workbook_gets_a_sentence_and_writes_nothing(plant, client, data, name, words):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    before = Person.objects.count(), Unit.objects.count()
    response = upload(client, data() if callable(data) else data, name)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert (Person.objects.count(), Unit.objects.count(), Import.objects.count()) == (*before, 0)


def test_a_formula_in_a_csv_is_text_and_stays_text_on_the_way_out(plant, client):
    client = plant.signed_in(client, "刘敏", Role.PLANNER)
    text = '工号,姓名,部门,备注\n3001,方志远,运行分场,"=HYPERLINK(""http://x"",""1"")"\n'
    assert upload(client, text.encode("utf-8-sig"), "a.csv").status_code == 302
    client.post(reverse("plant:import_confirm", args=[Import.objects.get().pk]))
    assert Person.objects.get(staff_no="3001").note.startswith("=HYPERLINK")
    Person.objects.filter(staff_no="3001").update(name="=1+1")
    body = client.get(reverse("plant:table", args=["people"]), {"format": "csv"}).content.decode("utf-8-sig")
    assert "'=1+1" in body
