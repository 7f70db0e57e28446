"""The `guicheng` command: start the system or a part of it, and look after procedures, organisations and accounts."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Event
from typing import Any

import click

from engine.clock import local
from engine.config import Settings, read_settings
from engine.errors import DefinitionRefused, EngineError
from engine.pulse import Pulse
from engine.services import accounts, definitions, organisations
from engine.system import System
from engine.workers import run_worker
from web import (
    calendar_commands,
    check_commands,
    clause_commands,
    deploy_commands,
    diagram_commands,
    edition_commands,
    import_commands,
    migration_commands,
    scenario_commands,
    serving,
)
from web.log_lines import set_up_logging

HELP = """规程：把行政事项画成业务人员看得懂、改得动、测得出、发得了的流程。

设置来自环境变量：MODE、HOST、PORT、DATABASE_URL、VAR、BPMN、SECRET_KEY 等。
"""
SHORTEST_PASSWORD = 10
logger = logging.getLogger(__name__)


class Commands(click.Group):
    """Says what the engine refused in one sentence instead of a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a refusal ends the program with code 1."""
        try:
            return super().invoke(ctx)
        except DefinitionRefused as error:
            _say_problems(error)
            ctx.exit(1)
        except EngineError as error:
            logger.debug("refused", exc_info=True)
            click.echo(error.sentence, err=True)
            ctx.exit(1)


@click.group(cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Read the command."""
    set_up_logging()


@main.command(help="启动全部服务（数据库、网页、时钟、作业）于一个进程。")
def run() -> None:
    """Start everything in one process."""
    settings, stop = _settings(), Event()
    serving.stop_on_signals(stop)
    with serving.opened_system(settings, application_name="guicheng", is_migrating=True) as system:
        for refused in serving.load_first_edition(system):
            _say_problems(refused)
        server = serving.WebServer(system, stop)
        serving.settle()
        with serving.background(system, stop):
            _announce(system, server.address)
            server.run()


@main.command(help="只启动网页服务（可多份）。")
def web() -> None:
    """Start a web server."""
    stop = Event()
    serving.stop_on_signals(stop)
    with (
        serving.opened_system(_settings(), application_name="guicheng web") as system,
        serving.following_the_clock(system, stop),
    ):
        server = serving.WebServer(system, stop)
        serving.settle()
        _announce(system, server.address)
        server.run()


@main.command(help="只启动作业进程（可多份）。")
def worker() -> None:
    """Start a worker."""
    stop = Event()
    serving.stop_on_signals(stop)
    with (
        serving.opened_system(_settings(), application_name="guicheng worker") as system,
        serving.following_the_clock(system, stop),
    ):
        serving.settle()
        run_worker(system, stop)


@main.command(help="只启动时钟进程（可多份，一份工作，其余待命）。")
def clock() -> None:
    """Start a process that beats, or stands by."""
    stop = Event()
    serving.stop_on_signals(stop)
    with (
        serving.opened_system(_settings(), application_name="guicheng clock") as system,
        serving.following_the_clock(system, stop),
    ):
        pulse = Pulse(system)
        pulse.start()
        try:
            stop.wait()
        finally:
            pulse.stop()


@main.command(name="list", help="列出现行的事项及其版本。")
def list_procedures() -> None:
    """List the versions in force."""
    with serving.opened_system(_settings(), application_name="guicheng list") as system:
        for view in definitions.list_current(system):
            deployed = local(view.deployed_at).strftime("%Y-%m-%d %H:%M")
            click.echo(
                f"{view.procedure_id}\t{view.name}\t第 {view.version} 版\t{deployed}\t办理中 {view.running_cases} 件"
            )


@main.command(name="create-account", help="为一个岗位开设账号，或为已有账号更换岗位和密码。")
@click.argument("login_name", metavar="登录名")
@click.argument("post_id", metavar="岗位编号")
@click.password_option(prompt="密码", confirmation_prompt="再次输入密码", help="不给出时在屏幕上询问。")
def create_account(login_name: str, post_id: str, password: str) -> None:
    """Open an account for a post."""
    if len(password) < SHORTEST_PASSWORD:
        raise click.UsageError(f"密码至少 {SHORTEST_PASSWORD} 个字符。")
    with serving.opened_system(_settings(), application_name="guicheng create-account") as system:
        accounts.save_account(system, login_name=login_name, password=password, post_id=post_id)
    click.echo(f"账号 {login_name} 已可使用。")


@main.command(name="load-organisations", help="导入单位、岗位（默认取事项目录下的 organisations）。")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def load_organisations(folder: Path | None) -> None:
    """Load organisations and posts."""
    settings = _settings()
    with serving.opened_system(settings, application_name="guicheng load-organisations") as system:
        number = organisations.load_organisations(system, serving.read_texts(folder or settings.bpmn / "organisations"))
    click.echo(f"已导入 {number} 个单位。")


main.add_command(calendar_commands.accepts)
main.add_command(calendar_commands.renewal)
main.add_command(calendar_commands.window)
main.add_command(clause_commands.clauses)
main.add_command(check_commands.check)
main.add_command(deploy_commands.deploy)
main.add_command(diagram_commands.arrange)
main.add_command(diagram_commands.draw)
main.add_command(edition_commands.export)
main.add_command(import_commands.import_drawing)
main.add_command(migration_commands.migrate)
main.add_command(scenario_commands.scenario)


def _settings() -> Settings:
    return read_settings(os.environ)


def _say_problems(error: DefinitionRefused) -> None:
    _say_lines(str(problem) for problem in error.problems)


def _say_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line, err=True)


def _announce(system: System, address: str) -> None:
    click.echo(f"规程已启动：{address}")
    demonstration = accounts.list_demo_accounts(system)
    if demonstration:
        names = "、".join(account.login_name for account in demonstration[:3])
        click.echo(f"演示账号 {names} 等，密码 {organisations.DEMONSTRATION_PASSWORD}；登录页列出全部账号。")
        click.echo(f"演示时间 {local(system.clock.now()):%Y-%m-%d %H:%M}，可在页面上调整。按 Ctrl-C 停止。")
