"""The programs under docs/examples work as they are, against a live server."""

import ast
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from openpyxl import load_workbook
from standardwebhooks import Webhook

from tests.api.conftest import EXAMPLES, free_port, receiving

LONGEST = 30
SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw=="


def run(name, *words, env):
    """What the program said; it must end well."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *words],
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def code(file):
    """The lines that are neither blank, remark nor docstring."""
    text = file.read_text(encoding="utf-8")
    prose = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return [line for number, line in lines if number not in prose and line.partition("#")[0].strip()]


def test_they_are_short_and_need_no_more_than_httpx_and_openpyxl():
    files = list(EXAMPLES.glob("*.py"))
    assert files
    for file in files:
        lines = code(file)
        assert len(lines) <= LONGEST, file.name
        words = [line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))]
        assert set(words) <= {*sys.stdlib_module_names, "httpx", "openpyxl"}, file.name


def test_standings_are_mirrored_into_a_spreadsheet(live, tmp_path):
    file = tmp_path / "standings.xlsx"
    assert run("mirror_standings.py", str(file), env=live.environment("read_key"))[0] == 0
    head, *rows = load_workbook(file).active.iter_rows(values_only=True)
    assert head == ("partner", "status", "rung", "waiting_since", "months_waiting", "step", "urgency", "why")
    assert {"fukuoka", "toulouse", "lima"} <= {row[0] for row in rows}
    stuck = next(row for row in rows if row[0] == "fukuoka")
    assert stuck[1] == "stuck"
    assert stuck[7]


@pytest.fixture
def receiver():
    """The program that receives webhooks: its process, and what posts to it."""
    port = free_port()
    with receiving(port, SECRET) as process, httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
        yield (
            process,
            lambda headers, body: client.post(f"http://127.0.0.1:{port}/", headers=headers, content=body),
        )


def test_only_what_was_signed_is_received_and_only_once(receiver):
    process, post = receiver
    body, now = '{"type": "standing.changed"}', datetime.now(UTC)
    signed = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, body),
    }
    old = now - timedelta(minutes=6)
    stale = {
        "webhook-timestamp": str(int(old.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", old, body),
    }
    assert post({**signed, "webhook-signature": "v1,AAAA"}, body).status_code == 401
    assert post({**signed, **stale}, body).status_code == 401
    assert post({}, body).status_code == 401
    assert post(signed, body.replace("standing", "partner")).status_code == 401
    assert [post(signed, body).status_code for _ in range(2)] == [204, 204]
    process.kill()
    assert process.stdout.read().splitlines() == [body]


def test_a_unit_reports_progress_and_finishes(live):
    env, number = live.environment("report_key"), str(live.world.follow_up)
    code, said, wrong = run("report_progress.py", env=env)
    assert (code, wrong) == (0, "")
    assert f"{number} 2026-07-01 Đề xuất chương trình" in said.splitlines()
    assert "Gửi danh sách" not in said, "the partner owes that, not the unit"
    assert run("report_progress.py", number, "progress", "Two districts have answered", env=env) == (
        0,
        "",
        "",
    )
    assert run("report_progress.py", number, "done", "The list was sent", env=env) == (0, "", "")
    assert not run("report_progress.py", env=env)[1].startswith(f"{number} ")
    code, _, wrong = run("report_progress.py", number, "done", "Again", env=env)
    assert code == 1
    assert wrong.strip(), "it says why"
