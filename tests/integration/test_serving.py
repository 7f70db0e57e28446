"""The command line and the processes it starts, as an operator sees them."""

import os
import signal
import socket
import tempfile
import urllib.error
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.database import Database, create_database_if_missing
from tests.support.processes import REPOSITORY, Person, call, environment, eventually, running
from web.command_line import main

NEW_ROUND = {
    "procedure": "city_application",
    "year": "2023",
    "title": "关于开展2023年度创建申请工作的通知",
    "document_number": "工信厅信发函〔2023〕278号",
    "issued_on": "2023-10-09",
    "publicity": "主动公开",
    "first.filing": "2023-10-15",
    "last.filing": "2023-11-15",
}


@pytest.fixture
def var():
    with tempfile.TemporaryDirectory(prefix="guicheng-tests-") as folder:
        yield Path(folder)


@pytest.fixture
def installation(var, prepared):
    """The folder of a program that was started before."""
    prepared(var / "installation")
    return var / "installation"


@pytest.fixture
def call_here():
    """Return a function: run a command to its end as `call` does, in this process."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def run(*arguments, typed="", **settings):
        only = {**dict.fromkeys(os.environ), **environment(**settings), "BPMN": str(REPOSITORY / "bpmn")}
        result = CliRunner().invoke(main, arguments, input=typed, env=only)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def fresh_database(postgres):
    """A database of the test's own, not yet migrated."""
    url = postgres.url("serving")
    create_database_if_missing(url)
    database = Database(url)
    yield database
    database.close()
    server = Database(postgres.url("postgres"))
    with server.open_session() as session:
        session.execute("SET statement_timeout = 0")
        session.execute("DROP DATABASE serving WITH (FORCE)")
    server.close()


@pytest.fixture
def address_of(fresh_database):
    return {"DATABASE_URL": fresh_database.url.render_as_string(hide_password=False)}


def scalar(database, query):
    with database.reading() as connection:
        return connection.exec_driver_sql(query).scalar()


def beats(process):
    return any("this process beats" in line for line in process.lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_one_command_starts_everything_and_ends_it_when_asked(var, number):
    with running("run", VAR=var) as process:
        person = Person(process.address())
        page = person.sign_in("dongguan")
        health = person.read("/healthz")

        code = process.end(number)

    assert page == "/inbox"
    assert '"ok"' in health
    assert code == 0
    assert not (var / "postgres" / "data" / "postmaster.pid").exists()


def test_a_demonstration_says_how_to_sign_in(installation):
    with running("run", VAR=installation) as process:
        process.address()
        process.wait_for("演示时间 2023-10-26 10:00")
        process.end()

    assert any("guicheng-yanshi" in line for line in process.lines)


def test_what_was_done_is_there_after_a_restart_even_from_a_kill(installation):
    with running("run", VAR=installation) as process:
        person = Person(process.address())
        person.sign_in("ministry")
        round_page = person.post("/rounds", page="/rounds/new?procedure=city_application&year=2023", **NEW_ROUND)
        process.end(signal.SIGKILL)

    with running("run", VAR=installation) as process:
        person = Person(process.address())
        person.sign_in("ministry")
        page = person.read(round_page)
        process.end()

    assert NEW_ROUND["title"] in page


def test_everything_goes_on_by_itself_when_the_database_was_killed(installation):
    with running("run", VAR=installation) as process:
        person = Person(process.address())
        person.sign_in("ministry")
        os.kill(int((installation / "postgres" / "data" / "postmaster.pid").read_text().split("\n")[0]), signal.SIGKILL)

        def answers():
            try:
                return "轮次" in person.read("/rounds")
            except urllib.error.HTTPError:
                return False

        assert eventually(answers)
        person.post("/rounds", page="/rounds/new?procedure=city_application&year=2023", **NEW_ROUND)
        process.wait_for("a notice was delivered")
        assert process.end() == 0


def test_a_port_that_is_taken_is_said_in_one_sentence(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = call("run", VAR=installation, PORT=taken.getsockname()[1])

    assert result.returncode == 1
    assert "端口可能已被占用" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("key", ["", "short", "a" * 64, "guicheng-demonstration-key-not-for-production"])
def test_production_does_not_start_without_a_key_of_its_own(call_here, var, key):
    result = call_here("run", VAR=var, MODE="production", SECRET_KEY=key)

    assert result.exit_code == 1
    assert "生产模式需要环境变量 SECRET_KEY" in result.stderr
    assert "secrets.token_urlsafe" in result.stderr
    assert not (var / "postgres").exists()


def test_production_has_no_demonstration_account_and_no_simulated_clock(var):
    key = "1f3870be274f6c49b3e31a0c6728957f-hunter"
    with running("run", VAR=var, MODE="production", SECRET_KEY=key) as process:
        page = Person(process.address()).read("/login")
        process.end()

    assert "dongguan" not in page
    assert not any("演示" in line for line in process.lines)


def test_processes_of_their_own_take_a_case_through_together(call_here, address_of, fresh_database, var):
    settings = {**address_of, "VAR": var}
    prepared = [
        call_here("migrate", **settings),
        call_here("load-organisations", **settings),
        call_here("deploy", str(REPOSITORY / "bpmn" / "city_application"), **settings),
    ]
    assert [step.exit_code for step in prepared] == [0, 0, 0], prepared

    with ExitStack() as stack:
        web, second_web, *others = (
            stack.enter_context(running(part, **settings)) for part in ("web", "web", "worker", "clock", "clock")
        )
        ministry, city = Person(web.address()), Person(second_web.address())
        ministry.sign_in("ministry")
        city.sign_in("dongguan")
        ministry.post("/rounds", page="/rounds/new?procedure=city_application&year=2023", **NEW_ROUND)

        waiting = "SELECT count(*) FROM notice WHERE delivered_at IS NULL"
        assert scalar(fresh_database, "SELECT count(*) FROM notice") > 0
        assert eventually(lambda: scalar(fresh_database, waiting) == 0), "no worker delivered the notices"

        city.post("/hall/1/start", page="/hall")
        ministry.post("/clock", page="/rounds", instant="2023-11-20T10:00")
        closing = "SELECT state FROM timer WHERE window_id = 'filing'"
        assert eventually(lambda: scalar(fresh_database, closing) == "fired"), "nobody closed the window"

        codes = [process.end() for process in (web, second_web, *others)]

    assert codes == [0, 0, 0, 0, 0]


def test_a_second_clock_takes_over_when_the_first_is_killed(call_here, address_of, fresh_database, var):
    settings = {**address_of, "VAR": var}
    call_here("migrate", **settings)
    with running("clock", **settings) as first, running("clock", **settings) as second:
        assert eventually(
            lambda: scalar(fresh_database, "SELECT count(*) FROM pulse_lease WHERE beat_at > 'epoch'") == 1
        )
        # It says so a moment after the row is there.
        assert eventually(lambda: beats(first) or beats(second))
        holder, other = (first, second) if beats(first) else (second, first)
        holder.end(signal.SIGKILL)
        fence = "SELECT fence FROM pulse_lease"
        assert eventually(lambda: scalar(fresh_database, fence) == 2)
        assert other.end() == 0


def test_commands_say_what_they_did(call_here, address_of, var):
    settings = {**address_of, "VAR": var}
    folder = str(REPOSITORY / "bpmn" / "city_application")

    assert "已是最新" in call_here("migrate", **settings).stdout
    assert "个单位" in call_here("load-organisations", **settings).stdout
    assert "第 1 版已发布" in call_here("deploy", folder, **settings).stdout
    assert "第 1 版已发布" in call_here("deploy", folder, **settings).stdout
    assert "city_application" in call_here("list", **settings).stdout


def test_an_account_made_on_the_command_line_signs_in(call_here, address_of, var):
    settings = {**address_of, "VAR": var}
    call_here("migrate", **settings)
    call_here("load-organisations", **settings)
    password = "long enough 12"

    result = call("create-account", "colleague", "miit_officer", typed=f"{password}\n{password}\n", **settings)

    assert "colleague 已可使用" in result.stdout
    with running("web", **settings) as web:
        assert Person(web.address()).sign_in("colleague", password) == "/inbox"
        web.end()


def test_a_short_password_is_refused(call_here, address_of, var):
    result = call_here("create-account", "x", "miit_officer", typed="short\nshort\n", **address_of, VAR=var)

    assert result.exit_code == 2
    assert "至少 10 个字符" in result.stderr


def test_checking_needs_no_database_and_names_every_fault(call_here, var):
    folder = var / "broken_procedure"
    folder.mkdir()
    (folder / "procedure.yaml").write_text("id: another_name\n", encoding="utf-8")

    city = str(REPOSITORY / "bpmn" / "city_application")

    sound, broken = call_here("check", city), call_here("check", str(folder), city)

    assert (sound.exit_code, broken.exit_code) == (0, 1)
    assert "通过" in sound.stdout
    assert "通过" in broken.stdout
    faults = [line for line in broken.stderr.splitlines() if not line.endswith("（提醒）")]
    assert all(line.startswith(str(folder)) for line in faults)
    assert "procedure.yaml" in broken.stderr


@pytest.mark.parametrize("command", ["run", "web", "worker", "clock"])
def test_a_database_that_is_not_there_is_said_in_one_sentence(call_here, var, command):
    result = call_here(command, VAR=var, DATABASE_URL=f"postgresql://postgres@/nothing?host={var}")

    assert result.exit_code == 1
    assert result.stderr.startswith("系统暂时繁忙")
    assert "Traceback" not in result.stderr
