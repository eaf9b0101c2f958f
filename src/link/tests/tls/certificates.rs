//! Each bad certificate, key or file is refused for its own reason, and the good one beside it
//! passes.

use rcgen::{KeyPair, date_time_ymd};

use super::pki::{Ca, Identity, good, of_name};
use super::*;
use crate::modem::link::TlsFile;
use crate::store::FileError;

/// 2030-01-01, when [`good`] certificates are valid.
const IN_2030: u64 = 1_893_456_000;

/// Tries `request` with each TLS library for both kinds of FTPS on a server that has `tls`; they
/// must agree.
async fn outcome(
    tls: impl Fn() -> ServerTls,
    request: impl Fn(TlsStart) -> TlsRequest,
) -> Result<(), TlsFailure> {
    let mut outcomes = Vec::new();
    for &faithful in FAITHFUL {
        for start in STARTS {
            let mut session = before(tls()).await;
            let tls = TlsRequest { faithful, ..request(start) };
            outcomes.push(session.secure(ftps(tls)).await.map(drop));
            // Whatever happened, the next session works.
            session.secure(ftps(unchecked(start))).await.expect("the server is in order");
        }
    }
    let first = outcomes[0].clone();
    assert!(outcomes.iter().all(|outcome| *outcome == first), "{outcomes:?}");
    first
}

fn trusting(ca: &Ca) -> impl Fn(TlsStart) -> TlsRequest {
    let pem = ca.pem();
    move |start| checked(start, pem.clone())
}

fn trusting_at(ca: &Ca, at: u64) -> impl Fn(TlsStart) -> TlsRequest {
    let pem = ca.pem();
    move |start| TlsRequest { valid_at: Some(at), ..checked(start, pem.clone()) }
}

#[tokio::test]
async fn a_certificate_of_the_trusted_authority_is_good_and_of_another_is_not() {
    let (ca, other) = (Ca::new("ours"), Ca::new("other"));
    let server = ca.issue(good());
    assert_eq!(outcome(|| server.serve(), trusting(&ca)).await, Ok(()));
    let failure = outcome(|| server.serve(), trusting(&other)).await;
    assert_eq!(failure, Err(TlsFailure::UnknownIssuer));
    assert_eq!(outcome(|| server.serve(), unchecked).await, Ok(()));
}

#[tokio::test]
async fn an_authority_of_the_same_name_is_another() {
    let (ca, namesake) = (Ca::new("ours"), Ca::new("ours"));
    let server = ca.issue(good());
    let failure = outcome(|| server.serve(), trusting(&namesake)).await;
    assert_eq!(failure, Err(TlsFailure::BadSignature));
}

#[tokio::test]
async fn a_file_of_several_authorities_is_good_if_one_of_them_is() {
    let (ca, other) = (Ca::new("ours"), Ca::new("other"));
    let server = ca.issue(good());
    let both = format!("# all that we trust\n{}\r\n{}", other.pem(), ca.pem());
    let request = |start| checked(start, both.clone());
    assert_eq!(outcome(|| server.serve(), request).await, Ok(()));
}

#[tokio::test]
async fn a_chain_of_authorities_must_be_complete() {
    let ca = Ca::new("root");
    let between = ca.below("between");
    let server = between.issue(good());
    let chain = [between.certificate()];
    assert_eq!(outcome(|| server.serve_chain(&chain), trusting(&ca)).await, Ok(()));
    let failure = outcome(|| server.serve(), trusting(&ca)).await;
    assert_eq!(failure, Err(TlsFailure::UnknownIssuer));
}

#[tokio::test]
async fn a_self_signed_certificate_is_good_only_as_its_own_authority() {
    let server = Identity::self_signed(good());
    let own = server.certificate_pem.clone();
    assert_eq!(outcome(|| server.serve(), |start| checked(start, own.clone())).await, Ok(()));
    let failure = outcome(|| server.serve(), trusting(&Ca::new("other"))).await;
    assert_eq!(failure, Err(TlsFailure::SelfSigned));
    let wrong_name = Identity::self_signed(of_name("other.example"));
    let own = wrong_name.certificate_pem.clone();
    let failure = outcome(|| wrong_name.serve(), |start| checked(start, own.clone())).await;
    assert_eq!(failure, Err(TlsFailure::WrongName(HOST.to_owned())));
}

#[tokio::test]
async fn a_self_signed_authority_as_the_server_is_good_as_its_own_authority() {
    // What `openssl req -x509` makes.
    let mut params = good();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let server = Identity::self_signed(params);
    let own = server.certificate_pem.clone();
    assert_eq!(outcome(|| server.serve(), |start| checked(start, own.clone())).await, Ok(()));
    let failure = outcome(|| server.serve(), trusting(&Ca::new("other"))).await;
    assert_eq!(failure, Err(TlsFailure::SelfSigned));
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let ca = Ca::new("ours");
    for (name, good) in [(HOST, true), ("*.example.com", true), ("example.com", false)] {
        let server = ca.issue(of_name(name));
        let expected = if good { Ok(()) } else { Err(TlsFailure::WrongName(HOST.to_owned())) };
        assert_eq!(outcome(|| server.serve(), trusting(&ca)).await, expected, "{name}");
    }
}

#[tokio::test]
async fn dates_count_when_the_local_time_is_not_ignored() {
    let ca = Ca::new("ours");
    let mut expired = good();
    expired.not_after = date_time_ymd(2029, 12, 31);
    let mut early = good();
    early.not_before = date_time_ymd(2030, 1, 2);
    for (params, expected) in [
        (good(), Ok(())),
        (expired, Err(TlsFailure::Expired)),
        (early, Err(TlsFailure::NotYetValid)),
    ] {
        let server = ca.issue(params);
        assert_eq!(outcome(|| server.serve(), trusting_at(&ca, IN_2030)).await, expected);
        assert_eq!(outcome(|| server.serve(), trusting(&ca)).await, Ok(()), "ignored");
    }
}

#[tokio::test]
async fn the_dates_of_the_authority_count_too() {
    let mut params = good();
    params.not_after = date_time_ymd(2025, 1, 1);
    let ca = Ca::with("ours", params);
    let server = ca.issue(good());
    let failure = outcome(|| server.serve(), trusting_at(&ca, IN_2030)).await;
    assert_eq!(failure, Err(TlsFailure::Expired));
    assert_eq!(outcome(|| server.serve(), trusting(&ca)).await, Ok(()));
}

#[tokio::test]
async fn with_seclevel_2_the_client_shows_its_certificate() {
    let (ca, clients) = (Ca::new("ours"), Ca::new("clients"));
    let server = ca.issue(good());
    let client = clients.issue(of_name("device-1"));
    let stranger = ca.issue(of_name("device-1"));
    let mutual = |client: &Identity, key: &Identity| {
        let credentials = Credentials::Mutual {
            ca: ca.pem().into(),
            certificate: client.certificate_pem.clone().into(),
            key: key.key.serialize_pem().into(),
        };
        move |start| TlsRequest { credentials: Ok(credentials.clone()), ..unchecked(start) }
    };
    let demanding = |request: TlsRequest| {
        let tls = server.serve_clients_of(&clients);
        async move { before(tls).await.secure(ftps(request)).await.map(drop) }
    };
    for start in STARTS {
        assert_eq!(demanding(mutual(&client, &client)(start)).await, Ok(()));
        let missing = demanding(checked(start, ca.pem())).await;
        assert_eq!(missing, Err(TlsFailure::Refused("CertificateRequired".to_owned())));
        let unknown = demanding(mutual(&stranger, &stranger)(start)).await;
        assert!(matches!(unknown, Err(TlsFailure::Refused(_))), "{unknown:?}");
        let other_key = demanding(mutual(&client, &stranger)(start)).await;
        assert_eq!(other_key, Err(TlsFailure::KeyMismatch));
    }
    // A server that asks for no certificate does not mind one.
    assert_eq!(outcome(|| server.serve(), mutual(&client, &client)).await, Ok(()));
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said() {
    let (ca, other) = (Ca::new("ours"), Ca::new("other"));
    let server = ca.issue(good());
    let client = ca.issue(of_name("device-1"));
    let missing = TlsFailure::FileNotRead {
        file: TlsFile::CaCert,
        name: "UFS:ca.pem".to_owned(),
        error: FileError::NotFound,
    };
    let ca = |text: &str| Ok(Credentials::Server { ca: text.to_owned().into() });
    let mutual = |certificate: &str, key: &str| {
        Ok(Credentials::Mutual {
            ca: other.pem().into(),
            certificate: certificate.to_owned().into(),
            key: key.to_owned().into(),
        })
    };
    let certificate = client.certificate_pem.as_str();
    let key = client.key.serialize_pem();
    for (credentials, failure) in [
        (Err(missing.clone()), missing),
        (ca(""), TlsFailure::NotPem(TlsFile::CaCert)),
        (ca("garbage"), TlsFailure::NotPem(TlsFile::CaCert)),
        (ca(&key), TlsFailure::NotPem(TlsFile::CaCert)),
        (ca(&other.pem()[..200]), TlsFailure::NotPem(TlsFile::CaCert)),
        (ca(&other.pem().replace("\nMII", "\nMIX")), TlsFailure::NotPem(TlsFile::CaCert)),
        (mutual("garbage", &key), TlsFailure::NotPem(TlsFile::ClientCert)),
        (mutual(certificate, "garbage"), TlsFailure::NotPem(TlsFile::ClientKey)),
        (mutual(certificate, certificate), TlsFailure::NotPem(TlsFile::ClientKey)),
        (mutual(certificate, include_str!("keys/ec-encrypted.pem")), TlsFailure::KeyEncrypted),
        (mutual(certificate, include_str!("keys/rsa-encrypted.pem")), TlsFailure::KeyEncrypted),
    ] {
        let request = |start| TlsRequest { credentials: credentials.clone(), ..unchecked(start) };
        assert_eq!(outcome(|| server.serve(), request).await, Err(failure));
    }
}

#[tokio::test]
async fn keys_may_be_ecdsa_or_rsa_in_any_of_their_pem_forms() {
    let forms = [
        [include_str!("keys/ec-pkcs8.pem"), include_str!("keys/ec-sec1.pem")],
        [include_str!("keys/rsa-pkcs8.pem"), include_str!("keys/rsa-pkcs1.pem")],
    ];
    for forms in forms {
        // The authority, the server and the client all have keys of this kind.
        let pair = || KeyPair::from_pem(forms[0]).unwrap();
        let ca = Ca::with_key("ours", pair());
        let server = ca.issue_for(good(), pair());
        for key in forms {
            let client = ca.issue_for(of_name("device-1"), pair());
            let credentials = Credentials::Mutual {
                ca: ca.pem().into(),
                certificate: client.certificate_pem.into(),
                key: key.into(),
            };
            let request =
                TlsRequest { credentials: Ok(credentials), ..unchecked(TlsStart::Implicit) };
            let mut session = before(server.serve_clients_of(&ca)).await;
            assert_eq!(session.secure(ftps(request)).await.map(drop), Ok(()), "{key}");
        }
    }
}
