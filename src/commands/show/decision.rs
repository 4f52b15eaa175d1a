//! A decision with the grants based on it.

use almoner_ledger::book::Books;
use almoner_ledger::checklist::{Checklist, Question};
use almoner_ledger::decisions::RegisteredDecision;
use almoner_ledger::reports::papers::recorded;
use almoner_papers::dates;

use super::{facts, in_papers, or_not_stated};
use crate::problem::Problem;
use almoner_app::narrative;
use almoner_papers::layout::wrapped;

/// Returns the originator's checklist, once any question is answered.
fn answered(checklist: &Checklist, width: usize) -> String {
    if checklist.is_empty() {
        return String::new();
    }
    let answers: Vec<(&str, String)> = Question::ALL
        .into_iter()
        .map(|question| (question.words(), or_not_stated(checklist.answer(question))))
        .collect();
    format!("\nChecklist\n{}", facts(&answers, width))
}

/// Returns the decision as text.
pub fn shown(books: &dyn Books, registered: &RegisteredDecision, width: usize) -> Result<String, Problem> {
    let decision = &registered.decision;
    let confidential = if decision.confidential { " (confidential)" } else { "" };
    let mut text = format!("Decision {}{confidential}\n", decision.id);
    let kind = decision.kind.map(|kind| kind.word().replace('-', " "));
    let mut stated = vec![
        ("Title", or_not_stated(decision.title.as_ref())),
        ("Date", or_not_stated(decision.date.map(dates::day))),
        ("Kind", or_not_stated(kind)),
    ];
    stated.extend(decision.summary.as_ref().map(|summary| ("Summary", summary.to_string())));
    stated.push(("Last updated", format!("record {}", registered.record)));
    text.push_str(&facts(&stated, width));
    text.push_str(&answered(&decision.checklist, width));
    let mut grants = String::new();
    for id in &registered.grants {
        let Some(grant) = books.grant(id)? else { continue };
        for recorded in grant.live().filter(|it| it.fact.decision() == Some(&decision.id)) {
            let (sentence, _) = narrative::fact_words(books, id.as_str(), &recorded.fact)?;
            grants.push_str(&wrapped(&format!("  {:>4}  ", recorded.record), &sentence, width));
        }
    }
    text.push_str("\nGrants based on it\n");
    text.push_str(if grants.is_empty() { "  none\n" } else { &grants });
    text.push_str(&in_papers(&recorded(books), |paper| paper.decisions.contains(&decision.id), width));
    Ok(text)
}
