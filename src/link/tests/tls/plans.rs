//! What a scenario says of the embedded server's FTPS, and what the module finds wrong with it.

use super::*;
use crate::modem::link::TlsVersion::{Tls12, Tls13};
use crate::scenario::{Certificate, TlsVersion};

/// 2030-01-01, when [`Certificate::Valid`] is valid.
const IN_2030: u64 = 1_893_456_000;

/// Opens with each TLS library and in both kinds of FTPS on a server that does as `plan` says, by
/// a module that minds everything.
async fn outcome(plan: TlsPlan) -> Result<TlsSession, TlsFailure> {
    let authority = Authority::new().unwrap();
    let mut outcomes = Vec::new();
    for &faithful in FAITHFUL {
        for start in STARTS {
            let mut session = with_plan(&authority, &plan).await;
            let tls = checked(start, authority.pem());
            let tls = TlsRequest { valid_at: Some(IN_2030), faithful, ..tls };
            outcomes.push(session.secure(ftps(tls)).await);
        }
    }
    let first = outcomes[0].clone();
    let version = |outcome: &Result<TlsSession, _>| outcome.clone().map(|agreed| agreed.version);
    assert!(outcomes.iter().all(|other| version(other) == version(&first)), "{outcomes:?}");
    first
}

#[tokio::test]
async fn each_bad_certificate_is_found_out_for_its_own_reason() {
    for (certificate, failure) in [
        (Certificate::Valid, None),
        (Certificate::Expired, Some(TlsFailure::Expired)),
        (Certificate::NotYetValid, Some(TlsFailure::NotYetValid)),
        (Certificate::WrongName, Some(TlsFailure::WrongName(HOST.to_owned()))),
        (Certificate::SelfSigned, Some(TlsFailure::SelfSigned)),
    ] {
        let outcome = outcome(TlsPlan { certificate, ..TlsPlan::default() }).await;
        assert_eq!(outcome.err(), failure, "{certificate:?}");
    }
}

#[tokio::test]
async fn the_version_is_the_highest_of_the_plan() {
    for (min_version, max_version, agreed) in [
        (TlsVersion::V1_2, TlsVersion::V1_2, Tls12),
        (TlsVersion::V1_2, TlsVersion::V1_3, Tls13),
        (TlsVersion::V1_3, TlsVersion::V1_3, Tls13),
    ] {
        let plan = TlsPlan { min_version, max_version, ..TlsPlan::default() };
        assert_eq!(outcome(plan).await.map(|session| session.version), Ok(agreed));
    }
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused_where_one_is_asked_for() {
    let plan = TlsPlan { client_certificate: true, ..TlsPlan::default() };
    let failure = outcome(plan).await.unwrap_err();
    assert!(matches!(failure, TlsFailure::Refused(_)), "{failure:?}");
    assert!(outcome(TlsPlan::default()).await.is_ok());
}
