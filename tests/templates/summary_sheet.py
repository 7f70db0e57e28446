"""汇总表 as workbooks; their official forms are not published, so the columns are the platform's own."""

import io
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from engine.documents.parts import close_parts, open_parts

#: Heading, width, and what stands in the row that is repeated.
PARKS = (
    ("园区名称", 30, "name"),
    ("所在省（区、市）", 16, "province"),
    ("所在地市", 16, "place"),
    ("园区建设和管理机构", 30, "operator"),
    ("地市级主管部门意见", 20, "city_opinion"),
    ("省级主管部门意见", 20, "province_opinion"),
    ("备注", 16, "note"),
)
PRODUCTS = (
    ("办件编号", 20, "number"),
    ("报送单位（个人）", 30, "holder"),
    ("统一社会信用代码", 22, "uscc"),
    ("产品名称", 28, "product"),
    ("细分类别", 14, "category"),
    ("发布时间", 14, "released_on"),
    ("软著登记号", 18, "copyright"),
    ("使用报告（个）", 10, "users"),
    ("纸质原件", 12, "original"),
)
CASES = (
    ("办件编号", 20, "number"),
    ("报送单位（个人）", 30, "holder"),
    ("统一社会信用代码", 22, "uscc"),
    ("案例名称", 34, "title"),
    ("合作国家", 18, "countries"),
    ("类别", 24, "category"),
    ("纸质原件", 12, "original"),
)

TITLE = "{{ document.title }}"
SENDER = "填报单位（盖章）：{{ document.office }}　　填报日期：{{ document.issued_on }}"
REMARK = "注：官方表样未公布，各栏为平台默认设置（待官方表样）。"


def summary_sheet(name, columns):
    """Return the workbook with one sheet of this name."""
    book = Workbook()
    sheet = book.active
    sheet.title = name
    line = Side(style="thin")
    numbered = (("序号", 6, ""), *columns)
    for place, (head, width, field) in enumerate(numbered, start=1):
        mark = f"{{{{ item.{field} }}}}" if field else "{{ for item in entries }}{{ row_number }}"
        sheet.column_dimensions[get_column_letter(place)].width = width
        for number, words, font in ((3, head, "黑体"), (4, mark, "仿宋_GB2312")):
            cell = sheet.cell(number, place, words)
            cell.font, cell.border = Font(name=font, size=12), Border(line, line, line, line)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    last = len(numbered)
    _across(sheet, 1, last, TITLE, Font(name="方正小标宋简体", size=18), "center")
    _across(sheet, 2, last, SENDER, Font(name="仿宋_GB2312", size=12), "left")
    _across(sheet, 5, last, REMARK, Font(name="楷体_GB2312", size=10), "left")
    for number, height in ((1, 36), (2, 24), (3, 36), (4, 28), (5, 20)):
        sheet.row_dimensions[number].height = height
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "3:3"
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    long_ago = datetime(2000, 1, 1)  # noqa: DTZ001
    book.properties.creator, book.properties.created, book.properties.modified = "", long_ago, long_ago
    stream = io.BytesIO()
    book.save(stream)
    return close_parts(open_parts(stream.getvalue()))


def _across(sheet, number, last, words, font, align):
    sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=last)
    cell = sheet.cell(number, 1, words)
    cell.font, cell.alignment = font, Alignment(horizontal=align, vertical="center", wrap_text=True)
