"""Runs commands in the test process. The models are loaded once, so a command takes milliseconds, not seconds."""

from __future__ import annotations

import subprocess

from typer.testing import CliRunner

from graphkit.cli import app

RUNNER = CliRunner()


def run_command(*arguments: object, input: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `graphkit ARGUMENTS…` with captured output. An exception that the command does not report fails the test."""
    words = [str(argument) for argument in arguments]
    result = RUNNER.invoke(app, words, input=input, env={"COLUMNS": "80", **environment})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return subprocess.CompletedProcess(["graphkit", *words], result.exit_code, result.stdout, result.stderr)
