"""What an editor drops of a diagram that nobody changed is put back where it stood."""

from __future__ import annotations

import pytest

from engine.folders.margins import keep_margins

BEFORE = b"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="look.xsl"?>
<!-- top -->
<d xmlns:acme="urn:acme">
  <!-- about the process -->
  <process id="p">
    <?tool note="1"?>
    <!-- before the start -->
    <start id="s" /><!-- beside the start -->
    <!-- before the task -->
    <task id="t" name="one">
      <script><![CDATA[x = 1 < 2]]></script>
      <extensionElements>
        <acme:rule kind="own" acme:deep="2">a<acme:line>b</acme:line>c</acme:rule>
      </extensionElements>
      <!-- end of the task -->
    </task>
    <end id="e"/>
    <!-- end of the process -->
  </process>
</d>
<!-- bottom -->
"""
#: As an editor writes it that drops what is not BPMN.
WRITTEN = b"""<?xml version="1.0" encoding="UTF-8"?>
<d xmlns:acme="urn:acme">
  <process id="p">
    <start id="s" />
    <task id="t" name="one">
      <script>x = 1 &lt; 2</script>
      <extensionElements>
        <acme:rule kind="own" deep="2">ac        <acme:line>b</acme:line></acme:rule>
      </extensionElements>
    </task>
    <end id="e" />
  </process>
</d>
"""


def after(*changes):
    text = WRITTEN
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return keep_margins(BEFORE, text).decode()


def test_a_file_in_which_nothing_changed_stays_as_it_was_to_the_byte():
    assert keep_margins(BEFORE, WRITTEN) == BEFORE


def test_only_what_changed_is_written_anew():
    assert (
        after((b'name="one"', b'name="two"'))
        == BEFORE.decode().replace('name="one"', 'name="two"').removesuffix("\n") + "\n"
    )


def test_the_comment_of_an_element_that_moved_away_goes_before_the_next_that_is_there():
    text = after((b'    <start id="s" />\n', b""), (b'name="one"', b'name="two"'))

    assert "    <!-- before the start -->\n" in text
    assert text.index("<!-- before the start -->") < text.index("<!-- before the task -->") < text.index('<task id="t"')


def test_a_comment_beside_an_element_stays_on_its_line():
    text = after((b'    <end id="e" />\n', b'    <end id="e" />\n    <end id="other" />\n'))

    assert '<start id="s" /><!-- beside the start -->\n' in text
    assert '    <end id="e"/>\n    <end id="other" />\n    <!-- end of the process -->\n  </process>' in text


def test_foreign_elements_keep_prefixes_order_and_spelling():
    text = after((b'name="one"', b'name="two"'))

    assert '<acme:rule kind="own" acme:deep="2">a<acme:line>b</acme:line>c</acme:rule>' in text
    assert "<script><![CDATA[x = 1 < 2]]></script>" in text


def test_a_text_that_changed_is_the_new_one():
    assert "<script>x = 2</script>" in after((b"x = 1 &lt; 2", b"x = 2"))


def test_a_blank_at_the_end_of_a_text_is_a_change():
    assert "<script>x = 1 &lt; 2 </script>" in after((b"&lt; 2", b"&lt; 2 "))


def test_the_comments_of_a_removed_element_go_with_it():
    begin, end = WRITTEN.index(b"    <task"), WRITTEN.index(b"    <end")
    text = keep_margins(BEFORE, WRITTEN[:begin] + WRITTEN[end:]).decode()

    assert "end of the task" not in text
    assert "<!-- before the task -->" in text


def test_an_element_that_moved_into_another_keeps_what_stands_in_it():
    before = b'<d><a id="a"/><task id="t" name="one"><!-- inside --><x/></task></d>'
    written = b'<d><a id="a"><task id="t" name="two"><x/></task></a></d>'

    assert keep_margins(before, written) == b'<d><a id="a"><task id="t" name="two"><!-- inside -->\n<x/></task></a></d>'


def test_an_element_that_lost_everything_but_its_comment_is_opened_for_it():
    before, written = b'<d><a id="a" name="one"><!-- why --></a></d>', b'<d><a id="a" name="two" /></d>'

    assert keep_margins(before, written) == b'<d><a id="a" name="two"><!-- why --></a></d>'


def test_comments_that_an_editor_keeps_are_not_doubled():
    changed = BEFORE.replace(b'name="one"', b'name="two"')

    assert keep_margins(BEFORE, changed) == changed


def test_saving_the_same_again_changes_nothing():
    written = WRITTEN.replace(b'name="one"', b'name="two"')
    kept = keep_margins(BEFORE, written)

    assert keep_margins(kept, written) == kept


@pytest.mark.parametrize("broken", [b"", b"<a", b"\xff", '<?xml version="1.0" encoding="gbk"?><a/>'.encode("gbk")])
def test_what_cannot_be_read_is_saved_as_it_was_written(broken):
    assert keep_margins(broken, WRITTEN) == WRITTEN
    assert keep_margins(BEFORE, broken) == broken
