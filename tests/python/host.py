#!/usr/bin/env python3
"""A host program as users write them, with pyserial: logs in, uploads, lists, downloads.

    host.py PATH-TO-QFTPSIM

Starts the simulator, opens the port it names, and compares every byte.
"""

import json
import random
import signal
import subprocess
import sys

import serial


class Modem:
    """The module on the other side of a serial port."""

    def __init__(self, port):
        self.port = serial.serial_for_url(port, 115200, timeout=10)

    def line(self):
        """The next line that is not blank."""
        while True:
            line = self.port.readline()
            if not line.endswith(b"\n"):
                raise AssertionError(f"the module said {line!r} and then nothing")
            text = line.strip().decode()
            if text:
                return text

    def command(self, text, *expected):
        """Sends a command; the lines that follow its echo must be the expected ones."""
        self.port.write(text.encode() + b"\r")
        lines = [self.line() for _ in range(len(expected) + 1)]
        if lines != [text, *expected]:
            raise AssertionError(f"{text}: expected {expected}, got {lines[1:]}")

    def data(self, count):
        """That many raw bytes."""
        data = self.port.read(count)
        if len(data) != count:
            raise AssertionError(f"expected {count} bytes of data, got {len(data)}")
        return data

    def expect(self, *expected):
        """The next lines must be these."""
        lines = [self.line() for _ in expected]
        if lines != list(expected):
            raise AssertionError(f"expected {expected}, got {lines}")


def flow(modem):
    content = random.Random(1).randbytes(100_000)
    size = len(content)
    modem.command("AT", "OK")
    modem.command('AT+QICSGP=1,1,"UNINET","","",1', "OK")
    modem.command("AT+QIACT=1", "OK")
    modem.command('AT+QFTPCFG="account","test","test"', "OK")
    modem.command('AT+QFTPOPEN="ftp.example.com",21', "OK", "+QFTPOPEN: 0,0")

    # Straight from the port.
    modem.command(f'AT+QFTPPUT="com.bin","COM:",0,{size},1', "CONNECT")
    modem.port.write(content)
    modem.expect("OK", f"+QFTPPUT: 0,{size}")

    # By way of a file in RAM.
    modem.command(f'AT+QFUPL="RAM:ram.bin",{size}', "CONNECT")
    modem.port.write(content)
    modem.expect(f"+QFUPL: {size},{checksum(content):x}", "OK")
    modem.command('AT+QFTPPUT="ram.bin","RAM:ram.bin"', "OK", f"+QFTPPUT: 0,{size}")

    modem.command('AT+QFTPLIST="."', "CONNECT")
    listing = []
    while not listing or listing[-1] != "OK":
        listing.append(modem.line())
    assert any("com.bin" in entry for entry in listing), listing
    assert any("ram.bin" in entry for entry in listing), listing
    assert modem.line().startswith("+QFTPLIST: 0,")

    for name in ("com.bin", "ram.bin"):
        modem.command(f'AT+QFTPSIZE="{name}"', "OK", f"+QFTPSIZE: 0,{size}")
        modem.command(f'AT+QFTPGET="{name}","COM:"', "CONNECT")
        assert modem.data(size) == content, f"{name} came back with other bytes"
        modem.expect("OK", f"+QFTPGET: 0,{size}")

    modem.command("AT+QFTPCLOSE", "OK", "+QFTPCLOSE: 0,0")
    modem.command("AT+QIDEACT=1", "OK")


def checksum(data):
    """The checksum of AT+QFUPL: XOR of big-endian words."""
    padded = data + b"\0" * (len(data) % 2)
    result = 0
    for at in range(0, len(padded), 2):
        result ^= padded[at] << 8 | padded[at + 1]
    return result


def main():
    simulator = subprocess.Popen(
        [sys.argv[1], "run", "--format", "json"], stdout=subprocess.PIPE, text=True
    )
    try:
        ready = json.loads(simulator.stdout.readline())
        flow(Modem(ready["modems"][0]["link"]))
    finally:
        simulator.send_signal(signal.SIGTERM)
        status = simulator.wait(timeout=10)
    assert status == 0, f"the simulator ended with {status}"
    print("a host with pyserial: logged in, uploaded, listed, downloaded; all bytes equal")


if __name__ == "__main__":
    main()
