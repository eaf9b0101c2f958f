"""Two drivers that differ in one bug, against a server that takes its time to say good bye."""

import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
pytestmark = pytest.mark.qftpsim("--scenario", str(ROOT / "scenarios" / "close-then-busy.yaml"))


def drive(simulator, driver):
    environment = {
        **os.environ,
        "QFTPSIM_PTY": simulator["modems"][0]["link"],
        "QFTPSIM_CA": simulator["server"]["ca"],
    }
    command = [sys.executable, "-B", str(ROOT / "tests" / "drivers" / driver)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def test_the_driver_that_waits_for_the_urc_of_the_close_is_content(simulator):
    done = drive(simulator, "fixed.py")
    assert (done.returncode, done.stdout) == (0, "driver: all done\n"), done.stderr


def test_the_driver_that_does_not_is_refused_with_603(simulator):
    done = drive(simulator, "buggy.py")
    assert done.returncode == 1
    assert "AT+QFTPOPEN" in done.stderr and "+CME ERROR: 603" in done.stderr
