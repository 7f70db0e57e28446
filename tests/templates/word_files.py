"""A Word file from a few paragraphs: page, styles and fonts of GB/T 9704-2012, editable in Word and WPS."""

from xml.sax.saxutils import escape

from engine.documents.parts import close_parts

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RED = "FF0000"
#: 版心 of 22 lines and 28 characters: 225 mm / 22; characters stand 0.2 pt closer (`_styles`).
LINE = 579
FANGSONG, TITLE, HEI, KAI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
ALTERNATIVES = {FANGSONG: "仿宋", TITLE: "华文中宋", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}


def text(words, *, size=16, font="", color="", bold=False):
    """Return a run; a template's placeholder stays in one run."""
    fonts = f'<w:rFonts w:eastAsia="{font}" w:ascii="{font}" w:hAnsi="{font}"/>' if font else ""
    look = fonts + ("<w:b/>" if bold else "") + (f'<w:color w:val="{color}"/>' if color else "")
    look += f'<w:sz w:val="{size * 2:g}"/><w:szCs w:val="{size * 2:g}"/>' if size != 16 else ""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def page_number(size=14):
    """Return a field that shows the number of the page."""
    look = f'<w:rPr><w:rFonts w:eastAsia="{SONG}" w:ascii="{SONG}" w:hAnsi="{SONG}"/><w:sz w:val="{size * 2}"/></w:rPr>'
    steps = (
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText>PAGE</w:instrText>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{look}{step}</w:r>" for step in steps)


def paragraph(*runs, align="both", space=(0, 0), line=LINE, borders="", keep=False, **indents):
    """Return a paragraph.

    `space` above and below and the exact height of a `line` are twentieths of a point; indents (`firstLine`, `left`,
    `right`) count characters.
    """
    look = "<w:keepNext/>" if keep else ""
    look += f"<w:pBdr>{borders}</w:pBdr>" if borders else ""
    look += f'<w:spacing w:before="{space[0]}" w:after="{space[1]}" w:line="{line}" w:lineRule="exact"/>'
    indent = "".join(f' w:{side}Chars="{count * 100}" w:{side}="{count * 320}"' for side, count in indents.items())
    look += f"<w:ind{indent}/>" if indent else "<w:ind/>"
    return f'<w:p><w:pPr>{look}<w:jc w:val="{align}"/></w:pPr>{"".join(runs)}</w:p>'


def wide(content):
    """Return a paragraph that stands out 7 mm on both sides: the red lines of a letter are 170 mm long."""
    return content.replace("<w:ind/>", '<w:ind w:left="-397" w:right="-397"/>')


def rule(side, style, size, color, space=1):
    """Return the border of a paragraph."""
    return f'<w:{side} w:val="{style}" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


def cell(width, *blocks, borders="", valign="top"):
    """Return a cell."""
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>' + (f"<w:tcBorders>{borders}</w:tcBorders>" if borders else "")
    return f'<w:tc><w:tcPr>{look}<w:vAlign w:val="{valign}"/></w:tcPr>{"".join(blocks)}</w:tc>'


def row(*cells, head=False):
    """Return a row of a table, which no page may cut."""
    mark = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{mark}</w:trPr>{''.join(cells)}</w:tr>"


def table(widths, *rows, lines=False, foot=False):
    """Return a table of fixed columns."""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    place = (
        '<w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="left" w:tblpYSpec="bottom"/>'
        if foot
        else ""
    )
    look = f'{place}<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblInd w:w="0" w:type="dxa"/>'
    look += f"<w:tblBorders>{sides}</w:tblBorders>" if lines else ""
    look += '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/>'
    look += '<w:right w:w="57" w:type="dxa"/></w:tblCellMar>'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def word_file(body, *, first_header="", first_footer=""):
    """Return a Word file; a letter has a header and a footer of its own on its first page."""
    is_letter = bool(first_header)
    parts = {
        "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
        "word/styles.xml": _styles(),
        "word/settings.xml": HEAD + f"<w:settings {NAMESPACES}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="compressPunctuation"/></w:settings>',
        "word/fontTable.xml": _font_table(),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
    }
    references = _reference("footer", "default", 5) + _reference("footer", "even", 6)
    related = [("styles", "styles.xml"), ("settings", "settings.xml"), ("fontTable", "fontTable.xml")]
    related += [("footer", "footer1.xml"), ("footer", "footer2.xml")]
    if is_letter:
        parts["word/header1.xml"] = HEAD + f"<w:hdr {NAMESPACES}>{first_header}</w:hdr>"
        parts["word/footer3.xml"] = HEAD + f"<w:ftr {NAMESPACES}>{first_footer}</w:ftr>"
        related += [("header", "header1.xml"), ("footer", "footer3.xml")]
        references += _reference("header", "first", 7) + _reference("footer", "first", 8)
    parts["word/_rels/document.xml.rels"] = _relations(*related, start=2)
    section = f'<w:sectPr>{references}<w:pgSz w:w="11906" w:h="16838"/>'
    section += '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" '
    section += f'w:header="{1701 if is_letter else 851}" w:footer="1134" w:gutter="0"/>'
    section += ("<w:titlePg/>" if is_letter else "") + '<w:docGrid w:type="lines" w:linePitch="579"/>'
    section += "</w:sectPr>"
    parts["word/document.xml"] = HEAD + f"<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>"
    parts["[Content_Types].xml"] = _types(parts)
    return close_parts({name: part.encode() for name, part in parts.items()})


def _footer(align):
    dash = text("— ", size=14, font=SONG), page_number(), text(" —", size=14, font=SONG)
    indent = {align: 1}
    return HEAD + f"<w:ftr {NAMESPACES}>{paragraph(*dash, align=align, line=400, **indent)}</w:ftr>"


def _reference(kind, page, number):
    return f'<w:{kind}Reference w:type="{page}" r:id="rId{number}"/>'


def _relations(*targets, start=1):
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=start)
    )
    return f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'


def _types(parts):
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    lines = "".join(
        f'<Override PartName="/{name}" ContentType="{main}.{_kind(name)}+xml"/>'
        for name in sorted(parts)
        if not name.endswith(".rels")
    )
    lines += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    lines += '<Default Extension="xml" ContentType="application/xml"/>'
    return f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{lines}</Types>'


def _kind(name):
    base = name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
    return "document.main" if base == "document" else base


def _styles():
    fonts = f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{FANGSONG}"/>'
    defaults = f'<w:rPrDefault><w:rPr>{fonts}<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:eastAsia="zh-CN"/></w:rPr>'
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    normal += f'<w:pPr><w:spacing w:line="{LINE}" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr>'
    normal += '<w:rPr><w:spacing w:val="-4"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>'
    return (
        f"{HEAD}<w:styles {NAMESPACES}><w:docDefaults>{defaults}</w:rPrDefault><w:pPrDefault/></w:docDefaults>"
        f"{normal}</w:styles>"
    )


def _font_table():
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in ALTERNATIVES.items()
    )
    return f"{HEAD}<w:fonts {NAMESPACES}>{fonts}</w:fonts>"
