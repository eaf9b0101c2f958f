"""A driver of the modem's FTP commands, and its work: a logger that uploads two files in two
sessions, then fetches what there is for it, come what may.

`fixed.py` does that. `buggy.py` does too, but takes the OK of AT+QFTPCLOSE for its end.
"""

import argparse
import os
import random
import re
import sys
import time

from port import Port, Restarted, Silence, Trouble, Vanished

TRIES = 8
FILES = {"first.log": 24 << 10, "second.log": 40 << 10}
WANTED = ["config.txt", "firmware.bin", "update.bin"]


class Refused(Trouble):
    """A command got ERROR or +CME ERROR."""

    def __init__(self, command, line):
        super().__init__(f"{command}: {line}")
        code = re.fullmatch(r"\+CME ERROR: (\d+)", line)
        self.code = int(code[1]) if code else None


class Failed(Trouble):
    """A command ended with an <err> that is not 0."""

    def __init__(self, command, err, protocol):
        super().__init__(f"{command}: {err},{protocol}")
        self.err = err


class Hopeless(Exception):
    """A fault that no driver can overcome: to be told, not to be tried again for ever."""


class Driver:
    def __init__(self, name, patience, waits_for_close):
        self.name, self.patience, self.waits_for_close = name, patience, waits_for_close
        self.port = None
        self.configured = self.active = self.open = False
        self.refused_logins = 0

    # What the module says.

    def line(self, patience=None):
        """The next line that an answer can be; news of the module's are taken note of."""
        while True:
            line = self.port.line(patience or self.patience)
            if line.startswith('+QIURC: "pdpdeact"'):
                self.active = self.open = False
            elif line.startswith("+QFTPCLOSE: 606"):
                self.open = False
            else:
                return line

    def command(self, text):
        """Sends a command; the lines before its OK."""
        self.write(text)
        lines = []
        while (line := self.line()) != "OK":
            if line == "ERROR" or line.startswith("+CME ERROR"):
                raise Refused(text, line)
            if line != text:
                lines.append(line)
        return lines

    def write(self, text):
        self.port.discard()
        # What the module says while it is written to is read with the answer.
        data = text.encode() + b"\r"
        while not self.port.send(data, self.patience):
            data = b""

    def outcome(self, command, patience=None):
        """The line that comes later: what follows <err>."""
        name = re.match(r"AT(\+\w+)", command)[1]
        while not (found := re.fullmatch(re.escape(name) + r": (\d+),(.*)", self.line(patience))):
            pass
        if found[1] != "0":
            if int(found[1]) in (605, 606, 614):
                self.open = False
            raise Failed(command, int(found[1]), found[2])
        return found[2]

    def ask(self, command):
        """A command with an outcome."""
        self.command(command)
        return self.outcome(command)

    def connect(self, command):
        """A command that enters data mode."""
        self.write(command)
        while (line := self.line()) != "CONNECT":
            if line == "ERROR" or line.startswith("+CME ERROR"):
                raise Refused(command, line)

    # From nothing to a session.

    def prepare(self):
        """Whatever is missing for a session, from the port on."""
        if self.port is None:
            self.port = Port(self.name)
            self.configured = self.active = self.open = False
        if not self.configured:
            self.configure()
        if not self.active:
            if not any(line.startswith("+QIACT: 1,1") for line in self.command("AT+QIACT?")):
                self.command("AT+QIACT=1")
            self.active = True
        if not self.open:
            try:
                self.ask('AT+QFTPOPEN="ftp.example.com",21')
            except Failed as failed:
                self.refused_logins += failed.err == 625
                if self.refused_logins == 2:
                    raise Hopeless("the server does not take the password") from failed
                raise
            self.open = True

    def configure(self):
        """After power-on, a restart, or who knows what."""
        for _ in range(30):
            try:
                self.port.discard()
                self.write("AT")
                while self.line(1) != "OK":
                    pass
                break
            except (Silence, Restarted):
                continue
        else:
            raise Silence("no answer to AT")
        self.command("ATE0")
        self.command("AT+CMEE=1")
        try:
            self.command("AT+CPIN?")
        except Refused as refused:
            if refused.code == 10:
                raise Hopeless("there is no SIM card") from refused
            raise
        self.command('AT+QICSGP=1,1,"UNINET","","",1')
        self.command('AT+QFTPCFG="account","test","test"')
        self.command('AT+QFTPCFG="rsptimeout",20')
        self.configured = True

    def close(self):
        self.command("AT+QFTPCLOSE")
        if self.waits_for_close:
            self.outcome("AT+QFTPCLOSE")
        self.open = False

    # Faults.

    def robustly(self, work, *arguments):
        """Does the work in a session, and again as long as there is hope."""
        for _ in range(TRIES):
            try:
                self.prepare()
                return work(*arguments)
            except Refused as refused:
                if not self.waits_for_close and refused.code == 603:
                    raise
                self.recover(refused)
            except Trouble as trouble:
                self.recover(trouble)
        raise Trouble(f"{work.__name__} {arguments}: no success in {TRIES} tries")

    def recover(self, trouble):
        print(f"driver: {trouble}", file=sys.stderr)
        try:
            if isinstance(trouble, Vanished):
                self.reopen()
            elif isinstance(trouble, Restarted):
                self.configured = self.active = self.open = False
            elif isinstance(trouble, Silence):
                # Out of data mode, if it still is; then as the note says: with a new context.
                time.sleep(1)
                self.port.send(b"+++", self.patience)
                time.sleep(1)
                self.configured = self.active = self.open = False
                self.command("AT+QIDEACT=1")
            elif self.open:
                self.close()
            else:
                time.sleep(0.5)
        except Vanished:
            self.reopen()
        except Trouble:
            self.configured = self.active = self.open = False

    def reopen(self):
        """Waits for the port to come back: `prepare` opens it."""
        if self.port:
            self.port.close()
        self.port = None
        limit = time.monotonic() + 60
        while not os.path.exists(self.name) and time.monotonic() < limit:
            time.sleep(0.2)

    # The work.

    def size(self, name):
        return int(self.ask(f'AT+QFTPSIZE="{name}"'))

    def upload(self, name, content):
        """Sends the file, or what is missing of it after a failure."""
        start = 0
        try:
            start = self.size(name)
        except Failed as failed:
            if failed.err != 627:
                raise
        if start > len(content):
            start = 0
        if start < len(content):
            self.put(name, content, start)
        if (stored := self.size(name)) != len(content):
            raise Trouble(f"{name}: the server has {stored} bytes of {len(content)}")

    def put(self, name, content, start):
        part = content[start:]
        command = f'AT+QFTPPUT="{name}","COM:",{start},{len(part)},1'
        self.connect(command)
        for at in range(0, len(part), 1024):
            if not self.port.send(part[at : at + 1024], self.patience):
                # Something came before all was sent: the upload is over.
                break
        self.outcome(command, patience=2 * self.patience)

    def fetch(self, name):
        """The file by COM:, with its length compared to what the server says; `None`: there is
        none."""
        command = f'AT+QFTPGET="{name}","COM:"'
        try:
            self.connect(command)
        except Refused as refused:
            if refused.code == 627:
                return None
            raise
        end = re.compile(rb"\r\n(OK|NO CARRIER)\r\n\r\n\+QFTPGET: (\d+),(\d+)\r\n")
        while not (found := end.search(self.port.buffer)):
            if b"\r\nRDY\r\n" in self.port.buffer:
                raise Restarted("in a download")
            if not self.port.receive(self.patience):
                raise Silence("in a download")
        data, self.port.buffer = self.port.buffer[: found.start()], self.port.buffer[found.end() :]
        if found[2] != b"0":
            raise Failed(command, int(found[2]), found[3].decode())
        if len(data) != int(found[3]) or len(data) != self.size(name):
            raise Trouble(f"{name}: {len(data)} bytes came, other than the module or the server says")
        return data

    def store(self, name):
        """The file into UFS, if it has room for it."""
        try:
            size = self.size(name)
        except Failed as failed:
            if failed.err == 627:
                return
            raise
        free = int(re.fullmatch(r"\+QFLDS: (\d+),\d+", self.command('AT+QFLDS="UFS"')[0])[1])
        if size > free:
            print(f"driver: {name} needs {size} bytes, UFS has {free}", file=sys.stderr)
            return
        if (stored := int(self.ask(f'AT+QFTPGET="{name}","UFS:{name}"'))) != size:
            raise Trouble(f"{name}: {stored} bytes of {size} were stored")

    def work(self):
        for name, size in FILES.items():
            self.robustly(self.upload, name, random.Random(name).randbytes(size))
            self.robustly(self.close)
        self.robustly(self.fetch, "config.txt")
        self.robustly(self.fetch, "firmware.bin")
        self.robustly(self.store, "update.bin")
        self.robustly(self.close)


def main(waits_for_close):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", nargs="?", default=os.environ.get("QFTPSIM_PTY"))
    parser.add_argument("--patience", type=float, default=30, help="seconds, more than rsptimeout")
    options = parser.parse_args()
    if not options.port:
        parser.error("no port: name one, or set QFTPSIM_PTY")
    try:
        Driver(options.port, options.patience, waits_for_close).work()
    except Hopeless as fault:
        print(f"driver: gave up in good order: {fault}")
    except Trouble as trouble:
        sys.exit(f"driver: gave up: {trouble}")
    else:
        print("driver: all done")
