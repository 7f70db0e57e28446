"""What can be said of the packaging without a Docker engine: it agrees with the program."""

import re
from pathlib import Path

import pytest
import yaml

from engine.config import read_settings
from web.application import UPLOAD_ENDPOINTS, create_app
from web.command_line import main

REPOSITORY = Path(__file__).parents[2]
DOCKER = REPOSITORY / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
PARTS = {name: part for name, part in COMPOSE["services"].items() if "command" in part and "build" in part}
NGINX = (DOCKER / "nginx.conf").read_text(encoding="utf-8")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(path):
    return dict(PIN.findall(path.read_text(encoding="utf-8")))


def test_every_part_is_a_command_of_the_program():
    commands = {part["command"][0] for part in PARTS.values()}

    assert commands - {"prepare"} <= set(main.commands)
    assert {"web", "worker", "clock", "prepare"} <= commands


def test_the_parts_get_settings_that_the_program_accepts():
    given = PARTS["web"]["environment"] | {"SECRET_KEY": "1f3870be274f6c49b3e31a0c6728957f-hunter"}
    image = dict(re.findall(r"^\s*(?:ENV )?([A-Z]+)=(\S+)", (DOCKER / "Dockerfile").read_text(), re.MULTILINE))

    # What the compose file leaves to the installation has a default, most often nothing.
    plain = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for name, value in given.items()}
    settings = read_settings({**image, **plain})

    assert not settings.is_demonstration
    assert settings.trusted_proxies == 1
    assert settings.host == "0.0.0.0"
    assert settings.var == Path("/var/lib/guicheng")


def test_every_secret_must_be_given():
    text = (DOCKER / "compose.yaml").read_text(encoding="utf-8")

    assert re.findall(r"\$\{(SECRET_KEY|DATABASE_PASSWORD|CERTIFICATES)(?!:\?)", text) == []


def test_the_example_starts_nothing_by_itself():
    example = dict(re.findall(r"^([A-Z_]+)=(.*)$", (DOCKER / "example.env").read_text(), re.MULTILINE))

    with pytest.raises(Exception, match="SECRET_KEY"):
        read_settings({"MODE": "production", "SECRET_KEY": example["DATABASE_PASSWORD"]})


def test_no_part_runs_as_root_or_gains_rights():
    assert "USER guicheng" in (DOCKER / "Dockerfile").read_text()
    assert all(part["cap_drop"] == ["ALL"] and part["read_only"] for part in PARTS.values())


def test_the_image_has_the_tested_versions_and_no_test_tools():
    image, tested = pins(REPOSITORY / "requirements.lock"), pins(REPOSITORY / "requirements-test.lock")

    assert {name: version for name, version in image.items() if tested.get(name) != version} == {}
    assert {"flask", "spiffworkflow", "setuptools"} <= set(image)
    assert {"pytest", "playwright", "ruff"} & set(image) == set()


@pytest.fixture
def routes(system):
    return create_app(system).url_map.bind("localhost")


UPLOADS = r"^/(tasks/[0-9]+/materials|public/[0-9]+/objections|studio/receive|studio/drafts/[0-9]+/files(/.+)?)$"


#: Where the program takes bodies as large as a file.
LARGE = (
    ("/tasks/7/materials", "POST"),
    ("/public/7/objections", "POST"),
    ("/studio/receive", "POST"),
    ("/studio/drafts/7/files", "POST"),
    ("/studio/drafts/7/files/forms/fill_request.form", "PUT"),
)


@pytest.mark.parametrize(
    ("pattern", "path", "method"),
    [*((UPLOADS, *place) for place in LARGE), (r"/events$", "/cases/7/events", "GET")],
)
def test_special_addresses_of_the_proxy_are_addresses_of_the_program(routes, pattern, path, method):
    assert f"location ~ {pattern} {{" in NGINX
    assert re.search(pattern, path)
    assert routes.match(path, method)


def test_the_proxy_lets_large_bodies_pass_wherever_the_program_does(routes):
    matched = {routes.match(path, method)[0] for path, method in LARGE}
    assert matched == UPLOAD_ENDPOINTS


def test_the_proxy_lets_the_largest_file_pass(settings):
    largest = max(int(size) for size in re.findall(r"client_max_body_size (\d+)m", NGINX))

    assert largest * 1024 * 1024 > settings.max_upload_bytes


def test_the_proxy_drops_what_a_client_says_about_itself():
    forwarded = re.findall(r"proxy_set_header (X-[\w-]+) (\S+);", NGINX)

    assert {"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Request-Start"} <= {
        name for name, _ in forwarded
    }
    assert all(not value.startswith(("$http_", "$proxy_add")) for _, value in forwarded)
