"""What a driver must be ready for."""

import pytest
from modem import Modem


def test_a_missing_file_is_627_and_with_com_there_is_no_connect(modem):
    modem.command('AT+QFTPSIZE="missing"', "OK", "+QFTPSIZE: 627,550")
    modem.command('AT+QFTPGET="missing","COM:"', "+CME ERROR: 627")


def test_the_session_is_busy_until_the_urc_of_the_close(modem):
    modem.command("AT+QFTPCLOSE", "OK")
    modem.command('AT+QFTPOPEN="ftp.example.com",21', "+CME ERROR: 603")
    modem.expect("+QFTPCLOSE: 0,0")
    modem.command('AT+QFTPOPEN="ftp.example.com",21', "OK", "+QFTPOPEN: 0,0")


@pytest.mark.qftpsim("--account", "test:another")
def test_a_wrong_password_is_625(simulator):
    with Modem(simulator["modems"][0]["link"]) as modem:
        modem.log_in(outcome="625,530")
