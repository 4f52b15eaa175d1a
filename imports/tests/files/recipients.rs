//! Recipients of a file of awards: by id, by outside identifier and by name.

use almoner_imports::{Kind, Profile};
use almoner_ledger::book::Books;
use almoner_ledger::command::Options;
use almoner_ledger::grants::{Fact, Grant, GrantId};

use crate::support::{add_missing, import, import_well, new_books, planned, say, shown};

const HEADER: &str = "decision,decided,recipient,recipient_id,amount,purpose,theme\n";
const KNOWN: &str = "recipient,id,identifiers\n\
    Lighthouse,lighthouse,GB-CHC-219279\n\
    Compassion,compassion,GB-COH-01234567\n\
    Raedan Trust,raedan,GB-COH-N/A\n";

/// A row of a file of awards with a column of identifiers.
fn rows(rows: &[(&str, &str, &str)]) -> String {
    let header = "id,decided,recipient,recipient_id,identifiers,amount,purpose,theme,decision\n";
    let row = |(at, (name, id, identifiers)): (usize, &(&str, &str, &str))| {
        format!("A{at},2015-01-22,{name},{id},{identifiers},10,P,a,1-2015\n")
    };
    header.to_owned() + &rows.iter().enumerate().map(row).collect::<String>()
}

/// A profile for [`rows`].
fn profile() -> almoner_imports::Profile {
    let columns = [
        "id",
        "decided",
        "recipient",
        "recipient_id",
        "identifiers",
        "amount",
        "purpose",
        "theme",
        "decision",
    ];
    let columns: String = columns.iter().map(|it| format!("[columns.{it}]\nfrom = \"{it}\"\n")).collect();
    almoner_imports::Profile::parse(&format!("name = \"x\"\nabout = \"x\"\nkind = \"awards\"\n{columns}"))
        .unwrap()
}

#[test]
fn an_identifier_finds_one_recipient_or_nobody() {
    let refused = |column: &str, message: &str| format!("column {column}: {message}");
    for (row, expected) in [
        (("Lighthouse", "", "GB-CHC-219279"), "lighthouse".to_owned()),
        // A placeholder identifies nobody: the name decides.
        (("Compassion", "", "GB-COH-N/A"), "compassion".to_owned()),
        (("Raedan Trust", "", "n/a"), "raedan".to_owned()),
        (("Compassion", "", "GB-CHC-0000000"), "compassion".to_owned()),
        (("Somebody New", "", "GB-COH-N/A"), "somebody-new".to_owned()),
        (("Somebody New", "n/a", "TBC"), "somebody-new".to_owned()),
        // An outside identifier in the place of the id is the same recipient.
        (("Lighthouse", "GB-CHC-219279", ""), "lighthouse".to_owned()),
        (("Lighthouse", "gb-chc-219279", ""), "lighthouse".to_owned()),
        (("Compassion", "GB-COH-1234567", ""), "compassion".to_owned()),
        (("Somebody New", "GB-CHC-1000001", ""), "somebody-new".to_owned()),
        // Its number alone, with the name.
        (("Lighthouse", "219279", ""), "lighthouse".to_owned()),
        (("Compassion", "1234567", ""), "compassion".to_owned()),
        (("Compassion", "219279", ""), "219279".to_owned()),
        // The id of a publisher is no id of the body's own, whatever it has in it.
        (("Somebody New", "360G-anyshire-org:12", ""), "somebody-new".to_owned()),
        (("Somebody New", "360G-anyshire-The O'Brien's (North) & [2]", ""), "somebody-new".to_owned()),
        (("Compassion", "", "GB-COH-1234567"), "compassion".to_owned()),
        (
            ("Compassion", "", "GB-CHC-219279"),
            refused(
                "recipient: \"Compassion\"",
                "the identifier `GB-CHC-219279` belongs to recipient `lighthouse`, but the name `Compassion` belongs to `compassion`",
            ),
        ),
        (
            ("Compassion", "GB-CHC-219279", ""),
            refused(
                "recipient: \"Compassion\"",
                "the identifier `GB-CHC-219279` belongs to recipient `lighthouse`, but the name `Compassion` belongs to `compassion`",
            ),
        ),
        (
            ("Lighthouse Aid", "", "GB-CHC-219279"),
            refused(
                "recipient: \"Lighthouse Aid\"",
                "the identifier `GB-CHC-219279` belongs to recipient `lighthouse`, which is not known as `Lighthouse Aid`",
            ),
        ),
        (
            ("Somebody New", "", "GB-COH-123456789"),
            refused(
                "identifiers: \"GB-COH-123456789\"",
                "not an identifier: a company number has 8 digits, or 2 letters and 6 digits",
            ),
        ),
        (
            ("Somebody New", "GB-CHC-12", ""),
            refused(
                "recipient_id: \"GB-CHC-12\"",
                "not an identifier: a charity number in England and Wales has 6 or 7 digits",
            ),
        ),
        (
            ("GB-CHC-1000001", "", ""),
            refused("recipient: \"GB-CHC-1000001\"", "there is no recipient `GB-CHC-1000001`"),
        ),
    ] {
        let mut store = new_books();
        import_well(&mut store, Kind::Recipients, KNOWN);
        let text = rows(&[row]);
        let file = crate::support::read_by(&profile(), "a.csv", text.as_bytes());
        let mut draft = crate::support::draft(&store);
        let plan = almoner_imports::plan(&file, &mut draft, add_missing(), &mut |_| {}).unwrap();
        let found = match plan.diagnostics.first() {
            Some(first) => first.to_string().replace("a.csv: row 2, ", ""),
            None => {
                let grant = draft.grant(&GrantId::new("A0").unwrap()).unwrap();
                grant.as_deref().and_then(Grant::award).unwrap().recipient.to_string()
            }
        };
        assert_eq!(found, expected, "{row:?}");
    }
}

#[test]
fn two_organisations_with_a_placeholder_are_two() {
    let mut store = new_books();
    let file = format!("{HEADER}1-2015,2015-01-22,One,,10,P,a\n2-2015,2015-01-22,Two,GB-COH-N/A,10,P,a\n");
    let plan = import_well(&mut store, Kind::Awards, &file);
    assert_eq!(plan.added.recipients, ["One (one)", "Two (two)"]);
    let both = "recipient,identifiers\nThree,GB-COH-N/A\nFour,GB-COH-N/A\n";
    let plan = import_well(&mut store, Kind::Recipients, both);
    assert_eq!(plan.new.rows, 2);
}

#[test]
fn a_name_is_confirmed_for_a_whole_file() {
    let mut store = new_books();
    import_well(&mut store, Kind::Recipients, KNOWN);
    let file = format!("{HEADER}1-2015,2015-01-22,Lighthouse Aid,GB-CHC-219279,10,P,a\n");
    let plan = planned(&store, Kind::Awards, &file, add_missing());
    let hints: Vec<String> = plan.diagnostics.iter().map(|it| it.hint(&say)).collect();
    assert_eq!(hints, ["ConfirmName { owner: \"lighthouse\", name: \"Lighthouse Aid\" }"]);
    let confirmed = Options { confirm_names: true, ..add_missing() };
    let plan = planned(&store, Kind::Awards, &file, confirmed.clone());
    assert_eq!(shown(&plan.diagnostics), Vec::<String>::new());
    assert_eq!(plan.added.aliases, ["Lighthouse Aid (lighthouse)"]);
    // A name of another recipient cannot be confirmed.
    let file = file.replace("Lighthouse Aid", "Compassion");
    assert_eq!(planned(&store, Kind::Awards, &file, confirmed).rejected.rows, 1);
}

#[test]
fn a_recorded_award_is_already_recorded_whatever_name_it_had() {
    let mut store = new_books();
    import_well(&mut store, Kind::Recipients, KNOWN);
    let file = format!("{HEADER}1-2015,2015-01-22,Lighthouse,GB-CHC-219279,10,P,a\n");
    import_well(&mut store, Kind::Awards, &file);
    let renamed = file.replace("Lighthouse,", "Lighthouse Aid,");
    assert_eq!(import(&mut store, Kind::Awards, &renamed).already.rows, 1);
}

/// A payee is compared with the award wherever the row says so, by its name and by its identifier.
#[test]
fn a_payee_is_whom_the_award_is_to() {
    let awards =
        format!("{HEADER}1-2015,2015-01-22,Lighthouse,,100,P,a\n2-2015,2015-01-22,Compassion,,100,P,a\n");
    let profile = "name = \"p\"\nabout = \"P\"\nkind = \"payments\"\n[columns]\naward = { from = \"Award\" }\n\
        date = { from = \"Date\" }\namount = { from = \"Amount\" }\nrecipient = { from = \"Payee\" }\n\
        identifiers = { from = \"Number\" }\nwords = { from = \"Text\" }\n";
    let profile = Profile::parse(profile).unwrap();
    let another = "row 2, column Payee: \"Compassion\": the number in the row belongs to an award to `lighthouse`, but `compassion` was paid";
    let unknown = "row 2, column Payee: \"Lighthouse Aid\": the identifier `GB-CHC-219279` belongs to recipient `lighthouse`, which is not known as `Lighthouse Aid`";
    for (cells, confirm_names, expected) in [
        ("1-2015,Lighthouse,,", false, "8 9"),
        ("1-2015,LIGHTHOUSE,GB-CHC-219279,", false, "8 9"),
        ("1-2015,Somebody,,", false, "8 9"),
        ("1-2015,Compassion,,", false, another),
        (",Compassion,,Grant 1-2015", false, another),
        ("1-2015,Lighthouse Aid,GB-CHC-219279,", false, unknown),
        (",Lighthouse Aid,GB-CHC-219279,Grant 1-2015", false, unknown),
        ("1-2015,Lighthouse Aid,GB-CHC-219279,", true, "8 9 lighthouse aid"),
        (",Lighthouse Aid,GB-CHC-219279,Grant 1-2015", true, "8 9 lighthouse aid"),
        (
            "2-2015,Lighthouse Aid,GB-CHC-219279,",
            true,
            "row 2, column Payee: \"Lighthouse Aid\": the number in the row belongs to an award to `compassion`, but `lighthouse` was paid",
        ),
        ("9-2015,Lighthouse,,", false, "row 2, column Award: \"9-2015\": there is no award `9-2015`"),
    ] {
        let mut store = new_books();
        import_well(&mut store, Kind::Recipients, KNOWN);
        import_well(&mut store, Kind::Awards, &awards);
        let text =
            format!("Award,Payee,Number,Text,Date,Amount\n{cells},2015-05-01,8\n{cells},2015-06-01,9\n");
        let file = crate::support::read_by(&profile, "a.csv", text.as_bytes());
        let mut draft = crate::support::draft(&store);
        let options = Options { confirm_names, again: true, ..Options::default() };
        let plan = almoner_imports::plan(&file, &mut draft, options, &mut |_| {}).unwrap();
        let found = match plan.diagnostics.first() {
            Some(first) => first.to_string().replace("a.csv: ", ""),
            None => {
                let grant = draft.grant(&GrantId::new("1-2015").unwrap()).unwrap().unwrap();
                let paid = grant.facts().filter_map(|fact| match fact {
                    Fact::Paid(payment) => Some(payment.amount.pence() / 100),
                    _ => None,
                });
                let mut words: Vec<String> = paid.map(|it| it.to_string()).collect();
                words.extend(
                    plan.added.aliases.iter().map(|it| it.replace(" (lighthouse)", "").to_lowercase()),
                );
                words.join(" ")
            }
        };
        assert_eq!(found, expected, "{cells}");
        assert_eq!(plan.added.aliases.len(), usize::from(expected.contains("8 9 l")), "{cells}");
    }
}
