"""Uploads, downloads and listings."""

import random

import pytest

CONTENT = random.Random(1).randbytes(100_000)
SIZE = len(CONTENT)


def upload(modem, name):
    modem.command(f'AT+QFTPPUT="{name}","COM:",0,{SIZE},1', "CONNECT")
    modem.port.write(CONTENT)
    modem.expect("OK", f"+QFTPPUT: 0,{SIZE}")


def download(modem, name):
    modem.command(f'AT+QFTPGET="{name}","COM:"', "CONNECT")
    data = modem.data(SIZE)
    modem.expect("OK", f"+QFTPGET: 0,{SIZE}")
    return data


def checksum(data):
    """The checksum of AT+QFUPL: XOR of big-endian words."""
    padded = data + b"\0" * (len(data) % 2)
    result = 0
    for at in range(0, len(padded), 2):
        result ^= padded[at] << 8 | padded[at + 1]
    return result


def test_what_goes_up_comes_down(modem):
    upload(modem, "a.bin")
    modem.command('AT+QFTPSIZE="a.bin"', "OK", f"+QFTPSIZE: 0,{SIZE}")
    assert download(modem, "a.bin") == CONTENT


def test_an_upload_by_way_of_a_file_in_ram(modem):
    modem.command(f'AT+QFUPL="RAM:a.bin",{SIZE}', "CONNECT")
    modem.port.write(CONTENT)
    modem.expect(f"+QFUPL: {SIZE},{checksum(CONTENT):x}", "OK")
    modem.command('AT+QFTPPUT="a.bin","RAM:a.bin"', "OK", f"+QFTPPUT: 0,{SIZE}")
    assert download(modem, "a.bin") == CONTENT


@pytest.mark.parametrize("verb", ["LIST", "NLST", "MLSD"])
def test_a_listing_names_what_is_there(modem, verb):
    upload(modem, "a.bin")
    modem.command(f'AT+QFTP{verb}="."', "CONNECT")
    lines = modem.lines_until("OK")
    assert len(lines) == 1 and lines[0].endswith("a.bin")
    assert modem.line().startswith(f"+QFTP{verb}: 0,")


def test_the_session_ends_when_the_urc_says_so(modem):
    modem.command("AT+QFTPCLOSE", "OK", "+QFTPCLOSE: 0,0")
    modem.command("AT+QFTPSTAT", "OK", "+QFTPSTAT: 0,4")
    modem.command("AT+QIDEACT=1", "OK")
