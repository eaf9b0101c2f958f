//! What a scenario says of the embedded server's FTPS, and what the module finds wrong with it.

use super::*;
use crate::modem::link::TlsVersion::{self, Tls12, Tls13};
use crate::scenario::Certificate;
use crate::scenario::TlsVersion::{V1_2, V1_3};

/// 2030-01-01, when [`Certificate::Valid`] is valid.
const IN_2030: u64 = 1_893_456_000;

/// Opens with each TLS library and in both kinds of FTPS on a server that does as `plan` says, by
/// a module that minds everything; they must agree.
async fn outcome(plan: TlsPlan) -> Result<TlsVersion, TlsFailure> {
    let authority = Authority::new().unwrap();
    let mut outcomes = Vec::new();
    for &faithful in FAITHFUL {
        for start in STARTS {
            let mut session = with_plan(&authority, &plan).await;
            let tls = checked(start, authority.pem());
            let tls = TlsRequest { valid_at: Some(IN_2030), faithful, ..tls };
            let agreed = session.secure(ftps(tls)).await;
            outcomes.push(agreed.map(|session| session.version).map_err(unworded));
        }
    }
    let first = outcomes[0].clone();
    assert!(outcomes.iter().all(|outcome| *outcome == first), "{outcomes:?}");
    first
}

/// Each library has its own words for what a server says in an alert.
fn unworded(failure: TlsFailure) -> TlsFailure {
    match failure {
        TlsFailure::Refused(_) => TlsFailure::Refused(String::new()),
        other => other,
    }
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
    for (min_version, max_version, agreed) in
        [(V1_2, V1_2, Tls12), (V1_2, V1_3, Tls13), (V1_3, V1_3, Tls13)]
    {
        let plan = TlsPlan { min_version, max_version, ..TlsPlan::default() };
        assert_eq!(outcome(plan).await, Ok(agreed));
    }
}

#[tokio::test]
async fn a_client_without_a_certificate_is_refused_where_one_is_asked_for() {
    let plan = TlsPlan { client_certificate: true, ..TlsPlan::default() };
    assert_eq!(outcome(plan).await, Err(TlsFailure::Refused(String::new())));
    assert_eq!(outcome(TlsPlan::default()).await, Ok(Tls13));
}
