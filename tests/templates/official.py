"""The shared templates themselves. `python -m tests.templates.official FOLDER` writes them.

Once written they belong to their owners, who edit them in Word; this script is the first edition.
"""

import sys
from pathlib import Path

from tests.templates.summary_sheet import CASES, PARKS, PRODUCTS, summary_sheet
from tests.templates.word_files import (
    HEI,
    LINE,
    RED,
    SONG,
    TITLE,
    cell,
    paragraph,
    row,
    rule,
    table,
    text,
    wide,
    word_file,
)

#: 版心 of 156 mm, and the column in which the signature is centred over the date.
WIDTH, SIGNATURE = 8844, 5150


def heading(words="{{ document.title }}"):
    """标题: 2号小标宋, two lines below what stands above it, one line above the text."""
    return paragraph(
        text(words, size=22, font=TITLE), align="center", space=(2 * LINE - 200, LINE - 100), line=700, keep=True
    )


def addressee():
    """主送机关."""
    return paragraph(text("{{ document.to }}："))


def say(*lines):
    """正文: every paragraph begins two characters in."""
    return "".join(paragraph(text(line), firstLine=2) for line in lines)


def below(line, *, keep=False):
    """A paragraph under a table, with a third of a line between them."""
    return paragraph(text(line), firstLine=2, space=(LINE // 3, 0), keep=keep)


def close(line):
    """The last paragraph: it stands on the page of the signature, which never stands alone."""
    return paragraph(text(line), firstLine=2, keep=True)


def section(words):
    """一级标题: 黑体."""
    return paragraph(text(words, font=HEI), firstLine=2, keep=True)


def signature():
    """署名 and 成文日期, with the code by which anybody can check the document."""
    code = (
        paragraph(text("{{ qr }}"), align="left", line=1300),
        paragraph(text("校验码 {{ document.code }}", size=9, font=SONG), align="left", line=260),
        paragraph(text("编号与校验码可在平台“回执查验”页核对", size=9, font=SONG), align="left", line=260),
    )
    name = paragraph(text("{{ document.office }}"), align="center", space=(2 * LINE, 0), keep=True)
    date = paragraph(text("{{ document.issued_on }}"), align="center")
    return table(
        [WIDTH - SIGNATURE, SIGNATURE],
        row(cell(WIDTH - SIGNATURE, *code, valign="bottom"), cell(SIGNATURE, name, date)),
    )


def imprint():
    """版记: at the foot of the last page."""
    line, half = ('<w:{} w:val="single" w:sz="8" w:space="0" w:color="000000"/>', WIDTH // 2)
    both = line.format("top") + line.format("bottom")
    left = paragraph(text("{{ document.office }}", size=14), align="left", left=1, line=560)
    right = paragraph(text("{{ document.issued_on }}印发", size=14), align="right", right=1, line=560)
    lines = table([half, half], row(cell(half, left, borders=both), cell(half, right, borders=both)), foot=True)
    return lines + paragraph(line=20)


def letter(*blocks):
    """信函格式: red double lines of 170 mm, number at the right under the first one."""
    mark = paragraph(
        text("{{ document.office }}", size=32, font=TITLE, color=RED),
        align="center",
        line=900,
        borders=rule("bottom", "thickThinSmallGap", 24, RED, 11),
    )
    foot = paragraph(line=20, borders=rule("top", "thinThickSmallGap", 24, RED, 1))
    number = paragraph(text("{{ document.number }}"), align="right", space=(120, 0))
    return word_file(number + "".join(blocks), first_header=wide(mark), first_footer=wide(foot))


def order(*blocks, kind="文件"):
    """文件格式: 发文机关标志 35 mm below the upper edge of the 版心, number centred over a red line.

    What is announced to everybody (公告) begins at 20 mm, is put on a website and has no 版记.
    """
    is_order = kind == "文件"
    mark = paragraph(
        text(f"{{{{ document.office }}}}{kind}", size=34, font=TITLE, color=RED),
        align="center",
        space=(1984 if is_order else 1134, 0),
        line=1000,
    )
    number = paragraph(
        text("{{ document.number }}"),
        align="center",
        space=(2 * LINE, 0),
        borders=rule("bottom", "single", 18, RED, 11),
    )
    return word_file(mark + number + "".join(blocks) + (imprint() if is_order else ""))


def plain(*blocks):
    """公示: as it is put on a website, without a red head."""
    return word_file("".join(blocks))


def listed(name, widths, heads, fields):
    """A table with one row per item of a list."""
    top = row(
        *(
            cell(width, paragraph(text(head, size=14, font=HEI), align="center"))
            for width, head in zip(widths, heads, strict=True)
        ),
        head=True,
    )
    first = f"{{{{ for item in {name} }}}}"
    marks = [first + fields[0], *fields[1:]]
    line = row(
        *(
            cell(width, paragraph(text(mark, size=14), align="center", line=480))
            for width, mark in zip(widths, marks, strict=True)
        )
    )
    return table(widths, top, line, lines=True)


def numbered(name):
    """One numbered paragraph per item of a list."""
    return paragraph(text(f"{{{{ for item in {name} }}}}{{{{ row_number }}}}. {{{{ item }}}}"), firstLine=2)


RECEIVED = "你单位申报的“{{ case.title }}”（办件编号：{{ case.number }}）收悉。"

TEMPLATES = {
    "acceptance.docx": letter(
        heading(),
        addressee(),
        say(
            RECEIVED,
            "经审查，申报材料齐全，符合规定形式。依据{{ basis }}，决定自{{ document.issued_on }}起予以受理。",
            "本件办理时限为{{ working_days }}个工作日，自受理之日的次日起算。"
            "补正、公示、实地评估和专家评审所需时间不计入办理时限。",
            "你单位可登录平台，凭办件编号查询办理进展。",
        ),
        close("特此通知。"),
        signature(),
    ),
    "correction.docx": letter(
        heading(),
        addressee(),
        say(
            RECEIVED, "经审查，申报材料不齐全或者不符合规定形式。依据{{ basis }}，现将需要补正的全部内容一次告知如下："
        ),
        numbered("items"),
        say(
            "请你单位自收到本告知书之日起{{ working_days }}个工作日内，通过平台补正上述内容；补正期间不计入办理时限。"
            "不能按期补正的，请在期限届满前通过平台说明原因。",
        ),
        close("特此告知。"),
        signature(),
    ),
    "refusal.docx": letter(
        heading(),
        addressee(),
        say(
            RECEIVED,
            "经审查，该申报不予受理。理由如下：",
            "{{ reason }}",
            "依据：{{ basis }}。",
            "如有异议，可以自收到本通知书之日起15个工作日内向我单位提出书面意见。",
        ),
        close("特此通知。"),
        signature(),
    ),
    "review_opinion.docx": order(
        heading(),
        addressee(),
        say("我单位对“{{ case.title }}”（办件编号：{{ case.number }}）进行了审核，意见如下："),
        section("一、审核结论"),
        say("{{ conclusion }}"),
        section("二、审核意见"),
        close("{{ opinion }}"),
        signature(),
    ),
    "publicity.docx": plain(
        heading(),
        say("{{ body }}"),
        listed(
            "entries",
            [900, 4644, 3300],
            ["序号", "单位名称", "公示事项"],
            ["{{ row_number }}", "{{ item.name }}", "{{ item.matter }}"],
        ),
        below("公示时间：{{ first_day }}至{{ last_day }}（共{{ working_days }}个工作日，最后一日至24:00止）。"),
        say(
            "对公示内容有异议的，请在公示期内通过平台公示页面或者以书面形式实名反映，写明事实和理由并提供可以核实的线索。"
            "我单位对反映人的信息严格保密。",
        ),
        close("异议受理单位：{{ document.office }}。"),
        signature(),
    ),
    "award.docx": order(
        heading(),
        say("{{ body }}"),
        listed(
            "entries",
            [900, 4644, 3300],
            ["序号", "名称", "有效期至"],
            ["{{ row_number }}", "{{ item.name }}", "{{ item.expires_on }}"],
        ),
        below("特此公告。", keep=True),
        signature(),
        kind="公告",
    ),
    "announcement.docx": order(heading(), say("{{ body }}"), close("特此公告。"), signature(), kind="公告"),
    "reply.docx": order(
        heading(),
        addressee(),
        say("你单位{{ request }}收悉。经研究，现批复如下：", "{{ body }}"),
        close("此复。"),
        signature(),
    ),
    "answer.docx": letter(
        heading(),
        addressee(),
        say("你单位{{ request }}收悉。经研究，现函复如下：", "{{ body }}"),
        close("特此函复。"),
        signature(),
    ),
    "rectification.docx": letter(
        heading(),
        addressee(),
        say("依据{{ basis }}，我单位对“{{ case.title }}”进行了检查，发现以下问题："),
        numbered("problems"),
        say(
            "请你单位自收到本通知书之日起至{{ last_day }}完成整改，并在该日前通过平台报送整改报告。"
            "整改期满，我单位将对整改情况进行复查；逾期未整改或者整改后仍不符合要求的，将依照规定处理。",
        ),
        close("特此通知。"),
        signature(),
    ),
    "revocation_notice.docx": letter(
        heading(),
        addressee(),
        say("经查，你单位存在以下事实：", "{{ findings }}"),
        say(
            "依据{{ basis }}，我单位拟作出如下决定：{{ decision }}",
            "你单位对上述事实、理由和依据有权陈述和申辩。请自收到本告知书之日起{{ working_days }}个工作日内，"
            "通过平台或者以书面形式提出；逾期未提出的，视为放弃陈述和申辩的权利。",
        ),
        close("特此告知。"),
        signature(),
    ),
    "decision.docx": order(
        heading(),
        addressee(),
        section("一、查明的事实"),
        say("{{ findings }}"),
        section("二、陈述申辩情况"),
        say("{{ statement }}"),
        section("三、决定"),
        say("依据{{ basis }}，决定如下：{{ decision }}"),
        close("本决定自印发之日起施行。"),
        signature(),
    ),
    "bulletin.docx": order(heading(), addressee(), say("{{ body }}"), close("特此通报。"), signature()),
    "park_summary.xlsx": summary_sheet("园区汇总表", PARKS),
    "product_summary.xlsx": summary_sheet("产品汇总表", PRODUCTS),
    "case_summary.xlsx": summary_sheet("案例汇总表", CASES),
}


def main(folder):
    """Write every template."""
    for name, content in TEMPLATES.items():
        (Path(folder) / name).write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1])
