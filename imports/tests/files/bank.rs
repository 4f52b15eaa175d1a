//! Lines of bank statements are matched by what they say, and never by chance.

use almoner_imports::{BankItems, Basis, DAYS, Found, Kind, Suggestion, matched};
use almoner_ledger::reconciliation::{RecordedLine, StatementLine};
use almoner_store::memory::MemoryStore;

use crate::support::{import_well, new_books};

/// The account of the lines, and another.
const ACCOUNT: &str = "20-00-00 12345678";
const OTHER: &str = "60-00-00 87654321";

/// The recipients of awards `1-2015`, `2-2015` and so on.
const RECIPIENTS: [&str; 12] = [
    "Lighthouse Women's Aid",
    "Catch 22",
    "Compassion",
    "Raedan Trust",
    "Suffolk Coastal and Waveney Forum",
    "Suffolk Coastal and Ipswich Forum",
    "New Orford Town Trust",
    "Anglia Care Trust Ltd",
    "Butterfly CIC",
    "Survivors in Transition",
    "East Coast Recovery",
    "Young Lives",
];

/// Books with an award of 100,000 to each recipient, `13-2015` to the first recipient again, and these payments: the
/// award, the date and the amount, a reference, the kind and the bank account where there is one.
fn books(payments: &[&str]) -> MemoryStore {
    let mut store = new_books();
    let mut awards = "decision,decided,recipient,amount,purpose,theme,fund\n".to_owned();
    let names = RECIPIENTS.iter().chain(RECIPIENTS.first());
    for (number, name) in (1..).zip(names) {
        awards += &format!("{number}-2015,2015-01-10,{name},100000,Support,youth,cdr\n");
    }
    import_well(&mut store, Kind::Awards, &awards);
    let mut rows = "award,date,amount,reference,kind,account\n".to_owned();
    for payment in payments {
        let mut fields: Vec<&str> = payment.split(", ").collect();
        fields.resize(6, "");
        rows += &format!("{}\n", fields.join(","));
    }
    import_well(&mut store, Kind::Payments, &rows);
    store
}

fn line(text: &str, nth: u32) -> RecordedLine {
    let mut fields = text.split(", ");
    let mut field = || fields.next().unwrap();
    let line = StatementLine {
        account: ACCOUNT.parse().unwrap(),
        date: field().parse().unwrap(),
        text: field().parse().unwrap(),
        amount: field().parse().unwrap(),
        nth,
    };
    RecordedLine { line, reference: None, places: Vec::new(), reconciled: None }
}

/// Returns what becomes of each line: `= a+b reference` where it is matched, `? a amount` where that is suggested, `open`.
/// Payments are named by letters, in the order given.
fn outcomes(payments: &[&str], lines: &[&str]) -> Vec<String> {
    let store = books(payments);
    let items = BankItems::of(&store).unwrap();
    let mut records: Vec<u64> = items.open.iter().map(|item| item.at.record).collect();
    records.sort_unstable();
    let letters = |places: &[usize]| {
        let letter = |place: &usize| {
            let nth = records.iter().position(|it| *it == items.open[*place].at.record).unwrap();
            char::from(b'a' + u8::try_from(nth).unwrap()).to_string()
        };
        let mut letters: Vec<String> = places.iter().map(letter).collect();
        letters.sort();
        letters.join("+")
    };
    let word = |basis: &Basis| match basis {
        Basis::Number => "number",
        Basis::Reference => "reference",
        Basis::Name => "name",
        Basis::Joined => "joined",
        Basis::NameAmongOthers => "name among others",
        Basis::Amount => "amount",
        Basis::Day => "day",
    };
    let lines: Vec<RecordedLine> = (1..).zip(lines).map(|(nth, text)| line(text, nth)).collect();
    let suggestion = |it: &Suggestion| {
        let rest = it.remainder.map(|rest| format!(" rest {rest}")).unwrap_or_default();
        format!("{} {}{rest}", letters(&it.items), word(&it.basis))
    };
    let outcome = |found: &Found| match found {
        Found::Matched(items, basis) => format!("= {} {}", letters(items), word(basis)),
        Found::Open(suggested) if suggested.is_empty() => "open".to_owned(),
        Found::Open(suggested) => {
            format!("? {}", suggested.iter().map(suggestion).collect::<Vec<_>>().join(", "))
        }
    };
    matched(&items, &lines, DAYS, |_| true).iter().map(outcome).collect()
}

type Case = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

fn check(table: &[Case]) {
    for (what, payments, lines, expected) in table {
        assert_eq!(outcomes(payments, lines), *expected, "{what}");
        // The order of the lines makes no difference.
        let backwards: Vec<&str> = lines.iter().rev().copied().collect();
        let mut found = outcomes(payments, &backwards);
        found.reverse();
        assert_eq!(found, *expected, "{what}, backwards");
    }
}

/// A payment that names an account is on no line of another; one that names none may be on a line of any.
#[test]
fn a_payment_from_another_account_is_no_match_and_no_suggestion() {
    let lines = ["2015-05-06, COMPASSION 3-2015 RUN1, -1250"];
    let by =
        |payment: &str, text: &str| outcomes(&[payment], &[&format!("2015-05-06, {text}, -1250")]).concat();
    for (account, is_of_it) in [
        ("", true),
        (ACCOUNT, true),
        ("200000 12345678", true),
        ("12345678", true),
        (OTHER, false),
        ("20-00-01 12345678", false),
    ] {
        let payment = format!("3-2015, 2015-05-05, 1250, RUN1, , {account}");
        for (text, expected) in [
            ("DEC 3-2015", "= a number"),
            ("RUN1", "= a reference"),
            ("COMPASSION", "= a name"),
            ("BT GROUP PLC DD", "? a amount"),
        ] {
            let expected = if is_of_it { expected } else { "open" };
            assert_eq!(by(&payment, text), expected, "{account} {text}");
        }
    }
    // One of another account makes no line doubtful, and is no part of a run.
    let one_of_each = |first: &str, second: &str| {
        let payments = [
            format!("3-2015, 2015-05-05, 1250, RUN1, , {first}"),
            format!("3-2015, 2015-05-05, 1250, RUN1, , {second}"),
        ];
        outcomes(&[&payments[0], &payments[1]], &lines).concat()
    };
    assert_eq!(one_of_each(OTHER, ACCOUNT), "= b reference");
    assert_eq!(one_of_each(OTHER, ""), "= b reference");
    assert_eq!(one_of_each(OTHER, OTHER), "open");
}

/// Suggestions are made for the lines that are shown; what is matched, and what is suggested, is the same.
#[test]
fn suggestions_are_made_for_what_is_shown() {
    let store = books(&["3-2015, 2015-05-05, 1250", "2-2015, 2015-05-05, 300", "4-2015, 2015-05-05, 300"]);
    let items = BankItems::of(&store).unwrap();
    let lines: Vec<RecordedLine> = (1..)
        .zip(["2015-05-06, BT GROUP PLC DD, -1250", "2015-05-06, CATCH 22, -300", "2015-05-07, OTHER, -300"])
        .map(|(nth, text)| line(text, nth))
        .collect();
    let all = matched(&items, &lines, DAYS, |_| true);
    assert!(all.iter().any(|it| matches!(it, Found::Matched(..))));
    for shown in [vec![], vec![0], vec![2], vec![0, 1, 2]] {
        for (place, (found, whole)) in
            matched(&items, &lines, DAYS, |at| shown.contains(&at)).iter().zip(&all).enumerate()
        {
            match whole {
                Found::Open(suggested) if !shown.contains(&place) => {
                    assert!(!suggested.is_empty());
                    assert_eq!(*found, Found::Open(Vec::new()));
                }
                Found::Open(_) | Found::Matched(..) => assert_eq!(found, whole),
            }
        }
    }
}

#[test]
fn an_amount_alone_is_a_suggestion() {
    check(&[
        (
            "a supplier's line",
            &["3-2015, 2015-05-05, 1250"],
            &["2015-05-06, BT GROUP PLC DD, -1250"],
            &["? a amount"],
        ),
        (
            "another amount",
            &["3-2015, 2015-05-05, 1250"],
            &["2015-05-06, BT GROUP PLC DD, -1250.01"],
            &["open"],
        ),
        ("money in", &["3-2015, 2015-05-05, 1250"], &["2015-05-06, BT GROUP PLC DD, 1250"], &["open"]),
        ("long before", &["3-2015, 2015-05-05, 1250"], &["2015-05-16, BT GROUP PLC DD, -1250"], &["open"]),
        ("long after", &["3-2015, 2015-05-05, 1250"], &["2015-05-01, BT GROUP PLC DD, -1250"], &["open"]),
        (
            "the nearest first",
            &["3-2015, 2015-05-01, 300", "4-2015, 2015-05-05, 300"],
            &["2015-05-06, PAYMENT, -300"],
            &["? b amount, a amount"],
        ),
        (
            "a line that names another recipient",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, RAEDAN TRUST, -300"],
            &["open"],
        ),
        (
            "a line that names another award",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, GRANT 4-2015, -300"],
            &["open"],
        ),
        (
            "a line that names another payment",
            &["3-2015, 2015-05-05, 300, BACS-0001", "4-2015, 2015-05-05, 200, BACS-0002"],
            &["2015-05-06, BACS-0002, -300"],
            &["? b reference rest -100.00"],
        ),
        (
            "all payments of a day",
            &["3-2015, 2015-05-05, 300", "4-2015, 2015-05-05, 200"],
            &["2015-05-06, BUSINESS CARD, -500"],
            &["? a+b day"],
        ),
    ]);
}

#[test]
fn a_payment_run_is_found_by_its_reference() {
    check(&[
        (
            "one of a run, or two others of it",
            &[
                "3-2015, 2015-05-05, 200, RUN5",
                "4-2015, 2015-05-05, 170, RUN5",
                "5-2015, 2015-05-05, 370, RUN5",
            ],
            &["2015-05-06, SUFFOLK OPCC RUN5, -370"],
            &["? a+b reference, c reference"],
        ),
        (
            "one of a run, and no others come to it",
            &[
                "3-2015, 2015-05-05, 200, RUN5",
                "4-2015, 2015-05-05, 170, RUN5",
                "5-2015, 2015-05-05, 371, RUN5",
            ],
            &["2015-05-06, SUFFOLK OPCC RUN5, -371"],
            &["= c reference"],
        ),
        (
            "a run, and stamps of the amount of one payment",
            &["3-2015, 2015-05-05, 111.95, RUN1", "4-2015, 2015-05-05, 50.00, RUN1"],
            &["2015-05-05, ROYAL MAIL STAMPS, -50", "2015-05-06, SUFFOLK OPCC RUN1, -161.95"],
            &["open", "= a+b reference"],
        ),
        (
            "rent of the amount of a run",
            &["3-2015, 2015-05-05, 600, BACS-0001", "4-2015, 2015-05-05, 400, BACS-0001"],
            &["2015-05-05, COUNTY COUNCIL RENT, -1000", "2015-05-06, BACS-0001, -1000"],
            &["open", "= a+b reference"],
        ),
        (
            "a run of another number",
            &["3-2015, 2015-05-05, 600, BACS-0001", "4-2015, 2015-05-05, 400, BACS-0001"],
            &["2015-05-06, BACS-00012, -1000"],
            &["open"],
        ),
        (
            "a run, and a cheque of the same day that is not presented",
            &[
                "3-2015, 2015-05-05, 4000, RUN7",
                "4-2015, 2015-05-05, 1500, RUN7",
                "1-2015, 2015-05-05, 250, CHQ 100017",
            ],
            &["2015-05-06, BACS RUN7, -5500"],
            &["= a+b reference"],
        ),
        (
            "the same without a reference in the line",
            &[
                "3-2015, 2015-05-05, 4000, RUN7",
                "4-2015, 2015-05-05, 1500, RUN7",
                "1-2015, 2015-05-05, 250, CHQ 100017",
            ],
            &["2015-05-06, BACS, -5500"],
            &["? a+b day"],
        ),
        (
            "a run over two days",
            &["3-2015, 2015-05-05, 4000, RUN7", "4-2015, 2015-05-06, 1500, RUN7"],
            &["2015-05-07, BACS RUN7, -5500"],
            &["= a+b reference"],
        ),
        (
            "a run over two days, each with its line",
            &["3-2015, 2015-05-05, 4000, RUN7", "4-2015, 2015-05-06, 1500, RUN7"],
            &["2015-05-05, BACS RUN7, -4000", "2015-05-06, BACS RUN7, -1500"],
            &["= a reference", "= b reference"],
        ),
        (
            "two runs that the bank joined",
            &[
                "3-2015, 2015-05-05, 600, RUN7",
                "4-2015, 2015-05-05, 400, RUN7",
                "1-2015, 2015-05-07, 250, RUN8",
            ],
            &["2015-05-08, BACS RUN7 RUN8, -1250", "2015-05-08, BACS RUN9, -250"],
            &["= a+b+c reference", "open"],
        ),
        (
            "two lines that may be the same run",
            &["3-2015, 2015-05-05, 600, BACS-0001", "4-2015, 2015-05-05, 400, BACS-0001"],
            &["2015-05-05, BACS-0001, -1000", "2015-05-06, BACS-0001 AGAIN, -1000"],
            &["? a+b reference", "? a+b reference"],
        ),
        (
            "one amount twice in a run, told by the names",
            &["3-2015, 2015-05-05, 300, RUN8", "4-2015, 2015-05-05, 300, RUN8"],
            &["2015-05-06, RUN8 RAEDAN TRUST, -300", "2015-05-06, RUN8 COMPASSION, -300"],
            &["= b reference", "= a reference"],
        ),
        (
            "a run that also pays suppliers",
            &["3-2015, 2015-05-05, 5000, RUN9", "4-2015, 2015-05-05, 2500, RUN9"],
            &["2015-05-06, BACS RUN9, -84312.50"],
            &["? a+b reference rest -76812.50"],
        ),
        (
            "a reference that is no more than a word",
            &["3-2015, 2015-05-05, 1250, PAYMENT"],
            &["2015-05-06, BT PAYMENT, -1250"],
            &["? a amount"],
        ),
        (
            "a reference that is no more than a month",
            &["3-2015, 2015-05-05, 1250, May 2015"],
            &["2015-05-06, BT MAY 2015, -1250"],
            &["? a amount"],
        ),
    ]);
}

#[test]
fn cheques_are_found_by_their_number() {
    check(&[
        (
            "another word",
            &["3-2015, 2015-05-05, 300, CHQ 100017"],
            &["2015-05-20, CHEQUE 100017, -300"],
            &["= a reference"],
        ),
        (
            "the other way",
            &["3-2015, 2015-05-05, 300, CHEQUE 100017"],
            &["2015-05-20, CHQ 100017, -300"],
            &["= a reference"],
        ),
        (
            "no word",
            &["3-2015, 2015-05-05, 300, CHQ 100017"],
            &["2015-05-20, 000100017, -300"],
            &["= a reference"],
        ),
        (
            "no word in the books",
            &["3-2015, 2015-05-05, 300, 100017"],
            &["2015-05-20, CHEQUE 100017, -300"],
            &["= a reference"],
        ),
        (
            "months later",
            &["3-2015, 2015-05-05, 300, CHQ 100017"],
            &["2015-10-20, CHEQUE 100017, -300"],
            &["= a reference"],
        ),
        (
            "another number",
            &["3-2015, 2015-05-05, 300, CHQ 100017"],
            &["2015-05-06, CHEQUE 100018, -300"],
            &["open"],
        ),
        (
            "a longer number",
            &["3-2015, 2015-05-05, 300, CHQ 100017"],
            &["2015-05-06, CHEQUE 1000170, -300"],
            &["open"],
        ),
        (
            "another amount",
            &["3-2015, 2015-05-05, 300, CHQ 100017"],
            &["2015-05-06, CHEQUE 100017, -30"],
            &["open"],
        ),
        (
            "two cheques of one amount",
            &["3-2015, 2015-05-05, 300, CHQ 100017", "4-2015, 2015-05-05, 300, CHQ 100018"],
            &["2015-05-06, CHEQUE 100018, -300", "2015-05-07, CHEQUE 100017, -300"],
            &["= b reference", "= a reference"],
        ),
    ]);
}

#[test]
fn awards_are_found_by_their_number() {
    check(&[
        ("as it is", &["3-2015, 2015-05-05, 300"], &["2015-05-06, PCC GRANT 3-2015, -300"], &["= a number"]),
        (
            "with zeros",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, PCC GRANT 03-2015, -300"],
            &["= a number"],
        ),
        (
            "as a fraction",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, DECISION 3/2015, -300"],
            &["= a number"],
        ),
        ("a month", &["3-2015, 2015-05-05, 300"], &["2015-05-06, BT 03/2015, -300"], &["? a amount"]),
        (
            "as likely a month",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, PENSIONS 3-2015, -300"],
            &["? a amount"],
        ),
        (
            "the number of an invoice",
            &["13-2015, 2015-05-05, 300"],
            &["2015-05-06, INV 13/2015 PRINTERS, -300"],
            &["? a amount"],
        ),
        ("no month", &["13-2015, 2015-05-05, 300"], &["2015-05-06, PENSIONS 13-2015, -300"], &["= a number"]),
        ("a date", &["3-2015, 2015-05-05, 300"], &["2015-05-06, BT 14-3-2015, -300"], &["? a amount"]),
        ("another award", &["3-2015, 2015-05-05, 300"], &["2015-05-06, PCC GRANT 13-2015, -300"], &["open"]),
        (
            "another amount",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, PCC GRANT 3-2015, -301"],
            &["? a number rest -1.00"],
        ),
        (
            "one of two awards to a recipient",
            &["1-2015, 2015-05-05, 300", "13-2015, 2015-05-05, 300"],
            &["2015-05-06, LIGHTHOUSE WOMEN'S AID 13-2015, -300"],
            &["= b number"],
        ),
        (
            "a number and the name of another",
            &["3-2015, 2015-05-05, 300", "4-2015, 2015-05-05, 300"],
            &["2015-05-06, RAEDAN TRUST 3-2015, -300"],
            &["open"],
        ),
        (
            "of two months, the near one",
            &["3-2015, 2015-04-05, 300", "3-2015, 2015-05-05, 300"],
            &["2015-05-06, GRANT 3-2015, -300"],
            &["= b number"],
        ),
        (
            "two payments of one amount on one line each",
            &["3-2015, 2015-05-05, 300", "3-2015, 2015-05-07, 300"],
            &["2015-05-08, GRANT 3-2015, -300"],
            &["? b number, a number"],
        ),
        (
            "two payments on one line",
            &["3-2015, 2015-05-05, 300", "3-2015, 2015-05-07, 250"],
            &["2015-05-08, GRANT 3-2015, -550"],
            &["= a+b number"],
        ),
        (
            "two payments on one line, one of them from a run of others too",
            &["3-2015, 2015-05-05, 300, RUN7", "3-2015, 2015-05-07, 250", "4-2015, 2015-05-05, 90, RUN7"],
            &["2015-05-08, GRANT 3-2015, -550"],
            &["? a+b number"],
        ),
        (
            "a run and a payment beside it, both named",
            &["3-2015, 2015-05-05, 300, RUN7", "4-2015, 2015-05-05, 90, RUN7", "2-2015, 2015-05-06, 60"],
            &["2015-05-08, RUN7 CATCH 22, -450"],
            &["? a+b+c joined"],
        ),
        (
            "payments to two recipients, both named",
            &["3-2015, 2015-05-05, 300", "13-2015, 2015-05-06, 60"],
            &["2015-05-08, COMPASSION GRANT 13-2015, -360"],
            &["? a+b joined"],
        ),
        (
            "two payments on one line, a run of their own",
            &["3-2015, 2015-05-05, 300, RUN7", "3-2015, 2015-05-05, 250, RUN7"],
            &["2015-05-08, GRANT 3-2015, -550"],
            &["= a+b number"],
        ),
        (
            "two payments on one line, whose run is named",
            &[
                "3-2015, 2015-05-05, 300, RUN7",
                "3-2015, 2015-05-05, 250, RUN7",
                "4-2015, 2015-05-05, 90, RUN7",
            ],
            &["2015-05-08, RUN7 GRANT 3-2015, -550"],
            &["= a+b number"],
        ),
    ]);
}

#[test]
fn recipients_are_found_by_their_whole_name_and_the_amount() {
    check(&[
        ("a name", &["3-2015, 2015-05-05, 300"], &["2015-05-06, FPO COMPASSION, -300"], &["= a name"]),
        (
            "a name beside the bank's word for its kind",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, COMPASSION FT, -300"],
            &["= a name"],
        ),
        (
            "a name of another",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, COMPASSION IN WORLD FARMING, -300"],
            &["? a name among others"],
        ),
        (
            "a name and a town",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, COMPASSION IPSWICH, -300"],
            &["? a name among others"],
        ),
        (
            "part of a word",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, COMPASSIONATE, -300"],
            &["? a amount"],
        ),
        ("run together", &["2-2015, 2015-05-05, 300"], &["2015-05-06, CATCH22, -300"], &["= a name"]),
        ("another number", &["2-2015, 2015-05-05, 300"], &["2015-05-06, CATCH 23, -300"], &["? a amount"]),
        ("another amount", &["3-2015, 2015-05-05, 300"], &["2015-05-06, COMPASSION, -299.99"], &["open"]),
        (
            "cut at 18",
            &["1-2015, 2015-05-05, 300"],
            &["2015-05-06, LIGHTHOUSE WOMEN'S BACS, -300"],
            &["= a name"],
        ),
        (
            "cut in a word",
            &["10-2015, 2015-05-05, 300"],
            &["2015-05-06, SURVIVORS IN TRANS, -300"],
            &["= a name"],
        ),
        (
            "cut short of it",
            &["10-2015, 2015-05-05, 300"],
            &["2015-05-06, SURVIVORS IN, -300"],
            &["? a amount"],
        ),
        (
            "a beginning that two share",
            &["5-2015, 2015-05-05, 300"],
            &["2015-05-06, SUFFOLK COASTAL AN, -300"],
            &["? a amount"],
        ),
        (
            "without its form",
            &["8-2015, 2015-05-05, 300"],
            &["2015-05-06, ANGLIA CARE TRUST, -300"],
            &["= a name"],
        ),
        (
            "two awards to it",
            &["1-2015, 2015-05-05, 300", "13-2015, 2015-05-05, 300"],
            &["2015-05-06, LIGHTHOUSE WOMENS AID, -300"],
            &["? a name, b name"],
        ),
        (
            "another reference than that of the payment",
            &["3-2015, 2015-05-05, 300, BACS-0001"],
            &["2015-05-06, COMPASSION BACS-0099, -300"],
            &["open"],
        ),
        (
            "two names",
            &["3-2015, 2015-05-05, 300"],
            &["2015-05-06, COMPASSION RAEDAN TRUST, -300"],
            &["? a amount"],
        ),
        (
            "equal payments of a day, and as many lines",
            &["2-2015, 2015-05-12, 33", "2-2015, 2015-05-12, 33"],
            &["2015-05-13, CATCH22, -33", "2015-05-14, CATCH22, -33"],
            &["= a name", "= b name"],
        ),
        (
            "equal payments of a day, and one line",
            &["2-2015, 2015-05-12, 33", "2-2015, 2015-05-12, 33"],
            &["2015-05-13, CATCH22, -33"],
            &["= a name"],
        ),
        (
            "one payment, and two lines",
            &["2-2015, 2015-05-12, 33"],
            &["2015-05-13, CATCH22, -33", "2015-05-14, CATCH22, -33"],
            &["? a name", "? a name"],
        ),
        (
            "a returned payment, and the payment",
            &["3-2015, 2015-05-05, 300", "3-2015, 2015-05-09, -300, , returned"],
            &["2015-05-06, COMPASSION, -300", "2015-05-10, COMPASSION RETURNED, 300"],
            &["= a name", "= b name"],
        ),
        (
            "two payments that the bank joined",
            &["3-2015, 2015-05-05, 300", "3-2015, 2015-05-07, 250", "4-2015, 2015-05-07, 250"],
            &["2015-05-08, COMPASSION, -550"],
            &["? a+b name"],
        ),
    ]);
}
