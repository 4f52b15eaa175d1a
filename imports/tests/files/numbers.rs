//! Numbers of decisions and awards in files: one decision, one spelling.

use almoner_imports::{Kind, RowRequest};
use almoner_ledger::command::Command;

use crate::support::{add_missing, draft, import_well, new_books, planned, read, read_by, shown};

const AWARDS: &str = "decision,decided,recipient,amount,purpose,theme\n";

#[test]
fn spellings_of_a_number_are_one_decision() {
    let mut store = new_books();
    import_well(&mut store, Kind::Awards, &format!("{AWARDS}5-2015,2015-01-22,One,1000,P,a\n"));
    for (kind, text) in [
        (
            Kind::Payments,
            "award,date,amount\n05–2015,2015-05-01,1\n5/2015,2015-05-02,1\n5 2015,2015-05-03,1\n",
        ),
        (Kind::Decisions, "decision,title\n005-2015,Title\n"),
        (Kind::Repurposes, "award,decision,date,purpose,theme\n05-2015,6/2015,2015-06-01,Other,b\n"),
    ] {
        let plan = planned(&store, kind, text, add_missing());
        assert_eq!(shown(&plan.diagnostics), Vec::<String>::new(), "{text}");
    }
    let again =
        planned(&store, Kind::Awards, &format!("{AWARDS}05/2015,2015-01-22,One,1000,P,a\n"), add_missing());
    assert_eq!(again.already.rows, 1);
}

#[test]
fn a_date_of_a_spreadsheet_is_refused_in_every_file() {
    for (kind, header, row, column) in [
        (
            Kind::Awards,
            "decision,decided,recipient,amount,purpose,theme",
            "#,2015-01-22,One,1,P,a",
            "decision",
        ),
        (
            Kind::Awards,
            "decision,decided,recipient,amount,purpose,theme,id",
            "5-2015,2015-01-22,One,1,P,a,#",
            "id",
        ),
        (Kind::Payments, "award,date,amount", "#,2015-01-22,1", "award"),
        (Kind::Repurposes, "award,decision,date,purpose,theme", "A1,#,2015-01-22,P,a", "decision"),
        (Kind::Repurposes, "award,decision,date,purpose,theme", "#,5-2015,2015-01-22,P,a", "award"),
        (Kind::Decisions, "decision,title", "#,Title", "decision"),
    ] {
        for value in ["01/05/2015", "May-15", "5-May", "2015-05-01", "2015-05-01 00:00:00"] {
            let text = format!("{header}\n{}\n", row.replace('#', value));
            let found = shown(&read(kind, "f.csv", text.as_bytes()).diagnostics);
            let expected = format!(
                "f.csv: row 2, column {column}: \"{value}\": a date, not a number; a spreadsheet has probably converted it"
            );
            assert_eq!(found, [expected], "{kind:?}");
        }
        // A placeholder is no number.
        let text = format!("{header}\n{}\n", row.replace('#', "TBC"));
        let is_needed = column != "id";
        assert_eq!(
            read(kind, "f.csv", text.as_bytes()).diagnostics.len(),
            usize::from(is_needed),
            "{kind:?} {column}"
        );
    }
}

#[test]
fn a_number_in_a_text_is_found_however_it_is_written() {
    let mut store = new_books();
    let awards = "5-2015,2015-01-22,One,1000,P,a\nPCD 2031/014,2015-01-22,Two,1000,P,a\n";
    import_well(&mut store, Kind::Awards, &format!("{AWARDS}{awards}"));
    let profile = almoner_imports::Profile::parse(
        "name = \"x\"\nabout = \"x\"\nkind = \"payments\"\n[columns.date]\nfrom = \"date\"\n\
         [columns.amount]\nfrom = \"amount\"\n[columns.words]\njoined = \"text\"\n",
    )
    .unwrap();
    for (text, expected) in [
        ("Grant, decision 5-2015", Some("5-2015")),
        ("Grant, decision 05–2015", Some("5-2015")),
        ("Decision no. 5/2015", Some("5-2015")),
        ("PCD 2031/014", Some("PCD-2031-014")),
        ("Grant PCD-2031-14", Some("PCD-2031-014")),
        // A month, perhaps.
        ("Rent 5/2015", None),
        ("Rent 05-2015", None),
        ("VAT 5/2015", None),
    ] {
        let file =
            read_by(&profile, "p.csv", format!("date,amount,text\n2015-06-01,1,\"{text}\"\n").as_bytes());
        assert!(matches!(file.rows[0].request, Some(RowRequest::Payment(_))), "{text}");
        let mut draft = draft(&store);
        let plan = almoner_imports::plan(&file, &mut draft, add_missing(), &mut |_| {}).unwrap();
        let found = plan.changes.first().map(|change| change.id.as_str());
        assert_eq!(found, expected, "{text}: {:?}", shown(&plan.diagnostics));
    }
}

#[test]
fn an_award_has_the_one_spelling_of_its_decision() {
    let text = format!("{AWARDS}05/2015,2015-01-22,One,1,P,a\n5-2015,2015-01-22,Two,1,P,a\n");
    let ids: Vec<String> = read(Kind::Awards, "a.csv", text.as_bytes())
        .rows
        .iter()
        .map(|row| match &row.request {
            Some(RowRequest::Command(Command::Award(award))) => award.id.as_ref().unwrap().to_string(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(ids, ["5-2015", "5-2015/2"]);
}
