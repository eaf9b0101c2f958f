"""Runs the simulator with a host that uploads into a fault and meets an unknown command, and looks
at the reports.

    run.py QFTPSIM FOLDER
"""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

from check import check, check_junit, check_pages

SCENARIO = Path(__file__).parents[2] / "scenarios" / "quota-in-the-middle.yaml"


class Host:
    """A host on a TCP port."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.received = b""

    def until(self, text):
        """Takes what comes until `text` has come."""
        while text.encode() not in self.received:
            piece = self.socket.recv(4096)
            check(piece, "the port was closed before", text)
            self.received += piece
        self.received = self.received.split(text.encode(), 1)[1]

    def ask(self, command, *answers):
        """Sends a command, and waits for each of its answers."""
        self.socket.sendall(f"{command}\r".encode())
        for answer in answers:
            self.until(answer)


def talk(host):
    """A session with an upload from a file, and one from the port."""
    host.ask('AT+QICSGP=1,1,"UNINET","","",1', "OK\r\n")
    host.ask("AT+QIACT=1", "OK\r\n")
    host.ask('AT+QFTPCFG="account","test","test"', "OK\r\n")
    host.ask("AT+NONSENSE?", "ERROR\r\n")
    data = bytes(range(256)) * 256
    host.ask(f'AT+QFUPL="UFS:more.bin",{len(data)},60', "CONNECT\r\n")
    host.socket.sendall(data)
    host.until("OK\r\n")
    host.ask('AT+QFTPOPEN="ftp.example.com",21', "OK\r\n", "+QFTPOPEN: 0,0\r\n")
    for _ in range(2):
        host.ask('AT+QFTPPUT="/inbox/log.bin","UFS:log.bin"', "OK\r\n", "+QFTPPUT: ", "\r\n")
    host.ask('AT+QFTPPUT="/inbox/note.txt","COM:",0,12,1', "CONNECT\r\n")
    host.socket.sendall(b"hello there\n")
    host.until("+QFTPPUT: 0,12\r\n")
    host.ask('AT+QFTPGET="/inbox/note.txt","COM:"', "CONNECT\r\n", "+QFTPGET: 0,12\r\n")
    host.ask("AT+QFTPCLOSE", "OK\r\n", "+QFTPCLOSE: 0,0\r\n")


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    page, junit = folder / "report.html", folder / "junit.xml"
    options = ["--no-pty", "--tcp", "127.0.0.1:0", "--format", "json", "--modems", "2"]
    files = ["--report", page, "--junit", junit]
    process = subprocess.Popen(
        [program, "--scenario", SCENARIO, *options, *files], stdout=subprocess.PIPE, text=True
    )
    try:
        ready = json.loads(process.stdout.readline())
        talk(Host(ready["modems"][0]["tcp"]))
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=60)
    finally:
        process.kill()
    check(status == 0, "qftpsim ended with", status)
    text = page.read_text()
    for needed in ["quota-in-the-middle", "AT+NONSENSE?", "619", "fault quota", "hello there"]:
        check(needed in text, "the page says nothing of", needed)
    check_junit(junit)
    check_pages(page, folder)
    print(f"reports are in order; pictures in {folder}")


if __name__ == "__main__":
    main()
