"""The serial port of a modem, and its lines; and what can go wrong with them."""

import os
import re
import select
import time
import tty


class Trouble(Exception):
    """Something went wrong that may go right the next time."""


class Vanished(Trouble):
    """The port is gone."""


class Silence(Trouble):
    """The module did not say what it should have said in time."""


class Restarted(Trouble):
    """The module has started anew: nothing of what it was told holds."""


class Port:
    """A port, open from the start; `name` may be a link that comes back."""

    def __init__(self, name):
        try:
            self.fd = os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            tty.setraw(self.fd)
        except OSError as error:
            raise Vanished(f"{name}: {error.strerror}") from error
        self.buffer = b""

    def close(self):
        os.close(self.fd)

    def receive(self, patience):
        """Puts what comes within this time into the buffer; `False` if nothing does."""
        ready, _, _ = select.select([self.fd], [], [], max(patience, 0))
        if not ready:
            return False
        try:
            more = os.read(self.fd, 4096)
        except BlockingIOError:
            return True  # What was there has been flushed away.
        except OSError as error:
            raise Vanished(error.strerror) from error
        if not more:
            raise Vanished("end of file")
        self.buffer += more
        return True

    def send(self, data, patience, interruptible=False):
        """Writes all of it; or, if it is interruptible, until the module says something."""
        limit = time.monotonic() + patience
        while data:
            left = max(limit - time.monotonic(), 0)
            ready, writable, _ = select.select([self.fd], [self.fd], [], left)
            if ready:
                self.receive(0)
                if interruptible:
                    return
            if writable:
                try:
                    data = data[os.write(self.fd, data[:1024]) :]
                except BlockingIOError:
                    continue
                except OSError as error:
                    raise Vanished(error.strerror) from error
            elif not ready:
                raise Silence("the module takes nothing more")

    def line(self, patience):
        """The next line with text in it, however it is cut into pieces, without noise around it."""
        limit = time.monotonic() + patience
        while True:
            while b"\n" in self.buffer:
                line, self.buffer = self.buffer.split(b"\n", 1)
                text = re.sub(r"[^ -~]", "", line.decode("latin-1")).strip()
                if text in ("RDY", "APP RDY"):
                    raise Restarted("the module has restarted")
                if text:
                    return text
            if not self.receive(limit - time.monotonic()):
                raise Silence(f"nothing for {patience} s")

    def discard(self):
        """Forgets what has come so far."""
        while self.receive(0):
            pass
        self.buffer = b""
