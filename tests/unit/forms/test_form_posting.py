"""From the flat names of a page to nested values, and rows added and removed without a script."""

import pytest

from forms import change_rows, present, read_post, validate, with_defaults


@pytest.fixture
def form(make_form):
    inner = [
        {"type": "textfield", "key": "title", "label": "名称", "id": "title"},
        {"type": "checkbox", "key": "is_new", "label": "新品", "id": "is_new"},
        {
            "type": "dynamiclist",
            "path": "users",
            "label": "用户",
            "id": "users",
            "components": [{"type": "textfield", "key": "who", "label": "单位", "id": "who"}],
        },
    ]
    kinds = [{"value": "a", "label": "甲类"}, {"value": "b", "label": "乙类"}]
    return make_form(
        {"type": "textfield", "key": "name", "label": "企业名称", "defaultValue": "某企业"},
        {"type": "checklist", "key": "kinds", "label": "类别", "values": kinds},
        {"type": "checkbox", "key": "promise", "label": "承诺"},
        {"type": "number", "key": "share", "label": "占比", "properties": {"unit": "%"}},
        {"type": "datetime", "subtype": "datetime", "key": "at", "label": "时间"},
        {"type": "dynamiclist", "path": "products", "label": "产品", "components": inner, "properties": {"max": "3"}},
        {"type": "filepicker", "key": "letter", "label": "文件"},
    )


def test_names_with_places_become_rows(form):
    pairs = [("name", "甲"), ("products[0].title", "一"), ("products[1].title", "二"), ("products[1].is_new", "true")]
    assert read_post(form, pairs) == {"name": "甲", "products": [{"title": "一"}, {"title": "二", "is_new": True}]}


def test_gaps_between_rows_are_closed(form):
    pairs = [("products[7].title", "乙"), ("products[2].title", "甲")]
    assert read_post(form, pairs) == {"products": [{"title": "甲"}, {"title": "乙"}]}


def test_lists_inside_rows_are_read(form):
    pairs = [("products[0].users[0].who", "单位一"), ("products[0].users[3].who", "单位二")]
    assert read_post(form, pairs) == {"products": [{"users": [{"who": "单位一"}, {"who": "单位二"}]}]}


def test_several_ticks_of_one_name_are_all_kept(form):
    assert read_post(form, [("kinds", ""), ("kinds", "a"), ("kinds", "b")]) == {"kinds": ["a", "b"]}


def test_a_box_that_was_on_the_page_and_is_not_ticked_is_false(form):
    assert read_post(form, [("promise", "")]) == {"promise": False}
    assert read_post(form, [("promise", ""), ("promise", "true")]) == {"promise": True}


def test_a_list_that_was_on_the_page_without_rows_is_empty(form):
    assert read_post(form, [("products", "")]) == {"products": []}


@pytest.mark.parametrize(
    "name",
    [
        *("other", "_action", "csrf_token", "letter", "name[0]", "name.x", "products[0]", "products[0].other"),
        *("products[x].title", "products[-1].title", "products.title", "products[0][0].title"),
        *("", ".", "[0]", "products[9999999].title", "a." * 400),
    ],
)
def test_a_name_that_the_form_does_not_have_is_dropped(form, name):
    assert read_post(form, [(name, "x")]) in ({}, {"products": []}, {"products": [{}]})


def test_a_flood_of_rows_is_cut_where_it_will_still_be_refused(form):
    raw = read_post(form, [(f"products[{number}].title", "x") for number in range(5_000)])
    assert len(raw["products"]) == 201


def test_a_row_is_added_at_the_end(form):
    assert change_rows(form, {"products": [{"title": "一"}]}, "add:products") == {"products": [{"title": "一"}, {}]}


def test_the_first_row_is_added_to_a_list_without_any(form):
    assert change_rows(form, {}, "add:products") == {"products": [{}]}


def test_no_row_is_added_beyond_the_limit(form):
    assert len(change_rows(form, {"products": [{}] * 3}, "add:products")["products"]) == 3


def test_the_named_row_is_removed_and_the_others_stay(form):
    raw = {"name": "甲", "products": [{"title": "一"}, {"title": "二"}, {"title": "三"}]}
    assert change_rows(form, raw, "remove:products:1") == {"name": "甲", "products": [{"title": "一"}, {"title": "三"}]}


def test_changing_rows_leaves_the_given_values_alone(form):
    raw = {"products": [{"users": [{}]}]}
    change_rows(form, raw, "add:products[0].users")
    assert raw == {"products": [{"users": [{}]}]}


def test_rows_inside_rows_are_added_and_removed(form):
    raw = {"products": [{"users": [{"who": "一"}, {"who": "二"}]}]}
    assert change_rows(form, raw, "remove:products[0].users:0") == {"products": [{"users": [{"who": "二"}]}]}
    assert len(change_rows(form, raw, "add:products[0].users")["products"][0]["users"]) == 3


@pytest.mark.parametrize(
    "action",
    [
        *("", "refresh", "add:", "add:name", "add:letter", "add:other", "add:products[5].users", "add:products[0]"),
        *("remove:products", "remove:products:9", "remove:products:-1", "remove:products:x", "remove::0"),
        *("drop:products", "add:" + "a" * 700, ":::"),
    ],
)
def test_an_action_that_makes_no_sense_changes_nothing(form, action):
    raw = {"name": "甲", "products": [{"title": "一"}]}
    assert change_rows(form, raw, action) == raw


def test_defaults_fill_only_what_is_not_known_yet(form):
    assert with_defaults(form, {})["name"] == "某企业"
    assert with_defaults(form, {"name": ""})["name"] == ""
    assert with_defaults(form, {})["products"] == [{}]


def test_a_submission_is_told_in_labels_and_words(form):
    raw = {
        "name": "甲",
        "kinds": ["b", "a"],
        "promise": True,
        "share": "12.50",
        "at": "2023-11-15T09:30",
        "products": [{"title": "一", "is_new": False}],
    }
    assert present(form, validate(form, raw, {})) == (
        ("企业名称", "甲"),
        ("类别", "甲类、乙类"),
        ("承诺", "是"),
        ("占比", "12.5%"),
        ("时间", "2023-11-15 09:30"),
        ("产品 第 1 行 · 名称", "一"),
        ("产品 第 1 行 · 新品", "否"),
        ("产品 第 1 行 · 用户", "（未填写）"),
    )


def test_options_of_the_platform_are_told_by_their_labels(make_form):
    form = make_form({"type": "select", "key": "city", "label": "城市", "valuesKey": "cities"})
    assert present(form, {"city": "a"}, {"cities": [{"value": "a", "label": "甲市"}]}) == (("城市", "甲市"),)
    assert present(form, {"city": "a"}) == (("城市", "a"),)


def test_what_is_hidden_is_not_told(form):
    assert present(form, {"name": "甲"}) == (("企业名称", "甲"),)
