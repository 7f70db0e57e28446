"""园区汇总表 as a workbook; its official form (278, 附件5) is not published, so the columns are the platform's own."""

import io
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties

from engine.documents.parts import close_parts, open_parts

COLUMNS = (
    ("序号", 6, "{{ for item in entries }}{{ row_number }}"),
    ("园区名称", 30, "{{ item.name }}"),
    ("所在省（区、市）", 16, "{{ item.province }}"),
    ("所在地市", 16, "{{ item.place }}"),
    ("园区建设和管理机构", 30, "{{ item.operator }}"),
    ("地市级主管部门意见", 20, "{{ item.city_opinion }}"),
    ("省级主管部门意见", 20, "{{ item.province_opinion }}"),
    ("备注", 16, "{{ item.note }}"),
)

TITLE = "{{ document.title }}"
SENDER = "填报单位（盖章）：{{ document.office }}　　填报日期：{{ document.issued_on }}　　编号：{{ document.number }}"
REMARK = "注：官方表样未公布，各栏为平台默认设置（待官方表样）。验证码：{{ document.code }}"


def summary_sheet():
    """Return the workbook."""
    book = Workbook()
    sheet = book.active
    sheet.title = "园区汇总表"
    line = Side(style="thin")
    for place, (head, width, mark) in enumerate(COLUMNS, start=1):
        sheet.column_dimensions["ABCDEFGH"[place - 1]].width = width
        for number, words, font in ((3, head, "黑体"), (4, mark, "仿宋_GB2312")):
            cell = sheet.cell(number, place, words)
            cell.font, cell.border = Font(name=font, size=12), Border(line, line, line, line)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    _across(sheet, 1, TITLE, Font(name="方正小标宋简体", size=18), "center")
    _across(sheet, 2, SENDER, Font(name="仿宋_GB2312", size=12), "left")
    _across(sheet, 5, REMARK, Font(name="楷体_GB2312", size=10), "left")
    for number, height in ((1, 36), (2, 24), (3, 36), (4, 28), (5, 20)):
        sheet.row_dimensions[number].height = height
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "3:3"
    book.properties.creator, book.properties.created = "", datetime(2000, 1, 1)  # noqa: DTZ001
    stream = io.BytesIO()
    book.save(stream)
    return close_parts(open_parts(stream.getvalue()))


def _across(sheet, number, words, font, align):
    sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(COLUMNS))
    cell = sheet.cell(number, 1, words)
    cell.font, cell.alignment = font, Alignment(horizontal=align, vertical="center", wrap_text=True)
