"""The system that is measured: a durable PostgreSQL of its own, many cities in one province, several procedures."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from engine.clock import ZONE, FixedClock
from engine.config import read_settings
from engine.database import Database, create_database_if_missing
from engine.migrations import migrate
from engine.postgres import EmbeddedPostgres
from engine.services import definitions, hall, materials, organisations, rounds, tasks
from engine.store import accounts
from engine.system import System, build
from engine.views import Actor, Completed, RoundNotice, Started
from tests.bench.measuring import Meter
from tests.support.offices import PDF, REPOSITORY

PROCEDURES = Path(__file__).parent / "procedures"
START = datetime(2023, 10, 26, 10, 0, tzinfo=ZONE)
#: Every case of a round needs an applicant of its own.
CITIES = 140
#: Where tasks wait that nobody here completes.
IDLE_CITY = f"city_{CITIES - 1:03d}"


@dataclass
class Stage:
    """Everything a measurement needs."""

    system: System
    meter: Meter
    _actors: dict[str, Actor] = field(default_factory=dict)
    #: The year of the latest round, by procedure.
    _years: dict[Path, int] = field(default_factory=dict)
    #: How many cities have begun a case, by round.
    _begun: dict[int, int] = field(default_factory=dict)

    @property
    def conninfo(self) -> str:
        return self.system.database.conninfo

    def actor(self, login_name: str) -> Actor:
        if login_name not in self._actors:
            with self.system.database.reading() as connection:
                row = accounts.find_account(connection, login_name)
            assert row is not None, login_name
            self._actors[login_name] = accounts.actor_of(row)
        return self._actors[login_name]

    def open_round(self, folder: Path, login_name: str) -> int:
        """Deploy a procedure and open the round of its next year, whose window is open now all the same."""
        year = self._years[folder] = self._years.get(folder, START.year - 1) + 1
        procedure = definitions.check_folder(folder).procedure
        definitions.deploy_folder(self.system, folder)
        notice = RoundNotice(
            procedure_id=procedure.id,
            year=year,
            title=procedure.title.format(year=year),
            document_number="",
            issued_on=None,
            publicity=procedure.publicity,
            windows={"filing": (date(2023, 1, 1), date(2023, 12, 31))},
        )
        return rounds.open_round(self.system, self.actor(login_name), notice)

    def starting(self, round_id: int) -> tuple[str, Callable[[], Started]]:
        """Return the next city, and what begins its case."""
        number = self._begun.get(round_id, 0)
        self._begun[round_id] = number + 1
        city = f"city_{number:03d}"
        return city, partial(hall.start_case, self.system, self.actor(city), round_id)

    def case_of(self, started: Started) -> int:
        return started.case_id

    def completing(
        self, case_id: int, login_name: str, values: Mapping[str, Any], element_id: str = ""
    ) -> Callable[[], Completed]:
        """Return what completes the first open task of a case, or the one of an element."""
        task_id, key = self.rows(
            "SELECT id, completion_key FROM user_task WHERE instance_id = %s AND state = 'open' "
            "AND element_id LIKE %s ORDER BY id",
            case_id,
            element_id or "%",
        )[0]
        return self._completing(task_id, key, login_name, values)

    def completing_all(self, case_id: int, login_name: str, values: Mapping[str, Any]) -> list[Callable[[], Completed]]:
        """Return what completes each open task of a case."""
        open_tasks = self.rows(
            "SELECT id, completion_key FROM user_task WHERE instance_id = %s AND state = 'open' ORDER BY id", case_id
        )
        return [self._completing(task_id, key, login_name, values) for task_id, key in open_tasks]

    def _completing(
        self, task_id: int, key: str, login_name: str, values: Mapping[str, Any]
    ) -> Callable[[], Completed]:
        return partial(
            tasks.complete_task,
            self.system,
            self.actor(login_name),
            task_id,
            values=dict(values),
            completion_key=key,
            received_at=self.system.clock.now(),
        )

    def upload(self, case_id: int, login_name: str, *field_keys: str) -> None:
        task_id = self.scalar("SELECT id FROM user_task WHERE instance_id = %s AND state = 'open'", case_id)
        for key in field_keys:
            content = io.BytesIO(PDF + f"{key} {case_id}".encode())
            materials.add_material(self.system, self.actor(login_name), task_id, key, f"{key}.pdf", content)

    def rows(self, statement: str, *arguments: Any) -> Sequence[Any]:
        with self.system.database.reading() as connection:
            return connection.exec_driver_sql(statement, arguments).all()

    def scalar(self, statement: str, *arguments: Any) -> Any:
        return self.rows(statement, *arguments)[0][0]

    def execute(self, *statements: str) -> None:
        """Run statements outside transactions, as a person at the console would: these may take their time."""
        with self.system.database.open_session() as session:
            session.execute("SET statement_timeout = 0")
            for statement in statements:
                session.execute(statement)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Give a system around a fresh server under `folder`."""
    settings = read_settings(
        {"MODE": "demonstration", "VAR": str(folder / "var"), "BPMN": str(REPOSITORY / "bpmn"), "PORT": "0"}
    )
    with EmbeddedPostgres(folder / "postgres") as server:
        url = server.url("bench")
        create_database_if_missing(url)
        database = Database(url)
        migrate(database)
        system = replace(build(settings, database), clock=FixedClock(START))
        organisations.load_organisations(system, {"bench.yaml": _directory()})
        yield Stage(system, Meter(folder / "postgres" / "data"))
        database.close()


def _directory() -> str:
    cities = [f"city_{number:03d}" for number in range(CITIES)]
    offices = [
        ("ministry", "ministry", "国家", "000000"),
        ("government", "government", "省级", "440000"),
        ("department", "iit_department", "省级", "440000"),
    ]
    posts = [
        ("ministry", "ministry", ["ministry"]),
        ("decider", "ministry", ["ministry_decider"]),
        ("government", "government", ["provincial_government"]),
        ("department", "department", ["provincial_department"]),
        *((city, city, ["applicant"]) for city in cities),
    ]
    regions = [("000000", "国家", None), ("440000", "省级", "000000")]
    regions += [(f"44{1000 + number}", "地市级", "440000") for number in range(CITIES)]
    return yaml.safe_dump(
        {
            "attributes_are": "demonstration",
            "explanation": "计量用的单位，均为虚构。",
            "regions": [
                {"code": code, "name": code, "level": level, **({"parent": parent} if parent else {})}
                for code, level, parent in regions
            ],
            "organisations": [_office(*office) for office in offices]
            + [_city(city, f"44{1000 + number}") for number, city in enumerate(cities)],
            "posts": [
                {"id": login, "organisation": office, "name": "经办", "roles": roles} for login, office, roles in posts
            ],
            "demonstration_accounts": [{"login_name": login, "post": login, "duty": "计量"} for login, _, _ in posts],
        },
        allow_unicode=True,
    )


def _office(name: str, kind: str, level: str, region: str) -> dict[str, Any]:
    return {"id": name, "name": name, "short_name": name, "kind": kind, "levels": [level], "region": region}


def _city(name: str, region: str) -> dict[str, Any]:
    attributes = {
        "city_level": "地级",
        "is_municipality": False,
        "memorandum_2017": "none",
        "holds_title": "none",
        "parks_titled": 0,
        "in_creation": False,
    }
    return {**_office(name, "government", "地市级", region), "attributes": attributes}
