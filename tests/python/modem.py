"""A modem as a test suite sees it: commands, and the lines that must follow."""

import serial


class Modem:
    """The module on the other side of a serial port, a name that pyserial knows."""

    def __init__(self, port):
        self.port = serial.serial_for_url(port, 115200, timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.port.close()

    def line(self):
        """The next line that is not blank."""
        while True:
            line = self.port.readline()
            assert line.endswith(b"\n"), f"the module said {line!r} and then nothing"
            text = line.strip().decode()
            if text:
                return text

    def expect(self, *expected):
        """The next lines must be these."""
        lines = tuple(self.line() for _ in expected)
        assert lines == expected

    def command(self, text, *expected):
        """Sends a command; after its echo these lines must come."""
        self.port.write(text.encode() + b"\r")
        self.expect(text, *expected)

    def data(self, count):
        """That many raw bytes."""
        data = bytearray()
        while len(data) < count:
            more = self.port.read(min(count - len(data), 4096))
            assert more, f"{len(data)} bytes of {count}"
            data += more
        return bytes(data)

    def lines_until(self, end):
        """The lines before this one, which is taken as well."""
        return list(iter(self.line, end))

    def log_in(self, outcome="0,0"):
        """Everything up to the outcome of logging in to the embedded server."""
        self.command("AT", "OK")
        self.command('AT+QICSGP=1,1,"UNINET","","",1', "OK")
        self.command("AT+QIACT=1", "OK")
        self.command('AT+QFTPCFG="account","test","test"', "OK")
        self.command('AT+QFTPOPEN="ftp.example.com",21', "OK", f"+QFTPOPEN: {outcome}")
