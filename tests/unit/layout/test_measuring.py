from engine.layout import arrange, measure


def test_names_of_elements_are_said(outline):
    outline.node("startEvent", "begun", name="开始").node("userTask", "fill", name="填写" * 12).chain("begun", "fill")
    assert list(measure(arrange(outline.bpmn())).sentences()) == []
    bpmn = arrange(outline.bpmn()).replace(b'width="120"', b'width="30"')
    assert any(sentence.startswith("填写") and "（fill）" in sentence for sentence in measure(bpmn).sentences())


def test_more_elements_than_can_be_taken_in_are_counted(outline):
    names = [f"task_{number}" for number in range(26)]
    for name in names:
        outline.node("userTask", name)
    found = measure(arrange(outline.chain(*names).bpmn()))
    assert (found.elements, found.counts["many_elements"], found.faults) == (26, 1, ())


def test_a_main_way_to_the_left_is_found(outline):
    outline.node("startEvent", "begun").node("endEvent", "done").chain("begun", "done")
    bpmn = arrange(outline.bpmn()).replace(b'x="242"', b'x="-242"')
    assert measure(bpmn).counts["leads_left"] == 1


def test_what_is_not_drawn_is_found(outline):
    outline.node("startEvent", "begun").node("endEvent", "done").chain("begun", "done")
    assert measure(outline.bpmn()).counts["not_drawn"] == 2
