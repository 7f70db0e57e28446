"""A world in which every route is asked by every kind of person, and put back after each request that writes."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from engine.models import metadata
from engine.services import accounts
from engine.services.organisations import DEMONSTRATION_PASSWORD
from tests.support.offices import Offices

TABLES = tuple(metadata.tables)
#: What a form says of the thing that the person looked at.
LOOKED_AT = ("completion_key", "token", "revision")


@dataclass(frozen=True)
class Asked:
    """What a route answered to one person, and whether anything had been written by then, undone or not."""

    status: int
    headers: object
    has_written: bool


@dataclass
class World:
    """The case of the table, the sessions of its people, and the way back to its beginning."""

    offices: Offices
    app: object
    #: Name in an address, or of a field that says what was looked at -> its value.
    examples: dict
    #: Route -> what an unsafe request carries where it needs more than the token; of reading, the query.
    fields: dict
    queries: dict = field(default_factory=dict)
    #: Route -> headers and body of a request that is no form.
    scripted: dict = field(default_factory=dict)
    #: Route -> name and content of the file that its form carries.
    files: dict = field(default_factory=dict)
    sessions: dict = field(default_factory=dict)
    #: (Route, person) -> what was answered.
    asked: dict = field(default_factory=dict)

    def sign_in(self, people):
        """Let everybody who has an account sign in."""
        for person, login_name in people.items():
            if login_name:
                self.sessions[person] = accounts.sign_in(
                    self.offices.system, login_name, DEMONSTRATION_PASSWORD, "127.0.0.1"
                )

    def client(self, person):
        client = self.app.test_client()
        if person in self.sessions:
            client.set_cookie("guicheng_session", self.sessions[person].token)
        return client

    def address(self, route):
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(self.examples[found[1]]), route.partition(" ")[2])

    def send(self, route, person, *, with_token=True):
        """Send the request of a route as a person; undo whatever it did with the token."""
        method = route.partition(" ")[0]
        token = self.sessions[person].csrf_token if with_token and person in self.sessions else None
        answer = self.client(person).open(
            self.address(route), method=method, query_string=self.queries.get(route), **self.body(route, token)
        )
        answer.close()
        if method != "GET" and with_token:
            self.restore()
        return answer

    def ask(self, route, *people):
        """Return what a route answers to people: each of them asks once, however many tests look at the answer."""
        for person in people:
            if (route, person) not in self.asked:
                before = self.transactions()
                answer = self.send(route, person)
                has_written = self.transactions() != before
                self.asked[route, person] = Asked(answer.status_code, answer.headers, has_written)
        return {person: self.asked[route, person] for person in people}

    def body(self, route, token):
        """Return what a request carries: nothing when it reads, a form, or what a script sends."""
        if route.startswith("GET "):
            return {}
        if route in self.scripted:
            headers, content = self.scripted[route]
            return {"headers": {**headers, **({"X-CSRF-Token": token} if token else {})}, "data": content}
        looked_at = {name: self.examples[name] for name in LOOKED_AT if name in self.examples}
        sent = {**self.fields.get(route, {}), **looked_at, **({"csrf_token": token} if token else {})}
        if route in self.files:
            name, content = self.files[route]
            sent["file"] = (io.BytesIO(content), name)
        return {"data": sent}

    def transactions(self):
        """Return the number of the next transaction that will write."""
        with self.offices.system.database.reading() as connection:
            return connection.exec_driver_sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").scalar_one()

    def keep(self):
        copies = "".join(f"CREATE TABLE kept.{table} AS TABLE {table};" for table in TABLES)
        with self.offices.system.database.transaction() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept; {copies}")

    def restore(self):
        copies = "".join(
            f"DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE kept.{table};" for table in TABLES
        )
        with self.offices.system.database.transaction() as connection:
            connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {copies}")

    def forget(self):
        with self.offices.system.database.transaction() as connection:
            connection.exec_driver_sql("DROP SCHEMA kept CASCADE")


def routes(app):
    return {
        f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def unsafe(table):
    return sorted(route for route in table if not route.startswith("GET "))


def readable(table):
    return sorted(route for route in table if route.startswith("GET "))


def is_studio(route):
    return route.partition(" ")[2].startswith("/studio")


def is_simulation(route):
    """Those that need a draft that runs have a table of their own."""
    return "/drafts/<int:draft_id>/simulation" in route
