//! Small files of different sources, and the profiles drafted for them.

use super::*;

#[test]
fn points_to_check_name_their_column() {
    let profile = "# Draft profile. Points to check are marked `check:`.\n#\n# check: the rows could also be\n#   awards?\nname = \"a\"\n\n\
        # Column 3, `Net`, found by its name: 2.\n# check: or should it be column 4, `Gross`?\n# check: one cell does not fit.\n\
        [columns.amount]\nfrom = \"Net\"\n\n# Not found: part.\n# [columns.part]\n# from = \"…\"\n";
    assert_eq!(
        checks(profile),
        [
            "the rows could also be awards?",
            "amount: or should it be column 4, `Gross`?",
            "amount: one cell does not fit."
        ]
    );
}

fn guessed(text: &str) -> Guess {
    guess("file.csv", text.as_bytes(), None, &Layout::default(), &say).unwrap()
}

fn say(next: &NextStep) -> String {
    format!("{next:?}")
}

/// Checks that the profile has these lines, in this order, and none of the others.
fn check(text: &str, lines: &[&str], without: &[&str]) {
    let profile = guessed(text).profile;
    // What a comment breaks over lines is one line here.
    let plain = profile.replace("\n#   ", " ");
    let mut rest = plain.as_str();
    for line in lines {
        let Some(at) = rest.find(line) else {
            panic!("{line:?} is not in, or not in its place in\n{profile}")
        };
        rest = &rest[at + line.len()..];
    }
    without.iter().for_each(|line| assert!(!plain.contains(line), "{line:?} is in\n{profile}"));
    assert!(profile.lines().all(|line| line.chars().count() <= 130), "{profile}");
}

#[test]
fn columns_are_found_by_their_names() {
    check(
        "Payee;Payment Date;Net;VAT;Invoice Number;Narrative\n\
         Compassion;04/13/2015;1.234,50;0,00;77;grant 14-2015\n\
         Phoenix;04/02/2015;12,00;2,40;78;room hire\n",
        &[
            "Kind: payments, by its columns.",
            "2 of 2 cells are dates; 1 has a number above 12 in second place, so mm/dd/yyyy",
            "check: the month comes first",
            "[columns.date]\nfrom = \"Payment Date\"\ndates = [\"mm/dd/yyyy\"]\n",
            "[columns.amount]\nfrom = \"Net\"\namounts = { decimal = \"comma\" }\n",
            "[columns.reference]\nfrom = \"Invoice Number\"\n",
            "[columns.recipient]\nfrom = \"Payee\"\n",
            "[columns.words]\njoined = \"Narrative\"\n",
            "- column 4, `VAT`: 0,00",
        ],
        &["slug"],
    );
    check(
        "Decision No,Organisation,Grant Amount (£000),Purpose,Fund,Date approved,Start date,End date,Confidential?\n\
         14-2015,Compassion,30,Support,Safer Streets,20 February 2015,Apr 2015,Mar 2016,No\n\
         15-2015,Night Football,0.441,Youth,cdr,23 February 2015,,,Yes\n",
        &[
            "[columns.decision]\nfrom = \"Decision No\"",
            "[columns.decided]\nfrom = \"Date approved\"\ndates = [\"dd mmm yyyy\"]",
            "[columns.recipient]\nfrom = \"Organisation\"",
            "check: according to the header, the amounts are in thousands",
            "[columns.amount]\nfrom = \"Grant Amount (£000)\"\namounts = { unit = \"thousands\" }",
            "check: compare with the ids in the ledger",
            "[columns.fund]\nfrom = \"Fund\"\nslug = true",
            "[columns.from]\nfrom = \"Start date\"\ndates = [\"yyyy-mm\"]",
            "[columns.confidential]\nfrom = \"Confidential?\"",
            "[columns.theme]\nvalue = \"unallocated\"",
        ],
        &["Confidential?`: "],
    );
    check(
        "Ref,Date,Decision title\n1-2015,01/04/2015,Precept\n2-2015,02/04/2015,Estates\n",
        &[
            "Kind: decisions",
            "check: no number is above 12",
            "dates = [\"dd/mm/yyyy\"]",
            "from = \"Decision title\"",
        ],
        &["mm/dd"],
    );
    check(
        "Fund,Theme,Financial year,Budget\ncdr,youth,2015/16,\"60,000\"\n",
        &["Kind: budgets", "[columns.amount]\nfrom = \"Budget\""],
        &["slug", "required"],
    );
    check(
        "Organisation name,Charity number,Contact name,Email\nCompassion,GB-CHC-1112223,Jane Doe,j@x.org\n",
        &["Kind: recipients", "from = \"Charity number\"", "`Contact name`: Aaaa Aaa", "`Email`: a@a.aaa"],
        &["Jane", "j@x"],
    );
}

#[test]
fn unnamed_columns_are_found_by_content() {
    check(
        "Supplier,When,How much,What\nCompassion,13/04/2015,12.50,Grant 14-2015\nPhoenix,14/04/2015,7.25,Room\n",
        &[
            "`When`, found by its content",
            "check: is this the date of payment?\n[columns.date]\nfrom = \"When\"",
            "check: is this the amount paid, negative for money back?\n[columns.amount]\nfrom = \"How much\"",
            "decision numbers in up to 1 rows",
            "[columns.words]\njoined = \"What\"",
        ],
        &[],
    );
    check(
        "13/04/2015,Compassion Trust,12.50,14-2015\n14/04/2015,Phoenix Limited,7.25,15-2015\n",
        &[
            "check: no row looks like a header",
            "[file]\nno-header = true",
            "[columns.date]\nfrom = 1",
            "from = 3",
        ],
        &["`Compassion"],
    );
}

#[test]
fn money_out_and_money_in_may_stand_in_two_columns() {
    check(
        "Date,Details,Paid out,Paid in\n13/04/2015,Grant 14-2015,12.50,\n14/04/2015,Back,,5.00\n",
        &["check: column 3, `Paid out` is read as money paid", "plus = \"Paid out\"\nminus = \"Paid in\""],
        &["blank in"],
    );
}

#[test]
fn bank_accounts_and_personal_data_are_shown_as_patterns_only() {
    check(
        "Supplier,Date,Amount,Sort code,Account,Approved by\nA Trust,13/04/2015,1.00,12-34-56,12345678,Jane Doe\n",
        &["`Sort code`: 99-99-99", "`Account`: 99999999", "`Approved by`: Aaaa Aaa"],
        &["12345678", "12-34", "Jane"],
    );
}

#[test]
fn columns_that_may_mark_rows_confidential_are_read_or_noted() {
    check(
        "Recipient,Amount,Date,Purpose,Restricted\nA Trust,1.00,13/04/2015,Support,SENSITIVE\n",
        &["from = \"Restricted\""],
        &["SENSITIVE"],
    );
    check(
        "Recipient,Amount awarded,Date,Purpose,Publication status\nA Trust,1.00,13/04/2015,Support,no\n",
        &[
            "check: no column states which rows are confidential",
            "`Publication status`",
            "check: this column may state which rows",
        ],
        &[],
    );
}

#[test]
fn unusual_column_names_are_quoted() {
    check(
        "\"Payment\nDate\",\"Amount \"\"net\"\"\",Supplier\\,Amount\n13/04/2015,x,A Trust,1.00\n",
        &["[columns.date]\nfrom = ", "[columns.amount]\nfrom = \"Amount\"", "[columns.recipient]"],
        &[],
    );
}

#[test]
fn a_file_without_known_columns_is_refused() {
    for (text, code) in [
        ("", "nothing-to-guess"),
        ("lorem ipsum dolor\nsit amet\n", "nothing-to-guess"),
        ("Colour,Weight\nred,1.50\nblue,2.75\n", "nothing-to-guess"),
        ("1,2,3\n4,5,6\n", "nothing-to-guess"),
        ("%PDF-1.4\n...", "unreadable-format"),
    ] {
        let refused = guess("file.csv", text.as_bytes(), None, &Layout::default(), &say).unwrap_err();
        assert_eq!(refused.code, code, "{text:?}: {refused}");
        assert_ne!(refused.next, "".into());
    }
    let refused =
        guess("x", "Colour,Weight\nred,x\n".as_bytes(), Some(Kind::Budgets), &Layout::default(), &say);
    assert_eq!(refused.unwrap_err().code, "nothing-to-guess");
}

#[test]
fn a_long_file_is_sampled_and_then_read_in_full() {
    let rows: String = (0..sample::ROWS + 10).map(|row| format!("A Trust,13/04/2015,1.00,{row}\n")).collect();
    let guess = guessed(&format!("Supplier,Date,Amount,Reference\n{rows}"));
    assert!(guess.profile.contains("Rows sampled: the first 5000."), "{}", guess.profile);
    assert!(guess.profile.contains("rows read: 5010, total 5,010.00"), "{}", guess.profile);
    assert!(guess.reads_all);
}

#[test]
fn a_statement_is_distinguished_from_payments_by_its_balance() {
    check(
        "Transaction Date,Type,Description,Money Out,Money In,Balance\n\
         30/03/2015,BAC,HOME OFFICE,,20000.00,20000.00\n\
         31/03/2015,BAC,CATCH 22,1750.00,,18250.00\n",
        &[
            "then TestProfile(Statements).",
            "Kind: statements",
            "Test run: rows read: 2, total 18,250.00",
            "kind = \"statements\"",
            "[columns.text]\nfrom = \"Description\"",
            "`Money In` is read as money in, column 4, `Money Out` as money out",
            "[columns.amount]\nplus = \"Money In\"\nminus = \"Money Out\"",
            "[columns.balance]\nfrom = \"Balance\"",
        ],
        &["payments"],
    );
}

/// Headings and rows as publishers have them: the draft reads every payment, and no other amount.
#[test]
fn unusual_headings_and_rows_are_read() {
    let long = "Description of the goods, works or services that were supplied to the office in the month to which this list relates";
    let named =
        format!("Date,Supplier,\"{long}\",Amount\n01/04/2015,Acme,a,\"1,000.00\"\n02/04/2015,Beta,b,5\n");
    let filler = "Date,Supplier,Description,Amount\n01/04/2015,Acme,a,\"1,000.00\"\n02/04/2015,Beta,b,5\n"
        .to_owned()
        + &"-,-,-,£ -\n".repeat(150);
    // The file, the column of the amount, and the sum of the two payments.
    let table: &[(&str, &str, &str)] = &[
        (
            "Body,Date,Supplier,#,Total Invoice Amount\nX,01/04/2015,Acme,1,1000\nX,02/04/2015,Beta,2,5\n",
            "from = \"Total Invoice Amount\"",
            "1005.00",
        ),
        (
            "#,Date,Supplier,Amount\n1,01/04/2015,Acme,1000\n2,02/04/2015,Beta,5\n",
            "from = \"Amount\"",
            "1005.00",
        ),
        ("Date,Supplier,Inc VAT\n01/04/2015,Acme,1000\n02/04/2015,Beta,5\n", "from = \"Inc VAT\"", "1005.00"),
        (
            "Date,Supplier,Inc VAT,Ex VAT\n01/04/2015,Acme,1200,1000\n02/04/2015,Beta,6,5\n",
            "from = \"Ex VAT\"",
            "1005.00",
        ),
        (
            "Date,Supplier,Description,Amount,Description\n01/04/2015,Acme,a,1000,c\n02/04/2015,Beta,b,5,d\n",
            "joined = [\"Description (1)\", \"Description (2)\"]",
            "1005.00",
        ),
        (
            "Date,Amount,Supplier,Amount\n01/04/2015,1000,Acme,1200\n02/04/2015,5,Beta,6\n",
            "from = \"Amount (1)\"",
            "1005.00",
        ),
        // A column that is called as the second one would be named.
        (
            "Date,Amount,Supplier,Amount,Amount 1\n01/04/2015,1000,Acme,1200,7\n02/04/2015,5,Beta,6,8\n",
            "from = 2",
            "1005.00",
        ),
        (&named, "from = \"Amount\"", "1005.00"),
        (&filler, "from = \"Amount\"", "1005.00"),
    ];
    for (text, line, sum) in table {
        let guess = guessed(text);
        assert!(guess.reads_all, "{}", guess.profile);
        assert!(guess.profile.contains(line), "{line} is not in\n{}", guess.profile);
        let profile = Profile::parse(&guess.profile).unwrap();
        let file = read(Kind::Payments, "file.csv", text.as_bytes(), Some(&profile), &Layout::default());
        let amounts: Vec<_> = file.rows.iter().filter_map(|row| row.amount).collect();
        assert_eq!(amounts.len(), 2, "{text}");
        assert_eq!(almoner_ledger::money::Money::sum(amounts).unwrap().to_string(), *sum, "{text}");
    }
}

/// A profile names one of several columns of a name by its place, and never a column without letters by chance.
#[test]
fn one_of_several_columns_of_a_name_is_named_by_its_place() {
    let text = "Date,Amount,Supplier,Amount,#\n01/04/2015,1000,Acme,1200,7\n";
    let of = |amount: &str| {
        let profile = format!(
            "name = \"a\"\nabout = \"a\"\nkind = \"payments\"\n[columns.date]\nfrom = \"Date\"\ndates = [\"dd/mm/yyyy\"]\n\
             [columns.recipient]\nfrom = \"Supplier\"\n[columns.amount]\nfrom = {amount}\n[columns.words]\njoined = \"Supplier\"\n"
        );
        let profile = Profile::parse(&profile).unwrap();
        let file = read(Kind::Payments, "file.csv", text.as_bytes(), Some(&profile), &Layout::default());
        match file.rows.as_slice() {
            [row] => row.amount.map(|amount| amount.to_string()).unwrap_or_default(),
            _ => file.diagnostics.iter().map(|it| format!("{}; ", it.message)).collect(),
        }
    };
    for (amount, expected) in [
        ("\"Amount (1)\"", "1000.00"),
        ("\"amount (2)\"", "1200.00"),
        ("2", "1000.00"),
        ("4", "1200.00"),
        ("\"#\"", "7.00"),
        ("\"Amount\"", "appears twice in the header; "),
        ("\"Amount (3)\"", "the column is missing; "),
        ("\"*\"", "the column is missing; "),
        ("\"# (1)\"", "the column is missing; "),
    ] {
        assert_eq!(of(amount), expected, "{amount}");
    }
}

/// Dashes in most rows do not hide what a column holds; such rows are refused one by one.
#[test]
fn dashes_in_most_rows_do_not_hide_the_amounts() {
    let rows = "03/04/2015,Gamma,-,£ -\n".repeat(9);
    let text = format!(
        "Date,Supplier,Reference,Amount\n01/04/2015,Acme,R1,\"1,000.00\"\n02/04/2015,Beta,R2,5\n{rows}"
    );
    let guess = guessed(&text);
    assert!(guess.profile.contains("[columns.amount]\nfrom = \"Amount\"\n"), "{}", guess.profile);
    let profile = Profile::parse(&guess.profile).unwrap();
    let file = read(Kind::Payments, "file.csv", text.as_bytes(), Some(&profile), &Layout::default());
    let amounts: Vec<String> = file.rows.iter().filter_map(|row| Some(row.amount?.to_string())).collect();
    assert_eq!(
        (amounts.as_slice(), file.rows.len()),
        (["1000.00".to_owned(), "5.00".to_owned()].as_slice(), 11)
    );
    assert_eq!(file.diagnostics.len(), 9, "{:?}", file.diagnostics);
}
