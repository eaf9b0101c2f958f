//! FTPS: what the SSL context of the session (`AT+QSSLCFG`) asks of the handshake.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::modem::Modem;
use crate::modem::link::{Credentials, TlsFailure, TlsFile, TlsRequest, TlsStart, TlsVersion};
use crate::modem::ssl::{ALL_CIPHER_SUITES, SslContext};
use crate::modem::timer::Timer;
use crate::store::{FileError, FileName, Reader};

/// No certificate file is as long as this.
const MAX_FILE: u64 = 256 * 1024;

impl Modem {
    /// What the SSL context of the session asks for. Its files are read now.
    pub(super) fn ftp_tls_request(&mut self, start: TlsStart) -> TlsRequest {
        let context = self.ftp_ssl_context().clone();
        let valid_at = match context.ignore_local_time {
            // As the clock shows it, whatever its zone; nothing was valid before 1970.
            0 => Some(self.clock.seconds(self.now).try_into().unwrap_or(0)),
            _ => None,
        };
        TlsRequest {
            start,
            credentials: self.ftp_credentials(&context),
            sni: context.sni == 1,
            valid_at,
            version: TlsVersion::of_setting(context.version),
            cipher_suite: Some(context.cipher_suite).filter(|&suite| suite != ALL_CIPHER_SUITES),
            faithful: self.knobs.tls_faithful,
        }
    }

    /// The handshake of the control connection has begun.
    ///
    /// When `"negotiatetime"` is over before it is, that is 609 like any other silence of the
    /// server, only earlier (our choice: nobody has published it).
    pub(super) fn ftp_negotiating(&mut self) {
        let limit = Duration::from_secs(self.ftp_ssl_context().negotiate_time.into());
        self.set_timer(Timer::FtpHandshake, limit);
    }

    fn ftp_ssl_context(&self) -> &SslContext {
        self.ssl.context(self.ftp.config.ssl_context)
    }

    fn ftp_credentials(&mut self, context: &SslContext) -> Result<Credentials, TlsFailure> {
        if context.security_level == 0 {
            return Ok(Credentials::Unchecked);
        }
        let mut ca = BytesMut::new();
        for name in [&context.ca_cert, &context.ca_cert_ex] {
            if !name.is_empty() {
                ca.extend_from_slice(&self.ftp_tls_file(TlsFile::CaCert, name)?);
                ca.extend_from_slice(b"\n");
            }
        }
        if ca.is_empty() {
            return Err(TlsFailure::FileNotSet(TlsFile::CaCert));
        }
        let ca = ca.freeze();
        if context.security_level == 1 {
            return Ok(Credentials::Server { ca });
        }
        Ok(Credentials::Mutual {
            ca,
            certificate: self.ftp_tls_file(TlsFile::ClientCert, &context.client_cert)?,
            key: self.ftp_tls_file(TlsFile::ClientKey, &context.client_key)?,
        })
    }

    fn ftp_tls_file(&mut self, file: TlsFile, name: &str) -> Result<Bytes, TlsFailure> {
        if name.is_empty() {
            return Err(TlsFailure::FileNotSet(file));
        }
        self.read_small_file(name).map_err(|error| TlsFailure::FileNotRead {
            file,
            name: name.to_owned(),
            error,
        })
    }

    fn read_small_file(&mut self, name: &str) -> Result<Bytes, FileError> {
        let reader = self.stores.open_reader(&FileName::parse(name)?)?;
        let content = self.read_all(&reader);
        self.stores.release(reader);
        content
    }

    fn read_all(&mut self, reader: &Reader) -> Result<Bytes, FileError> {
        if reader.size() > MAX_FILE {
            return Err(FileError::TooLarge);
        }
        let mut content = BytesMut::new();
        while (content.len() as u64) < reader.size() {
            let part = self.stores.read_at(reader, content.len() as u64, MAX_FILE as usize)?;
            content.extend_from_slice(&part);
        }
        Ok(content.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modem::Setup;
    use crate::modem::link::{LinkEvent, LinkRequest, TlsSession};
    use crate::rig::Rig;
    use crate::store::Existing;

    /// Context 1 is active, FTPS wanted with SSL context 1.
    fn ready() -> Rig {
        let mut rig = Rig::default();
        rig.play(
            r#"
            > AT+QICSGP=1,1,"UNINET"
            < OK
            > AT+QIACT=1
            < OK
            > AT+QFTPCFG="ssltype",1
            < OK
            > AT+QFTPCFG="sslctxid",1
            < OK
        "#,
        );
        rig
    }

    fn set(rig: &mut Rig, setting: &str) {
        rig.play(&format!("> AT+QSSLCFG={setting}\n< OK"));
    }

    fn put(rig: &mut Rig, name: &str, content: &'static [u8]) {
        let name = FileName::parse(name).unwrap();
        let writer = rig.modem.stores().create(&name, Existing::Refuse).unwrap();
        rig.modem.stores().append(&writer, Bytes::from_static(content)).unwrap();
        rig.modem.stores().finish(writer);
    }

    fn request(rig: &mut Rig) -> TlsRequest {
        rig.play("> AT+QFTPOPEN=\"h\",990\n< OK\n< +QFTPOPEN: 0,0");
        let tls = rig.server.opened.as_ref().unwrap().tls.clone().unwrap();
        rig.play("> AT+QFTPCLOSE\n< OK\n< +QFTPCLOSE: 0,0");
        *tls
    }

    #[test]
    fn what_is_set_by_default_asks_for_no_check() {
        let mut rig = ready();
        let expected = TlsRequest {
            start: TlsStart::Implicit,
            credentials: Ok(Credentials::Unchecked),
            sni: false,
            valid_at: None,
            version: None,
            cipher_suite: None,
            faithful: false,
        };
        assert_eq!(request(&mut rig), expected);
        rig.play("> AT+QFTPCFG=\"ssltype\",2\n< OK");
        assert_eq!(request(&mut rig), TlsRequest { start: TlsStart::Explicit, ..expected });
    }

    #[test]
    fn the_settings_of_the_session_s_context_are_asked_for() {
        let mut rig = ready();
        set(&mut rig, "\"sni\",1,1");
        set(&mut rig, "\"sslversion\",1,1");
        set(&mut rig, "\"ciphersuite\",1,0XC02F");
        set(&mut rig, "\"ignorelocaltime\",1,0");
        set(&mut rig, "\"sslversion\",0,3");
        let tls = request(&mut rig);
        assert!(tls.sni);
        assert_eq!((tls.version, tls.cipher_suite), (Some(TlsVersion::Tls10), Some(0xC02F)));
        rig.play("> AT+CCLK=\"30/01/02,03:04:05+00\"\n< OK");
        let before = rig.now();
        let later = request(&mut rig).valid_at.unwrap();
        assert_eq!(later, 1_893_553_445 + (rig.now() - before).as_secs());
        rig.play("> AT+QFTPCFG=\"sslctxid\",0\n< OK");
        assert_eq!(request(&mut rig).version, Some(TlsVersion::Tls12));
    }

    #[test]
    fn the_files_that_the_security_level_needs_are_read_when_the_session_opens() {
        let mut rig = ready();
        for (key, file) in [("cacert", "ca.pem"), ("clientcert", "UFS:cc"), ("clientkey", "RAM:k")]
        {
            set(&mut rig, &format!("\"{key}\",1,\"{file}\""));
        }
        put(&mut rig, "UFS:ca.pem", b"authority");
        put(&mut rig, "UFS:cc", b"certificate");
        put(&mut rig, "RAM:k", b"key");
        assert_eq!(request(&mut rig).credentials, Ok(Credentials::Unchecked));
        set(&mut rig, "\"seclevel\",1,1");
        let ca = Bytes::from_static(b"authority\n");
        assert_eq!(request(&mut rig).credentials, Ok(Credentials::Server { ca: ca.clone() }));
        set(&mut rig, "\"seclevel\",1,2");
        let certificate = Bytes::from_static(b"certificate");
        let key = Bytes::from_static(b"key");
        let mutual = Credentials::Mutual { ca, certificate, key };
        assert_eq!(request(&mut rig).credentials, Ok(mutual));
        set(&mut rig, "\"cacertex\",1,\"RAM:k\"");
        set(&mut rig, "\"seclevel\",1,1");
        let ca = Bytes::from_static(b"authority\nkey\n");
        assert_eq!(request(&mut rig).credentials, Ok(Credentials::Server { ca }));
    }

    #[test]
    fn a_file_that_is_not_set_or_not_there_goes_with_the_request_as_the_cause() {
        let mut rig = ready();
        set(&mut rig, "\"seclevel\",1,2");
        let failure = Err(TlsFailure::FileNotSet(TlsFile::CaCert));
        assert_eq!(request(&mut rig).credentials, failure);
        let not_read = |file, name: &str, error| {
            Err(TlsFailure::FileNotRead { file, name: name.to_owned(), error })
        };
        set(&mut rig, "\"cacert\",1,\"UFS:ca.pem\"");
        let failure = not_read(TlsFile::CaCert, "UFS:ca.pem", FileError::NotFound);
        assert_eq!(request(&mut rig).credentials, failure);
        put(&mut rig, "UFS:ca.pem", b"authority");
        let failure = Err(TlsFailure::FileNotSet(TlsFile::ClientCert));
        assert_eq!(request(&mut rig).credentials, failure);
        set(&mut rig, "\"clientcert\",1,\"UFS:ca.pem\"");
        let failure = Err(TlsFailure::FileNotSet(TlsFile::ClientKey));
        assert_eq!(request(&mut rig).credentials, failure);
        put(&mut rig, "SD:big", &[0; MAX_FILE as usize + 1]);
        set(&mut rig, "\"clientkey\",1,\"SD:big\"");
        let failure = not_read(TlsFile::ClientKey, "SD:big", FileError::TooLarge);
        assert_eq!(request(&mut rig).credentials, failure);
    }

    #[test]
    fn active_mode_and_ftps_exclude_each_other() {
        for ssltype in [1, 2] {
            let mut rig = ready();
            rig.play(&format!("> AT+QFTPCFG=\"ssltype\",{ssltype}\n< OK"));
            rig.play("> AT+QFTPCFG=\"transmode\",0\n< OK");
            rig.play("> AT+QFTPOPEN=\"h\",990\n< +CME ERROR: 610");
            assert!(rig.server.requests.is_empty());
            rig.play("> AT+QFTPCFG=\"transmode\",1\n< OK");
            rig.play("> AT+QFTPOPEN=\"h\",990\n< OK\n< +QFTPOPEN: 0,0");
        }
    }

    #[test]
    fn a_handshake_takes_at_most_negotiatetime_and_that_is_609() {
        let mut rig = ready();
        set(&mut rig, "\"negotiatetime\",1,10");
        rig.server.silence(true);
        rig.ask("AT+QFTPOPEN=\"h\",990");
        rig.pass(Duration::from_secs(60));
        let id = rig.server.last_id();
        rig.event(LinkEvent::Negotiating(id));
        rig.pass(Duration::from_millis(9_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFTPOPEN: 609,0\r\n");
        assert_eq!(rig.server.requests.last(), Some(&LinkRequest::Drop));
        rig.play("> AT+QFTPSTAT\n< OK\n< +QFTPSTAT: 0,4");
    }

    #[test]
    fn after_the_handshake_only_the_limit_of_the_whole_counts() {
        let mut rig = ready();
        set(&mut rig, "\"negotiatetime\",1,10");
        rig.server.silence(true);
        rig.ask("AT+QFTPOPEN=\"h\",990");
        let id = rig.server.last_id();
        rig.event(LinkEvent::Negotiating(id));
        rig.pass(Duration::from_secs(9));
        let version = TlsVersion::Tls12;
        let session =
            TlsSession { version, cipher_suite: 0xC02F, instead_of: None, suite_instead_of: None };
        rig.event(LinkEvent::Secured(id, session));
        rig.pass(Duration::from_millis(115_999));
        assert_eq!(rig.text(), "");
        rig.pass(Duration::from_millis(1));
        assert_eq!(rig.text(), "\r\n+QFTPOPEN: 609,0\r\n");
    }

    #[test]
    fn a_failed_handshake_is_631_0_and_the_next_session_works() {
        let mut rig = ready();
        for failure in [TlsFailure::Expired, TlsFailure::FileNotSet(TlsFile::CaCert)] {
            let cause = crate::modem::link::LinkError::Tls(failure);
            rig.server.fail_next(cause, false);
            rig.play("> AT+QFTPOPEN=\"h\",990\n< OK\n< +QFTPOPEN: 631,0");
            request(&mut rig);
        }
    }

    #[test]
    fn the_knob_asks_for_faithfulness() {
        let mut setup = Setup::default();
        setup.knobs.set("tls_faithful", "true").unwrap();
        let mut rig = Rig::new(setup);
        rig.play("> AT+QICSGP=1,1,\"UNINET\"\n< OK\n> AT+QIACT=1\n< OK");
        rig.play("> AT+QFTPCFG=\"ssltype\",2\n< OK");
        assert!(request(&mut rig).faithful);
    }
}
