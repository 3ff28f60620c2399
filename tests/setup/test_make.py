"""The Makefile: what it would do, and what it says and leaves when it cannot.

The set-up itself is tried in scratch copies; that packages can be fetched at all is tried by whoever runs
`make test` on a fresh machine.
"""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.config import ROOT

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


def make(*words, cwd=ROOT, **env):
    """Run make with a plain environment."""
    plain = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("CITYTIES_", "PIP_", "PORT", "MAKE", "PYTHON"))
    }
    plain.pop("MFLAGS", None)
    return subprocess.run(
        ["make", *words],
        cwd=cwd,
        env={**plain, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def ours(result):
    """What we said on standard error; make adds a line of its own."""
    return [line for line in result.stderr.splitlines() if not line.startswith("make")]


@pytest.fixture
def scratch(tmp_path):
    """A checkout without an environment: what set-up reads, and nothing else."""
    for name in ("Makefile", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def nowhere():
    """A package registry that answers nothing: a loopback port that was just closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": f"http://127.0.0.1:{port}/simple",
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
        "PYTHON": sys.executable,
    }


@pytest.mark.parametrize("target", ["run", "test", "lint", "format", "lock", "clean"])
def test_every_target_can_be_read(target):
    result = make("-n", target)
    assert result.returncode == 0, result.stderr


def test_run_is_what_make_alone_does(scratch):
    assert make("-n", cwd=scratch).stdout == make("-n", "run", cwd=scratch).stdout


def test_a_missing_registry_ends_in_one_line_and_is_not_believed_later(scratch, nowhere):
    (scratch / "var").mkdir()
    (scratch / "var" / "cityties.db").write_text("kept")
    for _ in range(2):
        result = make("run", cwd=scratch, **nowhere)
        assert result.returncode != 0
        (line,) = ours(result)
        assert line.startswith("Set-up stopped: the packages of requirements.lock could not be installed")
        assert "var/ is untouched" in line
        assert "run make run again" in line
        assert not list((scratch / ".venv").glob("*.stamp")), "a second run must not trust this"
    assert (scratch / "var" / "cityties.db").read_text() == "kept"


def test_an_environment_of_which_half_is_missing_is_made_anew(scratch, nowhere):
    (scratch / ".venv" / "bin").mkdir(parents=True)
    (scratch / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (scratch / ".venv" / "bin" / "python").chmod(0o755)
    (scratch / ".venv" / "left over").touch()
    make("run", cwd=scratch, **nowhere)
    assert not (scratch / ".venv" / "left over").exists()
    assert (scratch / ".venv" / "pyvenv.cfg").exists()


def test_a_newer_lock_file_outdates_the_environment(scratch, nowhere):
    (scratch / ".venv").mkdir()
    stamp = scratch / ".venv" / "run.stamp"
    stamp.touch()
    os.utime(scratch / "requirements.lock", (stamp.stat().st_mtime + 10,) * 2)
    assert "Installing what requirements.lock pins" in make("run", cwd=scratch, **nowhere).stdout
    assert not stamp.exists()


def fake_python(folder: Path, name: str, body: str) -> str:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


@pytest.mark.parametrize("target", ["run", "test"])
def test_an_unsupported_python_is_named_and_nothing_is_made(scratch, target):
    old = fake_python(scratch, "python3.8", "exit 1")
    result = make(target, f"PYTHON={old}", cwd=scratch)
    assert result.returncode != 0
    (line,) = ours(result)
    assert "python3.8 is not Python 3.11 to 3.13" in line
    assert f"make {target} PYTHON=" in line
    assert not (scratch / ".venv").exists()


def test_a_supported_python_is_found_where_python3_is_not_one(scratch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bin")
    fake_python(folder, "python3", "exit 1")
    fake_python(folder, "python3.13", "exit 1")
    fake_python(folder, "python3.12", "exit 0")
    result = make("-n", "run", cwd=scratch, PATH=f"{folder}:{os.environ['PATH']}")
    assert "python3.12 -m venv" in result.stdout


def test_a_python_without_venv_is_told(scratch):
    bare = fake_python(scratch, "bare", 'case "$1" in -m) exit 1;; esac; exit 0')
    result = make("run", f"PYTHON={bare}", cwd=scratch)
    (line,) = ours(result)
    assert "apt install python3-venv" in line
    assert not (scratch / ".venv").exists()


def test_locks_name_no_registry_and_pin_every_hash():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "--index-url" not in text
        assert "://" not in text
        pins = [part for part in text.replace("\\\n", " ").splitlines() if part.strip()]
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins), name


def test_what_runs_is_what_is_tested():
    def pins(name):
        lines = (ROOT / name).read_text().splitlines()
        return {line.split(";")[0].rstrip(" \\") for line in lines if line and not line.startswith(" ")}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_ci_run_is_a_script_that_can_be_read():
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0
