//! The forms about public papers and performance indicators.

use almoner_app::error::Error;
use almoner_app::intents;
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::indicators::{Baseline, Indicator, IndicatorKey};
use almoner_ledger::papers::PublicPaper;
use almoner_ledger::rejection::Field as Of;

use super::office::CONFIDENTIAL;
use super::typed::listed;
use super::{Act, Choices, Field, Form, Kind, Typed, command, commands};
use crate::frame::Section;

pub(super) const FORMS: &[Form] = &[
    Form {
        command: "paper add",
        label: "paper add",
        title: "Public paper",
        button: "Record public paper",
        done: "Public paper recorded",
        lead: "For a paper that is already recorded, enter only the new details.",
        ..Form::of_office(
            "paper",
            Section::Papers,
            &[
                Field::new("paper", "Reference", Kind::Paper)
                    .hint("As printed on the paper: AP15/2")
                    .required()
                    .of(&[Of::Paper]),
                Field::new("title", "Title", Kind::Text).of(&[Of::Title]),
                Field::new("date", "Date", Kind::Date)
                    .hint("Of the meeting or the publication: 12 Jun 2015")
                    .of(&[Of::Date]),
                Field::new("decisions", "Decisions reported", Kind::Decisions)
                    .hint("Their numbers: 24-2015, 26-2015")
                    .of(&[Of::Decision])
                    .codes(&["unknown-decision"]),
                Field::new("grants", "Grants reported", Kind::Grants)
                    .hint("Their numbers: 24-2015, 26-2015")
                    .of(&[Of::Award]),
            ],
            paper,
        )
    },
    Form {
        command: "indicator add",
        label: "indicator add",
        title: "Performance indicator",
        button: "Record figure",
        done: "Figure recorded",
        lead: "A figure from another source, reported beside a theme.",
        checks: |typed, _| match typed.has("baseline") == typed.has("baseline_period") {
            true => Vec::new(),
            false => vec![half_baseline()],
        },
        ..Form::of_office(
            "indicator",
            Section::Reports,
            &[
                Field::new("name", "Indicator", Kind::Text)
                    .hint("Recorded incidents")
                    .required()
                    .of(&[Of::Name]),
                Field::new("theme", "Theme", Kind::Choice(Choices::Themes)).required().of(&[Of::Theme]),
                Field::new("period", "Period", Kind::Period)
                    .hint("2015-04, 2015-16Q1 or 2015-16")
                    .required()
                    .of(&[Of::Period]),
                Field::new("value", "Figure", Kind::Figure).hint("1,204").required().of(&[Of::Value]),
                Field::new("unit", "Unit", Kind::Text).hint("incidents; per 1,000 people").of(&[Of::Unit]),
                Field::new("source", "Source", Kind::Text)
                    .hint("Police recorded crime")
                    .required()
                    .of(&[Of::Source]),
                Field::new("baseline", "Baseline figure", Kind::Figure)
                    .hint("Blank if there is no comparison")
                    .of(&[Of::Baseline])
                    .codes(&["half-baseline"]),
                Field::new("baseline_period", "Baseline period", Kind::Period).hint("2014-15Q1"),
                CONFIDENTIAL,
            ],
            indicator,
        )
    },
];

fn paper(typed: &Typed<'_>) -> Option<Act> {
    command(Command::RecordPaper(Box::new(PublicPaper {
        title: typed.text("title"),
        date: typed.date("date"),
        decisions: listed::<DecisionId>(typed.fields.text("decisions")).ok()?,
        grants: listed::<GrantId>(typed.fields.text("grants")).ok()?,
        ..PublicPaper::named(typed.get("paper")?)
    })))
}

fn half_baseline() -> Error {
    Error::refused("half-baseline", "the baseline is not complete")
        .advice("give both its figure and its period, or neither")
}

fn indicator(typed: &Typed<'_>) -> Option<Act> {
    let indicator =
        IndicatorKey { theme: typed.get("theme")?, name: typed.text("name")?, period: typed.get("period")? };
    let (value, unit, source) = (typed.get("value")?, typed.text("unit"), typed.text("source")?);
    let (baseline, of_baseline) = (typed.get("baseline"), typed.get("baseline_period"));
    let (revise, is_marked) = (typed.has("revise"), typed.has("confidential"));
    commands(move |_| {
        let baseline = match (baseline, of_baseline) {
            (Some(value), Some(period)) => Some(Baseline { value, period }),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return Err(half_baseline());
            }
        };
        let stated = Indicator { value, unit: unit.clone(), baseline, source: source.clone() };
        let set = Command::SetIndicator { indicator: indicator.clone(), stated: Box::new(stated), revise };
        Ok(intents::marked(set, is_marked))
    })
}
