"""A host without trouble: every command must be answered as it should be, to the byte."""

import random
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "drivers"))
import port

# A longer silence is a hang.
HANG = 60
LARGEST = 200_000
# For data on their way to a file, in seconds of the module: no host is that slow.
PATIENCE = 3600


class Terminal(port.Port):
    """A port of which every byte counts."""

    def write(self, data):
        self.send(data, HANG)

    def more(self, wanted):
        assert self.receive(HANG), f"expected {wanted}, got {self.buffer[-200:]!r} and then nothing"

    def exact_line(self):
        while True:
            line, end, rest = self.buffer.partition(b"\r\n")
            if end:
                self.buffer = rest
                if line.strip():
                    return line.strip().decode(errors="replace")
            else:
                self.more("a line")

    def exactly(self, count):
        while len(self.buffer) < count:
            self.more(f"{count} bytes")
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data


class Clean:
    """A host, and its files."""

    def __init__(self, path, seed):
        self.path, self.random = path, random.Random(seed)
        self.server, self.local = {}, {}
        self.done = {}
        self.open()
        self.command('AT+QICSGP=1,1,"UNINET"', "OK")
        self.command("AT+QIACT=1", "OK")
        self.command('AT+QFTPCFG="account","test","test"', "OK")
        self.command('AT+QFTPCFG="rsptimeout",180', "OK")
        self.command('AT+QFTPOPEN="ftp.example.com"', "OK", "+QFTPOPEN: 0,0")
        self.home = f"/host{seed}"
        self.command(f'AT+QFTPMKDIR="{self.home}"', "OK", "+QFTPMKDIR: 0,0")
        self.command(f'AT+QFTPCWD="{self.home}"', "OK", "+QFTPCWD: 0,0")

    def open(self):
        self.port = Terminal(self.path)
        # Whatever was left over comes before the answer to this.
        self.port.write(b'\rATE1\rAT+QFTPCFG="rsptimeout"\r')
        while not self.port.exact_line().startswith('+QFTPCFG: "rsptimeout",'):
            pass
        self.expect("OK")

    def expect(self, *lines):
        for expected in lines:
            line = self.port.exact_line()
            assert line == expected, f"{self.path}: expected {expected!r}, got {line!r}"

    def command(self, text, *lines):
        self.port.write(text.encode() + b"\r")
        self.expect(text, *lines)

    def some(self, names):
        return self.random.choice(sorted(names))

    def content(self):
        return self.random.randbytes(self.random.choice([0, 1, 1000, 5000, LARGEST]))

    def step(self):
        work = self.random.choice(
            [self.put_com, self.get_com, self.upload, self.put_file, self.get_file, self.download]
            + [self.rename, self.delete, self.handle, self.reopen, self.killed]
        )
        work()
        self.done[work.__name__] = self.done.get(work.__name__, 0) + 1

    def put_com(self):
        name, content = self.some("abcd"), self.content()
        size = len(content)
        if not size:
            return
        self.command(f'AT+QFTPPUT="{name}","COM:",0,{size},1', "CONNECT")
        self.port.write(content)
        self.expect("OK", f"+QFTPPUT: 0,{size}")
        self.server[name] = content

    def get_com(self):
        if self.server:
            name = self.some(self.server)
            size = len(self.server[name])
            self.command(f'AT+QFTPGET="{name}","COM:"', "CONNECT")
            assert self.port.exactly(size) == self.server[name], f"{self.path}: {name} differs"
            self.expect("OK", f"+QFTPGET: 0,{size}")

    def upload(self):
        name, content = self.some(["RAM:x", "RAM:y", "UFS:x"]), self.content()
        size = len(content)
        if not size:
            return
        self.forget(name)
        self.command(f'AT+QFUPL="{name}",{size},{PATIENCE}', "CONNECT")
        self.port.write(content)
        assert self.port.exact_line().startswith(f"+QFUPL: {size},")
        self.expect("OK")
        self.local[name] = content

    def put_file(self):
        if self.local:
            name, local = self.some("abcd"), self.some(self.local)
            size = len(self.local[local])
            self.command(f'AT+QFTPPUT="{name}","{local}"', "OK", f"+QFTPPUT: 0,{size}")
            self.server[name] = self.local[local]

    def get_file(self):
        if self.server:
            name, local = self.some(self.server), self.some(["RAM:x", "RAM:y", "UFS:x"])
            size = len(self.server[name])
            self.command(f'AT+QFTPGET="{name}","{local}"', "OK", f"+QFTPGET: 0,{size}")
            self.local[local] = self.server[name]

    def download(self):
        if self.local:
            name = self.some(self.local)
            size = len(self.local[name])
            self.command(f'AT+QFDWL="{name}"', "CONNECT")
            assert self.port.exactly(size) == self.local[name], f"{self.path}: {name} differs"
            assert self.port.exact_line().startswith(f"+QFDWL: {size},")
            self.expect("OK")

    def rename(self):
        if self.server:
            old, new = self.some(self.server), self.some("abcd")
            if new not in self.server:
                self.command(f'AT+QFTPRENAME="{old}","{new}"', "OK", "+QFTPRENAME: 0,0")
                self.server[new] = self.server.pop(old)

    def delete(self):
        if self.server:
            name = self.some(self.server)
            self.command(f'AT+QFTPDEL="{name}"', "OK", "+QFTPDEL: 0,0")
            del self.server[name]

    def handle(self):
        if self.local:
            name = self.some(self.local)
            more = self.random.randbytes(self.random.randrange(1, 1000))
            size = len(self.local[name])
            self.command(f'AT+QFOPEN="{name}",0', "+QFOPEN: 1", "OK")
            self.command(f"AT+QFSEEK=1,{size},0", "OK")
            self.command(f"AT+QFWRITE=1,{len(more)},{PATIENCE}", "CONNECT")
            self.port.write(more)
            self.expect(f"+QFWRITE: {len(more)},{size + len(more)}", "OK")
            self.command("AT+QFCLOSE=1", "OK")
            self.local[name] += more
            if size > LARGEST:
                self.forget(name)

    def forget(self, name):
        if self.local.pop(name, None) is not None:
            self.command(f'AT+QFDEL="{name}"', "OK")

    def reopen(self):
        self.port.close()
        self.open()

    def killed(self):
        """Closes the port within a transfer; the file on the server is then anything."""
        if self.server and self.random.random() < 0.5:
            self.command(f'AT+QFTPGET="{self.some(self.server)}","COM:"', "CONNECT")
        else:
            self.command('AT+QFTPPUT="killed","COM:",0,100000,1', "CONNECT")
            self.port.write(bytes(self.random.randrange(5000)))
        self.reopen()
        # The outcome of what was given up comes first, or came already.
        line = "+QFTPSTAT: 0,2"
        while line == "+QFTPSTAT: 0,2":
            self.port.write(b"AT+QFTPSTAT\r")
            while not (line := self.port.exact_line()).startswith("+QFTPSTAT: "):
                pass
        assert line == "+QFTPSTAT: 0,1", f"{self.path}: {line} after a host that was killed"

    def rest(self):
        """Nothing is left of this host but its session."""
        for name in list(self.server):
            self.command(f'AT+QFTPDEL="{name}"', "OK", "+QFTPDEL: 0,0")
        self.command('AT+QFTPPUT="killed","COM:",0,1,1', "CONNECT")
        self.port.write(b"k")
        self.expect("OK", "+QFTPPUT: 0,1")
        self.command('AT+QFTPDEL="killed"', "OK", "+QFTPDEL: 0,0")
        for name in list(self.local):
            self.forget(name)
        self.server.clear()
