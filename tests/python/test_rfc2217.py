"""A serial port over the network (RFC 2217): the line is set up, all byte values go both ways, and
there is what only a port with lines has: DTR, RTS, DCD, RI, DSR, CTS and breaks."""

import random
import time

import pytest
import serial
from modem import Modem

SIZE = 1 << 17

# A slow module, so that a pulse on RI lasts a second.
pytestmark = pytest.mark.qftpsim("--no-pty", "--rfc2217", "127.0.0.1:0", "--time-scale", "0.1")


@pytest.fixture
def modem(simulator):
    """Takes the place of the one on a pty."""
    with Modem(f"rfc2217://{simulator['modems'][0]['rfc2217']}") as modem:
        modem.log_in()
        yield modem


def test_each_setting_is_confirmed_or_pyserial_raises(modem):
    port = modem.port
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
    modem.command("AT", "OK")


def becomes(what, value):
    """A line has this state, now or soon."""
    limit = time.monotonic() + 10
    while what() != value:
        assert time.monotonic() < limit, f"a line is not {value}"
        time.sleep(0.01)


def test_all_byte_values_go_up_and_down_with_0xff_and_all_that_looks_like_telnet(modem):
    content = random.Random(2217).randbytes(SIZE - 20) + bytes([255, 250, 44, 5, 9, 255, 240] * 2)
    content += bytes([255, 255, 13, 0, 13, 10])
    modem.command(f'AT+QFTPPUT="all.bin","COM:",0,{SIZE},1', "CONNECT")
    modem.port.write(content)
    modem.expect("OK", f"+QFTPPUT: 0,{SIZE}")
    modem.command('AT+QFTPGET="all.bin","COM:"', "CONNECT")
    assert modem.data(SIZE) == content, "other bytes came back"
    modem.expect("OK", f"+QFTPGET: 0,{SIZE}")


def test_dtr_off_in_data_mode_is_command_mode_or_the_end_of_the_transfer(modem):
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


def test_dsr_and_cts_go_with_the_power_dcd_with_the_data_ri_with_unsolicited_lines(modem):
    port = modem.port
    assert port.dsr and port.cts and not port.cd
    becomes(lambda: port.ri, False)
    modem.command('AT+QFTPSIZE="missing"', "OK", "+QFTPSIZE: 627,550")
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


def test_rts_off_stops_the_module_with_ifc_2_0_and_only_then(modem):
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
