"""Workbooks that unpack to more than they say: refused with sheet and cell before anything is
loaded.
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from planner.errors import InputError
from planner.formats.base import input_limits
from planner.formats.base.findings import Findings
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import read_orders
from planner.formats.parcels import read_parcels
from planner.formats.rate_card.reader import read_rate_card
from planner.formats.tables.tables import table_of_file

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>region</t></is></c><c r="B1" '
    't="inlineStr"><is><t>n</t></is></c></row>'
)
ROW = '<row r="2"><c r="A2" t="inlineStr"><is><t>east</t></is></c><c r="B2"><v>1</v></c></row>'


def parts(rows: str, **others: str | bytes) -> dict[str, str | bytes]:
    """The parts of a workbook with one sheet; more, or others, by name (`/` as `__`)."""
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Sales" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        ),
        **{name.replace("__", "/") + ".xml": text for name, text in others.items()},
    }


def packed(named: dict[str, str | bytes]) -> bytes:
    """The bytes of an archive with these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in named.items():
            archive.writestr(name, content)
    return stream.getvalue()


def texts(*items: str) -> str:
    """A part of shared texts."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{item}</t></si>" for item in items)}</sst>'


def refused(tmp_path: Path, data: bytes) -> str:
    """The finding about a workbook of these bytes."""
    path = tmp_path / "b.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        table_of_file(path, "b.xlsx")
    return str(caught.value)


def test_an_ordinary_workbook_is_read(tmp_path: Path) -> None:
    """The hand-made workbook of these tests is one: what is refused below is refused for what was
    added.
    """
    (tmp_path / "b.xlsx").write_bytes(packed(parts(HEADER + ROW)))
    assert table_of_file(tmp_path / "b.xlsx", "b.xlsx").cells == {"region": ["east"], "n": ["1"]}


def test_cells_without_a_place_are_read_in_their_order(tmp_path: Path) -> None:
    """The n-th cell of a row, and the row after the last."""
    rows = (
        "<row><c "
        "t='inlineStr'><is><t>a</t></is></c><c><v>5</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>"
    )
    (tmp_path / "b.xlsx").write_bytes(packed(parts(rows)))
    assert table_of_file(tmp_path / "b.xlsx", "b.xlsx").cells == {"a": ["1"], "5": ["2"]}


@pytest.mark.parametrize(
    ("stray", "after"),
    [("XFD1048576", "B2"), ("A1048576", "B2"), ("XFD2", "B2")],
)
def test_a_stray_cell_is_named_with_what_to_delete(
    tmp_path: Path, stray: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One cell far out, whatever the sheet states of its size."""
    monkeypatch.setattr(input_limits, "SHEET_AREA", 10_000)
    row = "".join(filter(str.isdigit, stray))
    cell = f'<c r="{stray}"><v>1</v></c>'
    rows = HEADER + (
        ROW.replace("</row>", f"{cell}</row>")
        if row == "2"
        else f'{ROW}<row r="{row}">{cell}</row>'
    )
    named = parts(rows)
    sheet = str(named["xl/worksheets/sheet1.xml"])
    named["xl/worksheets/sheet1.xml"] = sheet.replace(
        "<sheetData>", '<dimension ref="A1:B2"/><sheetData>'
    )
    assert refused(tmp_path, packed(named)) == (
        f"b.xlsx: Sales!{stray}: a stray cell at {stray}: delete the rows and columns after "
        f"{after} and save it again"
    )


def test_a_far_cell_that_only_has_a_format_is_none(tmp_path: Path) -> None:
    """Spreadsheets keep the formats of empty cells: they are not read."""
    rows = HEADER + ROW + '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    (tmp_path / "b.xlsx").write_bytes(packed(parts(rows)))
    assert table_of_file(tmp_path / "b.xlsx", "b.xlsx").rows == 1


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With or without their places, with a prefix or not."""
    monkeypatch.setattr(input_limits, "SHEET_CELLS", 100)
    words = "has more than 100 cells; save it as CSV"
    for cells in ('<c r="A3"><v>1</v></c>', "<c><v>1</v></c>"):
        assert words in refused(tmp_path, packed(parts(f'{HEADER}<row r="3">{cells * 101}</row>')))
    row = f"<x:row>{'<x:c><x:v>1</x:v></x:c>' * 101}</x:row>"
    prefixed = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{row}</x:sheetData></x:worksheet>'
    assert words in refused(tmp_path, packed({**parts(""), "xl/worksheets/sheet1.xml": prefixed}))


def test_a_text_that_no_cell_can_hold_is_named_by_its_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the cell itself, in pieces, as a shared text; long lists below the cells are none."""
    monkeypatch.setattr(input_limits, "CELL_BYTES", 5_000)
    long = "b.xlsx: Sales!A2: takes more than 5,000 bytes, more than a cell can hold: shorten it"
    for text in (
        "<t>" + "a" * 6_000 + "</t>",
        "<r><t>aaaa</t></r>" * 600,
        "<t><![CDATA[" + "</c>" * 2_000 + "]]></t>",
    ):
        row = f'<row r="2"><c r="A2" t="inlineStr"><is>{text}</is></c><c r="B2"><v>1</v></c></row>'
        assert refused(tmp_path, packed(parts(HEADER + row))) == long
    shared = HEADER + '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>0</v></c></row>'
    assert (
        refused(tmp_path, packed(parts(shared, xl__sharedStrings=texts("b", "a" * 6_000)))) == long
    )
    named = parts(HEADER + ROW)
    below = "</sheetData><mergeCells>" + '<mergeCell ref="D1:D2"/>' * 500 + "</mergeCells>"
    named["xl/worksheets/sheet1.xml"] = str(named["xl/worksheets/sheet1.xml"]).replace(
        "</sheetData>", below
    )
    (tmp_path / "b.xlsx").write_bytes(packed(named))
    assert table_of_file(tmp_path / "b.xlsx", "b.xlsx").rows == 1


def test_a_text_that_many_cells_share_counts_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kilobyte of a file may stand for gigabytes."""
    monkeypatch.setattr(input_limits, "BOOK_TEXT_BYTES", 100_000)
    rows = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(2, 150))
    words = refused(tmp_path, packed(parts(HEADER + rows, xl__sharedStrings=texts("a" * 1_000))))
    assert "Sales!A10" in words
    assert "the texts of its cells take more than 100,000 bytes" in words


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"xl__more": b"0" * 400_000}, "unpacks to more than 300,000 bytes"),
        ({"xl__styles": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "declares entities"),
        ({"xl__styles": "<a>" * 500}, "nested more than 100 levels"),
        ({"xl__styles": "<a>" + "<xf/>" * 1_000}, "takes more than 3,000 bytes"),
        ({"xl__sharedStrings": "<sst>" + "<x/>" * 12_000}, "holds more than 10,000 tags"),
        ({"xl__workbook": "<a>" + "<sheet id='a'/>" * 1_001}, "names more than 1,000 parts"),
        ({"xl__worksheets__sheet1": "<worksheet><c"}, "Sales: cannot be read as Excel"),
        ({f"xl__{i}": "<a/>" for i in range(1_001)}, "more than 1,000 parts"),
        ({"xl__workbook": ""}, "no element found"),
    ],
    ids=["large", "entities", "deep", "styles", "tags", "sheets", "cut", "parts", "empty"],
)
def test_what_no_spreadsheet_writes_is_refused(
    tmp_path: Path, changed: dict[str, str | bytes], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts that are too large together, entities, nesting, damaged XML, too many parts."""
    monkeypatch.setattr(input_limits, "BOOK_UNPACKED_BYTES", 300_000)
    monkeypatch.setattr(
        input_limits, "BOOK_LIST_BYTES", 30_000 if "xl__workbook" in changed else 3_000
    )
    monkeypatch.setattr(input_limits, "BOOK_TAGS", 10_000)
    assert words in refused(tmp_path, packed(parts(HEADER + ROW, **changed)))


def test_the_size_that_an_archive_states_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory that says 100 bytes of a part of a megabyte hides nothing."""
    data = packed(parts(HEADER + ROW, xl__more=b"0" * 1_000_000))
    forged = data.replace((1_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert forged != data
    assert "cannot be read as Excel" in refused(tmp_path, forged)
    monkeypatch.setattr(input_limits, "BOOK_UNPACKED_BYTES", 300_000)
    assert "unpacks to more than" in refused(tmp_path, forged)


def test_a_sheet_is_looked_through_whatever_its_part_is_called(tmp_path: Path) -> None:
    """What a part is called does not keep its cells from being counted; nor does a second id of its
    sheet.
    """
    named = parts(HEADER + ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    named["xl/worksheets/sheet1.png"] = named.pop("xl/worksheets/sheet1.xml")
    named["xl/_rels/workbook.xml.rels"] = str(named["xl/_rels/workbook.xml.rels"]).replace(
        "sheet1.xml", "sheet1.png"
    )
    named["xl/workbook.xml"] = str(named["xl/workbook.xml"]).replace("r:id", 'id="other" r:id')
    assert "Sales!XFD1048576: a stray cell" in refused(tmp_path, packed(named))


def test_a_workbook_that_keeps_its_sheets_elsewhere_is_refused(tmp_path: Path) -> None:
    """Its sheets would be read without having been looked through."""
    named = parts(HEADER + ROW)
    named["_rels/.rels"] = str(named["_rels/.rels"]).replace("xl/workbook.xml", "y/workbook.xml")
    assert "keeps its sheets in y/workbook.xml" in refused(tmp_path, packed(named))


def test_a_cell_without_a_place_stands_behind_the_one_before(tmp_path: Path) -> None:
    """Also behind one that is empty and far out: a kilobyte would have made the reader ask for 512
    GB.
    """
    rows = HEADER + ROW + '<row r="1048576"><c r="XFC1048576"/><c><v>1</v></c></row>'
    assert "a stray cell at XFD1048576" in refused(tmp_path, packed(parts(rows)))
    beyond = HEADER + '<row r="2"><c r="ZZZZ2"/><c><v>1</v></c></row>'
    assert "Sales!ZZZZ2: holds a cell that no spreadsheet has" in refused(
        tmp_path, packed(parts(beyond))
    )
    (tmp_path / "b.xlsx").write_bytes(
        packed(parts(f'{HEADER}<row r="2"><c r="A2"/><c><v>1</v></c></row>'))
    )
    assert table_of_file(tmp_path / "b.xlsx", "b.xlsx").cells == {"region": [""], "n": ["1"]}


@pytest.mark.parametrize("number", ["+0", "0000000000"])
def test_a_number_written_oddly_still_names_a_shared_text(
    tmp_path: Path, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers take it for the number it is."""
    monkeypatch.setattr(input_limits, "BOOK_TEXT_BYTES", 100_000)
    rows = "".join(
        f'<row r="{r}"><c r="A{r}" t="s"><v>{number}</v></c></row>' for r in range(2, 150)
    )
    words = refused(tmp_path, packed(parts(HEADER + rows, xl__sharedStrings=texts("a" * 1_000))))
    assert "the texts of its cells take more than 100,000 bytes" in words


def test_parts_that_are_no_sheets_are_left_alone(tmp_path: Path) -> None:
    """Charts, pivot tables and links hold values of their own, some in elements of the same
    names.
    """
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sales")
        sheet.write_row(0, 0, ["region", "n"])
        sheet.write_row(1, 0, ["east", 1])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"categories": "=Sales!$A$2:$A$2", "values": "=Sales!$B$2:$B$2"})
        sheet.insert_chart("E5", chart)
    assert table_of_file(path, "b.xlsx").cells == {"region": ["east"], "n": ["1"]}
    link = '<externalLink><row r="1"><cell r="A1"><v>1</v></cell></row></externalLink>'
    path.write_bytes(
        packed(
            parts(HEADER + ROW, xl__externalLinks__link1=link, customXml__item1="<c><v>1</v></c>")
        )
    )
    assert table_of_file(path, "b.xlsx").rows == 1


def test_formats_of_many_empty_cells_are_named_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Borders drawn down to the last row of a sheet: the rows to delete are named."""
    monkeypatch.setattr(input_limits, "SHEET_CELLS", 100)
    rows = "".join(f'<row r="{r}"><c r="A{r}" s="1"/></row>' for r in range(3, 200))
    words = (
        "has more than 100 cells, most of them empty but formatted: delete the rows after 2 "
        "and save it again, or"
    )
    assert words in refused(tmp_path, packed(parts(HEADER + ROW + rows)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/workbook.bin", ".xlsb"),
        ("content.xml", ".ods"),
        ("readme.txt", "is an archive, not a workbook"),
    ],
)
def test_archives_of_other_kinds_are_named(tmp_path: Path, name: str, words: str) -> None:
    """Binary and OpenDocument workbooks are not read, and the finding says what to save instead."""
    assert words in refused(tmp_path, packed({name: "x"}))


def test_an_archive_behind_another_one_is_refused(tmp_path: Path) -> None:
    """Two readers could see two different workbooks in it."""
    data = packed(parts(HEADER + ROW))
    assert "is packed as no spreadsheet does" in refused(tmp_path, data + data)


def test_every_kind_of_table_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log, parcels and a rate card are refused like the tables of a scenario."""
    monkeypatch.setattr(input_limits, "SHEET_AREA", 10_000)
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sales")
        sheet.write_row(0, 0, ["ordered_at", "region"])
        sheet.write(1_000_000, 3, "x")
    findings = Findings(tmp_path)
    assert read_parcels(path, False, False, (), findings) is None
    assert "a stray cell at D1000001" in str(findings.found[0])
    with pytest.raises(InputError, match="a stray cell at D1000001"):
        read_orders(path, "b.xlsx", LogForm({}))
    with pytest.raises(InputError, match="a stray cell at D1000001"):
        read_rate_card(path, "CNY")


@pytest.mark.slow
def test_bombs_end_within_little_memory(tmp_path: Path) -> None:
    """A far cell, ten million cells, and a cell of 490 MB, each in a process with 700 MB of
    addresses to spare.
    """
    row = "".join(f'<c r="{c}1"><v>1</v></c>' for c in "ABCDEFGHIJ")
    bombs = {
        "far": packed(
            parts(HEADER + ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
        ),
        "many": packed(parts(f'<row r="1">{row}</row>' * 1_000_000)),
        "long": packed(parts(HEADER, xl__sharedStrings=texts("a" * 490_000_000))),
    }
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from planner.errors import InputError; from planner.formats.tables.tables import "
        "table_of_file\n"
        "used = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (used + 700_000_000,) * 2)\n"
        "try: table_of_file(Path(sys.argv[1]), 'b.xlsx')\n"
        "except InputError as error: print(error)\n"
    )
    for name, data in bombs.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(data)
        ran = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
        )
        assert ran.stdout.startswith("b.xlsx: "), (name, ran.stderr[-500:])
