//! Files without errors, and their commands.

use almoner_imports::{Kind, ReadFile, Row, RowRequest};
use almoner_ledger::calendar::{Date, FinancialYear, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind};
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::{Identifier, RecipientId};
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, ThemeId};

use crate::support::{file_name, read, shown};

fn read_well(kind: Kind, text: &str) -> ReadFile {
    let file = read(kind, &file_name(kind), text.as_bytes());
    assert_eq!(shown(&file.diagnostics), Vec::<String>::new(), "{text}");
    file
}

fn commands(kind: Kind, text: &str) -> Vec<Command> {
    read_well(kind, text).rows.iter().map(command).collect()
}

fn command(row: &Row) -> Command {
    match &row.request {
        Some(RowRequest::Command(command)) => command.clone(),
        other => panic!("row {}: {other:?}", row.number),
    }
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn award_of(decision: &str) -> AwardCommand {
    AwardCommand {
        id: Some(GrantId::new(decision).unwrap()),
        decision: Some(DecisionId::new(decision).unwrap()),
        decided: date("2015-01-22"),
        date_assumed: false,
        confidential: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(text("Lighthouse")),
        amount: Money::from_pence(1_846_700),
        purpose: Purpose { text: text("A post"), split: Split::parse("domestic-abuse").unwrap() },
        fund: None,
        power: Power::NotStated,
        period: None,
        conditions: None,
        reasons: None,
    }
}

#[test]
fn awards() {
    let all = "decision,decided,recipient,amount,purpose,theme,fund,power,from,to,id,recipient_id,conditions,reasons,confidential\n\
        C7-2015,22/01/2015,Lighthouse,\"£18,467.00\",A post,a:60%;b:40%,victims,S143,2014-09,2015-08-31,AW/1,R1,None,Good,Yes\n";
    let expected = AwardCommand {
        id: Some(GrantId::new("AW/1").unwrap()),
        recipient_id: Some(RecipientId::new("R1").unwrap()),
        identifiers: Vec::new(),
        purpose: Purpose { text: text("A post"), split: Split::parse("a:60%;b:40%").unwrap() },
        fund: Some(almoner_ledger::allocation::Funds::parse("victims").unwrap()),
        power: Power::S143,
        period: Some(
            Period::new(StatedDate::parse("2014-09").unwrap(), StatedDate::parse("2015-08-31").unwrap())
                .unwrap(),
        ),
        conditions: Some(text("None")),
        reasons: Some(text("Good")),
        confidential: true,
        ..award_of("C7-2015")
    };
    assert_eq!(commands(Kind::Awards, all), [Command::Award(Box::new(expected))]);

    let least = "theme,purpose,amount,recipient,decided,decision\n\
        domestic-abuse,A post,18467,Lighthouse,2015-01-22,6-2015\n";
    assert_eq!(commands(Kind::Awards, least), [Command::Award(Box::new(award_of("6-2015")))]);
}

#[test]
fn several_awards_of_a_decision_are_numbered() {
    let row = |decision: &str, id: &str| format!("{decision},2015-01-22,T,10,P,a,{id}\n");
    let header = "decision,decided,recipient,amount,purpose,theme,id\n";
    let rows =
        [row("6-2015", ""), row("7-2015", ""), row("6-2015", "OWN"), row("6-2015", ""), row("7-2015", "")];
    let ids: Vec<String> = commands(Kind::Awards, &format!("{header}{}", rows.concat()))
        .iter()
        .map(|command| match command {
            Command::Award(award) => award.id.as_ref().unwrap().to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids, ["6-2015", "7-2015", "OWN", "6-2015/3", "7-2015/2"]);
}

#[test]
fn a_row_with_errors_counts_among_the_awards_of_its_decision() {
    let file = read(
        Kind::Awards,
        "awards.csv",
        "decision,decided,recipient,amount,purpose,theme\n6-2015,x,T,1,P,a\n6-2015,2015-01-22,T,10,P,a\n"
            .as_bytes(),
    );
    let Command::Award(award) = command(&file.rows[1]) else { panic!("no award") };
    assert_eq!((file.rows[0].request.as_ref(), award.id.as_ref().unwrap().as_str()), (None, "6-2015/2"));
}

#[test]
fn payments_and_refunds() {
    let pay = |pence: i64, reference: Option<&str>| Command::Pay {
        account: None,
        award: GrantId::new("A1").unwrap(),
        date: date("2015-04-01"),
        amount: Money::from_pence(pence),
        reference: reference.map(text),
        before_decision: None,
        part: None,
        occurrence: 1,
    };
    let refund = |stays_available| Command::Refund {
        account: None,
        award: GrantId::new("A1").unwrap(),
        date: date("2015-04-01"),
        amount: Money::from_pence(1_000),
        reference: None,
        stays_available,
        part: None,
        occurrence: 1,
    };
    let returned = |recent| Command::Return {
        account: None,
        award: GrantId::new("A1").unwrap(),
        date: date("2015-04-01"),
        amount: Money::from_pence(1_000),
        reference: None,
        payment: None,
        recent,
        occurrence: 1,
    };
    let file = "award,date,amount,reference,kind\n\
        A1,2015-04-01,10,P1,\n\
        A1,01/04/2015,10.00,P1,payment\n\
        A1,2015-04-01,10,,\n\
        A1,2015-04-01,-10,,refund\n\
        A1,2015-04-01,-£10.00,,Refund\n\
        A1,2015-04-01,10.00,,refund-available\n\
        A1,2015-04-01,(10.00),,returned\n\
        A1,2015-04-01,-10,,\n";
    let expected = [
        pay(1_000, Some("P1")),
        pay(1_000, Some("P1")),
        pay(1_000, None),
        refund(false),
        refund(false),
        refund(true),
        returned(false),
        returned(true),
    ];
    assert_eq!(commands(Kind::Payments, file), expected);
    assert_eq!(commands(Kind::Payments, "amount,award,date\n10,A1,2015-04-01"), [pay(1_000, None)]);
}

#[test]
fn payments_name_the_bank_account_that_they_are_of() {
    let file = "award,date,amount,kind,account\n\
        A1,2015-04-01,10,,20-00-00 12345678\n\
        A1,2015-04-01,10,,\n\
        A1,2015-04-01,10,,12345678\n\
        A1,2015-04-01,-10,refund,20-00-00 12345678\n\
        A1,2015-04-01,-10,returned,20-00-00 12345678\n\
        A1,2015-04-01,-10,,20-00-00 12345678\n";
    let of: Vec<String> = commands(Kind::Payments, file)
        .iter()
        .map(|command| match command {
            Command::Pay { account, occurrence, .. } => format!("pay {account:?} {occurrence}"),
            Command::Refund { account, occurrence, .. } => format!("refund {account:?} {occurrence}"),
            Command::Return { account, occurrence, .. } => format!("return {account:?} {occurrence}"),
            other => panic!("{other:?}"),
        })
        .map(|text| text.replace("Some(Text(\"", "").replace("\"))", ""))
        .collect();
    let account = "20-00-00 12345678";
    assert_eq!(
        of,
        [
            format!("pay {account} 1"),
            "pay None 1".to_owned(),
            "pay 12345678 1".to_owned(),
            format!("refund {account} 1"),
            format!("return {account} 1"),
            format!("return {account} 1"),
        ]
    );
}

#[test]
fn changes_of_purpose() {
    let repurpose = |include_past| Command::Repurpose {
        award: GrantId::new("A1").unwrap(),
        decision: Some(DecisionId::new("16-2015").unwrap()),
        date: date("2015-02-23"),
        purpose: Purpose { text: text("A new approach"), split: Split::parse("substance-misuse").unwrap() },
        include_past,
    };
    let header = "award,decision,date,purpose,theme";
    let row = "A1,16-2015,2015-02-23,A new approach,substance-misuse";
    assert_eq!(commands(Kind::Repurposes, &format!("{header}\n{row}")), [repurpose(false)]);
    for (word, expected) in [
        ("yes", true),
        ("TRUE", true),
        ("1", true),
        ("y", true),
        ("no", false),
        ("False", false),
        ("0", false),
        ("N", false),
        ("  ", false),
    ] {
        let file = format!("{header},include_past\n{row},{word}");
        assert_eq!(commands(Kind::Repurposes, &file), [repurpose(expected)], "{word}");
    }
}

#[test]
fn decisions_budgets_and_recipients() {
    let decision = |number: &str| Decision {
        title: Some(text("Precept")),
        ..Decision::numbered(DecisionId::new(number).unwrap())
    };
    let full = Decision {
        date: Some(date("2015-02-01")),
        summary: Some(text("It, was; set")),
        kind: Some(DecisionKind::ChangeOfPurpose),
        confidential: true,
        ..decision("C2-2015")
    };
    assert_eq!(
        commands(
            Kind::Decisions,
            "decision,date,title,summary,kind,confidential\n8-2015,,Precept,,,\nC2-2015,2015-02-01,Precept,\"It, was; set\",Change of purpose,y\n"
        ),
        [Command::RecordDecision(decision("8-2015")), Command::RecordDecision(full)]
    );

    let budget = BudgetKey {
        fund: FundId::new("cdr").unwrap(),
        theme: ThemeId::new("youth-diversion").unwrap(),
        year: FinancialYear::parse("2015-16").unwrap(),
    };
    assert_eq!(
        commands(Kind::Budgets, "fund,theme,year,amount\ncdr,youth-diversion,2015/16,\"£10,000\"\n"),
        [Command::SetBudget {
            budget: budget.clone(),
            amount: Money::from_pence(1_000_000),
            date: None,
            decision: None,
            revise: false
        }]
    );
    // One decision has one spelling here, too.
    assert_eq!(
        commands(Kind::Budgets, "fund,theme,year,amount,decision\ncdr,youth-diversion,2015/16,1,05/2015\n"),
        [Command::SetBudget {
            budget,
            amount: Money::from_pence(100),
            date: None,
            decision: Some(DecisionId::new("5-2015").unwrap()),
            revise: false
        }]
    );

    assert_eq!(
        commands(Kind::Instalments, "due,award,amount\n30/06/2015,A1,\"£6,000\"\n"),
        [Command::Schedule {
            award: GrantId::new("A1").unwrap(),
            due: date("2015-06-30"),
            amount: Money::from_pence(600_000),
            occurrence: 1,
        }]
    );

    let identifiers = ["GB-CHC-1087198", "GB-COH-01234567"].map(|it| Identifier::new(it).unwrap());
    let recipient = |id: Option<&str>, identifiers: &[Identifier]| Command::AddRecipient {
        id: id.map(|id| RecipientId::new(id).unwrap()),
        name: text("Survivors in Transition"),
        identifiers: identifiers.to_vec(),
    };
    let rows = "recipient,id,identifiers\nSurvivors in Transition,,\n\
        Survivors in Transition,R1,GB-CHC-1087198; GB-COH-01234567;GB-CHC-1087198;\n";
    assert_eq!(commands(Kind::Recipients, rows), [recipient(None, &[]), recipient(Some("R1"), &identifiers)]);
}

#[test]
fn the_layout_of_a_file_does_not_change_its_content() {
    let plain = "award,date,amount,reference\nA1,2015-04-01,10,two words\nA2,2015-04-02,20,\n";
    let expected = commands(Kind::Payments, plain);
    for (written, blank, rows) in [
        (format!("\u{feff}{plain}"), 0, [2, 3]),
        (plain.replace('\n', "\r\n"), 0, [2, 3]),
        (plain.trim_end().to_owned(), 0, [2, 3]),
        (plain.replace("award,date,amount,reference", " Award ,DATE,\"Amount\",Reference"), 0, [2, 3]),
        (plain.replace("two words", "\"two\nwords\""), 0, [2, 3]),
        (plain.replace("two words", "  two   words "), 0, [2, 3]),
        (plain.replace("A2", "\n,,,\n , , ,\n\nA2"), 4, [2, 7]),
        (format!("\n\n{plain}\n\n"), 2, [4, 5]),
        (format!("Payments of March\n\nfor the panel,,\n{plain}"), 0, [5, 6]),
        (format!("{plain}Award,Date,Amount,Reference\n"), 0, [2, 3]),
        (
            plain
                .replace("date,amount", ",date,,amount")
                .replace("04-01,10", "04-01,,10")
                .replace("04-02,20", "04-02,,20")
                .replace("A1,", "A1,,")
                .replace("A2,", "A2,,"),
            0,
            [2, 3],
        ),
        (plain.replace(',', ";"), 0, [2, 3]),
        (plain.replace(',', "\t"), 0, [2, 3]),
        (plain.replace(',', "|").replace("two words", "\u{a0}two words\u{2007}"), 0, [2, 3]),
        ("reference,amount,date,award\ntwo words,10,2015-04-01,A1\n,20,2015-04-02,A2".to_owned(), 0, [2, 3]),
    ] {
        let file = read_well(Kind::Payments, &written);
        let numbers: Vec<u64> = file.rows.iter().map(|row| row.number).collect();
        assert_eq!((file.skipped_blank, numbers), (blank, rows.to_vec()), "{written:?}");
        let commands: Vec<Command> = file.rows.iter().map(command).collect();
        assert_eq!(commands, expected, "{written:?}");
    }
}

#[test]
fn a_header_alone_is_a_file_without_rows() {
    assert_eq!(read_well(Kind::Payments, "award,date,amount\n").rows.len(), 0);
}
