//! What a policy may ask of a decision before an award rests on it.

use crate::checklist::Question;
use crate::decisions::Decision;
use crate::rejection::Rejection;

/// Refuses a decision of which a question is not answered.
///
/// # Errors
/// [`Rejection::ChecklistIncomplete`], with what is missing.
pub fn checklist_complete(decision: &Decision) -> Result<(), Rejection> {
    let missing: Vec<&str> = decision.checklist.missing().into_iter().map(Question::word).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Rejection::ChecklistIncomplete { decision: decision.id.to_string(), missing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::{Answer, Checklist};

    #[test]
    fn a_decision_is_ready_when_every_question_is_answered_either_way() {
        let mut decision = Decision::numbered("14-2015".parse().unwrap());
        assert_eq!(decision.checklist.missing().len(), 8);
        let all_but = |left_out: &[Question]| -> Checklist {
            let asked = Question::ALL.into_iter().filter(|it| !left_out.contains(it));
            asked
                .map(|it| {
                    (it, Answer { yes: it != Question::HumanResources, reason: "On file".parse().unwrap() })
                })
                .collect()
        };
        // Left out, and what is refused.
        let table: &[(&[Question], Option<&str>)] = &[
            (&[], None),
            (&[Question::Cfo], Some("cfo")),
            (&[Question::Ethics, Question::Legal], Some("legal, ethics")),
        ];
        for (left_out, missing) in table {
            decision.checklist = all_but(left_out);
            let refused = checklist_complete(&decision).err();
            let expected = missing
                .map(|it| format!("the originator's checklist of decision 14-2015 does not answer: {it}"));
            assert_eq!(refused.as_ref().map(ToString::to_string), expected);
            if let Some(refused) = refused {
                assert_eq!(refused.code(), "checklist-incomplete");
                assert!(
                    refused.hint().contains("almoner decision checklist 14-2015 --"),
                    "{}",
                    refused.hint()
                );
            }
        }
    }
}
