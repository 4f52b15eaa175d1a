use super::*;

fn line(account: &str, date: &str, amount: &str, text: &str, nth: u32) -> StatementLine {
    StatementLine {
        account: account.parse().unwrap(),
        date: date.parse().unwrap(),
        amount: amount.parse().unwrap(),
        text: text.parse().unwrap(),
        nth,
    }
}

#[test]
fn lines_that_differ_in_any_field_have_different_keys() {
    let lines = [
        line("20-00-00 1", "2015-05-01", "-10", "BACS", 1),
        line("20-00-00 2", "2015-05-01", "-10", "BACS", 1),
        line("20-00-00 1", "2015-05-02", "-10", "BACS", 1),
        line("20-00-00 1", "2015-05-01", "10", "BACS", 1),
        line("20-00-00 1", "2015-05-01", "-10", "BACS 1", 1),
        line("20-00-00 1", "2015-05-01", "-10", "BACS", 2),
    ];
    let keys: std::collections::BTreeSet<LineKey> = lines.iter().map(StatementLine::key).collect();
    assert_eq!(keys.len(), lines.len());
    assert_eq!(lines[0].key(), lines[0].clone().key());
    assert_eq!(lines[0].key(), line("200000/1", "2015-05-01", "-10", "BACS", 1).key());
}

#[test]
fn an_account_is_the_same_however_it_is_written() {
    for (one, other, expected) in [
        ("20-00-00 12345678", "20-00-00 12345678", true),
        ("20-00-00 12345678", "200000 12345678", true),
        ("20-00-00 12345678", "200000/12345678", true),
        ("20-00-00 12345678", "20 00 00 12345678 GBP", true),
        ("20-00-00 12345678", "GB29BARC20000012345678", true),
        ("20-00-00 12345678", "gb29 barc 2000 0012 3456 78", true),
        ("20-00-00 12345678", "12345678", true),
        ("12345678", "GB29BARC20000012345678", true),
        ("20-00-00 12345678", "20-00-01 12345678", false),
        ("20-00-00 12345678", "20-00-00 12345679", false),
        ("20-00-00 12345678", "2345678", false),
        ("20-00-00 12345678", "DE29BARC20000012345678", false),
        ("12345678", "1234567", false),
        ("Current account", "CURRENT ACCOUNT", true),
        ("Current account", "Deposit account", false),
        ("GBP", "GBP", true),
        ("GBP", "-", false),
        ("-", "—", false),
    ] {
        let (a, b) = (AccountKey::of(one), AccountKey::of(other));
        assert_eq!(a.is_same(&b), expected, "{one} and {other}");
        assert_eq!(b.is_same(&a), expected, "{other} and {one}");
    }
}

#[test]
fn identical_lines_of_a_statement_are_numbered() {
    let entry = |date: &str, amount: &str, text: &str| StatementEntry {
        date: date.parse().unwrap(),
        amount: amount.parse().unwrap(),
        text: text.parse().unwrap(),
        reference: None,
        balance: None,
    };
    let statement = BankStatement {
        account: "1".parse().unwrap(),
        from: "2015-05-01".parse().unwrap(),
        to: "2015-05-02".parse().unwrap(),
        opening: None,
        closing: None,
        lines: vec![
            entry("2015-05-01", "-10", "BACS"),
            entry("2015-05-02", "-10", "BACS"),
            entry("2015-05-01", "-10", "BACS"),
            entry("2015-05-01", "-10", "BACS 1"),
        ],
    };
    let numbers: Vec<u32> = statement.identified().iter().map(|line| line.nth).collect();
    assert_eq!(numbers, [1, 1, 2, 1]);
    assert_eq!(statement.movement().unwrap().to_string(), "-40.00");
}
