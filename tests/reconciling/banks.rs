//! Statements of two months in the forms of several banks, each from the file to a reconciliation without a difference.
//!
//! The books and what the bank did are the same each time; only the form of the file differs.

use std::fmt::Write;

use crate::office::Office;

/// A line of the bank: the day, the amount in pence, and the text.
type BankLine = (&'static str, i64, &'static str);

const OPENING: i64 = 10_000_000;

const SEPTEMBER: &[BankLine] = &[
    ("2015-09-04", -175_000, "PCC GRANTS BACS0417"),
    ("2015-09-11", -30_055, "COMPASSION"),
    ("2015-09-15", 500_000, "MINISTRY OF JUSTICE"),
    ("2015-09-18", -4_510, "SUFFOLK COASTAL AN"),
    ("2015-09-30", -1_240, "CHARGES"),
];

const OCTOBER: &[BankLine] = &[
    ("2015-10-02", -100_000, "CHEQUE 100017"),
    ("2015-10-07", -7_700, "SUNDRY"),
    ("2015-10-09", -8_431_250, "RUN 1008"),
    ("2015-10-13", 30_055, "COMPASSION"),
    ("2015-10-31", 107, "INTEREST"),
];

/// A form in which a bank offers its statements.
struct Bank {
    name: &'static str,
    /// What `import --guess` says of a file.
    recognised: &'static str,
    profile: Option<&'static str>,
    /// The account as the books write it, and whether the file names it.
    account: &'static str,
    is_account_in_file: bool,
    /// False where the form has no balances.
    has_balances: bool,
    file: fn(&Period) -> Vec<u8>,
}

/// What is written of a month.
struct Period {
    from: &'static str,
    to: &'static str,
    opening: i64,
    lines: &'static [BankLine],
}

impl Period {
    /// Returns the lines, each with the balance after it.
    fn balanced(&self) -> Vec<(BankLine, i64)> {
        let mut balance = self.opening;
        let line = |line: &BankLine| {
            balance += line.1;
            (*line, balance)
        };
        self.lines.iter().map(line).collect()
    }

    fn newest_first(&self) -> Vec<(BankLine, i64)> {
        self.balanced().into_iter().rev().collect()
    }

    fn closing(&self) -> i64 {
        self.opening + self.lines.iter().map(|line| line.1).sum::<i64>()
    }
}

/// `1234.05`, without a sign.
fn plain(pence: i64) -> String {
    format!("{}.{:02}", pence.abs() / 100, pence.abs() % 100)
}

fn signed(pence: i64) -> String {
    format!("{}{}", if pence < 0 { "-" } else { "" }, plain(pence))
}

/// `1,234.05`, as papers and statements have it.
fn grouped(pence: i64) -> String {
    let plain = plain(pence);
    let (pounds, rest) = plain.split_at(plain.len() - 3);
    let mut text = String::new();
    for (place, digit) in pounds.chars().enumerate() {
        if place > 0 && (pounds.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{}{text}{rest}", if pence < 0 { "-" } else { "" })
}

/// `04/09/2015`.
fn day(date: &str) -> String {
    format!("{}/{}/{}", &date[8..], &date[5..7], &date[..4])
}

/// `04 Sep 2015`.
fn day_in_words(date: &str) -> String {
    let month = if &date[5..7] == "09" { "Sep" } else { "Oct" };
    format!("{} {month} {}", &date[8..], &date[..4])
}

/// The amount in the column for money out, or in that for money in.
fn sides(pence: i64, amount: fn(i64) -> String) -> [String; 2] {
    if pence < 0 { [amount(pence.abs()), String::new()] } else { [String::new(), amount(pence)] }
}

/// Newest first, a comma after the last heading, the sort code kept from the spreadsheet by an apostrophe.
fn lloyds(of: &Period) -> Vec<u8> {
    let mut text = "Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,Debit Amount,Credit Amount,Balance,\n"
        .to_owned();
    for ((date, amount, what), balance) in of.newest_first() {
        let [out, back] = sides(amount, plain);
        let _ = writeln!(text, "{},FPO,'30-00-00,12345678,{what},{out},{back},{}", day(date), plain(balance));
    }
    text.into_bytes()
}

/// Balances in rows of their own, and only with the last line of a day.
fn hsbc_business(of: &Period) -> Vec<u8> {
    let mut text = "Date,Type,Description,Paid Out,Paid In,Balance\n".to_owned();
    let row = |date: &str, what: &str, balance: i64| {
        format!("{},,{what},,,\"{}\"\n", day_in_words(date), grouped(balance))
    };
    text += &row(of.from, "BALANCE BROUGHT FORWARD", of.opening);
    for ((date, amount, what), balance) in of.balanced() {
        let [out, back] = sides(amount, grouped);
        let kind = if amount < 0 { "BP" } else { "CR" };
        let _ = writeln!(
            text,
            "{},{kind},{what},\"{out}\",\"{back}\",\"{}\"",
            day_in_words(date),
            grouped(balance)
        );
    }
    text += &row(of.to, "BALANCE CARRIED FORWARD", of.closing());
    text.into_bytes()
}

/// A value on each line with its label, in Windows-1252 with blanks that do not break; newest first.
fn santander(of: &Period) -> Vec<u8> {
    let mut text =
        format!("From:~{}~to~{}\r\n\r\nAccount:~XXXX XXXX XXXX 1234\r\n\r\n", day(of.from), day(of.to));
    for ((date, amount, what), balance) in of.newest_first() {
        let _ = write!(
            text,
            "Date:~{}\r\nDescription:~{what}\r\nAmount:~{}~\r\nBalance:~{}~\r\n\r\n",
            day(date),
            signed(amount),
            signed(balance)
        );
    }
    text.bytes().map(|byte| if byte == b'~' { 0xA0 } else { byte }).collect()
}

/// Newest first, with a tab in place of a number, and no balances.
fn barclays(of: &Period) -> Vec<u8> {
    let mut text = "Number,Date,Account,Amount,Subcategory,Memo\n".to_owned();
    for ((date, amount, what), _) in of.newest_first() {
        let _ = writeln!(text, "\t ,{},20-00-00 12345678,{},FT,{what}", day(date), signed(amount));
    }
    text.into_bytes()
}

/// A blank line above the heading, blanks in it, and a comma after each row.
fn natwest(of: &Period) -> Vec<u8> {
    let mut text = "\nDate, Type, Description, Value, Balance, Account Name, Account Number\n\n".to_owned();
    for ((date, amount, what), balance) in of.balanced() {
        let _ = writeln!(
            text,
            "{},BAC,\"'{what}\",{},{},\"'PCC\",\"'600000-12345678\",",
            day_in_words(date),
            signed(amount),
            signed(balance)
        );
    }
    text.into_bytes()
}

/// Rows above the heading, and amounts with a sign of pounds in Windows-1252.
fn nationwide(of: &Period) -> Vec<u8> {
    let pounds = |pence: i64| format!("#{}", grouped(pence));
    let mut text = format!(
        "\"Account Name:\",\"PCC ****12345\"\n\"Account Balance:\",\"{0}\"\n\"Available Balance: \",\"{0}\"\n\n",
        pounds(of.closing())
    );
    text += "\"Date\",\"Transaction type\",\"Description\",\"Paid out\",\"Paid in\",\"Balance\"\n";
    for ((date, amount, what), balance) in of.balanced() {
        let [out, back] =
            if amount < 0 { [pounds(amount.abs()), String::new()] } else { [String::new(), pounds(amount)] };
        let _ = writeln!(
            text,
            "\"{}\",\"Payment\",\"{what}\",\"{out}\",\"{back}\",\"{}\"",
            day_in_words(date),
            pounds(balance)
        );
    }
    text.bytes().map(|byte| if byte == b'#' { 0xA3 } else { byte }).collect()
}

/// A line that is none at the end, and amounts with both signs.
fn midata(of: &Period) -> Vec<u8> {
    let pounds = |pence: i64| format!("{}£{}", if pence < 0 { "-" } else { "+" }, plain(pence));
    let mut text = " Date,Type,Merchant/Description,Debit/Credit,Balance\n\n".to_owned();
    for ((date, amount, what), balance) in of.newest_first() {
        let _ = writeln!(text, "{},FPO,\"{what}\",{},{}", day(date), pounds(amount), pounds(balance));
    }
    let _ = writeln!(text, "\nArranged overdraft limit,{},+£0.00", day(of.to));
    text.into_bytes()
}

fn camt(of: &Period) -> Vec<u8> {
    let side = |pence: i64| if pence < 0 { "DBIT" } else { "CRDT" };
    let balance = |kind: &str, pence: i64, date: &str| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"GBP\">{}</Amt><CdtDbtInd>{}</CdtDbtInd><Dt><Dt>{date}</Dt></Dt></Bal>",
            plain(pence),
            side(pence)
        )
    };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n\
         <BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>{}T06:00:00</CreDtTm></GrpHdr><Stmt><Id>S</Id>\n\
         <Acct><Id><IBAN>GB33BUKB20201555555555</IBAN></Id><Ccy>GBP</Ccy></Acct>\n{}\n{}\n",
        of.to,
        balance("OPBD", of.opening, of.from),
        balance("CLBD", of.closing(), of.to)
    );
    for (date, amount, what) in of.lines {
        let _ = writeln!(
            text,
            "<Ntry><Amt Ccy=\"GBP\">{}</Amt><CdtDbtInd>{}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
             <BookgDt><Dt>{date}</Dt></BookgDt><AddtlNtryInf>{what}</AddtlNtryInf></Ntry>",
            plain(*amount),
            side(*amount)
        );
    }
    text += "</Stmt></BkToCstmrStmt></Document>\n";
    text.into_bytes()
}

fn mt940(of: &Period) -> Vec<u8> {
    let date = |date: &str| date[2..].replace('-', "");
    let amount = |pence: i64| plain(pence).replace('.', ",");
    let side = |pence: i64| if pence < 0 { "D" } else { "C" };
    let balance = |tag: &str, pence: i64, day: &str| {
        format!(":{tag}:{}{}GBP{}\r\n", side(pence), date(day), amount(pence))
    };
    let mut text = ":20:STATEMENT\r\n:25:60000087654321\r\n:28C:1\r\n".to_owned();
    text += &balance("60F", of.opening, of.from);
    for (on, pence, what) in of.lines {
        let _ =
            write!(text, ":61:{}{}{}NTRFNONREF\r\n:86:{what}\r\n", date(on), side(*pence), amount(*pence));
    }
    text += &balance("62F", of.closing(), of.to);
    text += "-\r\n";
    text.into_bytes()
}

const BANKS: &[Bank] = &[
    Bank {
        name: "lloyds.csv",
        recognised: "Statements of Lloyds Bank, Bank of Scotland, Halifax or TSB, as CSV",
        profile: Some("statement-lloyds"),
        account: "30-00-00 12345678",
        is_account_in_file: true,
        has_balances: true,
        file: lloyds,
    },
    Bank {
        name: "hsbc.csv",
        recognised: "Statements of HSBC UK business accounts, as CSV",
        profile: Some("statement-hsbc-business"),
        account: "40-00-00 12345678",
        is_account_in_file: false,
        has_balances: true,
        file: hsbc_business,
    },
    Bank {
        name: "santander.txt",
        recognised: "Statements of Santander, as CSV or as text with labels",
        profile: Some("statement-santander"),
        account: "XXXX XXXX XXXX 1234",
        is_account_in_file: true,
        has_balances: true,
        file: santander,
    },
    Bank {
        name: "barclays.csv",
        recognised: "Statements of Barclays, as CSV",
        profile: Some("statement-barclays"),
        account: "20-00-00 12345678",
        is_account_in_file: true,
        has_balances: false,
        file: barclays,
    },
    Bank {
        name: "natwest.csv",
        recognised: "Statements of NatWest, Royal Bank of Scotland or Ulster Bank, as CSV",
        profile: Some("statement-natwest"),
        account: "600000-12345678",
        is_account_in_file: true,
        has_balances: true,
        file: natwest,
    },
    Bank {
        name: "nationwide.csv",
        recognised: "Statements with separate columns for money in and money out, such as Nationwide, the Co-operative \
                     Bank, Santander, Virgin Money or Unity Trust Bank",
        profile: Some("statement-money-in-out"),
        account: "07-00-00 12345678",
        is_account_in_file: false,
        has_balances: true,
        file: nationwide,
    },
    Bank {
        name: "midata.csv",
        recognised: "Statements in the midata form that several banks offer, as CSV",
        profile: Some("statement-midata"),
        account: "11-00-00 12345678",
        is_account_in_file: false,
        has_balances: true,
        file: midata,
    },
    Bank {
        name: "camt.xml",
        recognised: "CAMT.053 version 8, UTF-8",
        profile: None,
        account: "GB33BUKB20201555555555",
        is_account_in_file: true,
        has_balances: true,
        file: camt,
    },
    Bank {
        name: "mt940.sta",
        recognised: "MT940, UTF-8",
        profile: None,
        account: "60000087654321",
        is_account_in_file: true,
        has_balances: true,
        file: mt940,
    },
];

/// An office with payments, a returned payment and a receipt, of which two name the account.
fn office(account: &str) -> Office {
    let office = Office::new();
    office.file(
        "awards.csv",
        "decision,decided,recipient,amount,purpose,theme,fund\n\
        1-2015,2015-09-01,Lighthouse Women's Aid,20000,Support,domestic-abuse,cdr\n\
        2-2015,2015-09-01,Catch 22,10000,Mediation,anti-social-behaviour,cdr\n\
        3-2015,2015-09-01,Compassion,8000,Support,domestic-abuse,victims\n\
        4-2015,2015-09-01,Suffolk Coastal and Waveney Forum,9000,Support,domestic-abuse,victims\n",
    );
    office.file(
        "payments.csv",
        format!(
            "award,date,amount,reference,kind,account\n\
             1-2015,2015-09-03,1250,BACS-0417,,{account}\n\
             2-2015,2015-09-03,500,BACS-0417,,\n\
             3-2015,2015-09-10,300.55,,,\n\
             4-2015,2015-09-28,1000,CHQ 100017,,\n\
             4-2015,2015-09-17,45.10,,,\n\
             2-2015,2015-10-05,77,,,{account}\n\
             3-2015,2015-10-08,7500,,,\n\
             1-2015,2015-10-30,60.25,,,\n\
             3-2015,2015-10-12,-300.55,,returned,\n"
        ),
    );
    office.ok(&["import", "awards", "awards.csv", "--add-missing"]);
    office.ok(&["import", "payments", "payments.csv"]);
    let from = ["--from", "Ministry of Justice", "--date", "2015-09-15", "--account", account];
    office.ok(&[&["funding", "receive", "victims", "5000"][..], &from].concat());
    office
}

fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the record of the payment of this amount.
fn record_of(office: &Office, amount: &str) -> String {
    let report = office.json(&["report", "payments", "--fy", "2015-16"]);
    let rows = report["rows"].as_array().unwrap();
    rows.iter().find(|row| row["amount"] == amount).unwrap()["record"].to_string()
}

/// Returns the row of the file that the line of this amount is in, by what is said of open lines.
fn row_of(said: &str, amount: &str) -> String {
    let before = said.split(&format!(": {amount} ")).next().unwrap();
    before.rsplit("row ").next().unwrap().split(' ').next().unwrap().to_owned()
}

/// Returns the lines of the reconciliation of an account, each with its amount.
fn reconciliation(office: &Office, bank: &Bank, as_at: &str) -> Vec<String> {
    let report = office.json(&["report", "bank-reconciliation", "--account", bank.account, "--as-at", as_at]);
    let rows = report["rows"].as_array().unwrap();
    let line = |row: &serde_json::Value| {
        format!("{} {}", row["line"].as_str().unwrap(), row["amount"].as_str().unwrap())
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.push(format!("computed {}", report["computed"].as_str().unwrap()));
    lines
}

/// Returns the lines expected of a reconciliation; those with balances only where the form has them.
fn expected(bank: &Bank, lines: &[&str], [computed, without]: [&str; 2]) -> Vec<String> {
    let is_balance = |line: &str| {
        ["opening-balance", "balance-per-statement", "difference"].iter().any(|it| line.starts_with(it))
    };
    let kept = lines.iter().filter(|line| bank.has_balances || !is_balance(line));
    let computed = if bank.has_balances { computed } else { without };
    kept.map(|line| (*line).to_owned()).chain([format!("computed {computed}")]).collect()
}

fn go_through(bank: &Bank) {
    let name = bank.name;
    let office = office(bank.account);
    let september = Period { from: "2015-09-01", to: "2015-09-30", opening: OPENING, lines: SEPTEMBER };
    let october =
        Period { from: "2015-10-01", to: "2015-10-31", opening: september.closing(), lines: OCTOBER };
    office.file(name, (bank.file)(&september));

    // It is recognised, with its lines and balances.
    let recognised = unwrapped(&office.ok(&["import", "--guess", name]));
    assert!(recognised.contains(&format!("Bank statement: {}", bank.recognised)), "{name}: {recognised}");
    let balances = if bank.has_balances { "from 100,000.00 to 102,891.95" } else { "without balances" };
    assert!(recognised.contains("5 lines"), "{name}: {recognised}");
    assert!(recognised.contains(balances), "{name}: {recognised}");

    // The lines that name what they are are matched.
    let mut command = vec!["reconcile", name];
    if let Some(profile) = bank.profile {
        command.extend(["--profile", profile]);
    }
    if !bank.is_account_in_file {
        command.extend(["--account", bank.account]);
    }
    let said = unwrapped(&office.ok(&command));
    assert!(said.contains("matched 4 2,904.35"), "{name}: {said}");
    assert!(said.contains("open 1 -12.40"), "{name}: {said}");
    assert!(said.contains("on the statement 5 2,891.95"), "{name}: {said}");
    let charge = row_of(&said, "-12.40");
    office.ok(&[&command[..], &["--explain", &format!("{charge}=charge:Fee of September")]].concat());
    let lines = [
        "balance-per-ledger 1904.35",
        "payment-not-presented 1000.00",
        "explained-lines -12.40",
        "opening-balance 100000.00",
        "balance-per-statement 102891.95",
        "difference 0.00",
    ];
    assert_eq!(
        reconciliation(&office, bank, "2015-09-30"),
        expected(bank, &lines, ["102891.95", "2891.95"]),
        "{name}"
    );

    // The next one follows on from it; one that begins with a penny more does not.
    if bank.has_balances {
        office.file(name, (bank.file)(&Period { opening: september.closing() + 1, ..october }));
        let broken = unwrapped(&office.ok(&[&command[..], &["--dry-run"]].concat()));
        let words = "begins on 1 Oct 2015 with 102,891.96, but the previous closing balance is 102,891.95";
        let of_first_line = words.replace("1 Oct", "2 Oct");
        assert!(broken.contains(words) || broken.contains(&of_first_line), "{name}: {broken}");
    }
    office.file(name, (bank.file)(&october));
    let said = unwrapped(&office.ok(&command));
    assert!(!said.contains("opening balance does not agree"), "{name}: {said}");
    assert!(said.contains("matched 2 -699.45"), "{name}: {said}");
    assert!(said.contains("open 3 -84,388.43"), "{name}: {said}");

    // An amount alone is suggested, and confirmed.
    let (sundry, run) = (row_of(&said, "-77.00"), row_of(&said, "-84,312.50"));
    let [payment, of_run] = [record_of(&office, "77.00"), record_of(&office, "7500.00")];
    let suggestion = format!(
        "row {sundry} of 7 Oct 2015: -77.00 {}; possibly record {payment} of 5 Oct 2015: -77.00 2-2015 Catch 22 (by \
         amount only): confirm with --match {sundry}={payment}",
        said.split("-77.00 ").nth(1).unwrap().split(';').next().unwrap()
    );
    assert!(said.contains(&suggestion), "{name}: {suggestion}\n{said}");
    let interest = row_of(&said, "1.07");
    let decided = [
        "--match",
        &format!("{sundry}={payment}"),
        "--match",
        &format!("{run}={of_run}+rest:76812.50:Suppliers"),
        "--explain",
        &format!("{interest}=interest:October"),
    ];
    let said = unwrapped(&office.ok(&[&command[..], &decided].concat()));
    assert!(said.contains("open 0 0.00"), "{name}: {said}");

    // It comes to the balance of the bank, to the penny.
    let lines = [
        "balance-per-ledger -5432.35",
        "payment-not-presented 60.25",
        "explained-lines -12.40",
        "explained-lines 1.07",
        "remainders -76812.50",
        "opening-balance 100000.00",
        "balance-per-statement 17804.07",
        "difference 0.00",
    ];
    assert_eq!(
        reconciliation(&office, bank, "2015-10-31"),
        expected(bank, &lines, ["17804.07", "-82195.93"]),
        "{name}"
    );
    let closed = unwrapped(&office.ok(&["close", "2015-09"]));
    assert!(
        closed.contains("the 5 payments and 1 receipt of the month are all on a statement"),
        "{name}: {closed}"
    );
    let balances = if bank.has_balances {
        "opening balances agree with the previous closing balances".to_owned()
    } else {
        format!("opening balances of {} not checked: its statements show none", bank.account)
    };
    assert!(closed.contains(&balances), "{name}: {closed}");
    assert!(unwrapped(&office.ok(&command)).contains("Nothing new to reconcile."), "{name}");
    office.ok(&["verify"]);
}

#[test]
fn statements_of_every_form_chain_and_reconcile_to_the_penny() {
    BANKS.iter().for_each(go_through);
}
