"""The HTML of a form: complete without a script, labelled, linked, and inert whatever was typed."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from lxml import html

from engine.views import ChecklistItem, MaterialView
from forms import read_post
from web import labels
from web.form_rendering import find_unsent, render_answers, render_form
from web.formatting import register_filters

URLS = {
    "refresh": "/tasks/7/refresh",
    "draft": "/tasks/7/draft",
    "materials": "/tasks/7/materials",
    "download": "/materials",
}
KINDS = [{"value": "a", "label": "甲类"}, {"value": "b", "label": "乙类"}]
COMPONENTS = [
    {"type": "text", "text": "## 填写说明\n请**逐项**填写，见[通知](https://www.gov.cn/a)"},
    {
        "type": "group",
        "label": "基本信息",
        "components": [
            {
                "type": "textfield",
                "key": "name",
                "label": "企业名称",
                "id": "name",
                "description": "填写全称",
                "validate": {"required": True},
                "layout": {"columns": 8},
                "properties": {"basis": "通知附件 2", "mark": "source"},
            },
            {"type": "number", "key": "share", "label": "占比", "id": "share", "properties": {"unit": "%"}},
        ],
    },
    {"type": "textarea", "key": "brief", "label": "简述", "properties": {"max_characters_cn": "500"}},
    {"type": "datetime", "subtype": "date", "key": "day", "label": "日期"},
    {"type": "datetime", "subtype": "datetime", "key": "at", "label": "时间"},
    {"type": "select", "key": "city", "label": "城市", "valuesKey": "cities"},
    {"type": "radio", "key": "kind", "label": "类别", "values": KINDS, "validate": {"required": True}},
    {"type": "checklist", "key": "kinds", "label": "多选", "values": KINDS},
    {"type": "checkbox", "key": "promise", "label": "承诺属实", "validate": {"required": True}},
    {"type": "textfield", "key": "why", "label": "说明原因", "conditional": {"hide": '=kind != "b"'}},
    {"type": "textfield", "key": "office", "label": "受理单位", "readonly": True},
    {"type": "expression", "key": "double", "label": "两倍", "expression": "=share * 2"},
    {"type": "table", "label": "往年记录", "dataSource": "=past", "columns": [{"key": "year", "label": "年度"}]},
    {
        "type": "dynamiclist",
        "path": "products",
        "label": "产品",
        "properties": {"max": "3"},
        "components": [
            {"type": "textfield", "key": "title", "label": "产品名称", "id": "title", "validate": {"required": True}},
            {"type": "radio", "key": "sort", "label": "产品类别", "id": "sort", "values": KINDS},
        ],
    },
    {
        "type": "filepicker",
        "key": "letter",
        "label": "同意文件",
        "multiple": True,
        "validate": {"required": True},
        "properties": {
            "stamp": "required",
            "accept": ".pdf",
            "max": "2",
            "basis": "通知 三",
            "mark": "reading",
            "supplied_by": "省级人民政府",
        },
    },
    {"type": "separator"},
    {"type": "button", "label": "提交"},
]
VALUES = {
    "name": "某企业",
    "share": 12.5,
    "brief": "一二三",
    "day": "2023-11-15",
    "at": "2023-11-15T09:30:00+08:00",
    "city": "甲市",
    "kind": "b",
    "kinds": ["a"],
    "promise": True,
    "why": "因为",
    "products": [{"title": "一", "sort": "a"}, {"title": "二"}],
}
CONTEXT = {"cities": ["甲市", "乙市"], "past": [{"year": 2022}], "office": "某办公厅"}
CONTROLS = "//input[not(@type='hidden')] | //select | //textarea"


@pytest.fixture
def page():
    app = Flask("web")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["labels"] = labels
    register_filters(app)
    with app.test_request_context():
        yield


@pytest.fixture
def form(make_form):
    return make_form(*COMPONENTS)


@pytest.fixture
def render(page, form):
    def tree(values=None, **options):
        options.setdefault("urls", URLS)
        return html.fromstring(render_form(form, VALUES if values is None else values, CONTEXT, **options))

    return tree


def material():
    return MaterialView(
        material_id=5,
        field_key="letter",
        file_name="同意<b>.pdf",
        size=2048,
        media_type="application/pdf",
        sha256="a" * 64,
        sm3="0123456789abcdef" * 4,
        uploaded_at=datetime(2023, 11, 1, tzinfo=UTC),
        uploaded_by="某人",
    )


def checklist(*files):
    return [
        ChecklistItem(field_key="letter", label="", is_required=True, is_stamped=True, basis="", hint="", files=files)
    ]


def text_of(element):
    return "".join(element.itertext())


def test_every_control_has_a_label(render):
    tree = render()
    named = set(tree.xpath("//label/@for"))
    assert [control.get("id") for control in tree.xpath(CONTROLS) if control.get("id") not in named] == []


def test_every_id_is_there_once(render):
    ids = render(errors={"name": ["x"], "letter": ["y"]}, checklist=checklist(material())).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_every_description_that_is_referred_to_exists(render):
    tree = render(errors={"name": ["请填写"], "kind": ["请选择"], "letter": ["请上传"], "products": ["太多"]})
    wanted = {part for names in tree.xpath("//@aria-describedby") for part in names.split()}
    assert wanted - set(tree.xpath("//@id")) == set()
    assert {"f-name-error", "f-name-hint", "f-share-unit", "f-brief-count", "f-letter-accept"} <= wanted


def test_what_is_required_is_said_in_words(render):
    tree = render()
    assert text_of(tree.xpath("//label[@for='f-name']")[0]) == "企业名称（必填）"
    assert tree.xpath("//*[@id='f-name']/@aria-required") == ["true"]


def test_choices_are_grouped_under_a_legend(render):
    legends = [
        text_of(legend) for legend in render().xpath("//fieldset[.//input[@type='radio' or @type='checkbox']]/legend")
    ]
    assert {"类别（必填）", "多选", "产品类别"} <= set(legends)


def test_the_summary_of_errors_leads_to_each_field(render):
    errors = {"name": ("请填写“企业名称”。",), "products[1].title": ("请填写名称。", "太短。"), "letter": ("请上传。",)}
    tree = render(errors=errors)
    (summary,) = tree.xpath("//*[@role='alert']")
    assert text_of(summary.find("h2")) == "有 4 处需要更正"
    targets = [link.get("href")[1:] for link in summary.iter("a")]
    assert targets == ["f-name", "f-products-1-title", "f-products-1-title", "f-letter"]
    assert set(targets) <= set(tree.xpath("//@id"))


def test_the_same_message_of_several_parts_says_in_which_part_it_is(page, make_form):
    scores = [{"type": "number", "key": key, "label": "得分"} for key in ("first", "second")]
    parts = [
        {"type": "group", "label": label, "components": [one]}
        for label, one in zip(("目标", "规模"), scores, strict=True)
    ]
    errors = {"first": ("请填写“得分”。",), "second": ("请填写“得分”。",)}
    tree = html.fromstring(render_form(make_form(*parts), {}, {}, errors=errors, urls=URLS))
    assert tree.xpath("//*[@role='alert']//a/text()") == ["目标：请填写“得分”。", "规模：请填写“得分”。"]


def test_a_long_form_begins_with_its_parts(page, make_form):
    parts = [
        {"type": "group", "label": label, "components": [{"type": "textfield", "key": key, "label": "内容"}]}
        for key, label in (("a", "甲"), ("b", "乙"), ("c", "丙"))
    ]
    tree = html.fromstring(render_form(make_form(*parts), {}, {}, urls=URLS))
    links = tree.xpath("//nav//a")
    assert [link.text for link in links] == ["甲", "乙", "丙"]
    assert {link.get("href")[1:] for link in links} <= set(tree.xpath("//@id"))


def test_the_summary_takes_the_focus(render):
    assert render(errors={"name": ("请填写。",)}).xpath("//*[@id='error-summary']/@autofocus")


def test_an_error_of_a_field_that_is_not_shown_leads_to_the_form(render):
    assert render(errors={"gone": ("不见了。",)}).xpath("//*[@role='alert']//a/@href") == ["#form-fields"]


def test_a_field_with_an_error_says_so_and_shows_it(render):
    tree = render(errors={"name": ("请填写“企业名称”。",)})
    assert tree.xpath("//*[@id='f-name']/@aria-invalid") == ["true"]
    assert text_of(tree.xpath("//*[@id='f-name-error']")[0]).strip() == "请填写“企业名称”。"


def test_without_errors_there_is_no_summary(render):
    assert render().xpath("//*[@role='alert']") == []


def test_what_a_page_shows_comes_back_when_it_is_posted(render, form):
    box = html.fromstring("<form></form>")
    box.append(render())
    posted = read_post(form, box.form_values())
    expected = {**VALUES, "share": "12.5", "at": "2023-11-15T09:30"}
    expected["products"] = [{"title": "一", "sort": "a"}, {"title": "二", "sort": ""}]
    assert {**posted, "brief": posted["brief"].removeprefix("\n")} == expected


def test_what_was_typed_wrongly_is_shown_again(render):
    assert render({"share": "约 5"}).xpath("//*[@id='f-share']/@value") == ["约 5"]


@pytest.mark.parametrize(
    "typed",
    [
        '"><script>alert(1)</script>',
        "</textarea><img src=x onerror=alert(1)>",
        "{{7*7}}",
        "' autofocus onfocus='x",
    ],
)
def test_typed_markup_is_inert(render, typed):
    values = {"name": typed, "brief": typed, "why": typed, "kind": "b", "products": [{"title": typed}]}
    tree = render(values, errors={typed: (typed,)})
    assert tree.xpath("//script | //img | //@onerror | //@onfocus") == []
    assert tree.xpath("//*[@id='f-name']/@value") == [typed]
    assert tree.xpath("//*[@id='f-brief']")[0].text.removeprefix("\n") == typed


def test_there_is_no_inline_style_or_script(render):
    tree = render(errors={"name": ("x",)}, checklist=checklist(material()))
    assert tree.xpath("//@style | //script | //style") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []


def test_only_fields_that_conditions_name_refresh_the_form(render):
    tree = render()
    assert set(tree.xpath("//*[@hx-trigger='change']/@name")) == {"kind", "share"}
    assert set(tree.xpath("//*[@hx-trigger='change']/@hx-post")) == {"/tasks/7/refresh"}


def test_without_a_script_a_button_refreshes_the_conditions(render):
    (button,) = render().xpath("//noscript//button")
    assert (button.get("formaction"), button.get("name"), button.get("value")) == (
        "/tasks/7/refresh",
        "_action",
        "refresh",
    )


def test_a_form_without_conditions_has_no_such_button(page, make_form):
    form = make_form({"type": "textfield", "key": "name", "label": "名称"})
    assert html.fromstring(render_form(form, {}, {}, urls=URLS)).xpath("//noscript") == []


def test_enter_in_a_field_presses_a_harmless_button(render):
    first = render().xpath("//button")[0]
    assert (first.get("formaction"), first.get("value")) == ("/tasks/7/refresh", "refresh")


def test_rows_are_added_and_removed_by_submit_buttons(render):
    actions = render().xpath("//button[@name='_action']/@value")
    assert actions == ["refresh", "remove:products:0", "remove:products:1", "add:products", "refresh"]


def test_a_full_list_offers_no_further_row(render):
    tree = render({"products": [{"title": str(number)} for number in range(3)]})
    assert tree.xpath("//button[@value='add:products']") == []


def test_a_required_row_cannot_be_removed(page, make_form):
    inner = [{"type": "textfield", "key": "title", "label": "名称", "id": "title"}]
    form = make_form(
        {"type": "dynamiclist", "path": "rows", "label": "行", "components": inner, "properties": {"min": "1"}}
    )
    tree = html.fromstring(render_form(form, {}, {}, urls=URLS))
    assert len(tree.xpath("//input[@name='rows[0].title']")) == 1
    assert tree.xpath("//button[starts-with(@value, 'remove')]") == []


def test_a_file_item_says_what_is_asked(render):
    said = text_of(render().xpath("//fieldset[contains(@class, 'material')]")[0])
    assert "需加盖公章" in said
    assert "未上传" in said
    assert "由省级人民政府出具" in said
    assert "解释 通知 三" in said
    assert "可上传 .pdf 文件，最多 2 个。" in said


def test_a_file_is_uploaded_with_everything_typed(render):
    (button,) = render().xpath("//button[@name='field_key']")
    assert button.get("formaction") == "/tasks/7/materials"
    assert button.get("formenctype") == "multipart/form-data"
    assert render().xpath("//input[@type='file']/@name") == ["file:letter"]


def test_an_uploaded_file_shows_name_size_and_digest_and_can_be_removed(render):
    (item,) = render(checklist=checklist(material())).xpath("//li[@class='file']")
    assert "同意<b>.pdf" in text_of(item)
    assert "2 KB" in text_of(item)
    assert "0123456789ab…" in text_of(item)
    assert item.xpath(".//button/@formaction") == ["/tasks/7/materials/5/remove"]
    assert item.xpath(".//a/@href") == ["/materials/5"]


def test_a_full_item_takes_no_further_file(render):
    tree = render(checklist=checklist(material(), material()))
    assert tree.xpath("//input[@type='file']") == []
    assert "f-letter" in tree.xpath("//@id")


def test_without_addresses_nothing_can_be_filled_in(render):
    tree = render(urls=None, checklist=checklist(material()))
    assert tree.xpath("//input | //select | //textarea | //button") == []
    said = text_of(tree)
    assert all(word in said for word in ("某企业", "12.5%", "乙类", "2023-11-15 09:30", "同意<b>.pdf"))


def test_readonly_and_computed_values_are_shown_and_not_posted(render):
    tree = render()
    assert text_of(tree.xpath("//*[@id='f-office']//p[@class='ro']")[0]) == "某办公厅"
    assert text_of(tree.xpath("//*[@id='f-double']//p[@class='ro']")[0]) == "25"
    assert tree.xpath("//*[@name='office'] | //*[@name='double']") == []


def test_a_hidden_field_is_not_on_the_page(render):
    assert render({"kind": "a"}).xpath("//*[@name='why']") == []


def test_what_a_condition_hides_is_still_posted_with_the_page(page, make_form):
    hidden = {"conditional": {"hide": "=true"}}
    inner = [{"type": "textfield", "key": "who", "label": "单位", "id": "who"}]
    rows = {"type": "dynamiclist", "path": "rows", "label": "行", "components": inner}
    form = make_form(
        {"type": "textarea", "key": "why", "label": "原因", **hidden},
        {"type": "checkbox", "key": "promise", "label": "承诺", **hidden},
        {"type": "checklist", "key": "kinds", "label": "多选", "values": KINDS, **hidden},
        {**rows, **hidden},
    )
    values = {"why": "一\n二", "promise": True, "kinds": ["a", "b"], "rows": [{"who": "甲"}]}
    box = html.fromstring("<form></form>")
    box.append(html.fromstring(render_form(form, values, {}, urls=URLS)))
    assert read_post(form, box.form_values()) == values


def test_columns_are_classes_of_the_grid(render):
    (box,) = render().xpath("//input[@id='f-name']/ancestor::div[contains(@class, 'w-8')]")
    assert box.get("class") == "field w-8"


def test_the_count_of_characters_is_there_without_a_script(render):
    assert text_of(render().xpath("//*[@id='f-brief-count']")[0]) == "已填 3 / 500 字"


def test_explanations_are_drawn_as_text(render):
    tree = render()
    assert tree.xpath("//div[contains(@class, 'prose-block')]//a/@href") == ["https://www.gov.cn/a"]
    assert tree.xpath("//div[contains(@class, 'prose-block')]//strong/text()") == ["逐项"]


def test_a_form_without_an_official_model_says_so(page, make_form):
    form = make_form({"type": "textfield", "key": "name", "label": "名称"}, placeholder_form="待官方表样")
    assert "待官方表样" in render_form(form, {}, {}, urls=URLS)


def test_a_form_with_an_official_model_does_not(render):
    assert "待官方表样" not in text_of(render())


def test_answers_are_shown_as_terms(page):
    tree = html.fromstring(render_answers([("企业名称", "<b>"), ("简述", "")]))
    assert [text_of(term) for term in tree.xpath("//dt")] == ["企业名称", "简述"]
    assert text_of(tree.xpath("//dd")[0]) == "<b>"


def test_a_chosen_file_that_was_not_uploaded_is_noticed(form):
    assert find_unsent(form, [("file:letter", "a.pdf"), ("file:other", "b.pdf"), ("name", "甲")]) == {
        "letter": ("您为“同意文件”选择了文件但还没有上传，请重新选择文件，点“上传”后再提交。",)
    }
    assert find_unsent(form, [("file:letter", "")]) == {}
