"""Opening a workbook without trusting it: XLSX through openpyxl after a look at the archive, CSV in any usual encoding."""

import csv
import io
import lzma
import re
import struct
import zipfile
from collections import Counter
from dataclasses import dataclass
from xml.parsers import expat

from .values import UNCALCULATED

LARGEST = 20_000_000  # bytes of the file as sent; 2,000 people with everything are under 1 MB
LARGEST_UNPACKED = 200_000_000  # bytes
WORST_RATIO = 200  # of one member; text in a real workbook packs 10 to 30 times
MOST_ROWS, MOST_COLUMNS = 60_000, 256
MOST_MERGED = 200_000  # cells under merged ones: openpyxl makes each of them, and one line of XML can name 17 billion
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins
EMPTY_RUN = 500  # blank rows after which a sheet is over: some claim a million


class Refused(Exception):
    """A file that is not read at all. reason: a key; remedy lies with whoever has the words."""

    def __init__(self, reason, **values):
        self.reason, self.values = reason, values
        super().__init__(reason)


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its rows as [(row number, [values])], blank rows left out."""

    name: str
    rows: list


def open_sheets(data, name):
    """Return the sheets of a file. Raises Refused with a reason."""
    if not data:
        raise Refused("empty")
    if len(data) > LARGEST:
        raise Refused("too_large", limit=LARGEST // 1_000_000)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        # The same container holds old .xls files and encrypted .xlsx ones; the stream's name tells them apart.
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise Refused("password" if encrypted else "old_format")
    if data[:4] == b"PK\x03\x04":
        return _xlsx(data)
    wide = data[:2] in WIDE  # Excel's "Unicode text" is UTF-16
    if name.lower().endswith((".xlsx", ".xlsm", ".xls")) or (b"\x00" in data and not wide):
        raise Refused("damaged")
    return [_csv(data)]


def _xlsx(data):
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise Refused("bomb")
            if any(m.file_size > 1_000_000 and m.file_size > WORST_RATIO * max(m.compress_size, 1) for m in members):
                raise Refused("bomb")
            if any("vbaproject" in member.filename.lower() for member in members):
                raise Refused("macro")
            if "xl/workbook.xml" not in archive.namelist():
                raise Refused("not_a_workbook")
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.open(member).read(4096):
                    raise Refused("damaged")
            _no_sheet_lacks(archive)
            calculated, merged = False, 0
            for member in members:
                text = archive.read(member)
                calculated = calculated or (b"sheetData" in text and bool(re.search(rb"<f[ >/]", text)))
                merged += _merged(text)
            if merged > MOST_MERGED:
                raise Refused("bomb")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        if calculated:
            _mark_uncalculated(book, openpyxl.load_workbook(io.BytesIO(data)))
    except Refused:
        raise
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        OSError,
        EOFError,
        AttributeError,
        IndexError,
        SyntaxError,
        NotImplementedError,
        RuntimeError,
        OverflowError,
        expat.ExpatError,
        lzma.LZMAError,
        struct.error,
        zipfile.zlib.error,
    ) as error:
        raise Refused("damaged") from error
    sheets = [_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return [sheet for sheet in sheets if sheet.rows]


def _merged(text):
    """Return how many cells of a sheet lie under merged ones, as its XML says, before anybody makes them."""
    if b"mergeCell" not in text and text[:2] not in WIDE and text[:4] not in (b"<\0?\0", b"\0<\0?"):
        return 0
    found = 0

    def begun(tag, given):
        nonlocal found
        if tag.rpartition(":")[2] == "mergeCell":
            corners = [re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", corner) for corner in given.get("ref", "").split(":")]
            if not all(corners):
                raise Refused("damaged")
            columns, rows = [_column(corner[1]) for corner in corners], [int(corner[2]) for corner in corners]
            found += (max(columns) - min(columns) + 1) * (max(rows) - min(rows) + 1)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    try:
        parser.Parse(text, True)
    except expat.ExpatError:  # a picture, or a sheet that openpyxl refuses as well
        return 0
    return found


def _column(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _no_sheet_lacks(archive):
    """Refuse a workbook that names a sheet it does not hold: it would be read without it and without a word.

    One that names a sheet a thousand times is refused as well: it would be read a thousand times.
    """
    path = "xl/_rels/workbook.xml.rels"
    names = set(archive.namelist())
    relations = archive.read(path).decode("utf-8", "replace") if path in names else ""
    targets = re.findall(r'Target="([^"]*worksheets/[^"]*)"', relations)
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    for each in (targets, re.findall(r'<(?:\w+:)?sheet\s[^>]*?:id="([^"]*)"', book)):
        if len(set(each)) < len(each):
            raise Refused("damaged")
    for target in targets:
        if (target.lstrip("/") if target.startswith("/") else f"xl/{target}") not in names:
            raise Refused("damaged")


def _mark_uncalculated(book, formulas):
    """Mark cells whose formula no program has calculated: they look empty and are not."""
    for sheet in book.worksheets:
        # Only the cells that are there: walking the rows would make every cell up to the last, millions of them.
        for (row, column), cell in formulas[sheet.title]._cells.items():
            if cell.data_type == "f" and sheet.cell(row, column).value is None:
                sheet.cell(row, column).value = UNCALCULATED


def _sheet(sheet):
    """Read a sheet; a merged cell's value stands in every row and column that it covers."""
    covered = {}
    for area in sheet.merged_cells.ranges:
        if area.size["rows"] * area.size["columns"] > 20_000:
            continue
        value = sheet.cell(area.min_row, area.min_col).value
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1):
                covered[row, column] = value
    rows, blank = [], 0
    for number, cells in enumerate(
        sheet.iter_rows(
            max_row=min(sheet.max_row or 0, 1_048_576),
            max_col=min(sheet.max_column or 1, MOST_COLUMNS),
            values_only=True,
        ),
        1,
    ):
        values = (
            [covered.get((number, column), value) for column, value in enumerate(cells, 1)] if covered else list(cells)
        )
        if all(value is None or str(value).strip() == "" for value in values):
            blank += 1
            if blank > EMPTY_RUN:
                break
            continue
        blank = 0
        rows.append((number, values))
        if len(rows) > MOST_ROWS:
            raise Refused("too_many_rows", limit=MOST_ROWS)
    return Sheet(sheet.title, rows)


def _csv(data):
    text = _decoded(data)
    if "\0" in text:  # no database of text holds it
        raise Refused("damaged")
    rows, number = [], 0
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True), 1
        ):
            if any(cell.strip() for cell in row):
                rows.append((number, row[:MOST_COLUMNS]))
            if len(rows) > MOST_ROWS:
                raise Refused("too_many_rows", limit=MOST_ROWS)
    except csv.Error as error:
        raise Refused("quotes", row=number + 1) from error
    if not rows:
        raise Refused("empty")
    return Sheet("CSV", rows)


def _delimiter(text):
    """Return the mark that parts the cells: the one that stands equally often in most lines, and not the commas of a remark."""
    lines = [line for line in text[:100_000].splitlines()[:40] if line.strip()]

    def even(mark):
        often = Counter(count for line in lines if (count := line.count(mark)))
        return max(((lines, count) for count, lines in often.items()), default=(0, 0))

    return max(",;\t|", key=even)


def _decoded(data):
    for encoding in ("utf-16",) if data[:2] in WIDE else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")
