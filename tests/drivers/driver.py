"""A driver of the modem: its commands, the way from nothing to a session, and what to do when
something goes wrong."""

import os
import re
import sys
import time

from port import Port, Restarted, Silence, Trouble, Vanished

# <err>: the session is gone with the command.
SESSION_LOST = (602, 605, 606, 608, 614)


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
    tries = 10
    # How long a second of the module takes.
    second = 1

    def __init__(self, name, ca, patience, waits_for_close):
        self.name, self.ca = name, ca
        self.patience, self.waits_for_close = patience, waits_for_close
        self.port = None
        self.forget()
        self.refused = {625: 0, 631: 0}

    def forget(self):
        """Nothing is known of the module any more."""
        self.configured = self.active = self.open = False

    # Commands and what the module says.

    def line(self, patience=None):
        """The next line that an answer can be; news are taken note of."""
        while True:
            line = self.port.line(patience or self.patience)
            if line.startswith('+QIURC: "pdpdeact"'):
                self.active = self.open = False
            elif line.startswith("+QFTPCLOSE: 606"):
                self.open = False
            else:
                return line

    def send(self, text):
        self.port.discard()
        # What the module says while it is written to is read with the answer.
        self.port.send(text.encode() + b"\r", self.patience)

    def command(self, text, end="OK"):
        """Sends a command; the lines before this end of its answer."""
        self.send(text)
        return self.answer(text, end)

    def answer(self, text, end="OK"):
        """What the module says to this, or to the data that belong to it."""
        lines = []
        while (line := self.line()) != end:
            if line == "ERROR" or line.startswith("+CME ERROR"):
                raise Refused(text, line)
            lines.append(line)
        return lines

    def ask(self, command):
        """A command with an outcome, which may overtake its OK."""
        return self.outcome(command, self.command(command))

    def outcome(self, command, early=(), patience=None):
        """The line that comes later: what follows <err>."""
        name = re.escape(re.match(r"AT(\+\w+)", command)[1])
        early = list(early)
        while True:
            line = early.pop(0) if early else self.line(patience)
            if found := re.fullmatch(name + r": (\d+),(.*)", line):
                break
        if found[1] == "0":
            return found[2]
        if int(found[1]) in SESSION_LOST:
            self.open = False
        raise Failed(command, int(found[1]), found[2])

    def store(self, name, data):
        """Makes it a file of the module."""
        try:
            self.command(f'AT+QFDEL="{name}"')
        except Refused:
            pass  # There was none.
        self.give(f'AT+QFUPL="{name}",{len(data)}', data)

    def give(self, command, data):
        """A command that takes data for a file of the module."""
        self.command(command, end="CONNECT")
        # If the module says something before all is sent, it takes no more.
        self.port.send(data, self.patience, interruptible=True)
        self.answer(command)

    # From nothing to a session.

    def prepare(self, session=True):
        """Whatever is missing, from the port on."""
        if self.port is None:
            self.port = Port(self.name)
            self.forget()
        if not self.configured:
            self.configure()
        if session and not self.active:
            self.activate()
        if session and not self.open:
            self.log_in()

    def configure(self):
        """After power-on, a restart, or who knows what."""
        self.awake()
        self.command("ATE0")
        self.command("AT+CMEE=1")
        self.wait_for("AT+CPIN?", r"\+CPIN: READY", "there is no SIM card")
        self.wait_for("AT+CREG?", r"\+CREG: \d,[15]", "there is no network")
        self.command('AT+QICSGP=1,1,"UNINET","","",1')
        self.command('AT+QFTPCFG="account","test","test"')
        self.command('AT+QFTPCFG="data_address",1')
        if self.ca:
            self.secure()
        # A session from before the port vanished.
        if self.ask("AT+QFTPSTAT") != "4":
            self.close()
        self.configured = True

    def awake(self):
        for _ in range(30):
            try:
                self.send("AT")
                while self.line(self.second) != "OK":
                    pass
                return
            except (Silence, Restarted):
                continue
        raise Silence("no answer to AT")

    def wait_for(self, command, answer, otherwise):
        """Asks until this is the answer, as long as a start of the module may take."""
        limit = time.monotonic() + 15
        while time.monotonic() < limit:
            try:
                if any(re.fullmatch(answer, line) for line in self.command(command)):
                    return
            except Refused:
                pass
            time.sleep(0.5 * self.second)
        raise Hopeless(otherwise)

    def secure(self):
        """Explicit FTPS with a server that is checked."""
        with open(self.ca, "rb") as file:
            self.store("RAM:ca.pem", file.read())
        self.command('AT+QSSLCFG="cacert",1,"RAM:ca.pem"')
        self.command('AT+QSSLCFG="seclevel",1,1')
        self.command('AT+QSSLCFG="ignorelocaltime",1,0')
        self.command('AT+QFTPCFG="sslctxid",1')
        self.command('AT+QFTPCFG="ssltype",2')

    def activate(self):
        if not any(line.startswith("+QIACT: 1,1") for line in self.command("AT+QIACT?")):
            # One that the network has taken down must be taken down here, too.
            self.command("AT+QIDEACT=1")
            self.command("AT+QIACT=1")
        self.active = True

    def log_in(self):
        try:
            self.ask('AT+QFTPOPEN="ftp.example.com",21')
        except Failed as failed:
            if failed.err in self.refused:
                self.refused[failed.err] += 1
                if self.refused[failed.err] == 2:
                    raise Hopeless(f"the server is not to be had: {failed}") from failed
            raise
        self.open = True

    def close(self):
        lines = self.command("AT+QFTPCLOSE")
        self.open = False
        if self.waits_for_close:
            self.outcome("AT+QFTPCLOSE", lines)

    # Faults.

    def robustly(self, work, *arguments, session=True):
        """Does the work, and again as long as there is hope."""
        for pause in range(self.tries):
            try:
                self.prepare(session)
                return work(*arguments)
            except Refused as refused:
                if refused.code == 603 and not self.waits_for_close:
                    raise
                self.recover(refused, pause)
            except Trouble as trouble:
                self.recover(trouble, pause)
        raise Trouble(f"{work.__name__} {arguments[:1]}: no success in {self.tries} tries")

    def recover(self, trouble, pause):
        """After this nothing is assumed that may not be so; `prepare` does what is missing."""
        self.tell(trouble)
        time.sleep(min(pause, 5) * self.second)
        try:
            if isinstance(trouble, Vanished):
                self.reopen()
            elif isinstance(trouble, Restarted):
                self.forget()
            elif isinstance(trouble, Silence):
                self.start_over()
            elif self.open:
                self.close()
            else:
                # The context, the SIM card or the network may be what is missing.
                self.forget()
        except Vanished:
            self.reopen()
        except Trouble:
            self.forget()

    def tell(self, trouble):
        print(f"driver: {trouble}", file=sys.stderr)

    def start_over(self):
        """Out of data mode, if it still is; then, as the vendor's note says, with a new context."""
        self.forget()
        time.sleep(1.1 * self.second)
        self.port.send(b"+++", self.patience)
        time.sleep(1.1 * self.second)
        self.command("AT+QIDEACT=1")

    def reopen(self):
        """Waits for the port to come back: `prepare` opens it."""
        if self.port:
            self.port.close()
        self.port = None
        limit = time.monotonic() + 60
        while not os.path.exists(self.name) and time.monotonic() < limit:
            time.sleep(0.2 * self.second)
