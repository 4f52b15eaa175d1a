//! A profile drafted by the real program reads its file, and nothing is recorded.

use crate::office::Office;

const EXTRACT: &str = "Payee,Paid on,Net,Narrative,Sort code\n\
    Compassion,13/04/2015,\"1,200.00\",Grant 14-2015,12-34-56\n\
    Compassion,01/05/2015,\"(1,200.00)\",Grant 14-2015 returned,12-34-56\n\
    Compassion,05/05/2015,\"1,000.00\",Grant 14-2015,12-34-56\n";

#[test]
fn a_drafted_profile_reads_its_file() {
    let office = Office::new();
    office.ok(&["theme", "add", "support", "--name", "Support"]);
    office.ok(&[
        "award",
        "--decision",
        "14-2015",
        "--decided",
        "2015-02-20",
        "--recipient",
        "Compassion",
        "--amount",
        "30000",
        "--purpose",
        "Support",
        "--theme",
        "support",
        "--add-missing",
    ]);
    office.file("extract.csv", EXTRACT);
    let log = office.ok(&["log"]);
    let profile = office.ok(&["import", "--guess", "extract.csv"]);
    assert!(profile.contains("kind = \"payments\"") && !profile.contains("12-34-56"), "{profile}");
    let output = office.ok(&["import", "--guess", "extract.csv", "-o", "extract.toml"]);
    assert!(output.contains("reads every row") && output.contains("Nothing recorded"), "{output}");
    assert_eq!(std::fs::read_to_string(office.path("extract.toml")).unwrap(), profile);
    assert_eq!(office.ok(&["log"]), log);
    office.ok(&["import", "payments", "extract.csv", "--profile", "extract.toml"]);
    let grants = office.ok(&["show", "14-2015"]);
    assert!(grants.contains("1,000.00"), "{grants}");
}

#[test]
fn drafting_overwrites_nothing_and_explains_refusals() {
    let office = Office::new();
    office.file("extract.csv", EXTRACT);
    office.file("extract.toml", "mine");
    let error = office.refused(1, &["import", "--guess", "extract.csv", "-o", "extract.toml"]);
    assert!(error.contains("file-exists"), "{error}");
    office.ok(&["import", "--guess", "extract.csv", "-o", "extract.toml", "--force"]);
    office.file("poem.txt", "Roses are red\nViolets are blue\n");
    let error = office.refused(1, &["import", "--guess", "poem.txt"]);
    assert!(
        error.contains(
            "error[nothing-to-guess]: poem.txt: no row in the file looks like a header, a payment or an award"
        ),
        "{error}"
    );
    assert!(office.refused(1, &["import", "--guess", "missing.csv"]).contains("cannot be read"));
    assert!(
        office.ok(&["import", "--guess", "extract.csv", "--kind", "awards"]).contains("kind = \"awards\"")
    );
    for usage in [
        &["import", "--guess", "extract.csv", "payments", "extract.csv"][..],
        &["import", "--sheet", "March", "payments", "extract.csv"],
        &["import", "--kind", "awards"],
        &["import", "--force"],
    ] {
        office.refused(2, usage);
    }
}
