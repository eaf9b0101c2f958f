"""A simulator of its own for each test. `$QFTPSIM` says where the program is, if not in `$PATH`."""

import json
import os
import subprocess

import pytest
from modem import Modem


@pytest.fixture
def simulator(request):
    """The ready line; the options come from `@pytest.mark.qftpsim("--model", "ec21")`."""
    options = [option for mark in request.node.iter_markers("qftpsim") for option in mark.args]
    command = [os.environ.get("QFTPSIM", "qftpsim"), "run", "--format", "json", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield json.loads(process.stdout.readline())
    process.terminate()
    assert process.wait(timeout=10) == 0


@pytest.fixture
def modem(simulator):
    """Its modem, with a session open."""
    with Modem(simulator["modems"][0]["link"]) as modem:
        modem.log_in()
        yield modem
