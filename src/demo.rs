//! The worked example: decisions of the Suffolk Commissioner, January to March 2015.
//!
//! The register and the payments are files of the kind that offices import. The facts (numbers, dates,
//! recipients, amounts, periods) are those of the published decisions; titles and purposes are in our own words,
//! the themes are ours, and the payments are invented. What a decision does not state is blank, never guessed. The
//! payments belong to grants with a stated period, whose expenditure does not depend on the date of payment and so
//! follows from the published facts alone.

use almoner_imports::{Kind, Layout, RowRequest, read};
use almoner_ledger::allocation::Funds;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, ThemeId};

use crate::problem::Problem;

/// Name of the body.
pub const BODY: &str = "Suffolk Police and Crime Commissioner";
/// The grant of 2014 whose purpose decision 16 changes.
pub const EARLIER_GRANT: &str = "east-coast-recovery-2014";

const REGISTER: &str = include_str!("demo/register.csv");
const PAYMENTS: &str = include_str!("demo/payments.csv");

const PROTECT: &str = "Protecting victims and vulnerable people";
const PREVENT: &str = "Preventing crime and anti-social behaviour";
const REDUCE: &str = "Reducing reoffending";

/// Illustrative themes: id, name, objective.
const THEMES: &[(&str, &str, &str)] = &[
    ("domestic-abuse", "Domestic abuse", PROTECT),
    ("child-sexual-abuse", "Child sexual abuse", PROTECT),
    ("vulnerable-victims", "Vulnerable victims", PROTECT),
    ("anti-social-behaviour", "Anti-social behaviour", PREVENT),
    ("public-space-safety", "Safety of public spaces", PREVENT),
    ("youth-diversion", "Youth diversion", PREVENT),
    ("reoffending", "Reducing reoffending", REDUCE),
    ("substance-misuse", "Substance misuse", REDUCE),
];

/// A batch of commands with its label in the journal.
pub type Batch = (&'static str, Vec<Command>);

/// Returns the batches in the order of recording.
pub fn batches() -> Result<Vec<Batch>, Problem> {
    let themes = THEMES.iter().map(|(id, name, objective)| {
        let (id, name, objective) = (ThemeId::new(id)?, Text::new(name)?, Some(Text::new(objective)?));
        Ok(Command::AddTheme { id, name, objective })
    });
    let mut awards = vec![earlier_award()?];
    awards.extend(rows(Kind::Awards, REGISTER)?);
    Ok(vec![
        ("demo themes", themes.collect::<Result<_, Problem>>()?),
        ("demo decisions", rows(Kind::Decisions, REGISTER)?),
        ("demo awards", awards),
        ("demo changes", vec![repurpose()?, rename()?]),
        ("demo invented payments", rows(Kind::Payments, PAYMENTS)?),
    ])
}

/// Returns the commands of the rows of a file.
fn rows(kind: Kind, text: &str) -> Result<Vec<Command>, Problem> {
    let file = read(kind, "the example", text.as_bytes(), None, &Layout::default());
    if let Some(wrong) = file.diagnostics.first() {
        return Err(Problem::refused("bad-file", wrong.to_string()));
    }
    let commands = file.rows.into_iter().filter_map(|row| match row.request {
        Some(RowRequest::Command(command)) => Some(command),
        _ => None,
    });
    Ok(commands.collect())
}

/// Returns the award of the earlier grant, whose decision is not stated and whose date is assumed.
fn earlier_award() -> Result<Command, Problem> {
    let purpose = "A rehabilitation programme in the community for eight clients";
    Ok(Command::Award(Box::new(AwardCommand {
        id: Some(GrantId::new(EARLIER_GRANT)?),
        decision: None,
        decided: Date::parse("2014-04-01")?,
        date_assumed: true,
        confidential: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(Text::new("East Coast Recovery")?),
        amount: Money::from_pence(2_500_000),
        purpose: purpose_of(purpose, "reoffending")?,
        fund: Some(Funds::one(FundId::new("cdr")?)),
        power: Power::NotStated,
        period: None,
        conditions: None,
        reasons: None,
    })))
}

fn repurpose() -> Result<Command, Problem> {
    Ok(Command::Repurpose {
        award: GrantId::new(EARLIER_GRANT)?,
        decision: Some(DecisionId::new("16-2015")?),
        date: Date::parse("2015-02-23")?,
        purpose: purpose_of("Different treatment for long-term dependency on drugs", "substance-misuse")?,
        include_past: false,
    })
}

fn purpose_of(text: &str, theme: &str) -> Result<Purpose, Problem> {
    Ok(Purpose { text: Text::new(text)?, split: Split::whole(ThemeId::new(theme)?) })
}

fn rename() -> Result<Command, Problem> {
    Ok(Command::RenameRecipient {
        recipient: "Waveney Domestic Violence and Abuse Forum".to_owned(),
        name: Text::new("Suffolk Coastal and Waveney Domestic Violence and Abuse Forum")?,
        from: Date::parse("2015-03-04")?,
    })
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
            // Its commitment moved to another theme within the period.
            ("reoffending", "0.00"),
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
            let mut total = by(&ledger, "2014-04-01", "2015-03-31", grouping).total;
            // Only lines of themes state what a change of purpose moved between them, which comes to zero.
            for moved in [&mut total.moved, &mut total.control_moved, &mut total.earlier_years] {
                moved.get_or_insert(Money::ZERO);
            }
            assert_eq!(total, year.total, "{grouping:?}");
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
        assert!(PAYMENTS.lines().skip(1).all(|row| row.contains(",INVENTED-")));
        let total = by(&ledger, "2014-04-01", "2016-03-31", By::Theme).total;
        assert_eq!(total.paid.grouped(), "35,687.50");
        assert_eq!(ledger.reference().budgets.len(), 0);
    }
}
