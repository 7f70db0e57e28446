"""Rehearsals: nothing of the running system is touched, and a scenario says where it goes otherwise than written."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml

from engine.errors import DefinitionRefused
from engine.folders import load_directory
from engine.models import metadata
from engine.rehearsal import play_all, read_scenarios, rehearse, sweep_scratches
from tests.support.offices import REPOSITORY

FOLDER = REPOSITORY / "bpmn" / "violation"
DROPPED = "scenarios/dropped.yaml"
TABLES = (*metadata.tables, "procrastinate_jobs")


#: Everything there is in a schema, without its name.
ALL_THERE_IS = """
SELECT kind, name, replace(text, %(schema)s::text || '.', '') FROM (
    SELECT 'column', relname || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), attnotnull,
           attidentity, pg_get_expr(adbin, adrelid))
    FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = (%(schema)s::text)::regnamespace AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = %(schema)s::text
    UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = (%(schema)s::text)::regnamespace
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(pg_trigger.oid)
    FROM pg_trigger JOIN pg_class ON tgrelid = pg_class.oid
    WHERE relnamespace = (%(schema)s::text)::regnamespace AND NOT tgisinternal
    UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = (%(schema)s::text)::regnamespace
    UNION ALL SELECT 'type', typname, typtype::text FROM pg_type WHERE typnamespace = (%(schema)s::text)::regnamespace
    UNION ALL SELECT 'comment', relname, obj_description(oid, 'pg_class')
    FROM pg_class WHERE relnamespace = (%(schema)s::text)::regnamespace
) AS one (kind, name, text) ORDER BY kind, name, 3
"""


@pytest.fixture
def files():
    """The files of a procedure with short scenarios."""
    return load_directory(FOLDER)


@pytest.fixture
def replay(system, files):
    """Return a function that plays one scenario after a change, and gives how it went."""

    def replay(change):
        written = yaml.safe_load(files[DROPPED])
        change(written)
        changed = {**files, DROPPED: yaml.safe_dump(written, allow_unicode=True).encode()}
        (played,) = play_all(system, changed, file=DROPPED).played
        return played

    return replay


def schemas(system):
    with system.database.reading() as connection:
        query = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'rehearsal_')"
        return set(connection.exec_driver_sql(query).scalars())


def count_rows(connection):
    return {name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in TABLES}


def test_a_rehearsal_leaves_no_row_behind_in_the_running_system(system, files):
    with system.database.reading() as connection:
        before = count_rows(connection)

    play_all(system, files)

    with system.database.reading() as connection:
        assert count_rows(connection) == before
    assert schemas(system) == set()


def test_a_stage_begins_empty_whatever_the_running_system_holds(offices, system):
    offices.load("violation")
    with rehearse(system) as stage, stage.system.database.reading() as connection:
        assert set(count_rows(connection).values()) == {0}


def test_a_stage_has_all_that_the_running_system_has(system):
    with rehearse(system), system.database.reading() as connection:
        (scratch,) = schemas(system)
        live, stage = (
            [tuple(row) for row in connection.exec_driver_sql(ALL_THERE_IS, {"schema": name})]
            for name in ("public", scratch)
        )

    assert len(live) > 500
    assert (sorted(set(stage) - set(live)), sorted(set(live) - set(stage))) == ([], [])


def test_a_stage_knows_no_table_but_its_own(system):
    with rehearse(system) as stage:
        with stage.system.database.transaction() as connection:
            connection.exec_driver_sql(f"DROP TABLE {', '.join(TABLES)} CASCADE")
        with stage.system.database.reading() as connection:
            query = "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regclass(name) IS NOT NULL"
            still_known = connection.exec_driver_sql(query, (list(TABLES),)).scalars()
            assert list(still_known) == []


def test_what_is_sent_in_a_rehearsal_goes_nowhere(system):
    with rehearse(system) as stage:
        assert stage.system.settings.mail.host is None
        assert not stage.system.settings.outbox.is_relative_to(system.settings.var)
        assert not stage.system.settings.files.is_relative_to(system.settings.var)


def test_a_scratch_schema_left_behind_is_dropped_when_it_is_old(system):
    with rehearse(system):
        now = system.wall.now()
        assert sweep_scratches(system.database, now - timedelta(hours=1)) == []
        assert set(sweep_scratches(system.database, now + timedelta(seconds=1))) == schemas(system) or not schemas(
            system
        )
    assert schemas(system) == set()


def test_a_scenario_that_goes_as_written_is_told_as_a_story(replay):
    played = replay(lambda written: None)

    assert played.deviation is None
    assert played.ends == ("clue_dropped",)
    assert [step.sentence for step in played.steps][1:] == [
        "工业和信息化部 经办办理“登记线索或复查”。",
        "工业和信息化部 经办办理“初核”。",
    ]
    assert played.steps[-1].consequences == ("办结：不予立案",)


def test_another_step_than_written_is_named_with_what_was_expected(replay):
    played = replay(lambda written: written["steps"][1].update(expect=["investigate"]))

    assert played.deviation.step == 2
    assert played.deviation.expected == ("立案调查取证（investigate）",)
    assert played.deviation.actual == ("初核（preliminary_check）",)


def test_another_end_than_written_is_a_deviation(replay):
    played = replay(lambda written: written.update(ends=["sanctioned"]))

    assert (played.deviation.step, played.deviation.at) == (4, None)
    assert played.deviation.actual == ("不予立案（clue_dropped）",)


def test_a_step_that_the_form_refuses_says_what_is_missing(replay):
    played = replay(lambda written: written["steps"][2]["values"].pop("check_decision"))

    assert played.deviation.step == 3
    assert "请选择“初核结论”，此项必填。" in played.deviation.sentence


def test_a_refusal_can_be_what_is_written(replay):
    def change(written):
        wrong = {**written["steps"][2], "values": {}, "refused": "此项必填", "expect": ["preliminary_check"]}
        written["steps"].insert(2, wrong)

    assert replay(change).deviation is None


def test_a_step_that_should_be_refused_and_is_done_is_a_deviation(replay):
    played = replay(lambda written: written["steps"][2].update(refused="不能办理"))

    assert played.deviation.expected == ("被拒绝：不能办理",)


def test_a_step_nobody_has_to_do_is_a_deviation(replay):
    played = replay(lambda written: written["steps"][1].update(task="investigate", values={}, sample="found"))

    assert "没有待办“立案调查取证（investigate）”" in played.deviation.sentence


def test_coverage_names_what_no_scenario_reaches(system, files):
    (main, called) = play_all(system, files, file=DROPPED).coverage

    assert (main.file, called.file) == ("process.bpmn", "sanction.bpmn")
    assert "investigate" in {element_id for element_id, _, _ in main.missing}
    assert main.passed["clue_dropped"] == 1
    assert len(called.missing) == called.elements


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"steps": [{"at": "昨天", "begin": "clue_received"}]}, "at 应写成"),
        ({"steps": [{"at": "2025-03-03 09:00", "begin": "a", "task": "b"}]}, "其中的一个"),
        ({"steps": [{"at": "2025-03-03 09:00", "task": "b"}]}, "第一步应写 begin"),
        ({"steps": [{"at": "2025-03-03 09:00", "begin": "a", "sample": "none"}]}, "没有样例“none”"),
        ({"steps": [{"at": "2025-03-03 09:00", "begin": "a", "expekt": []}]}, "不认识 expekt"),
        ({"year": "今年"}, "year 应为整数"),
        ({"applicant": {}}, "缺少 name"),
        ({"applicant": {"name": "甲市", "level": "火星"}}, "level 不认识“火星”"),
    ],
)
def test_a_scenario_with_a_fault_is_refused_with_its_place(files, change, sentence):
    written = yaml.safe_load(files[DROPPED]) | change
    changed = {**files, DROPPED: yaml.safe_dump(written, allow_unicode=True).encode()}

    with pytest.raises(DefinitionRefused) as refusal:
        read_scenarios(changed)

    assert sentence in str(refusal.value)
    assert {problem.file for problem in refusal.value.problems} == {DROPPED}
