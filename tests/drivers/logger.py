"""A data logger with a modem. In one session it uploads a file, in the next all the rest: the
second file, a report, and what the server has for it is fetched."""

import argparse
import hashlib
import os
import random
import re
import sys

from driver import Driver, Failed, Hopeless, Refused
from port import Restarted, Silence, Trouble

REPORT = b"%-63s\n" % b"all is well"

# News may stand before the outcome.
END_OF_DATA = re.compile(
    rb"\r\n(OK|NO CARRIER)\r\n(\r\n[ -~]+\r\n)*?\r\n\+QFTPGET: \d+,\d+\r\n"
)


class Logger(Driver):
    def work(self):
        for _ in range(2):
            self.robustly(self.command, "AT+CSQ", session=False)
        self.robustly(self.store, "UFS:report.txt", REPORT, session=False)
        self.robustly(self.note, session=False)
        self.robustly(self.upload, "first.log", random.Random(1).randbytes(24 << 10))
        self.robustly(self.close)
        self.robustly(self.upload, "second.log", random.Random(2).randbytes(40 << 10))
        self.robustly(self.upload, "report.txt", REPORT)
        self.robustly(self.fetch, "config.txt")
        self.robustly(self.fetch, "firmware.bin")
        self.robustly(self.install, "update.bin")
        self.robustly(self.remove, "old.log")
        self.robustly(self.get, "order.txt")
        self.robustly(self.close)

    # Files of the module.

    def note(self):
        """Two lines at the end of log.txt; a handle may get lost in between."""
        for _ in range(2):
            self.robustly(self.append, "UFS:log.txt", b"something\n", session=False)

    def append(self, name, data):
        handle = self.command(f'AT+QFOPEN="{name}"')[0].split()[1]
        self.command(f"AT+QFSEEK={handle},0,2")
        self.give(f"AT+QFWRITE={handle},{len(data)}", data)
        self.command(f"AT+QFCLOSE={handle}")

    # Files of the server.

    def size(self, name):
        """`None`: there is no such file."""
        try:
            return int(self.ask(f'AT+QFTPSIZE="{name}"'))
        except Failed as failed:
            if failed.err == 627:
                return None
            raise

    def upload(self, name, content):
        """Sends the file, or what is missing of it after a failure."""
        start = self.size(name) or 0
        if start > len(content):
            start = 0
        if start < len(content):
            self.put(name, content[start:], start)
        if (stored := self.size(name)) != len(content):
            raise Trouble(f"{name}: the server has {stored} bytes of {len(content)}")

    def put(self, name, data, start):
        """How many bytes of it the module says to have sent."""
        command = f'AT+QFTPPUT="{name}","COM:",{start},{len(data)},1'
        self.command(command, end="CONNECT")
        # If the module says something before all is sent, the upload is over.
        self.port.send(data, self.patience, interruptible=True)
        return int(self.outcome(command, patience=2 * self.patience))

    def fetch(self, name):
        """The file, checked by all that is known of it: its length, and a checksum if the server
        has one."""
        size = self.size(name)
        if size is None:
            return
        data = self.get(name)
        if len(data) != size:
            raise Trouble(f"{name}: {len(data)} bytes of {size}")
        if self.size(f"{name}.sha256") is not None:
            if self.get(f"{name}.sha256").decode().split()[0] != hashlib.sha256(data).hexdigest():
                raise Trouble(f"{name}: the checksum is wrong")

    def get(self, name):
        """The file by COM:; `None`: there is none."""
        command = f'AT+QFTPGET="{name}","COM:"'
        try:
            self.command(command, end="CONNECT")
        except Refused as refused:
            if refused.code == 627:
                return None
            raise
        data = self.data(END_OF_DATA)
        count = int(self.outcome(command))
        if len(data) != count:
            raise Trouble(f"{name}: {len(data)} bytes came, the module sent {count}")
        return data

    def data(self, end):
        """What comes before this end of it."""
        while not (found := end.search(self.port.buffer)):
            if b"\r\nRDY\r\n" in self.port.buffer:
                raise Restarted("in a download")
            if not self.port.receive(self.patience):
                raise Silence("in a download")
        data = self.port.buffer[: found.start()]
        self.port.buffer = self.port.buffer[found.start() :]
        return data

    def install(self, name):
        """The file into UFS, if it has room for it."""
        size = self.size(name)
        if size is None:
            return
        free = int(re.match(r"\+QFLDS: (\d+),", self.command('AT+QFLDS="UFS"')[0])[1])
        if size > free:
            print(f"driver: {name} needs {size} bytes, UFS has {free}", file=sys.stderr)
        elif int(self.ask(f'AT+QFTPGET="{name}","UFS:{name}"')) != size:
            raise Trouble(f"{name}: not all was stored")

    def remove(self, name):
        if self.size(name) is not None:
            self.ask(f'AT+QFTPDEL="{name}"')


def main(waits_for_close):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", nargs="?", default=os.environ.get("QFTPSIM_PTY"))
    parser.add_argument("--ca", default=os.environ.get("QFTPSIM_CA"), help="FTPS, with this CA")
    parser.add_argument("--patience", type=float, default=120, help="seconds, more than rsptimeout")
    options = parser.parse_args()
    if not options.port:
        parser.error("no port: name one, or set QFTPSIM_PTY")
    try:
        Logger(options.port, options.ca, options.patience, waits_for_close).work()
    except Hopeless as fault:
        print(f"driver: gave up in good order: {fault}")
    except Trouble as trouble:
        sys.exit(f"driver: gave up: {trouble}")
    else:
        print("driver: all done")
