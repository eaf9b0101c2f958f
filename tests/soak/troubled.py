"""A host in trouble: it does what a good driver does about it, and believes nothing that it was not
told."""

import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "drivers"))
from driver import Refused
from files import Files
from logger import Logger

# So many times as fast as the clock on the wall runs that of the module.
TIME_SCALE = 10
# By the clock on the wall: longer than the module's own, which is 20 s by its clock.
PATIENCE = 4
SIZES = (1, 1000, 5000, 20_000, 50_000)
LARGEST = max(SIZES)
LOCAL = ("RAM:x", "RAM:y", "UFS:x")
NO_SUCH_FILE = 405
# Nothing in it begins a command, or repeats the last one (A/): when an upload breaks off, the module
# takes the rest of the data for what the host has to say.
NO_COMMAND = bytes.maketrans(b"Aa", b"--")
END_OF_FILE = re.compile(rb"\r\n(\+QFDWL: [ -~]+\r\n\r\nOK|\+CME ERROR: \d+)\r\n")


class Driver(Logger):
    """The driver for this work; it counts its troubles."""

    tries = 30
    second = 1 / TIME_SCALE

    def __init__(self, link, is_present):
        super().__init__(link, ca=None, patience=PATIENCE, waits_for_close=True)
        self.is_present = is_present
        self.troubles = Counter()

    def tell(self, trouble):
        self.troubles[type(trouble).__name__] += 1

    def log_in(self):
        # The shortest that there is.
        self.command('AT+QFTPCFG="rsptimeout",20')
        super().log_in()

    def reopen(self):
        """Who opens a port within the moment of its closing may inherit what was written last."""
        super().reopen()
        limit = time.monotonic() + PATIENCE
        while self.is_present():
            assert time.monotonic() < limit, "the simulator has not noticed that the port is closed"
            time.sleep(0.01)

    def download(self, name):
        """A file of the module; `None`: there is none."""
        command = f'AT+QFDWL="{name}"'
        try:
            self.command(command, end="CONNECT")
        except Refused as refused:
            if refused.code == NO_SUCH_FILE:
                return None
            raise
        data = self.data(END_OF_FILE)
        self.answer(command)
        return data

    def close_files(self):
        for line in self.command("AT+QFOPEN?"):
            if found := re.fullmatch(r'\+QFOPEN: ".*",(\d+),\d', line):
                self.command(f"AT+QFCLOSE={found[1]}")


class Troubled:
    """A host, and what it knows of its files. Whatever a command has left behind that failed is
    looked at before it is tried again."""

    def __init__(self, link, home, is_present, seed):
        self.random = random.Random(seed)
        self.driver = Driver(link, is_present)
        self.remote = [f"{home}/{name}" for name in "abcd"]
        self.files = Files([*self.remote, *LOCAL])
        self.done = Counter()

    def step(self):
        work = self.random.choice(
            [self.put, self.upload, self.get, self.store, self.download, self.put_file]
            + [self.get_file, self.append, self.rename, self.rename, self.delete, self.signal]
            + [self.log_out, self.reopen, self.killed]
        )
        work()
        self.done[work.__name__] += 1

    def rest(self):
        """Looks at every file, and leaves nothing but a session."""
        for name in [*self.remote, *LOCAL]:
            self.driver.robustly(self.look, name)
            self.driver.robustly(self.remove, name)

    # What is drawn.

    def some_remote(self):
        return self.random.choice(self.remote)

    def some_local(self):
        return self.random.choice(LOCAL)

    def some_content(self):
        return self.some_bytes(self.random.choice(SIZES))

    def some_bytes(self, count):
        return self.random.randbytes(count).translate(NO_COMMAND)

    # Work.

    def put(self):
        self.driver.robustly(self.put_once, self.some_remote(), self.some_content())

    def upload(self):
        """One that goes on where it broke off."""
        name = self.some_remote()
        self.driver.robustly(self.remove, name)
        self.driver.robustly(self.upload_once, name, self.some_content())

    def get(self):
        self.driver.robustly(self.look, self.some_remote())

    def store(self):
        name, content = self.some_local(), self.some_content()
        self.driver.robustly(self.store_once, name, content, session=False)

    def download(self):
        self.driver.robustly(self.look, self.some_local(), session=False)

    def put_file(self):
        self.driver.robustly(self.put_file_once, self.some_remote(), self.some_local())

    def get_file(self):
        self.driver.robustly(self.get_file_once, self.some_remote(), self.some_local())

    def append(self):
        name, more = self.some_local(), self.some_bytes(self.random.randrange(1, 1000))
        old = self.driver.robustly(self.look, name, session=False) or b""
        if len(old) < LARGEST:
            self.driver.robustly(self.append_once, name, old + more, session=False)

    def rename(self):
        old, new = self.random.sample(self.remote, 2)
        content, other = (self.driver.robustly(self.known, name) for name in (old, new))
        if content is not None and other is None:
            self.driver.robustly(self.rename_once, old, new, content)

    def delete(self):
        self.driver.robustly(self.remove, self.some_remote())

    def signal(self):
        self.driver.robustly(self.driver.command, "AT+CSQ", session=False)

    def log_out(self):
        self.driver.robustly(self.driver.close)

    def reopen(self):
        self.driver.reopen()

    def killed(self):
        """Begins an upload, and closes the port within it."""
        self.driver.robustly(self.begin, self.some_remote(), self.some_content())
        self.driver.reopen()

    # One try of it.

    def look(self, name):
        """What is in a file, which must be something that it may be."""
        if name in LOCAL:
            content = self.driver.download(name)
            if content is None and name.startswith("RAM:"):
                # A restart, which nobody need have noticed.
                self.files.set(name, None)
        else:
            content = self.driver.get(name)
        self.files.found(name, content)
        return content

    def known(self, name):
        return self.files.content(name) if self.files.is_certain(name) else self.look(name)

    def put_once(self, name, content):
        self.known(name)
        with self.files.becoming(name, content):
            assert self.driver.put(name, content, 0) == len(content)

    def upload_once(self, name, content):
        with self.files.becoming(name, content):
            self.driver.upload(name, content)

    def begin(self, name, content):
        self.known(name)
        self.files.may_become(name, content)
        self.driver.command(f'AT+QFTPPUT="{name}","COM:",0,{len(content)},1', end="CONNECT")
        self.driver.port.send(content[: len(content) // 2], PATIENCE, interruptible=True)

    def store_once(self, name, content):
        self.known(name)
        self.files.may_become(name, None)
        with self.files.becoming(name, content):
            self.driver.store(name, content)

    def put_file_once(self, name, local):
        self.known(name)
        content = self.look(local)
        if content is not None:
            with self.files.becoming(name, content):
                sent = self.driver.ask(f'AT+QFTPPUT="{name}","{local}"')
                assert int(sent) == len(content)

    def get_file_once(self, name, local):
        content = self.known(name)
        self.known(local)
        if content is not None:
            with self.files.becoming(local, content):
                came = self.driver.ask(f'AT+QFTPGET="{name}","{local}"')
                assert int(came) == len(content)

    def append_once(self, name, content):
        """What is missing of this; the handle of a try before may still be open."""
        self.driver.close_files()
        there = self.look(name)
        if there is None:
            # It is made when it is opened.
            self.files.may_become(name, b"")
            there = b""
        if len(there) < len(content):
            with self.files.becoming(name, content, least=len(there)):
                self.driver.append(name, content[len(there) :])

    def rename_once(self, old, new, content):
        there = [self.known(name) for name in (old, new)]
        assert there in ([content, None], [None, content]), f"{old} was lost on its way to {new}"
        if there[1] is None:
            with self.files.becoming(old, None), self.files.becoming(new, content, len(content)):
                self.driver.ask(f'AT+QFTPRENAME="{old}","{new}"')

    def remove(self, name):
        if self.known(name) is not None:
            with self.files.becoming(name, None):
                if name in LOCAL:
                    self.driver.command(f'AT+QFDEL="{name}"')
                else:
                    self.driver.ask(f'AT+QFTPDEL="{name}"')
