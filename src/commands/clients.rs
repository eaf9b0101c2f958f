//! What generic host software sends at its start, and needs answered to go on.

use crate::rig::Rig;

/// Sends each line; the answer must end in `OK`, or in an error where `may_fail` says so.
fn initialise(lines: &[&str], may_fail: &[&str]) {
    let mut rig = Rig::default();
    for line in lines {
        let answer = rig.ask(line);
        let ok = answer.ends_with("\r\nOK\r\n");
        assert!(ok != may_fail.contains(line), "{line}: {answer:?}");
    }
}

#[test]
fn modem_manager_initialises() {
    initialise(
        &[
            "AT",
            "ATE0",
            "ATV1",
            "AT+CMEE=1",
            "ATX4",
            "AT&C1",
            "AT+IFC=1,1",
            "AT+GCAP",
            "ATI",
            "AT+WS46=?",
            "AT+CGMI",
            "AT+CGMM",
            "AT+CGMR",
            "AT+CGSN",
            "AT+QGMR?",
            "AT+CGDCONT=?",
            "AT+CIMI",
            "AT+CLCK=?",
            "AT+CLCK=\"SC\",2",
            "AT+CLCK=\"FD\",2",
            "AT+CLCK=\"PS\",2",
            "AT+CFUN?",
            "AT+CSCS=?",
            "AT+CSCS=\"UCS2\"",
            "AT+CSCS?",
            "AT+CREG=2",
            "AT+CREG=0",
            "AT+CREG?",
            "AT+CGREG=2",
            "AT+CGREG=0",
            "AT+CGREG?",
            "AT+COPS=3,2;+COPS?",
            "AT+COPS=3,0;+COPS?",
            "AT+CMGF=?",
            "AT+CMGF=0",
            "AT+CSQ",
            "AT+CPIN?",
            "AT+CCLK?",
            "AT+CTZU=?",
            "AT+QPINC?",
            "AT+CNMI=?",
            "AT+CUSD=?",
            "AT+QFASTBOOT=?",
            "AT+QGPS=?",
        ],
        &["AT+IFC=1,1", "AT+WS46=?", "AT+CNMI=?", "AT+CUSD=?", "AT+QFASTBOOT=?", "AT+QGPS=?"],
    );
}

#[test]
fn python_gsmmodem_initialises() {
    initialise(
        &[
            "ATZ",
            "ATE0",
            "AT+CFUN?",
            "AT+CMEE=1",
            "AT+CPIN?",
            "AT^CVOICE=0",
            "AT+CLAC",
            "AT+WIND?",
            "AT+COPS=3,0",
            "AT+CMGF=0",
            "AT+CSCA?",
            "AT+CSMP=49,167,0,0",
            "AT+CPMS=?",
            "AT+CNMI=2,1,0,2",
            "AT+CLIP=1",
            "AT+CRC=1",
            "AT+CVHU=0",
        ],
        // Its own code goes on without them.
        &[
            "AT^CVOICE=0",
            "AT+CLAC",
            "AT+WIND?",
            "AT+CSMP=49,167,0,0",
            "AT+CPMS=?",
            "AT+CNMI=2,1,0,2",
            "AT+CLIP=1",
            "AT+CRC=1",
            "AT+CVHU=0",
        ],
    );
}
