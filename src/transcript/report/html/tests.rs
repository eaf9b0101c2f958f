use super::super::fixture;
use super::*;

#[test]
fn text_of_a_run_is_escaped() {
    let page = page(&[fixture::failed()]);
    assert!(page.contains("AT+NONSENSE=&quot;&lt;b&gt;&amp;amp;"), "{page}");
    assert!(!page.contains("<b>"));
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let page = page(&[fixture::failed(), fixture::empty()]);
    assert!(page.contains(r#"content="default-src 'none'; style-src 'unsafe-inline'""#));
    for outside in ["http://", "https://", "<script", "<link", "<img", "@import", "url(", "src="] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn a_failure_shows_what_was_expected_found_and_received() {
    let page = page(&[fixture::failed()]);
    assert!(page.contains("One of 2 cases is not as expected."));
    assert!(page.contains("<dt>Expected</dt><dd>no unknown command</dd>"));
    assert!(page.contains("<li><code>AT+QIACT=1</code></li>"));
}

#[test]
fn codes_are_explained() {
    let page = page(&[fixture::failed()]);
    let meaning = "Requested action not taken: insufficient system storage";
    assert!(page.contains(&format!("{meaning}: the server replied 452")));
    assert!(page.contains(&format!("619: {meaning}")));
    assert!(page.contains("the module does not know this command"));
}

#[test]
fn every_link_leads_somewhere() {
    let page = page(&[fixture::failed(), fixture::empty()]);
    let targets: Vec<_> =
        page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(targets.len() > 10);
    for target in targets {
        assert_eq!(page.matches(&format!("id=\"{target}\"")).count(), 1, "{target}");
    }
}

#[test]
fn a_long_run_is_bounded_and_says_so() {
    let mut report = fixture::failed();
    let entry = report.entries[3].clone();
    report.entries.extend(std::iter::repeat_n(entry, 20_000));
    report.left_out = 12;
    let page = page(&[report]);
    assert!(page.contains("steps are not drawn"));
    assert!(page.contains("steps are left out here"));
    assert!(page.contains("12 entries before these were not kept"));
    assert!(page.len() < 1_500_000, "{}", page.len());
}

#[test]
fn a_run_without_anything_says_so() {
    let page = page(&[fixture::empty()]);
    assert!(page.contains("Nothing was asked for."));
    assert!(page.contains("Nothing has happened."));
    assert!(page.contains("No data connection carried anything."));
}

#[test]
fn several_runs_have_an_overview_that_counts_failures() {
    let page = page(&[fixture::failed(), fixture::empty()]);
    assert!(page.contains("<h1>2 runs, 1 failed</h1>"));
    assert!(page.contains(r##"<a href="#run1">quota-in-the-middle, modem0</a>"##));
}
