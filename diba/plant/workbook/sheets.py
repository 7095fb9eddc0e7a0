"""Opening a workbook without trusting it: XLSX through openpyxl after a look at the archive, CSV in any usual encoding."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass

LARGEST = 20_000_000  # bytes of the file as sent; 2,000 people with everything are under 1 MB
LARGEST_UNPACKED = 200_000_000  # bytes
WORST_RATIO = 200  # of one member; text in a real workbook packs 10 to 30 times
MOST_ROWS, MOST_COLUMNS = 60_000, 256
UNCALCULATED = "#FORMULA!"  # stands in a cell whose formula has no value
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
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")  # Excel's "Unicode text" is UTF-16
    if name.lower().endswith((".xlsx", ".xlsm", ".xls")) or (b"\x00" in data[:4096] and not wide):
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
            calculated = any(
                re.search(rb"<f[ >/]", archive.read(m)) for m in members if m.filename.startswith("xl/worksheets/")
            )
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
        zipfile.zlib.error,
    ) as error:
        raise Refused("damaged") from error
    sheets = [_sheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return [sheet for sheet in sheets if sheet.rows]


def _no_sheet_lacks(archive):
    """Refuse a workbook that names a sheet it does not hold: it would be read without it and without a word."""
    path = "xl/_rels/workbook.xml.rels"
    names = set(archive.namelist())
    relations = archive.read(path).decode("utf-8", "replace") if path in names else ""
    for target in re.findall(r'Target="([^"]*worksheets/[^"]*)"', relations):
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
    sample = "\n".join(text.splitlines()[:20])
    delimiter = max(",;\t|", key=sample.count) if any(mark in sample for mark in ",;\t|") else ","
    rows = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in row):
                rows.append((number, row[:MOST_COLUMNS]))
            if len(rows) > MOST_ROWS:
                raise Refused("too_many_rows", limit=MOST_ROWS)
    except csv.Error as error:
        raise Refused("quotes") from error
    if not rows:
        raise Refused("empty")
    return Sheet("CSV", rows)


def _decoded(data):
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")
