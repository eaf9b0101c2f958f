//! Result codes and information text, written the way `V`, `Q` and CMEE ask for (V.250 §5.7,
//! 6.2.5–6.2.7; 27.007 §9.1).

use std::fmt;
use std::io::Write as _;

use super::error::CmeError;

/// A final or intermediate result code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultCode {
    /// `OK`, 0.
    Ok,
    /// `CONNECT`, 1: data mode follows.
    Connect,
    /// `CONNECT` and the speed of the line in bit/s (`ATX1` to `ATX4`), 1 as well.
    ConnectAt(u32),
    /// `NO CARRIER`, 3.
    NoCarrier,
    /// `ERROR`, 4.
    Error,
    /// `+CME ERROR: <err>`, or `ERROR` with `AT+CMEE=0`.
    Cme(CmeError),
}

impl fmt::Display for ResultCode {
    /// In words, whatever the host asked for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResultCode::Ok => f.write_str("OK"),
            ResultCode::Connect => f.write_str("CONNECT"),
            ResultCode::ConnectAt(speed) => write!(f, "CONNECT {speed}"),
            ResultCode::NoCarrier => f.write_str("NO CARRIER"),
            ResultCode::Error => f.write_str("ERROR"),
            ResultCode::Cme(error) => write!(f, "+CME ERROR: {error}"),
        }
    }
}

/// How the results of commands are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultFormat {
    /// `ATV1`: words; `ATV0`: numbers.
    pub verbose: bool,
    /// `ATQ1`: no result codes at all.
    pub quiet: bool,
    /// `AT+CMEE`: 0 `ERROR`, 1 number, 2 text.
    pub cmee: u8,
    /// S3, written as CR.
    pub cr: u8,
    /// S4, written as LF.
    pub lf: u8,
}

impl ResultFormat {
    /// Writes what stands before the first information line of a command.
    pub fn begin_info(&self, out: &mut Vec<u8>) {
        if self.verbose {
            out.extend_from_slice(&[self.cr, self.lf]);
        }
    }

    /// Writes the end of an information line.
    pub fn end_info_line(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[self.cr, self.lf]);
    }

    /// Writes a result code.
    pub fn result(&self, code: ResultCode, out: &mut Vec<u8>) {
        if self.quiet {
            return;
        }
        let (word, number) = match code {
            ResultCode::Ok => ("OK", '0'),
            ResultCode::ConnectAt(speed) if self.verbose => {
                return self.line(&format!("CONNECT {speed}"), out);
            }
            ResultCode::Connect | ResultCode::ConnectAt(_) => ("CONNECT", '1'),
            ResultCode::NoCarrier => ("NO CARRIER", '3'),
            ResultCode::Error => ("ERROR", '4'),
            ResultCode::Cme(_) if self.cmee == 0 => ("ERROR", '4'),
            ResultCode::Cme(error) => {
                self.begin_info(out);
                self.cme(error, out);
                self.end_info_line(out);
                return;
            }
        };
        if self.verbose {
            self.line(word, out);
        } else {
            out.extend_from_slice(&[number as u8, self.cr]);
        }
    }

    /// Writes a line of its own: a result word, or an unsolicited result code.
    pub fn line(&self, text: &str, out: &mut Vec<u8>) {
        self.begin_info(out);
        out.extend_from_slice(text.as_bytes());
        self.end_info_line(out);
    }

    fn cme(&self, error: CmeError, out: &mut Vec<u8>) {
        let text = if self.cmee == 2 { error.text() } else { None };
        // Codes without a text stay numbers, as on hardware.
        let _ = match text {
            Some(text) => write!(out, "+CME ERROR: {text}"),
            None => write!(out, "+CME ERROR: {error}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: ResultFormat =
        ResultFormat { verbose: true, quiet: false, cmee: 1, cr: b'\r', lf: b'\n' };

    fn written(format: ResultFormat, code: ResultCode) -> String {
        let mut out = Vec::new();
        format.result(code, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn words_stand_between_cr_lf_and_numbers_before_cr() {
        assert_eq!(written(V1, ResultCode::Ok), "\r\nOK\r\n");
        assert_eq!(written(V1, ResultCode::NoCarrier), "\r\nNO CARRIER\r\n");
        let v0 = ResultFormat { verbose: false, ..V1 };
        assert_eq!(written(v0, ResultCode::Ok), "0\r");
        assert_eq!(written(v0, ResultCode::Error), "4\r");
        assert_eq!(written(v0, ResultCode::Connect), "1\r");
        assert_eq!(written(V1, ResultCode::ConnectAt(9600)), "\r\nCONNECT 9600\r\n");
        assert_eq!(written(v0, ResultCode::ConnectAt(9600)), "1\r");
    }

    #[test]
    fn quiet_suppresses_every_result_code() {
        let q1 = ResultFormat { quiet: true, ..V1 };
        assert_eq!(written(q1, ResultCode::Ok), "");
        assert_eq!(written(q1, ResultCode::Cme(CmeError(10))), "");
    }

    #[test]
    fn cmee_chooses_between_error_number_and_text() {
        let sim = ResultCode::Cme(CmeError::SIM_NOT_INSERTED);
        assert_eq!(written(ResultFormat { cmee: 0, ..V1 }, sim), "\r\nERROR\r\n");
        assert_eq!(written(V1, sim), "\r\n+CME ERROR: 10\r\n");
        let texts = ResultFormat { cmee: 2, ..V1 };
        assert_eq!(written(texts, sim), "\r\n+CME ERROR: SIM not inserted\r\n");
        assert_eq!(written(texts, ResultCode::Cme(CmeError(515))), "\r\n+CME ERROR: 515\r\n");
    }
}
