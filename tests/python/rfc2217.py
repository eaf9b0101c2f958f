#!/usr/bin/env python3
"""A host on a serial port over the network (RFC 2217), with pyserial.

    rfc2217.py PATH-TO-QFTPSIM

Starts the simulator, sets up the line, moves all byte values both ways, and uses what only a port
with lines has: DTR, RTS, DCD, RI, DSR, CTS and breaks.
"""

import json
import random
import signal
import subprocess
import sys
import time

import serial

from host import Modem

SIZE = 1 << 20


def settings(port):
    """Each is confirmed, or pyserial raises."""
    for speed in (300, 9600, 921600, 115200):
        port.baudrate = speed
    for size in (serial.SEVENBITS, serial.EIGHTBITS):
        port.bytesize = size
    for parity in (serial.PARITY_EVEN, serial.PARITY_ODD, serial.PARITY_MARK, serial.PARITY_NONE):
        port.parity = parity
    for stop in (serial.STOPBITS_TWO, serial.STOPBITS_ONE_POINT_FIVE, serial.STOPBITS_ONE):
        port.stopbits = stop
    for on in (True, False):
        port.rtscts = on
    for on in (True, False):
        port.xonxoff = on
    port.break_condition = True
    port.break_condition = False
    port.send_break(0.01)
    port.reset_input_buffer()
    port.reset_output_buffer()


def becomes(what, value):
    """A line has this state, now or soon."""
    limit = time.monotonic() + 10
    while what() != value:
        assert time.monotonic() < limit, f"a line is not {value}"
        time.sleep(0.01)


def all_byte_values(modem):
    """Up and down again, with 0xFF, CR, NUL and all that looks like telnet."""
    content = random.Random(2217).randbytes(SIZE - 20) + bytes([255, 250, 44, 5, 9, 255, 240] * 2)
    content += bytes([255, 255, 13, 0, 13, 10])
    modem.command(f'AT+QFTPPUT="all.bin","COM:",0,{SIZE},1', "CONNECT")
    modem.port.write(content)
    modem.expect("OK", f"+QFTPPUT: 0,{SIZE}")
    modem.command('AT+QFTPGET="all.bin","COM:"', "CONNECT")
    assert modem.data(SIZE) == content, "other bytes came back"
    modem.expect("OK", f"+QFTPGET: 0,{SIZE}")


def dtr(modem):
    """Off in data mode: command mode with AT&D1, the end of the transfer with AT&D2."""
    port = modem.port
    modem.command("AT&D1", "OK")
    modem.command('AT+QFTPPUT="d1.bin","COM:"', "CONNECT")
    port.write(b"escaped")
    port.dtr = False
    modem.expect("OK", "+QFTPPUT: 0,7")
    port.dtr = True

    modem.command("AT&D2", "OK")
    modem.command('AT+QFTPPUT="d2.bin","COM:"', "CONNECT")
    port.write(b"given up")
    port.dtr = False
    modem.expect("NO CARRIER", "+QFTPPUT: 607,0")
    port.dtr = True

    modem.command("AT&D0", "OK")
    modem.command('AT+QFTPPUT="d0.bin","COM:",0,7,1', "CONNECT")
    port.dtr = False
    port.dtr = True
    port.write(b"ignored")
    modem.expect("OK", "+QFTPPUT: 0,7")
    modem.command('AT+QFTPSIZE="d1.bin"', "OK", "+QFTPSIZE: 0,7")
    modem.command('AT+QFTPSIZE="d0.bin"', "OK", "+QFTPSIZE: 0,7")


def lines(modem):
    """DSR and CTS go with the power, DCD with the data, RI with unsolicited lines."""
    port = modem.port
    assert port.dsr and port.cts and not port.cd
    becomes(lambda: port.ri, False)
    modem.command('AT+QFTPSIZE="d0.bin"', "OK", "+QFTPSIZE: 0,7")
    becomes(lambda: port.ri, True)
    becomes(lambda: port.ri, False)

    modem.command('AT+QFTPPUT="cd.bin","COM:",0,4,1', "CONNECT")
    assert port.cd, "carrier comes before CONNECT"
    port.write(b"data")
    modem.expect("OK", "+QFTPPUT: 0,4")
    becomes(lambda: port.cd, False)
    modem.command("AT&C0", "OK")
    becomes(lambda: port.cd, True)
    modem.command("AT&C1", "OK")
    becomes(lambda: port.cd, False)


def flow_control(modem):
    """RTS off stops the module with AT+IFC=2,0, and only then."""
    port = modem.port
    port.rts = False
    modem.command("AT", "OK")
    port.rts = True
    modem.command("AT+IFC=2,0", "OK")
    port.rts = False
    port.write(b"AT\r")
    port.timeout = 0.3
    assert port.read(1) == b"", "it was to be silent"
    port.timeout = 10
    port.rts = True
    modem.expect("AT", "OK")


def main():
    # A slow module, so that a pulse on RI lasts a second.
    options = ["--no-pty", "--rfc2217", "127.0.0.1:0", "--time-scale", "0.1", "--format", "json"]
    simulator = subprocess.Popen([sys.argv[1], *options], stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(simulator.stdout.readline())
        modem = Modem(f"rfc2217://{ready['modems'][0]['rfc2217']}")
        settings(modem.port)
        modem.command("AT", "OK")
        modem.command('AT+QICSGP=1,1,"UNINET","","",1', "OK")
        modem.command("AT+QIACT=1", "OK")
        modem.command('AT+QFTPCFG="account","test","test"', "OK")
        modem.command('AT+QFTPOPEN="ftp.example.com",21', "OK", "+QFTPOPEN: 0,0")
        all_byte_values(modem)
        dtr(modem)
        lines(modem)
        flow_control(modem)
        modem.port.close()
    finally:
        simulator.send_signal(signal.SIGTERM)
        status = simulator.wait(timeout=10)
    assert status == 0, f"the simulator ended with {status}"
    print("a host with pyserial's rfc2217://: all byte values equal, all lines work")


if __name__ == "__main__":
    main()
