//! Tests of proposals in the format of the journal.

use super::*;

fn written(step: &Step) -> String {
    let mut text = Vec::new();
    json::write(&mut text, step).unwrap();
    String::from_utf8(text).unwrap()
}

/// The words of format 1 among those of commands.
const FORMER: [&str; 6] =
    ["include_charged", "\"statement\"", "\"nth\"", "\"hard\"", "set-people", "\"anew\""];

#[test]
fn every_command_is_written_in_the_words_of_the_journal() {
    let commands = [
        r#"{"add-theme":{"id":"youth","name":"Youth","objective":"Safer"}}"#,
        r#"{"add-fund":{"id":"cdr","name":"CDR"}}"#,
        r#"{"rename-theme":{"theme":"youth","name":"Young people","from":"2015-06-01"}}"#,
        r#"{"rename-fund":{"fund":"cdr","name":"Crime reduction","from":"2015-06-01"}}"#,
        r#"{"add-recipient":{"id":"a","name":"A","identifiers":["GB-CHC-1234567"]}}"#,
        r#"{"rename-recipient":{"recipient":"a","name":"B","from":"2015-06-01"}}"#,
        r#"{"identify-recipient":{"recipient":"a","identifier":"GB-CHC-1234567"}}"#,
        r#"{"alias-recipient":{"recipient":"a","alias":"C"}}"#,
        r#"{"record-decision":{"id":"C1-2015","title":"Confidential decision","confidential":true}}"#,
        r#"{"award":{"id":"1-2015","decision":"1-2015","decided":"2015-04-01","date_assumed":true,"confidential":true,"recipient_id":"a","identifiers":["GB-CHC-1234567"],"recipient":"A","amount":"5.00","purpose":{"text":"Work","split":{"whole":"youth"}},"fund":"cdr","power":"s9","period":{"from":"2015-04","to":"2016-03"},"conditions":"None","reasons":"Need"}}"#,
        r#"{"award":{"decided":"2015-04-01","amount":"5.00","purpose":{"text":"Work","split":{"whole":"youth"}},"power":"not-stated"}}"#,
        r#"{"vary":{"award":"1-2015","decision":"2-2015","date":"2015-06-01","change":"-5.00","period":{"from":"2015-04","to":"2016-03"}}}"#,
        r#"{"extend":{"award":"1-2015","decision":"2-2015","date":"2015-06-01","to":"2016-06"}}"#,
        r#"{"withdraw":{"award":"1-2015","decision":"2-2015","date":"2015-06-01"}}"#,
        r#"{"repurpose":{"award":"1-2015","decision":"2-2015","date":"2015-06-01","purpose":{"text":"Work","split":{"whole":"drugs"}},"include_past":true}}"#,
        r#"{"correct":{"award":"1-2015","recipient":"Open Door","amount":"5.00","purpose":"Work","date":"2015-06-01","reason":"Typing error"}}"#,
        r#"{"correct":{"award":"1-2015","amount":"5.00","date":"2015-06-01","reason":"Typing error"}}"#,
        r#"{"state":{"award":"1-2015","terms":{"power":"s9","conditions":"None","reasons":"Need"}}}"#,
        r#"{"schedule":{"award":"1-2015","due":"2015-06-01","amount":"5.00","occurrence":1}}"#,
        r#"{"pay":{"award":"1-2015","date":"2015-06-01","amount":"5.00","reference":"R1","occurrence":2}}"#,
        r#"{"pay":{"award":"1-2015","date":"2015-06-01","amount":"5.00","account":"20-00-00 12345678","occurrence":1}}"#,
        r#"{"refund":{"award":"1-2015","date":"2015-06-01","amount":"5.00","reference":"R1","stays_available":true,"occurrence":1}}"#,
        r#"{"refund":{"award":"1-2015","date":"2015-06-01","amount":"5.00","account":"20-00-00 12345678","occurrence":1}}"#,
        r#"{"return":{"award":"1-2015","date":"2015-06-01","amount":"5.00","account":"20-00-00 12345678","occurrence":1}}"#,
        r#"{"receive":{"receipt":{"fund":"cdr","date":"2015-06-01","amount":"5.00","account":"20-00-00 12345678","kind":"income"},"occurrence":1}}"#,
        r#"{"receive":{"receipt":{"fund":"cdr","date":"2015-06-01","amount":"5.00","from":"MoJ","kind":"income"},"occurrence":1}}"#,
        r#"{"set-budget":{"budget":{"fund":"cdr","theme":"youth","year":"2015-16"},"amount":"5.00","revise":true}}"#,
        r#"{"set-budget":{"budget":{"fund":"cdr","theme":"youth","year":"2015-16"},"amount":"5.00","date":"2015-10-01","decision":"9-2015","revise":true}}"#,
        r#"{"expect":{"award":"1-2015","due":{"what":"milestone","name":"Worker in post","due":"2015-05-31","before_payment":true}}}"#,
        r#"{"submit":{"award":"1-2015","due":"2015-05-31","name":"Worker in post","received":"2015-05-20","paper":"AP15/2","result":"In post"}}"#,
        r#"{"waive":{"award":"1-2015","due":"2015-05-31","name":"Worker in post","date":"2015-05-20","reason":"Late"}}"#,
        r#"{"set-indicator":{"indicator":{"theme":"youth","name":"Incidents","period":"2015-16Q1"},"stated":{"value":"1204","source":"Police"},"revise":true}}"#,
        r#"{"record-paper":{"id":"AP15/2","title":"Grants","date":"2015-09-11","decisions":["1-2015"]}}"#,
        r#"{"reconcile":{"line":{"account":"20-00-00","date":"2015-07-21","amount":"-5.00","text":"BACS","occurrence":1},"records":[{"record":27,"grant":"1-2015"}]}}"#,
        r#"{"reverse":{"record":27,"reason":"Twice"}}"#,
        r#"{"close":{"month":"2015-06","final":true,"explanation":"Card"}}"#,
        r#"{"reopen":{"month":"2015-06","reason":"Late"}}"#,
        r#"{"set-users":[{"id":"jane","name":"jane","roles":["recorder"]}]}"#,
        r#"{"set-policy":{"rules":[{"act":"payment","over":"10000.00"}],"days":31}}"#,
        r#"{"set-policy":null}"#,
        r#"{"reject":{"proposal":27,"reason":"Wrong"}}"#,
    ];
    let options = r#","options":{"no_suggestions":true,"add_missing":true,"names":{"themes":{"anti-social-behaviour":"Anti-social behaviour"}},"late":true,"record_reversed":true,"again":true}"#;
    for (command, options) in commands.iter().flat_map(|command| [(command, options), (command, "")]) {
        let text = format!(r#"{{"command":{{"command":{command}{options}}}}}"#);
        let step: Step = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(written(&step), text);
        // It is read in the words of format 1 as well.
        let event = format!(r#"{{"proposed":{{"steps":[{text}]}}}}"#);
        let former = former::in_former_words(event.as_bytes());
        assert_eq!(former::in_present_words(&former), event.as_bytes(), "{text}");
        let is_old = FORMER.iter().any(|word| String::from_utf8_lossy(&former).contains(word));
        let is_new = FORMER.iter().all(|word| !text.contains(word));
        assert_eq!((former != event.as_bytes(), is_new), (is_old, true), "{text}");
    }
}

#[test]
fn command_with_a_field_that_is_not_in_the_format_is_refused() {
    for text in [
        r#"{"command":{"command":{"add-fund":{"id":"cdr","name":"CDR","colour":"red"}}}}"#,
        r#"{"command":{"command":{"add-fund":{"id":"cdr","name":"CDR"}},"options":{"quick":true}}}"#,
    ] {
        let refused = serde_json::from_str::<Step>(text).unwrap_err().to_string();
        assert!(refused.contains("unknown field"), "{refused}");
    }
}

/// A proposal that was recorded in format 1 has the hash of its text of then.
#[test]
fn a_proposal_is_intact_in_the_words_in_which_it_was_recorded() {
    let former =
        r#"[{"month-closed":{"month":"2015-04","hard":true,"bank":"reconciled"}},{"people-set":[]}]"#;
    let present =
        r#"[{"month-closed":{"month":"2015-04","final":true,"bank":"reconciled"}},{"users-set":[]}]"#;
    let events: Vec<Event> = serde_json::from_str(present).unwrap();
    for (text, expected) in [(former, true), (present, true), (&present[1..], false)] {
        let (steps, events) = (Vec::new(), events.clone());
        let proposal = Proposal { steps, events, hash: Hash::of(text.as_bytes()) };
        assert_eq!(proposal.is_intact(), expected, "{text}");
    }
}
