//! The originator's checklist: questions answered before a decision is put to the Commissioner.
//!
//! It is for the office and its auditors: no public paper shows it. The policy determines whether an award
//! needs a complete checklist.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::Text;
use crate::worded;

/// A question of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    Legal,
    Cfo,
    Equality,
    HumanResources,
    PlanObjective,
    Consultation,
    Communications,
    Ethics,
}

worded!(Question::word {
    Legal = "legal", Cfo = "cfo", Equality = "equality", HumanResources = "human-resources",
    PlanObjective = "plan-objective", Consultation = "consultation", Communications = "communications",
    Ethics = "ethics",
});

impl Question {
    pub const fn words(self) -> &'static str {
        match self {
            Question::Legal => "Legal advice taken",
            Question::Cfo => "Chief Finance Officer consulted",
            Question::Equality => "Equality considered",
            Question::HumanResources => "Consequences for staff considered",
            Question::PlanObjective => "Serves an objective of the plan",
            Question::Consultation => "Others consulted",
            Question::Communications => "Communications agreed",
            Question::Ethics => "Ethical questions considered",
        }
    }
}

/// An answer with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    #[serde(default)]
    pub yes: bool,
    /// The reason, with by whom and where it is on file.
    pub reason: Text,
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", if self.yes { "yes" } else { "no" }, self.reason)
    }
}

/// The answers so far. An unanswered question is *not stated*, never a no.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist(BTreeMap<Question, Answer>);

impl Checklist {
    pub fn answer(&self, question: Question) -> Option<&Answer> {
        self.0.get(&question)
    }

    /// Returns every answer, in the order of the questions.
    pub fn iter(&self) -> impl Iterator<Item = (Question, &Answer)> {
        self.0.iter().map(|(question, answer)| (*question, answer))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn missing(&self) -> Vec<Question> {
        Question::ALL.into_iter().filter(|question| self.answer(*question).is_none()).collect()
    }

    /// Returns these answers, completed with those of `other`.
    pub fn or(&self, other: &Checklist) -> Checklist {
        let mut both = other.0.clone();
        both.extend(self.0.clone());
        Checklist(both)
    }
}

impl FromIterator<(Question, Answer)> for Checklist {
    fn from_iter<Answers: IntoIterator<Item = (Question, Answer)>>(answers: Answers) -> Checklist {
        Checklist(answers.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(yes: bool, reason: &str) -> Answer {
        Answer { yes, reason: reason.parse().unwrap() }
    }

    #[test]
    fn question_words_are_those_of_the_journal() {
        for question in Question::ALL {
            let written = serde_json::to_string(&question).unwrap();
            assert_eq!(written, format!("\"{}\"", question.word()));
        }
    }

    #[test]
    fn recorded_answers_are_completed_not_replaced() {
        let one: Checklist = [(Question::Legal, answer(true, "Counsel"))].into_iter().collect();
        let other: Checklist =
            [(Question::Legal, answer(false, "None")), (Question::Cfo, answer(true, "Minuted"))]
                .into_iter()
                .collect();
        let both = one.or(&other);
        assert_eq!(both.answer(Question::Legal).map(ToString::to_string).as_deref(), Some("yes (Counsel)"));
        assert_eq!(both.iter().count(), 2);
    }
}
