#!/usr/bin/env python3
"""Eight hosts that never stop: no byte may be lost, and nothing may grow.

    run.py PATH-TO-QFTPSIM SECONDS

Each host has a modem of its own and does at random what hosts do: uploads and downloads by COM:,
RAM: and UFS:, renames, deletes, reads and writes by handle; closes its port and opens it again; and
now and then it is "killed" in the middle of a transfer.

Four of them are never in trouble: every answer must be what it should be, to the byte. The other
four meet the faults of faults.yaml, and what is done to their modems by the control API. They do
what a good driver does. What the module has said to be stored must be there whenever they look
again; what has failed must be what it was before, or a part of what it was to be. Each fault must
have fired.

At two points of rest, after half of the time and at the end, nobody is in trouble, everything is
looked at, and the simulator's memory, file descriptors and threads are compared.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from clean import Clean
from control import Control
from trouble import Trouble
from troubled import TIME_SCALE, Troubled

MODEMS = 8
# The allocator keeps a little; a leak of 100 bytes an operation is more than this in ten minutes.
GROWTH = 6 * 1024 * 1024
# What an entry of a journal takes; one that is full grows no more.
ENTRY = 300
# How long it may take until what was given up is gone: the server waits 15 s for a data connection.
GRACE = 20


def work(hosts, trouble, seconds, thoroughly):
    """All hosts work for so long, and thoroughly until each fault has fired; then they rest. The
    first failure is raised."""
    over = Event()

    def run(host):
        try:
            while not over.is_set():
                host.step()
        finally:
            over.set()

    with ThreadPoolExecutor(len(hosts)) as pool:
        trouble.begin()
        running = [pool.submit(run, host) for host in hosts]
        try:
            trouble.go_on(seconds, over)
            if thoroughly:
                trouble.insist(over)
        finally:
            over.set()
            for host in running:
                host.result()
        trouble.end()
        list(pool.map(lambda host: host.rest(), hosts))


class Measures:
    """What a process takes."""

    def __init__(self, pid):
        with open(f"/proc/{pid}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        self.memory = int(fields["VmRSS"].split()[0]) * 1024
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        self.threads = int(fields["Threads"])


def entries(control, modems):
    """How many entries their journals keep."""
    count = 0
    for modem in modems:
        number = 1
        while (page := control.get(f"/modems/{modem['name']}/journal?from={number}"))["entries"]:
            count += len(page["entries"])
            number = page["next"]
    return count


def check_growth(pid, before, growth):
    """Nothing is more than it was, or not much; gives back how much it is now."""
    limit = time.monotonic() + GRACE
    while True:
        after = Measures(pid)
        few = after.descriptors <= before.descriptors and after.threads <= before.threads
        if few or time.monotonic() > limit:
            break
        time.sleep(0.1)
    for what in ("descriptors", "threads"):
        old, new = getattr(before, what), getattr(after, what)
        assert new <= old, f"{what}: {old}, then {new}"
    old, new = before.memory, after.memory
    assert new - old <= growth, f"memory grew from {old} to {new}"
    return after


def troubled(control, modem, seed):
    """A host in trouble, with a folder of its own on the server."""
    home = f"/{modem['name']}"
    control.do("PUT", f"/server/files{home}/")
    return Troubled(
        modem["link"], home, lambda: control.get(f"/modems{home}")["host_present"], seed
    )


def check_nothing_is_left(control, modem):
    """The server's folder and the media of a modem are as empty as its host has left them."""
    assert control.get(f"/server/files/{modem}/") == [], f"something is left of {modem}"
    for store in control.get(f"/modems/{modem}/stores"):
        assert (store["used"], store["files"]) == (0, []), f"{modem}: {store}"


def soak(pid, ready, seconds):
    """What there is to tell of it."""
    control = Control(ready["control"])
    modems = ready["modems"]
    half = len(modems) // 2
    hosts = [Clean(modem["link"], seed) for seed, modem in enumerate(modems[:half])]
    hosts += [troubled(control, modem, half + seed) for seed, modem in enumerate(modems[half:])]
    trouble = Trouble(control, [modem["name"] for modem in modems[half:]])

    work(hosts, trouble, seconds / 2, thoroughly=False)
    noted = entries(control, modems)
    before = Measures(pid)
    work(hosts, trouble, seconds / 2, thoroughly=True)
    noted = entries(control, modems) - noted
    after = check_growth(pid, before, GROWTH + noted * ENTRY)
    for modem in trouble.modems:
        check_nothing_is_left(control, modem)

    for kind, some in (("clean", hosts[:half]), ("troubled", hosts[half:])):
        done = sum((Counter(host.done) for host in some), Counter())
        yield f"{kind}: {told(done)}"
    yield f"trouble: {told(trouble.counts)}"
    yield f"overcome: {told(sum((host.driver.troubles for host in hosts[half:]), Counter()))}"
    yield (
        f"{len(hosts)} hosts, {seconds:g} s, all bytes accounted for; "
        f"memory {before.memory >> 10} -> {after.memory >> 10} KiB "
        f"({noted} more entries in journals), descriptors {before.descriptors} -> {after.descriptors}, "
        f"threads {before.threads} -> {after.threads}"
    )


def told(counts):
    each = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
    return f"{counts.total()} ({each})"


def main():
    program, seconds = sys.argv[1], float(sys.argv[2])
    command = [program, "run", "--format", "json", "--modems", str(MODEMS), "--urc-gap", "1ms"]
    command += ["--time-scale", str(TIME_SCALE), "--seed", "7", "--control", "127.0.0.1:0"]
    simulator = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(simulator.stdout.readline())
        lines = list(soak(simulator.pid, ready, seconds))
    finally:
        simulator.send_signal(signal.SIGTERM)
        status = simulator.wait(timeout=10)
    assert status == 0, f"the simulator ended with {status}"
    print("\n".join(lines))


if __name__ == "__main__":
    main()
