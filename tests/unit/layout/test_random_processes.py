from hypothesis import given, settings

from engine.layout import arrange, measure
from tests.unit.layout.random_processes import processes


@settings(max_examples=15, deadline=None)
@given(processes())
def test_any_process_is_arranged_without_faults(bpmn):
    arranged = arrange(bpmn)
    assert [(finding.kind, finding.element_id, finding.other_id) for finding in measure(arranged).faults] == []
    assert "not_drawn" not in measure(arranged).counts


@settings(max_examples=4, deadline=None)
@given(processes())
def test_arranging_any_process_again_changes_nothing(bpmn):
    once = arrange(bpmn)
    assert arrange(once) == once
