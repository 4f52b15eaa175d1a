//! The commands of the worked example, from the tables in [`suffolk`].

pub mod suffolk;

use almoner_ledger::calendar::{Date, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, ThemeId};

use crate::problem::Problem;

/// A batch of commands with its label in the journal.
pub type Batch = (&'static str, Vec<Command>);

/// Returns the batches in the order of recording.
pub fn batches() -> Result<Vec<Batch>, Problem> {
    let mut earlier = award(&suffolk::EARLIER_AWARD, Some(suffolk::EARLIER_GRANT))?;
    earlier.date_assumed = true;
    let mut awards = vec![Command::Award(Box::new(earlier))];
    for row in suffolk::AWARDS {
        awards.push(Command::Award(Box::new(award(row, None)?)));
    }
    Ok(vec![
        ("demo themes", themes()?),
        ("demo decisions", decisions()?),
        ("demo awards", awards),
        ("demo changes", vec![repurpose()?, rename()?]),
        ("demo invented payments", payments()?),
    ])
}

fn themes() -> Result<Vec<Command>, Problem> {
    let add = |theme: &suffolk::Theme| {
        Ok(Command::AddTheme {
            id: ThemeId::new(theme.id)?,
            name: Text::new(theme.name)?,
            objective: Some(Text::new(theme.objective)?),
        })
    };
    suffolk::THEMES.iter().map(add).collect()
}

fn decisions() -> Result<Vec<Command>, Problem> {
    let mut decisions = Vec::new();
    for row in suffolk::AWARDS {
        decisions.push(Decision {
            date: Some(Date::parse(row.decided)?),
            title: Some(Text::new(&format!("Grant to {}", row.recipient))?),
            kind: Some(DecisionKind::Award),
            ..numbered(row.decision)?
        });
    }
    decisions.push(Decision {
        date: Some(Date::parse(suffolk::REPURPOSE.date)?),
        title: Some(Text::new(&format!(
            "Change of purpose of the grant to {}",
            suffolk::EARLIER_AWARD.recipient
        ))?),
        kind: Some(DecisionKind::ChangeOfPurpose),
        ..numbered(suffolk::REPURPOSE.decision)?
    });
    for (number, title, summary) in suffolk::OTHER_DECISIONS {
        decisions.push(Decision {
            title: Some(Text::new(title)?),
            summary: summary.map(Text::new).transpose()?,
            kind: Some(DecisionKind::Other),
            ..numbered(number)?
        });
    }
    for number in suffolk::CONFIDENTIAL {
        let title = Some(Text::new(suffolk::CONFIDENTIAL_TITLE)?);
        decisions.push(Decision { title, confidential: true, ..numbered(number)? });
    }
    decisions.sort_by_key(|decision| decision.id.in_series());
    Ok(decisions.into_iter().map(Command::RecordDecision).collect())
}

fn numbered(number: &str) -> Result<Decision, Problem> {
    Ok(Decision::numbered(DecisionId::new(number)?))
}

fn award(row: &suffolk::Award, id: Option<&str>) -> Result<AwardCommand, Problem> {
    let period = match row.period {
        Some((from, to)) => Some(Period::new(StatedDate::parse(from)?, StatedDate::parse(to)?)?),
        None => None,
    };
    Ok(AwardCommand {
        id: id.map(GrantId::new).transpose()?,
        decision: if row.decision.is_empty() { None } else { Some(DecisionId::new(row.decision)?) },
        decided: Date::parse(row.decided)?,
        date_assumed: false,
        confidential: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(Text::new(row.recipient)?),
        amount: amount(row.amount)?,
        purpose: Purpose { text: Text::new(row.purpose)?, split: Split::whole(ThemeId::new(row.theme)?) },
        fund: row.fund.map(FundId::new).transpose()?,
        power: Power::NotStated,
        period,
        conditions: None,
        reasons: None,
    })
}

fn repurpose() -> Result<Command, Problem> {
    let row = &suffolk::REPURPOSE;
    Ok(Command::Repurpose {
        award: GrantId::new(suffolk::EARLIER_GRANT)?,
        decision: Some(DecisionId::new(row.decision)?),
        date: Date::parse(row.date)?,
        purpose: Purpose { text: Text::new(row.purpose)?, split: Split::whole(ThemeId::new(row.theme)?) },
        include_past: false,
    })
}

fn rename() -> Result<Command, Problem> {
    let (old, new, from) = suffolk::RENAME;
    Ok(Command::RenameRecipient {
        recipient: old.to_owned(),
        name: Text::new(new)?,
        from: Date::parse(from)?,
    })
}

fn payments() -> Result<Vec<Command>, Problem> {
    let pay = |(award, date, paid, reference): &(&str, &str, &str, &str)| {
        Ok(Command::Pay {
            award: GrantId::new(award)?,
            date: Date::parse(date)?,
            amount: amount(paid)?,
            reference: Some(Text::new(reference)?),
            before_decision: None,
            occurrence: 1,
        })
    };
    suffolk::INVENTED_PAYMENTS.iter().map(pay).collect()
}

fn amount(text: &str) -> Result<Money, Problem> {
    Money::parse(text)
        .map_err(|error| Problem::refused("not-an-amount", error.to_string()).hint(error.hint()))
}

#[cfg(test)]
mod tests {
    use almoner_ledger::book::Books;
    use almoner_ledger::calendar::DateRange;
    use almoner_ledger::decisions::gaps;
    use almoner_ledger::reports::{By, Query, ThemesReport, themes};
    use almoner_store::memory::MemoryStore;

    use super::*;
    use crate::testing::books;

    fn ledger() -> MemoryStore {
        let commands: Vec<Command> =
            batches().unwrap().into_iter().flat_map(|(_, commands)| commands).collect();
        books(&commands)
    }

    fn by(ledger: &MemoryStore, from: &str, to: &str, by: By) -> ThemesReport {
        let range = DateRange::new(Date::parse(from).unwrap(), Date::parse(to).unwrap()).unwrap();
        themes(ledger, &Query::of(range), by).unwrap()
    }

    fn awarded(report: &ThemesReport) -> Vec<(String, String)> {
        report.rows.iter().map(|row| (row.key.id.clone(), row.measures.awarded.grouped())).collect()
    }

    #[test]
    fn the_totals_are_those_of_the_published_decisions() {
        let ledger = ledger();
        let quarter = by(&ledger, "2015-01-01", "2015-03-31", By::Theme);
        assert_eq!(quarter.total.awarded.grouped(), "253,649.00");
        let expected = [
            ("anti-social-behaviour", "7,000.00"),
            ("child-sexual-abuse", "60,000.00"),
            ("domestic-abuse", "158,548.00"),
            ("public-space-safety", "2,660.00"),
            ("substance-misuse", "0.00"),
            ("vulnerable-victims", "25,000.00"),
            ("youth-diversion", "441.00"),
        ];
        assert_eq!(awarded(&quarter), expected.map(|(id, amount)| (id.to_owned(), amount.to_owned())));
        let funds = awarded(&by(&ledger, "2015-01-01", "2015-03-31", By::Fund));
        let expected = [("cdr", "10,101.00"), ("victims", "90,000.00"), ("unstated", "153,548.00")];
        assert_eq!(funds, expected.map(|(id, amount)| (id.to_owned(), amount.to_owned())));
        let year = by(&ledger, "2014-04-01", "2015-03-31", By::Theme);
        assert_eq!(year.total.awarded.grouped(), "278,649.00");
        assert_eq!(year.total.expenditure.grouped(), "7,951.83");
        let next = by(&ledger, "2015-04-01", "2016-03-31", By::Theme);
        assert_eq!(next.total.expenditure.grouped(), "37,956.17");
        for grouping in By::ALL {
            assert_eq!(by(&ledger, "2014-04-01", "2015-03-31", grouping).total, year.total, "{grouping:?}");
        }
    }

    #[test]
    fn the_register_is_complete_and_invented_payments_are_marked() {
        let ledger = ledger();
        let decisions = &ledger.read_models().decisions;
        assert_eq!(decisions.values().filter(|it| it.decision.confidential).count(), 6);
        assert_eq!(decisions.values().filter(|it| !it.decision.confidential).count(), 21);
        let missing: Vec<String> =
            gaps(decisions.iter().map(|(id, _)| id)).iter().map(ToString::to_string).collect();
        assert_eq!(missing, ["1-2015 to 5-2015", "C1-2015"]);
        assert!(suffolk::INVENTED_PAYMENTS.iter().all(|(.., reference)| reference.starts_with("INVENTED-")));
        let total = by(&ledger, "2014-04-01", "2016-03-31", By::Theme).total;
        assert_eq!(total.paid.grouped(), "35,687.50");
        assert_eq!(ledger.reference().budgets.len(), 0);
    }
}
