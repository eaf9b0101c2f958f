"""What makes trouble for some of the modems: the faults of faults.yaml, and somebody who plays with
the control API."""

import random
import re
import time
from collections import Counter
from pathlib import Path

FAULTS = (Path(__file__).parent / "faults.yaml").read_text()
DEEDS = {
    "POST urc": '{"text": "+QIND: SMS DONE"}',
    "POST restart": '{"boot": "5s"}',
    "POST hang": '{"for": "5s"}',
    "PUT sim": '{"inserted": false, "for": "5s"}',
    "PUT registration": '{"status": "searching", "for": "5s"}',
    "PUT stores/UFS/condition": '{"is": "full", "for": "5s"}',
    "DELETE handles": None,
}
# How much longer it may take until everything has happened.
GRACE = 60


class Trouble:
    def __init__(self, control, modems):
        self.control, self.modems = control, modems
        self.random = random.Random(7)
        # How often each fault has fired, and each deed was done.
        self.counts = Counter(dict.fromkeys(DEEDS, 0))

    def begin(self):
        self.put(FAULTS)

    def go_on(self, seconds, over):
        """Does something at random moments, for so long."""
        end, deeds = time.monotonic() + seconds, []
        while time.monotonic() < end and not over.wait(self.random.uniform(0, 2)):
            deeds = deeds or self.random.sample(list(DEEDS), len(DEEDS))
            self.do(deeds.pop())

    def insist(self, over):
        """What chance has spared happens now."""
        never = self.never()
        for deed in never & DEEDS.keys():
            self.do(deed)
        lines = [line for line in FAULTS.splitlines() if any(f" {name}," in line for name in never)]
        often = "probability: 0.3, times: 5"
        self.put(re.sub("probability: [0-9.]+", often, "\n".join(lines) or "[]"))
        end = time.monotonic() + GRACE
        while self.never() and not over.wait(0.5):
            assert time.monotonic() < end, f"never happened: {self.never()}"

    def end(self):
        self.put("[]")

    def do(self, deed):
        method, what = deed.split()
        path = f"/modems/{self.random.choice(self.modems)}/{what}"
        self.control.do(method, path, DEEDS[deed])
        self.counts[deed] += 1

    def put(self, faults):
        """These from now on; takes note of how often those before them have fired."""
        self.counts = self.so_far()
        for modem in self.modems:
            self.control.do("PUT", f"/modems/{modem}/faults", faults)

    def never(self):
        return {what for what, count in self.so_far().items() if count == 0}

    def so_far(self):
        counts = self.counts.copy()
        for modem in self.modems:
            for fault in self.control.get(f"/modems/{modem}/faults"):
                counts[fault["name"]] += fault["fired"]
        return counts
