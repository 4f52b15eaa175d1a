//! Files that are imported: sent, planned, corrected, recorded once or not at all.

use std::io::Write;
use std::time::Duration;

use crate::common::{Answer, Office, lacks, pay, shows, workbook};
use almoner_ledger::command::Command;
use almoner_ledger::policy::{Act, Policy, Rule};
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};

/// Sends the form with a file.
fn send(office: &Office, kind: &str, name: &str, content: &[u8]) -> Answer {
    office.post_file("/import", &[("kind", kind)], (name, content))
}

/// Sends a file that is taken, and returns the path of its plan.
fn sent(office: &Office, kind: &str, name: &str, content: &str) -> String {
    let answer = send(office, kind, name, content.as_bytes());
    assert_eq!(answer.status, 303, "{name}: {}", answer.body);
    answer.header("location").unwrap().to_owned()
}

/// Posts a form of a plan, and returns the page that follows.
fn posted(office: &Office, path: &str, form: &str) -> Answer {
    let answer = office.post(path, form);
    assert_eq!(answer.status, 303, "{path} {form}: {}", answer.body);
    office.get(answer.header("location").unwrap())
}

/// Returns the lines of the plan: label, rows and amount of each.
fn lines(page: &Answer) -> Vec<String> {
    let (_, rest) = page.body.split_once("<table class=\"entry plan\">").unwrap();
    let (table, _) = rest.split_once("</table>").unwrap();
    let (_, rows) = table.split_once("<tbody>").unwrap();
    let text = |row: &str| {
        let mut text = String::new();
        let mut is_tag = false;
        for letter in row.chars() {
            match letter {
                '<' => is_tag = true,
                '>' => {
                    is_tag = false;
                    text.push(' ');
                }
                _ if !is_tag => text.push(letter),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    rows.split("</tr>").map(text).filter(|row| !row.is_empty()).collect()
}

const PAYMENTS: &str = "award,date,amount,reference\n1-2015,31/05/2015,100.00,A\n1-2015,31/13/2015,50.00,B\n1-2015,30/06/2015,7.777,C\nno-2015,30/06/2015,5.00,D\n";

#[test]
fn rows_with_faults_are_corrected_in_place_and_all_is_recorded_once() {
    let office = Office::open();
    let plan = sent(&office, "", "may.csv", PAYMENTS);
    let page = office.get(&plan);
    assert_eq!(page.status, 422);
    assert_eq!(
        lines(&page),
        [
            "New 1 £100.00",
            "Already recorded 0 £0.00",
            "In conflict 0 £0.00",
            "Rejected 3 £55.00",
            "Skipped 0 £0.00",
            "Read 4 £155.00"
        ]
    );
    shows(
        &page,
        &[
            "3 rows have errors",
            "not a valid date",
            "more than two decimal places",
            "no award",
            "Import payments",
        ],
    );
    lacks(&page, &["Record 1 row", "Nothing is recorded yet"]);
    // What is not to be recorded as it is, is not.
    posted(&office, &format!("{plan}/record"), "");
    assert_eq!(office.records(), office.records_at_start);

    let form = "row=3&c3=1&s3-1=31/13/2015&r3-1=31/07/2015&row=4&c4=2&s4-2=7.777&r4-2=7.78&row=5&x5=yes&kind=payments&profile=canonical";
    let page = posted(&office, &plan, form);
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(
        lines(&page),
        [
            "New 3 £157.78",
            "Already recorded 0 £0.00",
            "In conflict 0 £0.00",
            "Rejected 0 £0.00",
            "Skipped 1 £5.00",
            "Read 4 £162.78"
        ]
    );
    shows(&page, &["Nothing is recorded yet", "left out by you (row 5)", "Record 3 rows"]);
    assert_eq!(office.records(), office.records_at_start);

    // The pages are ended and begun again: the plan is still there with its corrections.
    let office = office.again();
    assert_eq!(lines(&office.get(&plan)), lines(&page));
    for _ in 0..3 {
        let done = office.post(&format!("{plan}/record"), "");
        assert_eq!(done.header("location"), Some(format!("{plan}/done").as_str()));
    }
    assert_eq!(office.records(), office.records_at_start + 3);
    let done = office.get(&format!("{plan}/done"));
    shows(
        &done,
        &[
            "Recorded.",
            "Payment of 50.00",
            "31 Jul 2015",
            "Payment of 7.78",
            "import payments may.csv",
            "Reverse all",
        ],
    );
    // Looking at the plan again leads to what was recorded, also after the pages have ended.
    let office = office.again();
    assert_eq!(office.get(&plan).header("location"), Some(format!("{plan}/done").as_str()));
    shows(&office.get(&format!("{plan}/done")), &["Payment of 7.78"]);
    lacks(&office.get("/import"), &["Current file"]);
    assert_eq!(
        office.post(&format!("{plan}/discard"), "").header("location"),
        Some(format!("{plan}/done").as_str())
    );
    let again = office.get(&sent(&office, "", "may.csv", PAYMENTS));
    assert!(lines(&again).contains(&"Already recorded 1 £100.00".to_owned()), "{:?}", lines(&again));
}

#[test]
fn two_clicks_at_once_record_once() {
    let office = Office::open();
    let plan = sent(&office, "", "may.csv", "award,date,amount\n1-2015,31/05/2015,100.00\n");
    let path = format!("{plan}/record");
    let done = format!("{plan}/done");
    std::thread::scope(|scope| {
        let clicks: Vec<_> = (0..4).map(|_| scope.spawn(|| office.post(&path, ""))).collect();
        for click in clicks {
            let answer = click.join().unwrap();
            assert_eq!(answer.header("location"), Some(done.as_str()), "{}", answer.body);
        }
    });
    assert_eq!(office.records(), office.records_at_start + 1);
}

#[test]
fn what_is_recorded_is_what_the_plan_showed() {
    let office = Office::open();
    let plan = sent(&office, "", "may.csv", "award,date,amount,reference\n1-2015,31/05/2015,900.00,X\n");
    let page = office.get(&plan);
    let (_, seen) = page.body.split_once("name=\"seen\" value=\"").unwrap();
    let seen = seen.split('"').next().unwrap();
    office.record_as("al", false, &[pay("1-2015", "2015-05-05", "500")]);
    let before = office.records();
    let page = posted(&office, &format!("{plan}/record"), &format!("seen={seen}"));
    shows(&page, &["Nothing was recorded", "1 row has errors", "exceeds"]);
    assert_eq!(office.records(), before);
}

#[test]
fn possible_duplicates_are_confirmed_by_their_number() {
    let office = Office::open();
    let file = "award,date,amount,reference\n1-2015,01/06/2015,50,A\n1-2015,02/06/2015,50,B\n";
    let plan = sent(&office, "payments", "june.csv", file);
    let page = office.get(&plan);
    shows(
        &page,
        &["The file may contain duplicates", "may be a duplicate of row 2", "Not a duplicate: record it"],
    );
    let page = posted(&office, &plan, "kind=payments&profile=canonical&confirm_duplicates=2");
    shows(&page, &["There are 1 possible duplicates now, not 2 as confirmed"]);
    let page = posted(&office, &plan, "kind=payments&profile=canonical&confirm_duplicates=1");
    shows(&page, &["Nothing is recorded yet", "Record 2 rows"]);
    assert!(lines(&page).contains(&"Possible duplicates 1 £50.00".to_owned()));
    posted(&office, &format!("{plan}/record"), "");
    assert_eq!(office.records(), office.records_at_start + 2);
}

#[test]
fn awards_of_a_workbook_add_what_is_missing_if_that_is_ticked() {
    let office = Office::open();
    let header = ["decision", "decided", "recipient", "amount", "purpose", "theme"].map(str::to_owned);
    let row = ["7-2015", "1 May 2015", "Anglia <b>Care</b>", "1,000", "Help", "youth"].map(str::to_owned);
    let file = almoner_papers::workbook::texts(Some(&header), &[row.to_vec()]).unwrap();
    let answer = send(&office, "", "awards.xlsx", &file);
    assert_eq!(answer.status, 303, "{}", answer.body);
    let plan = answer.header("location").unwrap().to_owned();
    let page = office.get(&plan);
    shows(
        &page,
        &["Import awards", "tick “Add unknown recipients, themes and funds”", "Anglia &lt;b&gt;Care"],
    );
    lacks(&page, &["<b>Care", "--"]);
    let rejects = office.get(&format!("{plan}/rejects"));
    assert!(rejects.body.starts_with("PK"), "{}", rejects.head);
    assert_eq!(rejects.header("content-disposition"), Some("attachment; filename=\"rejected-awards.xlsx\""));
    let page = posted(&office, &plan, "kind=awards&profile=canonical&add_missing=yes");
    shows(
        &page,
        &["Record 1 row", "New recipients (1): Anglia &lt;b&gt;Care&lt;/b&gt;", "New themes (1): youth"],
    );
    posted(&office, &format!("{plan}/record"), "");
    assert_eq!(office.get("/grants/7-2015").status, 200);
}

/// The sheet with the rows is found, said and may be changed; where two have them, it is asked for.
#[test]
fn the_sheet_with_the_rows_is_found() {
    let office = Office::open();
    let notes: &[&str] = &["About this file", "Exported by the finance system"];
    let payments: &[&str] = &["award,date,amount", "1-2015,31/05/2015,10", "1-2015,30/06/2015,20"];
    let others: &[&str] = &["award,date,amount", "1-2015,31/07/2015,5"];
    let theirs: &[&str] = &["Grant ref,Paid on,Net", "1-2015,31/05/2015,10", "1-2015,30/06/2015,20"];
    let found = |sheet: &str| {
        format!("Read from the sheet <strong>{sheet}</strong>, the only one with the columns of payments")
    };
    for (sheets, expected) in [
        (vec![("Notes", notes), ("Paid", payments)], Some("Paid")),
        (vec![("Paid", theirs), ("Notes", notes)], Some("Paid")),
        // Our own columns are clearer than those of others.
        (vec![("Theirs", theirs), ("Paid", payments), ("Notes", notes)], Some("Paid")),
        (vec![("May", payments), ("June", others)], None),
        (vec![("May", theirs), ("June", theirs)], None),
        (vec![("Notes", notes), ("More", notes)], None),
    ] {
        let answer = send(&office, "payments", "paid.xlsx", &workbook(&sheets));
        assert_eq!(answer.status, 303, "{sheets:?}: {}", answer.body);
        let plan = answer.header("location").unwrap().to_owned();
        let page = office.get(&plan);
        match expected {
            Some(sheet) => shows(&page, &[&found(sheet), "Record 2 rows", "£30.00"]),
            None => {
                shows(&page, &["several sheets contain data", "id=\"reading\" open"]);
                lacks(&page, &["Read from the sheet"]);
            }
        }
    }
    let answer = send(&office, "", "paid.xlsx", &workbook(&[("Paid", payments), ("Theirs", theirs)]));
    let plan = answer.header("location").unwrap().to_owned();
    let page = posted(&office, &plan, "kind=payments&profile=canonical&sheet=Theirs");
    shows(&page, &["Import payments", "Record 2 rows"]);
    lacks(&page, &["Read from the sheet"]);
    shows(&posted(&office, &plan, "kind=payments&profile=canonical&sheet="), &[&found("Paid")]);
}

#[test]
fn the_sheet_with_the_bank_statement_is_found() {
    let office = Office::open();
    let april: &[&str] =
        &["date,text,amount,balance", "2015-04-20,OPEN DOOR,-100,900", "2015-04-21,BT GROUP PLC,-40,860"];
    let notes: &[&str] = &["About this file", "Exported by the bank"];
    for (sheets, expected) in [
        ([("Notes", notes), ("April 2015", april)], Some("sheet April 2015")),
        ([("April", april), ("Again", april)], None),
        ([("Notes", notes), ("More", notes)], None),
    ] {
        let answer = office.post_file(
            "/record/statement",
            &[("account", "12345678")],
            ("april.xlsx", workbook(&sheets)),
        );
        match expected {
            Some(sheet) => {
                assert_eq!(answer.status, 303, "{}", answer.body);
                shows(&office.get(answer.header("location").unwrap()), &[sheet, "1,000.00", "860.00"]);
            }
            None => {
                assert_eq!(answer.status, 422, "{sheets:?}");
                shows(&answer, &["several sheets contain data"]);
            }
        }
    }
}

#[test]
fn a_file_of_somebody_else_is_read_by_a_profile() {
    let office = Office::open();
    let spend = "Spend\n\nSupplier,Date,Description,Amount\nOpen Door,30/06/15,Grant 1-2015,\"£1.50\"\nOpen Door,30/06/15,Grant,£2.00\n";
    let plan = sent(&office, "", "spend.csv", spend);
    let page = office.get(&plan);
    shows(&page, &["profile spend-over-500", "no known award or decision number"]);
    let form = "kind=payments&profile=spend-over-500&row=5&c5=4&s5-4=&r5-4=1-2015";
    let page = posted(&office, &plan, form);
    assert!(lines(&page).contains(&"New 2 £3.50".to_owned()), "{}", page.body);
    let theirs = "Grant ref;Paid on;Net\n1-2015;31/07/2015;125,50\n1-2015;31/08/2015;50,50\n";
    let page = office.get(&sent(&office, "", "theirs.csv", theirs));
    assert!(lines(&page).contains(&"New 2 £176.00".to_owned()), "{}", page.body);
    // No profile is named by a path.
    let page = office.post(&page_path(&page), "kind=payments&profile=/etc/passwd");
    let page = office.get(page.header("location").unwrap());
    assert!(lines(&page).contains(&"New 2 £176.00".to_owned()), "{}", page.body);
}

#[test]
fn columns_are_chosen_and_saved_as_a_profile() {
    let office = Office::open();
    let theirs = "Grant ref,Body,Paid on,Net,Gross\n1-2015,Open Door,31/07/2015,10.00,12.00\n1-2015,Open Door,31/08/2015,20.00,24.00\n";
    let plan = sent(&office, "", "theirs.csv", theirs);
    let page = office.get(&plan);
    assert!(lines(&page).contains(&"New 2 £30.00".to_owned()), "{}", page.body);
    shows(&page, &["Check the columns", "Amount: or should it be column 5, “Gross”?"]);
    let columns = office.get(&format!("{plan}/columns"));
    shows(&columns, &["Gross: 12.00 · 24.00", "The amount paid", "Save as a profile"]);
    let chosen = "m-date=2&m-amount=4&m-award=0&m-reference=&v-kind=payment&m-words=99&m-nothing=1";
    let page = posted(&office, &format!("{plan}/columns"), chosen);
    assert!(lines(&page).contains(&"New 2 £36.00".to_owned()), "{}", page.body);
    for (form, said) in [
        ("name=Their+System", "cannot be the name of a profile"),
        ("name=..%2Ftheirs", "cannot be the name of a profile"),
        ("name=spend-over-500", "comes with the program"),
        ("name=", "cannot be the name of a profile"),
    ] {
        let refused = office.post(&format!("{plan}/profile"), form);
        assert_eq!(refused.status, 422, "{form}");
        shows(&refused, &[said]);
    }
    let page = posted(&office, &format!("{plan}/profile"), "name=their-system");
    shows(&page, &["profile their-system", "their-system: Files like theirs"]);
    shows(
        &office.post(&format!("{plan}/profile"), "name=their-system"),
        &["already a profile", "Replace the profile"],
    );
    posted(&office, &format!("{plan}/record"), "");
    // The next file of the source is read by it.
    let page = office.get(&sent(&office, "", "next.csv", &theirs.replace("12.00", "13.00")));
    shows(&page, &["profile their-system", "Already recorded"]);
    assert!(lines(&page).contains(&"Already recorded 1 £24.00".to_owned()), "{:?}", lines(&page));
}

/// Returns the path of the plan that a page shows.
fn page_path(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("<form class=\"plan\" method=\"post\" action=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn a_user_has_one_import_in_hand() {
    let office = Office::open();
    let first = sent(&office, "", "first.csv", PAYMENTS);
    shows(&office.get("/import"), &["Current file", "first.csv"]);
    let second = sent(&office, "", "second.csv", PAYMENTS);
    let ask = office.get("/import");
    shows(&ask, &["second.csv"]);
    lacks(&ask, &["first.csv"]);
    let gone = office.get(&first);
    assert_eq!(gone.status, 422);
    shows(&gone, &["no longer available"]);
    posted(&office, &format!("{second}/discard"), "");
    lacks(&office.get("/import"), &["second.csv"]);
    shows(&office.get(&second), &["no longer available"]);
    assert_eq!(office.records(), office.records_at_start);
    for path in
        ["/import?audience=panel", "/imports/0000?audience=public", "/imports/0000/done?audience=panel"]
    {
        assert_eq!(office.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_file_is_removed_with_its_draft() {
    let office = Office::open();
    let plan = sent(&office, "", "may.csv", PAYMENTS);
    assert_eq!(office.files(), 1);
    let form = format!("token={}&amount=1&date=2015-06-01", office.token());
    let headers = [("Cookie", office.cookie.as_str()), ("Origin", office.origin.as_str())];
    for number in 0..200 {
        let answer = office.send("POST", "/grants/1-2015/pay", &headers, &form);
        assert_eq!(answer.status, 303, "{number}: {}", answer.body);
    }
    shows(&office.get(&plan), &["no longer available"]);
    assert_eq!(office.files(), 0);
}

#[test]
fn pages_are_shown_while_plans_wait_for_other_files() {
    let office = Office::open();
    let plan = sent(&office, "", "may.csv", PAYMENTS);
    let head = format!(
        "POST /import HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\n\
         Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: 9000\r\n\r\n--XX\r\n",
        office.host, office.cookie, office.origin
    );
    // Two files that arrive slowly take the places, and plans are waited for more often than the pages have threads.
    let asked = format!("GET {plan} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", office.host, office.cookie);
    let waiting: Vec<_> = std::iter::repeat_n(&head, 2)
        .chain(std::iter::repeat_n(&asked, 12))
        .map(|request| {
            let mut stream = office.connect();
            stream.write_all(request.as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(50));
            stream
        })
        .collect();
    let begun = std::time::Instant::now();
    assert_eq!(office.get("/grants").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(waiting);
    assert_eq!(office.get(&plan).status, 422);
}

#[test]
fn a_plan_says_which_grants_are_confidential() {
    let office = Office::open();
    let said = "Confidential grants, withheld from the public and the panel (1): ";
    for (file, is_said) in [
        ("award,date,amount\n1-2015,31/05/2015,1\nC1-2015,31/05/2015,2\n", Some("C1-2015")),
        ("award,date,amount\n1-2015,31/05/2015,1\n", None),
        (
            "decision,decided,recipient,amount,purpose,theme\nC7-2015,1 May 2015,Open Door,9,Help,domestic-abuse\n",
            Some("C7-2015"),
        ),
    ] {
        let page = office.get(&sent(&office, "", "may.csv", file));
        assert_eq!(page.status, 200, "{}", page.body);
        match is_said {
            Some(grant) => shows(&page, &[&format!("{said}{grant}")]),
            None => lacks(&page, &["onfidential grants"]),
        }
    }
}

#[test]
fn a_plan_says_what_it_would_withhold_and_its_button_confirms_that() {
    let office = Office::open();
    let plan = sent(&office, "", "register.csv", "decision,title,confidential\n1-2015,Help,yes\n");
    let page = office.get(&plan);
    assert_eq!(page.status, 200, "{}", page.body);
    shows(
        &page,
        &[
            "This withholds details that the public and the panel can see now.",
            "Grant 1-2015 (Open Door, ",
            "name=\"confirm\" value=\"withholding\"",
            ", and withhold the details listed above",
        ],
    );
    let is_shown = || office.get("/grants/1-2015?audience=public").status == 200;
    let record = format!("{plan}/record");
    assert_eq!(office.post(&record, "").status, 303);
    assert!(is_shown());
    assert_eq!(office.post(&record, "confirm=withholding").status, 303);
    assert!(!is_shown());
}

#[test]
fn what_a_file_does_not_have_is_said_at_its_field() {
    let office = Office::open();
    let plan = sent(&office, "", "may.csv", PAYMENTS);
    let before = lines(&office.get(&plan));
    for (form, field, said) in [
        (
            "kind=payments&profile=canonical&sheet=Nowhere",
            "sheet",
            "a sheet is named, but the file is not a workbook",
        ),
        ("kind=statements&profile=canonical", "kind", "is a bank statement"),
    ] {
        let page = office.post(&plan, &format!("{form}&row=4&c4=2&s4-2=7.777&r4-2=7.78"));
        assert_eq!(page.status, 422, "{form}");
        let (link, at) = (format!("href=\"#field-{field}\""), format!("id=\"field-{field}-error\""));
        shows(&page, &["Import payments", "There is a problem", &link, &at, said, "id=\"reading\" open"]);
    }
    // What was typed in the rows remains, and the file is read as before.
    let page = office.get(&plan);
    assert_ne!(lines(&page), before);
    shows(&page, &["2 rows have errors"]);
}

#[test]
fn a_file_that_needs_approval_is_proposed_as_a_whole() {
    let office = Office::open();
    let user = |id: &str| {
        let (id, roles) = (Text::new(id).unwrap(), [Role::Recorder, Role::Approver, Role::Payer]);
        User::new(id.clone(), id, roles.into())
    };
    office.record_as("jane", false, &[Command::SetUsers(vec![user("jane"), user("al")])]);
    let policy = Policy {
        rules: vec![Rule { act: Act::Payment, over: None }],
        days: 7,
        recipient_recorder_apart: false,
        checklist: false,
        signed_approvals: false,
    };
    let proposal = office.record_as("al", true, &[Command::SetPolicy(Some(policy))]);
    office.recorded(&format!("/records/{proposal}/approve"), "");
    let before = office.records();
    let file = "award,date,amount\n1-2015,31/05/2015,100.00\n1-2015,31/07/2015,50.00\n";
    let plan = sent(&office, "", "may.csv", file);
    let page = office.get(&plan);
    shows(&page, &["Send 2 rows for approval, £150.00", "A second user must approve this"]);
    assert_eq!(office.records(), before);
    let done = posted(&office, &format!("{plan}/record"), "proposing=yes");
    shows(&done, &["File sent for approval", "recorded once approved by al"]);
    lacks(&done, &["Reverse all"]);
    assert_eq!(office.records(), before + 1);
    office.approve_as("al", before + 1);
    let done = office.get(&format!("{plan}/done"));
    shows(&done, &["File recorded", "Recorded."]);
    lacks(&done, &["ent for approval", "once approved"]);
    let before = office.records() - 1;
    // What the form says of it is not believed.
    let plan = sent(&office, "", "june.csv", "award,date,amount\n1-2015,30/06/2015,10.00\n");
    posted(&office, &format!("{plan}/record"), "");
    assert_eq!(office.records(), before + 1);
}

const DECISIONS: &str = "Decision 61-2015\nDate: 3 June 2015\nOutreach\nThe Commissioner agreed a grant of £12,500 to Open Door for outreach from 1 July 2015 to 30 June 2016.\n\nDecision 62-2015\nDate: 4 June 2015\nYouth work\nThe Commissioner agreed a grant to Anglia Care of £9,\n500 for youth work.\n";

#[test]
fn a_list_of_decisions_is_drafted_beside_its_words_and_its_marks_bind() {
    let office = Office::open();
    let plan = sent(&office, "prose", "june.txt", DECISIONS);
    let page = office.get(&plan);
    shows(
        &page,
        &["Import decisions", "2 decisions, 0 confidential; 2 awards, 1 with an amount", "rows to check: 1"],
    );
    shows(
        &page,
        &["1 row has points to check", "of £9, 500 for youth work", "it can be read in more than one way"],
    );
    // Neither the row nor the file is recorded while a mark is open.
    posted(&office, &format!("{plan}/record"), "");
    assert_eq!(office.records(), office.records_at_start);
    let ticked = |page: &Answer| {
        let (_, rest) = page.body.split_once("name=\"e2\" value=\"").unwrap();
        let column = rest.split('"').next().unwrap().to_owned();
        let (_, rest) = page.body.split_once("name=\"t2\" value=\"").unwrap();
        let text = rest.split('"').next().unwrap().replace("&quot;", "\"");
        let text: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("row=2&k2=yes&e2={column}&t2={text}")
    };
    let form = format!("kind=decisions&profile=canonical&{}", ticked(&page));
    let page = posted(&office, &plan, &form);
    shows(&page, &["Nothing is recorded yet", "Record 2 rows"]);
    // Neither do they as rows of another kind.
    let page = posted(&office, &plan, "kind=awards&profile=canonical");
    shows(&page, &["Import awards", "1 row has points to check"]);
    let page = posted(&office, &plan, "kind=decisions&profile=canonical");
    let page = posted(&office, &plan, &format!("kind=decisions&profile=canonical&{}", ticked(&page)));
    shows(&page, &["Nothing is recorded yet", "Record 2 rows"]);
    posted(&office, &format!("{plan}/record"), "");
    assert_eq!(office.get("/decisions/62-2015").status, 200);
    let done = office.get(&format!("{plan}/done"));
    shows(&done, &["Import the awards from this list"]);
    let (_, rest) = done.body.split_once("class=\"button\" href=\"").unwrap();
    let awards = rest.split('"').next().unwrap().to_owned();
    // The marks bind again: what was checked were the decisions.
    let page = office.get(&awards);
    shows(&page, &["Import awards", "1 row has points to check", "this must be filled in"]);
    let form = format!(
        "kind=awards&profile=canonical&add_missing=yes&{}&c2=3&s2-3=&r2-3=9500&c2=5&s2-5=&r2-5=youth&row=3&c3=5&s3-5=&r3-5=domestic-abuse",
        ticked(&page)
    );
    let page = posted(&office, &awards, &form);
    assert!(lines(&page).contains(&"New 2 £22,000.00".to_owned()), "{}", page.body);
    posted(&office, &format!("{awards}/record"), "");
    shows(&office.get("/grants/62-2015"), &["9,500.00"]);
    // The list again: its decisions are recorded, and its awards can be gone on with.
    let again = sent(&office, "prose", "june.txt", DECISIONS);
    let page = office.get(&again);
    let page = posted(&office, &again, &format!("kind=decisions&profile=canonical&{}", ticked(&page)));
    shows(
        &page,
        &[
            "Nothing new",
            "name=\"kind\" value=\"awards\"",
            "<button>Import the awards from this list</button>",
        ],
    );
    let page = posted(&office, &again, "kind=awards&profile=canonical");
    shows(&page, &["Import awards", "1 row has points to check"]);
    let refused = send(&office, "prose", "words.txt", b"once upon a time\n");
    assert_eq!(refused.status, 422);
    shows(&refused, &["contains no decisions"]);
    // A web page is found to be prose by itself.
    let page = format!("<html><body><p>{}</p></body></html>", DECISIONS.replace('\n', "</p><p>"));
    shows(&office.get(&sent(&office, "", "june.html", &page)), &["Import decisions", "2 decisions"]);
}

#[test]
fn what_is_no_table_is_refused_in_words() {
    let office = Office::open();
    let bomb = {
        // A workbook whose parts are no workbook.
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(std::iter::repeat_n(0_u8, 4096));
        bytes
    };
    for (name, content, said) in [
        ("empty.csv", b"".to_vec(), "No file was chosen, or it is empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "picture.png"),
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n".to_vec(), "PDF"),
        ("bomb.xlsx", bomb, "workbook"),
        ("../../etc/passwd", b"%PDF-1.7\n".to_vec(), "“passwd” cannot be read"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0".to_vec(), "old.xls"),
        ("zeros.csv", vec![0; 2048], "zeros.csv"),
        ("bank.csv", b"date,text,amount\n2015-05-01,BACS,5.00\n".to_vec(), "“bank.csv” is a bank statement"),
    ] {
        let answer = send(&office, "", name, &content);
        assert_eq!(answer.status, 422, "{name}: {}", answer.body);
        shows(&answer, &["There is a problem", said]);
        lacks(&answer, &["etc/", "panicked"]);
    }
    // Nothing is a table of payments in a text of prose: its columns are asked.
    let plan = sent(&office, "payments", "words.txt", "once upon a time\nthere was no header\n");
    shows(&office.get(&plan), &["No payments can be read", "column is missing"]);
    let large = office.raw(&format!(
        "POST /import HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\nContent-Type: multipart/form-data; \
         boundary=XX\r\nContent-Length: {}\r\n\r\n--XX\r\n",
        office.host,
        office.cookie,
        office.origin,
        300 * 1024 * 1024
    ));
    assert_eq!(large.status, 413);
    shows(&large, &["larger than 256 MiB"]);
    let forged = office.send_file("/import", &[("token", "forged"), ("kind", "")], ("a.csv", PAYMENTS));
    assert_eq!(forged.status, 403);
    assert_eq!(office.records(), office.records_at_start);
    let read_only = Office::read_only();
    assert_eq!(send(&read_only, "", "a.csv", PAYMENTS.as_bytes()).status, 403);
}
