"""What the studio makes of a drawing: ids, forms and sentences that belong to what the owner finds in the draft."""

from engine.editions.receiving import Office, folder_of_drawing
from engine.runtime import read_definition
from tests.unit.runtime.runtime_diagrams import begin, end, path, user
from tests.unit.runtime.test_import_vocabulary import call, file, lanes, pools, process, simple

OFFICE = Office(role="city_department", kind="iit_department", level="地市级", starters=("enterprise",))
UUID = "_8f3b1c2e-0a4d-4c55-9e21-7b6f0d1a2c3e"


def received(*parts):
    files, report = folder_of_drawing(file(*parts), OFFICE, {})
    return files, "\n".join(report)


def test_a_called_process_of_the_same_file_is_still_called():
    files, _ = received(
        process(UUID, simple("look")),
        process("Main", begin(), call("Look", UUID), end(), path("begin", "Look", "done")),
    )
    definition = read_definition(files, digest="d")
    assert (definition.process_id, "look_step" in definition.elements) == ("main", True)
    assert "forms/look_step.form" in files


def test_pools_that_do_not_run_have_no_forms():
    files, said = received(
        pools("main", "other"),
        process("main", lanes(one="begin a b done"), begin(), user("a"), user("b"), end(),
                path("begin", "a", "b", "done"), isExecutable="true"),
        process("other", simple("elsewhere", begins="")),
    )  # fmt: skip
    assert {name for name in files if name.startswith("forms/")} == {"forms/a.form", "forms/b.form"}
    assert "elsewhere" not in said


def test_sentences_name_what_is_found_in_the_draft():
    step = user("CheckIt", name_="Check\r\nthe request", camunda_formKey="app:check.jsf")
    _, said = received(process("main", begin(), step, end(), path("begin", "CheckIt", "done")))
    assert "CheckIt → check_it" in said
    assert "[check_it Check the request]" in said
    assert "forms/check_it.form" in said
    assert "forms/CheckIt.form" not in said
    assert "为“Check the request”建立了表单" in said
