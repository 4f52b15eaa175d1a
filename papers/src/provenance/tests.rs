use super::*;

/// A paper known at record 9, of the first of April 2015.
pub(crate) fn provenance() -> Provenance {
    Provenance {
        body: "Office".to_owned(),
        period: None,
        as_at: None,
        narrowed_to: Filter::default(),
        purpose: None,
        known_at: KnownAtStamp { record: Some(9), at: "2015-04-01T09:00:27Z".to_owned() },
        source: Source::Head("0123456789abcdef".to_owned()),
        audience: Some(Audience::Public),
        command: Some("again".to_owned()),
    }
}

fn text(facts: &[(&'static str, String)]) -> String {
    facts.iter().map(|(word, value)| format!("{word}: {value}\n")).collect()
}

#[test]
fn papers_state_audience_head_and_command_before_their_own_facts() {
    let own = [("Line", "theme a".to_owned())];
    let public = "public: confidential grants are excluded";
    let paper = provenance();
    assert_eq!(
        text(&paper.facts(&own)),
        format!(
            "Body: Office\nAudience: {public}\nKnown at: record 9, 1 Apr 2015 09:00 UTC\n\
             Head: 0123456789abcdef\nMade by: again\nLine: theme a\n"
        )
    );
    assert_eq!(paper.foot(), "Office · known at record 9, 1 Apr 2015 09:00 UTC · 0123456789ab");
}

#[test]
fn reports_state_their_audience_last() {
    let own = [("Line", "theme a".to_owned())];
    let report = Provenance { command: None, as_at: Date::parse("2015-03-31").ok(), ..provenance() };
    let known = "record 9, 1 Apr 2015 09:00 UTC (head 0123456789ab…)";
    assert_eq!(
        text(&report.facts(&own)),
        format!(
            "Body: Office\nAs at: 31 Mar 2015\nKnown at: {known}\nLine: theme a\n\
             Audience: public: confidential grants are excluded\n"
        )
    );
    assert_eq!(report.foot(), format!("Office · known at {known}"));
}

#[test]
fn papers_are_dated_by_their_last_record() {
    for (at, expected) in [
        ("2015-04-01T09:00:27Z", Some("2015-04-01T09:00:00")),
        ("2015-04-31T09:00:27Z", None),
        ("2015-04-01", None),
        ("", None),
    ] {
        let known_at = KnownAtStamp { record: Some(9), at: at.to_owned() };
        let paper = Provenance { known_at, ..provenance() };
        assert_eq!(paper.moment().as_deref(), expected, "{at}");
    }
}

#[test]
fn what_is_issued_to_others_states_a_day_and_a_mark() {
    let mark = Mark::parse("0123456789abcdef0123");
    let known_at = KnownAtStamp { record: None, at: "2015-04-02".to_owned() };
    let paper = Provenance { known_at, source: Source::Mark(mark), ..provenance() };
    let public = "public: confidential grants are excluded";
    assert_eq!(
        text(&paper.facts(&[])),
        format!(
            "Body: Office\nAudience: {public}\nKnown at: 2 Apr 2015\nMark: 0123456789abcdef0123\nMade by: again\n"
        )
    );
    assert_eq!(paper.foot(), "Office · known at 2 Apr 2015 · mark 0123456789abcdef0123");
    assert_eq!(paper.moment().as_deref(), Some("2015-04-02T00:00:00"));
    let report = Provenance { command: None, ..paper.clone() };
    assert_eq!(
        text(&report.facts(&[])),
        format!("Body: Office\nKnown at: 2 Apr 2015\nAudience: {public}\nMark: 0123456789abcdef0123\n")
    );
    assert_eq!(report.foot(), paper.foot());
    let without = Provenance { source: Source::Mark(None), ..paper };
    assert_eq!(without.foot(), "Office · known at 2 Apr 2015");
}
