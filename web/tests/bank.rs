//! The bank over real connections: a statement is sent, checked and recorded once; its lines are decided, and nothing of
//! it is for other audiences.

use crate::common::{Answer, Office, lacks, pay, shows};

const ACCOUNT: &str = "20-00-00 12345678";
const PAGE: &str = "/bank/20-00-00%2012345678";
const APRIL: &str = "Date,Text,Amount,Balance\n2015-04-20,OPEN DOOR 1-2015 GRANT,-100,900\n2015-04-21,BT GROUP PLC,-40,860\n\
    2015-04-22,BACS RUN,-500,360\n2015-04-30,CHARGES,-12.40,347.60\n";

/// Returns an office with three payments.
fn office() -> Office {
    let office = Office::open();
    let pays = [("100", "2015-04-16"), ("40", "2015-04-17"), ("60", "2015-04-18")];
    for (amount, date) in pays {
        office.record_as("jane", false, &[pay("1-2015", date, amount)]);
    }
    office
}

/// Sends a statement and returns the path of its draft.
fn sent(office: &Office, fields: &[(&str, &str)], content: &str) -> String {
    let answer = office.post_file("/record/statement", fields, ("april.csv", content));
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").unwrap().to_owned()
}

/// Records a draft twice and returns its confirmation.
fn recorded(office: &Office, draft: &str) -> Answer {
    office.record_twice(draft);
    office.get(&format!("{draft}/done"))
}

/// Returns an office whose statement is recorded, and the record of the statement.
fn with_statement() -> (Office, u64) {
    let office = office();
    let before = office.records();
    let draft = sent(&office, &[("account", ACCOUNT)], APRIL);
    recorded(&office, &draft);
    (office, before + 1)
}

#[test]
fn a_statement_is_checked_and_recorded_once() {
    let office = office();
    let before = office.records();
    let draft = sent(&office, &[("account", ACCOUNT)], APRIL);
    let check = office.get(&draft);
    shows(
        &check,
        &["Nothing is recorded yet", "april.csv", "1,000.00", "347.60", "by name and amount", "BT GROUP PLC"],
    );
    assert_eq!(office.records(), before);
    let done = recorded(&office, &draft);
    shows(&done, &["Statement recorded", "To the bank account", "Reverse all"]);
    // The statement, and the one line that says which payment it is.
    assert_eq!(office.records(), before + 2);
    // The same file adds nothing.
    let again = sent(&office, &[("account", ACCOUNT)], APRIL);
    shows(&office.get(&again), &["Already recorded."]);
    assert_eq!(office.records(), before + 2);
}

#[test]
fn a_draft_of_a_statement_outlives_the_pages() {
    let office = office();
    let draft = sent(&office, &[("account", ACCOUNT)], APRIL);
    let office = office.again();
    shows(&office.get(&draft), &["Nothing is recorded yet", "BT GROUP PLC"]);
    shows(&recorded(&office, &draft), &["Statement recorded"]);
}

#[test]
fn a_long_statement_and_long_decisions_are_recorded_whole() {
    let office = office();
    let (mut content, mut decisions) =
        ("Date,Text,Amount\n".to_owned(), "date,amount,text,explained,reason\n".to_owned());
    for number in 1..=210 {
        content.push_str(&format!("2015-05-06,SUPPLIER {number},-{number}\n"));
        decisions.push_str(&format!("2015-05-06,-{number},SUPPLIER {number},not-a-grant,Supplies of May\n"));
    }
    let draft = sent(&office, &[("account", ACCOUNT)], &content);
    shows(&office.get(&draft), &["Nothing is recorded yet", "Lines 1 to 100 of 210"]);
    recorded(&office, &draft);
    shows(
        &office.get(&format!("{PAGE}?page=3")),
        &["210 open lines", "Lines 201 to 210 of 210", "SUPPLIER 210"],
    );
    let answer = office.post_file(&format!("{PAGE}/decisions"), &[], ("may.csv", &decisions));
    let draft = answer.header("location").unwrap().to_owned();
    recorded(&office, &draft);
    shows(&office.get(PAGE), &["reconciled", "No line is open."]);
}

#[test]
fn ticks_last_from_page_to_page() {
    let office = office();
    let mut content = "Date,Text,Amount\n".to_owned();
    for number in 1..=250 {
        content.push_str(&format!("2015-05-06,SUPPLIER {number},-{number}.50\n"));
    }
    let draft = sent(&office, &[("account", ACCOUNT)], &content);
    let statement = office.records() + 1;
    recorded(&office, &draft);
    let whole = format!("{PAGE}/statements/{statement}");
    for (page, is_statement) in [(PAGE, false), (&whole, true)] {
        let first = office.get(page);
        shows(&first, &["Lines 1 to 100 of 250", "form=\"lines\" name=\"page\" value=\"2\""]);
        // The page is left for the next by a button, with a tick and a reason.
        let of = if is_statement { format!("&statement={statement}") } else { String::new() };
        let line = |number: usize| format!("{statement}.{number}");
        let typed = format!("line={}&kind=charge&reason=Fees&days=10{of}", line(3));
        let second = office.post(&format!("{PAGE}/lines"), &format!("{typed}&page=2"));
        assert_eq!(second.status, 303, "{}", second.body);
        let second = second.header("location").unwrap().to_owned();
        let (draft, shown) = second.split_once('?').unwrap();
        assert_eq!(shown, "change=yes&page=2");
        let page = office.get(&second);
        assert_eq!(page.status, 200, "{}", page.body);
        shows(
            &page,
            &[
                "Lines 101 to 200 of 250",
                &format!("<input type=\"hidden\" name=\"line\" value=\"{}\">", line(3)),
                "1 line ticked on another page is included.",
                "value=\"Fees\"",
            ],
        );
        assert_eq!(page.body.contains("Statement of 6 May 2015"), is_statement, "{}", page.body);
        // Back on the first page, with another tick.
        let typed = format!("{typed}&line={}", line(150));
        let back = office.post(draft, &format!("{typed}&page=1"));
        let page = office.get(back.header("location").unwrap());
        let is_ticked = |line: &str| {
            let ticks = page.body.split("<input type=\"checkbox\"").skip(1);
            let mut ticks = ticks.filter_map(|it| it.split('>').next());
            ticks.any(|it| it.contains(&format!("value=\"{line}\"")) && it.contains(" checked"))
        };
        assert!(is_ticked(&line(3)), "{}", page.body);
        assert!(!is_ticked(&line(4)), "{}", page.body);
        shows(&page, &[&format!("<input type=\"hidden\" name=\"line\" value=\"{}\">", line(150))]);
        // The check has both, and nothing of the pages.
        assert_eq!(office.post(draft, &typed).header("location"), Some(draft));
        let check = office.get(draft);
        assert_eq!(check.status, 200, "{}", check.body);
        shows(&check, &["Nothing is recorded yet", "SUPPLIER 3", "SUPPLIER 150"]);
        lacks(&check, &["SUPPLIER 4<", "SUPPLIER 149"]);
    }
    // Other days are shown by the same form; what is no number of days is said at its field.
    let lines = format!("{PAGE}/lines");
    for (typed, status, address) in [
        ("days=60&shown_for=10", 200, "?change=yes&page=1"),
        ("days=60&shown_for=10&page=1", 200, "?change=yes&page=1"),
        ("days=x&shown_for=10", 422, "?change=yes&page=1"),
        ("days=60&shown_for=60", 422, ""),
        (&format!("days=x&line={statement}.1&kind=charge&reason=Fee"), 422, ""),
    ] {
        let draft = office.draft(&lines, typed);
        assert!(draft.ends_with(address), "{typed}: {draft}");
        assert_eq!(draft.contains('?'), !address.is_empty(), "{typed}: {draft}");
        assert_eq!(office.get(&draft).status, status, "{typed}");
    }
}

#[test]
fn forms_of_banks_are_found_out_or_chosen() {
    let office = office();
    let lloyds = "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit \
                  Amount,Balance,\n08/10/2015,FPO,30-00-00,12345678,CATCH 22,7.50,,92.50\n";
    let mt940 = ":20:1\n:25:30000012345678\n:28C:1\n:60F:C150908GBP100,00\n:61:150908D7,50NTRFNONREF\n:86:CATCH 22\n\
                 :62F:C150908GBP92,50\n";
    for (name, content, fields, form, account) in [
        ("lloyds.csv", lloyds, &[][..], "Lloyds", "30-00-00 12345678"),
        ("lloyds.csv", lloyds, &[("profile", "statement-lloyds")], "Lloyds", "30-00-00 12345678"),
        ("september.sta", mt940, &[], "MT940", "30000012345678"),
    ] {
        let answer = office.post_file("/record/statement", fields, (name, content));
        assert_eq!(answer.status, 303, "{name}: {}", answer.body);
        let check = office.get(answer.header("location").unwrap());
        shows(&check, &["Nothing is recorded yet", form, account, "£92.50", "CATCH 22"]);
    }
    let wrong =
        office.post_file("/record/statement", &[("profile", "statement-hsbc")], ("lloyds.csv", lloyds));
    assert_eq!(wrong.status, 422);
    let unknown = office.post_file("/record/statement", &[("profile", "../x")], ("lloyds.csv", lloyds));
    shows(&unknown, &["There is no file format"]);
}

#[test]
fn files_that_are_no_statements_are_refused_where_they_were_chosen() {
    let office = office();
    let before = office.records();
    for (name, content, text) in [
        ("april.csv", "", "The file is missing, or empty"),
        ("april.csv", "Date,Text,Amount\nnever,X,1\n", "Row 2, column Date"),
        ("april.csv", "Date,Text,Amount\n", "no transactions and no balance"),
        ("april.ofx", "OFXHEADER:100\nDATA:OFXSGML\n", "OFX"),
    ] {
        let answer = office.post_file("/record/statement", &[("account", ACCOUNT)], (name, content));
        assert_eq!(answer.status, 422, "{content}: {}", answer.body);
        shows(&answer, &[text, "There is a problem", "20-00-00 12345678"]);
    }
    assert_eq!(office.records(), before);
}

#[test]
fn a_form_with_a_file_is_of_the_session() {
    let office = office();
    let fields = [("account", ACCOUNT)];
    let foreign = office.send_file(
        "/record/statement",
        &[&[("token", "guessed")][..], &fields].concat(),
        ("a.csv", APRIL),
    );
    assert_eq!(foreign.status, 403, "{}", foreign.body);
    let none = office.send_file("/record/statement", &fields, ("a.csv", APRIL));
    assert_eq!(none.status, 403, "{}", none.body);
    // The head alone says that it is too large.
    let head = format!(
        "POST /record/statement HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\nContent-Type: multipart/form-data; \
         boundary=XX\r\nContent-Length: 90000000\r\n\r\n",
        office.host, office.cookie, office.origin
    );
    assert_eq!(office.raw(&head).status, 413);
    let from_elsewhere = head.replace(&office.origin, "http://evil.example");
    assert_eq!(office.raw(&from_elsewhere).status, 403);
    let read_only = Office::read_only();
    assert_eq!(read_only.send_file("/record/statement", &fields, ("a.csv", APRIL)).status, 403);
}

#[test]
fn balances_that_do_not_agree_are_accepted_by_a_button_only() {
    let office = office();
    let wrong = APRIL.replace("860", "861");
    let draft = sent(&office, &[("account", ACCOUNT)], &wrong);
    let refused = office.get(&draft);
    assert_eq!(refused.status, 422);
    shows(&refused, &["the running balance does not agree", "Accept the balances"]);
    assert_eq!(office.post(&draft, "account=20-00-00+12345678&confirm=ignore_balance").status, 303);
    shows(&office.get(&draft), &["Balances that do not agree are accepted.", "Nothing is recorded yet"]);
    shows(&recorded(&office, &draft), &["Statement recorded"]);
}

#[test]
fn a_mistyped_account_is_confirmed_first() {
    let (office, _) = with_statement();
    let may = "Date,Text,Amount,Balance\n2015-05-06,RENT,-10,337.60\n";
    let draft = sent(&office, &[("account", "20-00-00 12345687")], may);
    let refused = office.get(&draft);
    assert_eq!(refused.status, 422);
    shows(&refused, &["it may be a typing error for “20-00-00 12345678”", "This is a new account"]);
    assert_eq!(office.post(&draft, "account=20-00-00+12345687&confirm=new_account").status, 303);
    shows(&office.get(&draft), &["A new bank account.", "The most similar known one is 20-00-00 12345678"]);
    assert_eq!(office.get(&format!("{PAGE}?days=60")).status, 200);
    assert_eq!(office.get(&format!("{PAGE}?days=x")).status, 422);
    // Another account is none that was mistyped.
    let other = sent(&office, &[("account", "40-11-22 87654321")], may);
    shows(&office.get(&other), &["A new bank account.", "Nothing is recorded yet"]);
}

/// Payments, money back and receipts name their bank account in their forms; lines of another are not matched with them.
#[test]
fn money_names_its_bank_account() {
    let (office, statement) = with_statement();
    let known = format!("<option value=\"{ACCOUNT}\">");
    for (path, label) in [
        ("/grants/1-2015/pay", "Bank account paid from"),
        ("/grants/1-2015/refund", "Bank account paid into"),
        ("/grants/1-2015/returned", "Bank account paid into"),
        ("/record/funding", "Bank account paid into"),
    ] {
        shows(&office.get(path), &[label, &known]);
    }
    // One that may be mistyped is confirmed first; what was typed stays.
    let draft = office.draft("/grants/1-2015/pay", "amount=5&date=20+Apr+2015&account=20-00-00+12345687");
    let refused = office.get(&draft);
    assert_eq!(refused.status, 422);
    shows(
        &refused,
        &[
            "it may be a typing error for “20-00-00 12345678”",
            "This is a new account",
            "value=\"20-00-00 12345687\"",
            "field-account-error",
        ],
    );
    let confirmed = "amount=5&date=20+Apr+2015&account=20-00-00+12345687&confirm=new_account";
    assert_eq!(office.post(&draft, confirmed).status, 303);
    shows(&office.get(&draft), &["Nothing is recorded yet", "20-00-00 12345687"]);
    shows(
        &recorded(&office, &draft),
        &["Payment recorded", "No statement for account 20-00-00 12345687 is recorded"],
    );
    // A payment from another account is neither suggested for the line of its amount nor offered for it.
    let other = "amount=12.40&date=28+Apr+2015&account=60-00-00+87654321";
    let done = office.recorded("/grants/1-2015/pay", other);
    shows(&done, &["Payment recorded", "from account 60-00-00 87654321"]);
    shows(&office.get("/bank"), &["60-00-00 87654321", "no statement yet"]);
    let payments = "/reports/payments?fy=2015-16&state=unpresented";
    shows(&office.get(payments), &["60-00-00 87654321", "<option value=\"unpresented\" selected"]);
    let payment = office.records();
    let line = format!("{PAGE}?on={statement}.4");
    lacks(&office.get(&line), &[&format!("value=\"{payment}\"")]);
    lacks(&office.get(PAGE), &[&format!("{statement}.4={payment}")]);
    // Whoever names it all the same is refused.
    let answer = office.post(&format!("{PAGE}/lines"), &format!("of={statement}.4&record={payment}&days=10"));
    let draft = answer.header("location").unwrap().to_owned();
    shows(&office.get(&draft), &["names the bank account 60-00-00 87654321"]);
    // One from this account is.
    let done =
        office.recorded("/grants/1-2015/pay", "amount=12.40&date=29+Apr+2015&account=12345678&confirm=again");
    shows(&done, &["Payment recorded", "from account 20-00-00 12345678"]);
    shows(&office.get(PAGE), &[&format!("{statement}.4={}", office.records())]);
    let report = office.get("/reports/payments?fy=2015-16");
    shows(&report, &["Bank account", "60-00-00 87654321"]);
    // The reconciliation of an account can be chosen before a statement of it is recorded; by the office.
    let path = "/reports/bank-reconciliation?account=60-00-00+87654321&as_at=2015-04-30";
    let report = office.get(path);
    shows(&report, &["No statement for 60-00-00 87654321 is recorded", "selected>60-00-00 87654321"]);
    for path in ["bank-reconciliation?as_at=x&audience=public", "payments?audience=panel"] {
        lacks(&office.get(&format!("/reports/{path}")), &["87654321", "12345678"]);
    }
}

#[test]
fn the_page_of_an_account_adds_up_and_ticks_nothing() {
    let (office, statement) = with_statement();
    for path in [PAGE.to_owned(), format!("{PAGE}/statements/{statement}")] {
        let page = office.get(&path);
        shows(
            &page,
            &[
                "£1,000.00",
                "(£100.00)",
                "(£552.40)",
                "£347.60",
                "1 of 4 lines",
                "3 of 4 lines",
                "BT GROUP PLC",
                "by amount only",
            ],
        );
        lacks(&page, &["checked"]);
    }
    shows(
        &office.get("/bank"),
        &["3 open lines", "Balance per statement £347.60 on 30 Apr 2015", "20 Apr 2015 to 30 Apr 2015"],
    );
}

#[test]
fn lines_are_accepted_matched_and_explained() {
    let (office, statement) = with_statement();
    // The payments of 40 and 60 are two records before the statement.
    let (forty, sixty) = (statement - 2, statement - 1);
    let lines = format!("{PAGE}/lines");
    let done = office.recorded(
        &lines,
        &format!("match={statement}.2%3D{forty}&line={statement}.4&kind=charge&reason=Fee+of+April"),
    );
    shows(&done, &["Reconciliation recorded", "explained: charge (Fee of April)"]);
    let partly = format!("on={statement}.3&of={statement}.3&record={sixty}&rest=440&rest_reason=Suppliers");
    let done = office.recorded(&lines, &partly);
    shows(&done, &["Not in these books: (440.00) (Suppliers)"]);
    let page = office.get(PAGE);
    shows(&page, &["reconciled", "(£200.00)", "(£452.40)", "£0.00", "No line is open."]);
    shows(
        &office.get(&format!("{PAGE}/statements/{statement}")),
        &["partly in these books", "explained", "Suppliers", "Fee of April"],
    );
    shows(&office.get(&format!("{lines}?on={statement}.3")), &["The line as recorded", "Reverse"]);
    // Reversed, it is open again.
    let last = office.records();
    office.recorded(&format!("/records/{last}/reverse"), "reason=Mistyped");
    shows(&office.get(PAGE), &["1 open line", "(£500.00)"]);
}

#[test]
fn several_lines_are_several_payments() {
    let office = office();
    let before = office.records();
    let content = "Date,Text,Amount,Balance\n2015-04-20,BACS A,-70,930\n2015-04-21,BACS B,-30,900\n";
    let draft = sent(&office, &[("account", ACCOUNT)], content);
    recorded(&office, &draft);
    let (forty, sixty, statement) = (before - 1, before, before + 1);
    let form = format!("on={statement}.1&of={statement}.1&with={statement}.2&record={forty}&record={sixty}");
    let done = office.recorded(&format!("{PAGE}/lines"), &form);
    shows(&done, &["Reconciliation recorded"]);
    shows(&office.get(PAGE), &["reconciled", "(£100.00)", "2 of 2 lines"]);
}

#[test]
fn what_is_wrong_with_a_decision_is_said_beside_it() {
    let (office, statement) = with_statement();
    let before = office.records();
    let lines = format!("{PAGE}/lines");
    let line = format!("on={statement}.3&of={statement}.3");
    for (form, text) in [
        (String::new(), "Nothing is chosen"),
        (format!("line={statement}.4"), "The kind of explanation is missing"),
        (format!("line={statement}.4&kind=charge"), "The reason for the explanation is missing"),
        ("kind=charge&reason=Fee".to_owned(), "No line is ticked"),
        (line.clone(), "No payment, refund or receipt is ticked"),
        (format!("{line}&record={}", statement - 1), "add up to"),
        (format!("{line}&record={}&rest=x", statement - 1), "is not a valid amount"),
        (format!("{line}&record={}&rest=600", statement - 1), "cannot be part of a line for"),
        (format!("match={statement}.1%3D{}", statement - 2), "already"),
        (format!("match={statement}.9%3D{}", statement - 2), "There is no statement line"),
        ("match=x".to_owned(), "is neither a row number nor a statement line"),
    ] {
        let draft = office.draft(&lines, &form);
        let answer = office.get(&draft);
        assert_eq!(answer.status, 422, "{form}: {}", answer.body);
        shows(&answer, &[text, "There is a problem"]);
    }
    assert_eq!(office.records(), before);
}

#[test]
fn only_what_was_chosen_is_recorded() {
    let (office, statement) = with_statement();
    // A payment recorded after the statement makes a line certain: it is not matched with the decision on another.
    let paid = office.record_as("jane", false, &[pay("1-2015", "2015-05-01", "75")]);
    let may = "Date,Text,Amount,Balance\n2015-05-06,OPEN DOOR,-75,272.60\n";
    let draft = sent(&office, &[("account", ACCOUNT)], may);
    recorded(&office, &draft);
    let last = office.records();
    office.recorded(&format!("/records/{last}/reverse"), "reason=To+look+again");
    let before = office.records();
    office.recorded(&format!("{PAGE}/lines"), &format!("line={statement}.4&kind=charge&reason=Fee"));
    assert_eq!(office.records(), before + 1, "record {paid} is matched too");
}

#[test]
fn decisions_are_read_from_a_file() {
    let (office, _) = with_statement();
    let before = office.records();
    let decisions = "date,amount,text,explained,reason\n2015-04-30,-12.40,CHARGES,charge,Fee\n2015-04-22,-500,BACS RUN,not-a-grant,Wages\n";
    let answer = office.post_file(&format!("{PAGE}/decisions"), &[], ("decisions.csv", decisions));
    assert_eq!(answer.status, 303, "{}", answer.body);
    let draft = answer.header("location").unwrap().to_owned();
    shows(&office.get(&draft), &["Charge: Fee", "Not a grant: Wages"]);
    recorded(&office, &draft);
    assert_eq!(office.records(), before + 2);
    let answer = office.post_file(&format!("{PAGE}/decisions"), &[], ("decisions.csv", "what\n1\n"));
    let draft = answer.header("location").unwrap().to_owned();
    shows(&office.get(&draft), &["The file needs a column for the statement line"]);
}

#[test]
fn decisions_of_a_file_remain_while_others_are_made() {
    let (office, statement) = with_statement();
    let decisions = "date,amount,text,explained,reason\n2015-04-30,-12.40,CHARGES,charge,Fee\n";
    let answer = office.post_file(&format!("{PAGE}/decisions"), &[], ("decisions.csv", decisions));
    let draft = answer.header("location").unwrap().to_owned();
    let change = office.get(&format!("{draft}?change=yes"));
    shows(
        &change,
        &[
            "The matches and explanations in the uploaded file will also be recorded",
            "Begin without the file",
        ],
    );
    let form = format!("line={statement}.3&kind=not-a-grant&reason=Wages");
    assert_eq!(office.post(&draft, &form).status, 303);
    shows(&office.get(&draft), &["Charge: Fee", "Not a grant: Wages"]);
    let before = office.records();
    recorded(&office, &draft);
    assert_eq!(office.records(), before + 2);
    shows(&office.get(PAGE), &["1 open line"]);
}

#[test]
fn an_amount_is_found_however_it_is_written() {
    let office = Office::open();
    for (amount, date) in [("900", "2015-04-16"), ("40.50", "2015-04-17")] {
        office.record_as("jane", false, &[pay("1-2015", date, amount)]);
    }
    let content: String =
        (1..=60).map(|number| format!("2015-05-06,SUPPLIER {number},-{number}\n")).collect();
    let draft = sent(&office, &[("account", ACCOUNT)], &format!("Date,Text,Amount\n{content}"));
    recorded(&office, &draft);
    let line = format!("{PAGE}/lines?on={}.1", office.records());
    for (name, found, other) in [
        ("900", "16 Apr 2015", "17 Apr 2015"),
        ("900.00", "16 Apr 2015", "17 Apr 2015"),
        ("%C2%A3900", "16 Apr 2015", "17 Apr 2015"),
        ("-900", "16 Apr 2015", "17 Apr 2015"),
        ("40.5", "17 Apr 2015", "16 Apr 2015"),
        ("%C2%A340.50", "17 Apr 2015", "16 Apr 2015"),
    ] {
        let page = office.get(&format!("{line}&name={name}"));
        let (_, books) = page.body.split_once("id=\"field-record\"").unwrap();
        let (books, _) = books.split_once("Together with other lines").unwrap();
        assert!(books.contains(found) && !books.contains(other), "{name}: {books}");
    }
    shows(&office.get(&line), &["9 more open lines are not listed here"]);
}

#[test]
fn a_file_of_decisions_is_read_in_any_encoding() {
    let office = office();
    let content = "Date,Text,Amount\n2015-05-06,CAFÉ,-5\n";
    let draft = sent(&office, &[("account", ACCOUNT)], content);
    recorded(&office, &draft);
    let text = "date;amount;text;explained;reason\n2015-05-06;-5;CAFÉ;not-a-grant;\"Supplies, \"\"café\"\" of £5\"\n";
    let of_windows: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    for file in [text.as_bytes(), &of_windows] {
        let answer = office.post_file(&format!("{PAGE}/decisions"), &[], ("may.csv", file));
        assert_eq!(answer.status, 303, "{}", answer.body);
        let check = office.get(answer.header("location").unwrap());
        shows(&check, &["Nothing is recorded yet", "Not a grant: Supplies, &quot;café&quot; of £5"]);
    }
}

#[test]
fn confidential_grants_are_marked_beside_lines() {
    let office = Office::open();
    office.record_as("jane", false, &[pay("C1-2015", "2015-04-20", "70"), pay("1-2015", "2015-04-21", "40")]);
    let content = "Date,Text,Amount\n2015-04-22,BACS A,-70\n2015-04-23,BACS B,-40\n";
    let draft = sent(&office, &[("account", ACCOUNT)], content);
    let statement = office.records() + 1;
    let marks = |page: &Answer| page.body.matches("<span class=\"tag warn\">confidential</span>").count();
    assert_eq!(marks(&office.get(&draft)), 1, "check");
    recorded(&office, &draft);
    let line = format!("{PAGE}/lines?on={statement}.1");
    for (path, count) in [(PAGE, 1), (&format!("{PAGE}/statements/{statement}"), 1), (&line, 2)] {
        assert_eq!(marks(&office.get(path)), count, "{path}");
    }
    let form = format!("on={statement}.1&of={statement}.1&record={}", statement - 2);
    let check = office.get(&office.draft(&format!("{PAGE}/lines"), &form));
    assert_eq!(marks(&check), 1, "match: {}", check.body);
    shows(
        &office.get("/decisions/C1-2015"),
        &["C1-2015</a>: ", "<span class=\"tag warn\">confidential</span></li>"],
    );
    lacks(&office.get("/decisions/1-2015"), &["confidential</span>"]);
}

#[test]
fn what_an_address_or_a_file_lacks_is_said_at_its_field() {
    let (office, statement) = with_statement();
    for path in [PAGE.to_owned(), format!("{PAGE}/statements/{statement}")] {
        for days in ["999", "x", "-1"] {
            let page = office.get(&format!("{path}?days={days}"));
            assert_eq!(page.status, 422, "{path} {days}");
            let said = format!("“{days}” is not a number of days");
            let at = "id=\"field-days-error\"";
            let typed = format!("value=\"{days}\"");
            shows(&page, &["There is a problem", "href=\"#field-days\"", at, &said, &typed, "BT GROUP PLC"]);
        }
    }
    let page = office.post_file(&format!("{PAGE}/decisions"), &[], ("may.csv", ""));
    assert_eq!(page.status, 422);
    let at = "href=\"#field-decisions\"";
    shows(&page, &[at, "The file of decisions is missing", "<details class=\"file\" open>", "BT GROUP PLC"]);
    // What the page shows again is the account, which can be looked at.
    lacks(
        &page,
        &[
            "action=\"/bank/20-00-00%2012345678/decisions?",
            "method=\"get\" action=\"/bank/20-00-00%2012345678/decisions",
        ],
    );
    assert_eq!(office.post_file("/bank/nothing/decisions", &[], ("may.csv", "")).status, 404);
}

#[test]
fn nothing_of_the_bank_is_for_other_audiences() {
    let (office, statement) = with_statement();
    let missing = office.get("/bank/nothing?audience=public");
    for path in [
        "/bank".to_owned(),
        PAGE.to_owned(),
        format!("{PAGE}/statements/{statement}"),
        format!("{PAGE}/lines"),
        "/record/statement".to_owned(),
    ] {
        assert_eq!(office.get(&path).status, 200, "{path}");
        for audience in ["public", "panel"] {
            let answer = office.get(&format!("{path}?audience={audience}"));
            assert_eq!((answer.status, &answer.body), (404, &missing.body), "{path} {audience}");
        }
    }
    lacks(&office.get("/?audience=panel"), &["/bank"]);
    for path in
        ["/bank/nothing", "/bank/20-00-00%2012345678/statements/1", "/bank/20-00-00%2012345678/lines?on=1.1"]
    {
        assert_eq!(office.get(path).status, 404, "{path}");
    }
}

#[test]
fn texts_of_a_bank_are_shown_as_texts() {
    let office = office();
    let content = "Date,Text,Amount,Balance\n2015-04-20,<script>alert(1)</script>,-1,9\n";
    let draft = sent(&office, &[("account", "<b>1</b>")], content);
    for path in [draft.clone(), format!("{draft}?change=yes")] {
        lacks(&office.get(&path), &["<script>alert", "<b>1</b>"]);
    }
    recorded(&office, &draft);
    lacks(&office.get("/bank"), &["<b>1</b>"]);
    lacks(&office.get("/bank/%3Cb%3E1%3C%2Fb%3E"), &["<script>alert", "<b>1</b>"]);
}

/// A statement in no form that is known.
const THEIRS: &str = "Our bank plc;;;;\nBooked;Wording;Out;In;After\n20/04/2015;OPEN DOOR 1-2015 GRANT;1.100,50;;899,50\n\
    21/04/2015;INTEREST;;0,50;900,00\n";
/// Its columns as they are chosen.
const CHOSEN: &str = "m-date=0&m-text=1&m-amount=3&l-amount=2&m-balance=4&m-account=&m-reference=";

/// Sends a statement whose columns are not known, and returns the address of its page.
fn held(office: &Office, name: &str, content: &str) -> String {
    let answer = office.post_file(
        "/record/statement",
        &[("account", ACCOUNT), ("days", "12"), ("delimiter", "semicolon"), ("profile", "columns")],
        (name, content),
    );
    assert_eq!(answer.status, 303, "{}", answer.body);
    let columns = answer.header("location").unwrap().to_owned();
    assert!(columns.ends_with("/columns"), "{columns}");
    columns.trim_end_matches("/columns").to_owned()
}

#[test]
fn columns_of_a_statement_are_chosen_and_saved_as_a_profile() {
    let office = office();
    let before = office.records();
    let import =
        office.post_file("/import", &[], ("may.csv", "award,date,amount\n1-2015,2015-05-31,5\n".as_bytes()));
    let page = held(&office, "theirs.csv", THEIRS);
    // An import that is in hand stays there.
    assert_eq!(office.get(import.header("location").unwrap()).status, 200);
    let columns = office.get(&format!("{page}/columns"));
    shows(
        &columns,
        &["Out: 1.100,50", "Wording: OPEN DOOR 1-2015 GRANT · INTEREST", "Record a bank statement"],
    );
    // Without its amounts, or with others, it cannot be read, and nothing goes on.
    let some = office.post(&format!("{page}/columns"), "m-date=0&m-text=1&m-amount=");
    assert_eq!(some.status, 422);
    shows(&some, &["The column for amount is missing", "href=\"#field-m-amount\""]);
    assert_eq!(office.post(&format!("{page}/columns"), "m-date=0&m-text=1&m-amount=1").status, 303);
    for answer in [office.get(&page), office.post(&format!("{page}/statement"), "")] {
        assert_eq!(answer.status, 422);
        shows(&answer, &["the number contains letters"]);
        lacks(&answer, &["Check statement", "Save as a profile"]);
    }

    assert_eq!(office.post(&format!("{page}/columns"), CHOSEN).status, 303);
    let read = office.get(&page);
    assert_eq!(read.status, 200, "{}", read.body);
    shows(&read, &["2,000.00", "(1,100.50)", "0.50", "900.00", "Check statement", "Save as a profile"]);
    let again = office.get(&format!("{page}/columns"));
    shows(&again, &["<option value=\"3\" selected>In: 0,50", "<option value=\"2\" selected>Out: 1.100,50"]);
    assert_eq!(office.post(&format!("{page}/profile"), "name=our-bank").status, 303);
    shows(&office.get(&page), &["our-bank: Files like theirs"]);
    let draft = office.post(&format!("{page}/statement"), "");
    let draft = draft.header("location").unwrap().to_owned();
    // The draft is in place of the file, and has what was typed with it.
    assert_eq!(office.get(&page).header("location"), Some(draft.as_str()));
    shows(&office.get(&draft), &["Nothing is recorded yet", "theirs.csv", ACCOUNT, "£2,000.00", "£900.00"]);
    shows(&office.get(&format!("{draft}?change=yes")), &["value=\"12\""]);
    assert_eq!(office.records(), before);
    lacks(&office.get("/import"), &["theirs.csv"]);
    recorded(&office, &draft);
    shows(&office.get("/bank"), &["Balance per statement £900.00 on 21 Apr 2015"]);

    // The next statement of the bank is read by the profile, found out or chosen.
    let next = THEIRS.replace("/04/", "/05/").replace("899,50", "-200,50").replace("900,00", "-200,00");
    for fields in [&[("account", ACCOUNT)][..], &[("account", ACCOUNT), ("profile", "our-bank")]] {
        let answer = office.post_file("/record/statement", fields, ("may.csv", &next));
        let draft = answer.header("location").unwrap().to_owned();
        assert!(draft.starts_with("/drafts/"), "{draft}");
        shows(&office.get(&draft), &["Files like theirs", "200.00"]);
    }
    shows(&office.get("/record/statement"), &["<option value=\"our-bank\">Files like theirs"]);
}

#[test]
fn a_statement_that_is_read_in_two_ways_is_not_guessed() {
    let office = office();
    let reversed = THEIRS.replace("899,50", "3100,50").replace("900,00", "3100,00");
    let chosen = CHOSEN.replace("m-amount=3&l-amount=2", "m-amount=2&l-amount=3");
    for (name, content, columns) in
        [("reversed", reversed.as_str(), chosen.as_str()), ("theirs", THEIRS, CHOSEN)]
    {
        let page = held(&office, "theirs.csv", content);
        assert_eq!(office.post(&format!("{page}/columns"), columns).status, 303);
        assert_eq!(office.post(&format!("{page}/profile"), &format!("name={name}")).status, 303);
    }
    // Without balances, nothing says which column is money in.
    let doubtful = "Booked;Wording;Out;In;After\n20/05/2015;OPEN DOOR;11,50;;\n21/05/2015;INTEREST;;0,50;\n";
    let answer = office.post_file("/record/statement", &[("account", ACCOUNT)], ("may.csv", doubtful));
    assert_eq!(answer.status, 422, "{}", answer.body);
    shows(&answer, &["read in 2 ways, which give different figures: with reversed, or with theirs"]);
    let chosen = [("account", ACCOUNT), ("profile", "theirs")];
    assert_eq!(office.post_file("/record/statement", &chosen, ("may.csv", doubtful)).status, 303);
}
