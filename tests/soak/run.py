#!/usr/bin/env python3
"""Eight hosts that never stop: no byte may be lost, and nothing may grow.

    soak.py PATH-TO-QFTPSIM SECONDS

Each host has a modem of its own and does at random what hosts do: uploads and downloads by COM:,
RAM: and UFS:, renames, deletes, reads and writes by handle; closes its port and opens it again; and
now and then it is "killed" in the middle of a transfer. Every content is compared with what it must
be. At two points of rest, after a tenth of the time and at the end, the simulator's memory, file
descriptors and threads are compared.
"""

import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time

MODEMS = 8
# A longer silence is a hang.
HANG = 60
LARGEST = 200_000
# The allocator keeps a little; a leak of 100 bytes an operation is more than this in ten minutes.
GROWTH = 6 * 1024 * 1024


class Port:
    """A terminal that is raw already."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        self.came = b""

    def close(self):
        os.close(self.fd)

    def write(self, data):
        while data:
            data = data[os.write(self.fd, data) :]

    def more(self, wanted):
        ready, _, _ = select.select([self.fd], [], [], HANG)
        assert ready, f"expected {wanted}, got {self.came[-200:]!r} and then nothing"
        self.came += os.read(self.fd, 65536)

    def line(self):
        while True:
            line, end, rest = self.came.partition(b"\r\n")
            if end:
                self.came = rest
                if line.strip():
                    return line.strip().decode(errors="replace")
            else:
                self.more("a line")

    def data(self, count):
        while len(self.came) < count:
            self.more(f"{count} bytes")
        data, self.came = self.came[:count], self.came[count:]
        return data


class Host:
    """One host, and what it knows of its files."""

    def __init__(self, path, seed):
        self.path, self.random = path, random.Random(seed)
        self.server, self.local = {}, {}
        self.done = {}
        self.open()
        self.command('AT+QICSGP=1,1,"UNINET"', "OK")
        self.command("AT+QIACT=1", "OK")
        self.command('AT+QFTPCFG="account","test","test"', "OK")
        self.command('AT+QFTPOPEN="ftp.example.com"', "OK", "+QFTPOPEN: 0,0")
        self.home = f"/host{seed}"
        self.command(f'AT+QFTPMKDIR="{self.home}"', "OK", "+QFTPMKDIR: 0,0")
        self.command(f'AT+QFTPCWD="{self.home}"', "OK", "+QFTPCWD: 0,0")

    def open(self):
        self.port = Port(self.path)
        # Whatever was left over comes before the answer to this.
        self.port.write(b'\rATE1\rAT+QFTPCFG="rsptimeout"\r')
        while not self.port.line().startswith('+QFTPCFG: "rsptimeout",'):
            pass
        self.expect("OK")

    def expect(self, *lines):
        for expected in lines:
            line = self.port.line()
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
            assert self.port.data(size) == self.server[name], f"{self.path}: {name} differs"
            self.expect("OK", f"+QFTPGET: 0,{size}")

    def upload(self):
        name, content = self.some(["RAM:x", "RAM:y", "UFS:x"]), self.content()
        size = len(content)
        if not size:
            return
        self.forget(name)
        self.command(f'AT+QFUPL="{name}",{size}', "CONNECT")
        self.port.write(content)
        assert self.port.line().startswith(f"+QFUPL: {size},")
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
            assert self.port.data(size) == self.local[name], f"{self.path}: {name} differs"
            assert self.port.line().startswith(f"+QFDWL: {size},")
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
            self.command(f"AT+QFWRITE=1,{len(more)}", "CONNECT")
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
            while not (line := self.port.line()).startswith("+QFTPSTAT: "):
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


def work(hosts, seconds):
    """All hosts work for so long; the first failure is raised."""
    end, failures = time.monotonic() + seconds, []

    def run(host):
        try:
            while time.monotonic() < end and not failures:
                host.step()
            host.rest()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def measure(pid):
    """Memory in bytes, file descriptors, threads."""
    with open(f"/proc/{pid}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    memory = int(fields["VmRSS"].split()[0]) * 1024
    return memory, len(os.listdir(f"/proc/{pid}/fd")), int(fields["Threads"])


def main():
    program, seconds = sys.argv[1], float(sys.argv[2])
    command = [program, "run", "--format", "json", "--modems", str(MODEMS), "--urc-gap", "1ms"]
    simulator = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(simulator.stdout.readline())
        hosts = [Host(modem["link"], seed) for seed, modem in enumerate(ready["modems"])]
        work(hosts, seconds / 10)
        before = measure(simulator.pid)
        work(hosts, seconds * 9 / 10)
        after = measure(simulator.pid)
    finally:
        simulator.send_signal(signal.SIGTERM)
        status = simulator.wait(timeout=10)
    assert status == 0, f"the simulator ended with {status}"
    assert after[0] - before[0] <= GROWTH, f"memory grew from {before[0]} to {after[0]}"
    assert after[1] <= before[1], f"file descriptors: {before[1]}, then {after[1]}"
    assert after[2] <= before[2], f"threads: {before[2]}, then {after[2]}"
    done = {}
    for host in hosts:
        for name, count in host.done.items():
            done[name] = done.get(name, 0) + count
    print(
        f"{MODEMS} hosts, {seconds:g} s: {sum(done.values())} operations, all bytes equal; "
        f"memory {before[0] >> 10} -> {after[0] >> 10} KiB, "
        f"descriptors {before[1]} -> {after[1]}, threads {before[2]} -> {after[2]}"
    )
    print(", ".join(f"{name} {count}" for name, count in sorted(done.items())))


if __name__ == "__main__":
    main()
