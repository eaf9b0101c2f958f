//! The SSL contexts 0–5: what `AT+QSSLCFG` sets, and FTPS obeys. Takes effect with the next
//! session; a restart forgets it.

/// The number of SSL contexts (capture `eg25g-a08m2g_01.003.01.003-cellular`).
pub const SSL_CONTEXTS: u8 = 6;

/// The cipher suite that stands for all of them.
pub const ALL_CIPHER_SUITES: u16 = 0xFFFF;

/// The settings of an SSL context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SslContext {
    /// `"sslversion"`: 0 SSL 3.0, 1 TLS 1.0, 2 TLS 1.1, 3 TLS 1.2, 4 all of them.
    pub version: u8,
    /// `"dtls"`: 1 DTLS. Without effect.
    pub dtls: u8,
    /// `"dtlsversion"`: 0 DTLS 1.0, 1 DTLS 1.2. Without effect.
    pub dtls_version: u8,
    /// `"ciphersuite"`: an IANA number, or [`ALL_CIPHER_SUITES`].
    pub cipher_suite: u16,
    /// `"cacert"`: file with the certificates of trusted authorities; empty for none.
    pub ca_cert: String,
    /// `"cacertex"`: another such file; empty for none.
    pub ca_cert_ex: String,
    /// `"clientcert"`: file with the client's certificate; empty for none.
    pub client_cert: String,
    /// `"clientkey"`: file with its key; empty for none.
    pub client_key: String,
    /// `"clientkey"`: password of the key; empty for none.
    pub client_key_password: String,
    /// `"seclevel"`: 0 no check, 1 the server is checked, 2 the client, too.
    pub security_level: u8,
    /// `"ignorelocaltime"`: 1 the validity of certificates is not checked.
    pub ignore_local_time: u8,
    /// `"negotiatetime"`: seconds for the handshake, 10–300.
    pub negotiate_time: u16,
    /// `"sni"`: 1 the name of the server is sent.
    pub sni: u8,
    /// `"psk"`: identity and key; empty for none. Without effect.
    pub psk: (String, String),
    /// `"closetimemode"`: kept, without effect.
    pub close_time_mode: u8,
    /// `"session_cache"`: 1 sessions are resumed.
    pub session_cache: u8,
    /// `"alpn"`: protocol name; empty for none.
    pub alpn: String,
    /// `"renegotiation"`: kept, without effect.
    pub renegotiation: u8,
    /// `"ignoreprivkey"`: kept, without effect; newest firmware only.
    pub ignore_private_key: u8,
    /// `"ignoremulticertchainverify"`: 1 only the server's own certificate is checked.
    pub ignore_chain: u8,
    /// `"ignoreinvalidcertsign"`: 1 signatures of certificates are not checked.
    pub ignore_signature: u8,
    /// `"ignorecertitem"`: bits of what is not checked, 0–1048575; newer firmware only.
    pub ignore_items: u32,
}

impl Default for SslContext {
    /// `sni` and `ignorelocaltime` as captured from siblings, the others are our choice.
    fn default() -> SslContext {
        SslContext {
            version: 4,
            dtls: 0,
            dtls_version: 0,
            cipher_suite: ALL_CIPHER_SUITES,
            ca_cert: String::new(),
            ca_cert_ex: String::new(),
            client_cert: String::new(),
            client_key: String::new(),
            client_key_password: String::new(),
            security_level: 0,
            ignore_local_time: 1,
            negotiate_time: 300,
            sni: 0,
            psk: (String::new(), String::new()),
            close_time_mode: 0,
            session_cache: 0,
            alpn: String::new(),
            renegotiation: 0,
            ignore_private_key: 0,
            ignore_chain: 0,
            ignore_signature: 0,
            ignore_items: 0,
        }
    }
}

/// All SSL contexts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ssl {
    contexts: [SslContext; SSL_CONTEXTS as usize],
}

impl Ssl {
    /// Context `id`, 0–5.
    pub fn context(&self, id: u8) -> &SslContext {
        &self.contexts[usize::from(id)]
    }

    /// Context `id`, 0–5.
    pub fn context_mut(&mut self, id: u8) -> &mut SslContext {
        &mut self.contexts[usize::from(id)]
    }
}
