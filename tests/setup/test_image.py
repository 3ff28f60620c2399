"""The image and the installation around it, as far as they can be tried without building them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import httpx
import pytest
import yaml

from app.config import ROOT
from tests.cli.test_server import serving, started


@pytest.fixture(scope="module")
def steps():
    """The Dockerfile as (instruction, rest), lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.strip().split(None, 1)) for line in lines]


def of(steps, name):
    return [rest for instruction, rest in steps if instruction == name]


def copies(steps):
    """(source, target) of every COPY."""
    return [tuple(rest.split()) for rest in of(steps, "COPY")]


def test_what_is_copied_is_there_and_not_ignored(steps):
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored, "only what is named goes into an image: no data, no environment, no history"
    for source, _ in copies(steps):
        assert (ROOT / source).exists()
        assert f"!{source}" in ignored


@pytest.fixture(scope="module")
def image(steps, tmp_path_factory):
    """The files that the image would hold."""
    place = tmp_path_factory.mktemp("image")
    ignore = shutil.ignore_patterns("__pycache__")
    for source, target in copies(steps):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place / target, ignore=ignore)
        else:
            shutil.copy(ROOT / source, place / target)
    return place


def test_the_program_runs_from_the_files_of_the_image_alone(steps, image, tmp_path, monkeypatch):
    env = {k: v for k, v in os.environ.items() if not k.startswith("CITYTIES_")}
    command = shlex.split(re.sub(r'[\[\]",]', " ", of(steps, "ENTRYPOINT")[0]))
    assert command == ["python", "-m", "app"]
    migrated = subprocess.run(
        [sys.executable, *command[1:], "migrate"],
        cwd=image,
        env={**env, "CITYTIES_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert migrated.returncode == 0, migrated.stderr
    monkeypatch.setattr("tests.cli.test_server.ROOT", image)
    with serving(tmp_path, start=started) as (_, url, _said):
        assert httpx.get(f"{url}/readyz").json()["status"] == "ready"
        page = httpx.get(f"{url}/sign-in")
        assert page.status_code == 200
        for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
            assert httpx.get(url + asset).status_code == 200
        port = url.rsplit(":", 1)[1]
        assert health(steps, port) == 0
    assert health(steps, port) != 0


def health(steps, port):
    """Run the image's own health check."""
    command = json.loads(of(steps, "HEALTHCHECK")[0].split("CMD", 1)[1])
    run = subprocess.run(
        [sys.executable, *command[1:]], env={**os.environ, "PORT": port}, capture_output=True, check=False
    )
    return run.returncode


def test_the_image_runs_as_nobody_special_and_changes_no_schema_by_itself(steps):
    assert of(steps, "USER") == ["cityties"]
    order = [instruction for instruction, _ in steps]
    assert order.index("USER") > max(i for i, name in enumerate(order) if name in {"RUN", "COPY"})
    assert json.loads(of(steps, "CMD")[0])[0] == "serve"
    assert any("--require-hashes -r requirements.lock" in run for run in of(steps, "RUN"))


def test_the_images_python_is_supported(steps):
    tomllib = pytest.importorskip("tomllib")
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert wanted == ">=3.11,<3.14"
    assert of(steps, "FROM") == ["python:3.12-slim"]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def test_the_app_waits_for_the_schema_and_the_schema_for_the_database(compose):
    assert compose["db"]["image"] == "postgres:16"
    assert compose["migrate"]["command"] == ["migrate"]
    assert compose["migrate"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert compose["app"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_no_password_is_written_down(compose):
    for service in compose.values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "DATABASE_URL" in name:
                assert "${CITYTIES_DB_PASSWORD:?" in value


def test_every_setting_in_compose_exists(compose):
    from app.config import Settings

    for name in compose["app"]["environment"]:
        if name.startswith("CITYTIES_"):
            assert name.removeprefix("CITYTIES_").lower() in Settings.model_fields, name


def test_the_app_is_reached_on_this_machine_only(compose):
    assert all(port.startswith("127.0.0.1:") for port in compose["app"]["ports"])
