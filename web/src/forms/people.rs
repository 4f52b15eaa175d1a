//! The forms about approvals, users and the scheme of delegation.

use std::collections::BTreeSet;

use almoner_app::intents;
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::decide::{Vouched, approve as approved};
use almoner_ledger::policy::{Act as Kinds, Policy, Rule};
use almoner_ledger::rejection::Field as Of;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};

use super::{Act, Choices, Field, Form, Kind, Limit, Typed, command, commands, limit};
use crate::fields::{Fields, limit_name};
use crate::frame::Section;

pub(super) const FORMS: &[Form] = &[
    Form {
        title: "Approval",
        button: "Approve and record",
        done: "Approved and recorded",
        ..Form::of_record("approve", &[], approve)
    },
    Form {
        title: "Rejection",
        button: "Reject proposal",
        done: "Proposal rejected",
        ..Form::of_record("reject", &[REASON], reject)
    },
    Form {
        label: "approve several",
        title: "Approval of proposals",
        button: "Approve and record",
        done: "Approved and recorded",
        lead: "The ticked proposals are recorded together, exactly as proposed, or none of them is.",
        ..Form::of_office(
            "approve",
            Section::Approvals,
            &[Field::new("proposal", "Proposals", Kind::Several(Choices::ToApprove))
                .required()
                .codes(PROPOSAL)],
            approve_several,
        )
    },
    Form {
        label: "reject several",
        title: "Rejection of proposals",
        button: "Reject proposals",
        done: "Proposals rejected",
        ..Form::of_office(
            "reject",
            Section::Approvals,
            &[
                Field::new("proposal", "Proposals", Kind::Several(Choices::ToReject))
                    .required()
                    .codes(PROPOSAL),
                REASON,
            ],
            reject_several,
        )
    },
    Form {
        command: "user add",
        label: "user add",
        title: "User",
        button: "Add user",
        done: "User added",
        lead: "Once there are users, nobody else can record anything. Whoever adds the first user becomes an approver.",
        ..Form::of_office(
            "user",
            Section::Users,
            &[
                Field::new("id", "User name", Kind::Text)
                    .hint("The name with which the user signs in to the computer; it cannot be changed later")
                    .required()
                    .codes(&["similar-user", "different-content"]),
                Field::new("name", "Full name", Kind::Text)
                    .hint("Blank if the same as the user name")
                    .of(&[Of::Name]),
                ROLES,
                AUDIENCE,
            ],
            add,
        )
    },
    Form {
        command: "user roles",
        label: "user roles",
        title: "Roles",
        button: "Assign roles",
        done: "Roles assigned",
        lead: "The roles ticked replace the present roles.",
        begins: present_roles,
        ..Form::of_user("roles", &[ROLES, AUDIENCE], roles)
    },
    Form {
        command: "user key",
        label: "user key",
        title: "Signing key",
        button: "Record key",
        done: "Key recorded",
        lead: "A user who has a key must sign approvals with it, which is done on the command line. A \
               recorded key can be replaced only by a proposal, approved by another user or by its owner with the old key.",
        ..Form::of_user(
            "key",
            &[Field::new("public", "Public key", Kind::Key)
                .hint("64 hexadecimal digits")
                .required()
                .codes(&["key-in-use"])],
            key,
        )
    },
    Form {
        command: "user leave",
        label: "user leave",
        title: "User has left",
        button: "Record that the user has left",
        done: "User has left",
        lead: "The user can record nothing further. Earlier records keep the user name.",
        ..Form::of_user("leave", &[], leave)
    },
    Form {
        command: "policy set",
        label: "policy set",
        title: "Scheme of delegation",
        button: "Bring into force",
        done: "Scheme of delegation in force",
        lead: "For each kind of record: whether a second user must approve it. The limit is the amount up to which a \
               user may record it alone.",
        begins: present_scheme,
        ..Form::of_office("policy", Section::Users, POLICY, set_policy)
    },
    Form {
        command: "policy off",
        label: "policy off",
        title: "End of the scheme of delegation",
        button: "End the scheme",
        done: "Scheme of delegation ended",
        lead: "After this, nothing needs approval.",
        ..Form::of_office("policy-off", Section::Users, &[], |_| command(Command::SetPolicy(None)))
    },
];

const REASON: Field = Field::new("reason", "Reason", Kind::Long).required().of(&[Of::Reason]);
const PROPOSAL: &[&str] = &["not-pending", "own-proposal", "proposal-void", "unknown-record"];
const ROLES: Field = Field::new("role", "Roles", Kind::Several(Choices::Of(ALL_ROLES)))
    .required()
    .codes(&["too-few-users", "auditor-records"]);
const AUDIENCE: Field = Field::new("audience", "Audience of a reader", Kind::Choice(Choices::Of(AUDIENCES)))
    .hint("For a user whose only role is reader; blank for the public view")
    .codes(&["not-only-reader"]);

const AUDIENCES: &[(&str, &str)] = &[
    ("public", "The public"),
    ("panel", "The Police and Crime Panel"),
    ("officer", "The office"),
    ("auditor", "The auditors"),
];

const ALL_ROLES: &[(&str, &str)] = &[
    ("recorder", "Recorder: all records that no other role covers"),
    ("payer", "Payer: payments, refunds, receipts and reconciliation"),
    ("approver", "Approver: other users' proposals, users and the scheme of delegation"),
    ("closer", "Closer: closing of months and prior period adjustments"),
    ("auditor", "Auditor: records nothing"),
    ("reader", "Reader: records nothing"),
];

const POLICY: &[Field] = &[
    Field::new("award", "Awards and increases", Kind::Limit).codes(&["too-few-users", "empty-scheme"]),
    Field::new("reduction", "Reductions and withdrawals", Kind::Limit),
    Field::new("payment", "Payments", Kind::Limit),
    Field::new("refund", "Refunds", Kind::Limit),
    Field::new("receipt", "Money from funders", Kind::Limit),
    Field::new("budget", "Budgets", Kind::Limit),
    Field::new("purpose", "Changes of purpose", Kind::Limit),
    Field::new("terms", "Changes of terms", Kind::Limit),
    Field::new("recipient", "Names and numbers of recipients", Kind::Limit),
    Field::new("decision", "Register of decisions", Kind::Limit),
    Field::new("reconciliation", "Reconciliations", Kind::Limit),
    Field::new("closing", "Closing and reopening of months", Kind::Limit),
    Field::new("prior-period", "Prior period adjustments", Kind::Limit),
    Field::new("reversal", "Reversals", Kind::Limit),
    Field::new("reference", "Themes, funds, indicators and papers", Kind::Limit),
    Field::new("days", "Days", Kind::Days)
        .hint("Amounts recorded without approval for the same recipient within this number of days are added together")
        .required(),
    Field::new(
        "recipient_recorder_apart",
        "A user who recorded a recipient’s names or numbers may not pay that recipient without approval",
        Kind::Tick,
    ),
    Field::new("checklist", "Awards need a decision with a complete checklist", Kind::Tick),
    Field::new("signed_approvals", "Approvals must be signed with a key (on the command line)", Kind::Tick)
        .codes(&["too-few-users"]),
];

/// Returns what a scheme requires, in the words of its form.
pub fn scheme(policy: &Policy) -> Vec<(&'static str, String)> {
    let fields = fields_of(policy);
    let needs = |field: &Field| match (field.kind, fields.get(field.name)) {
        (Kind::Limit, Some("over")) => Some(format!("over £{}", fields.text(&limit_name(field.name)))),
        (Kind::Limit, Some(word)) => Some(word.to_owned()),
        (Kind::Days, Some(days)) => Some(format!("{days}, over which amounts are added together")),
        (_, Some(word)) => Some(word.to_owned()),
        (_, None) => None,
    };
    POLICY.iter().filter_map(|field| Some((field.label, needs(field)?))).collect()
}

/// Returns the fields of a scheme.
fn fields_of(policy: &Policy) -> Fields {
    let mut fields = vec![("days".to_owned(), policy.days.to_string())];
    for act in Kinds::ALL {
        // Each rule applies by itself, so the strictest counts.
        let Some(over) = policy.rules.iter().filter(|rule| rule.act == act).map(|rule| rule.over).min()
        else {
            continue;
        };
        fields.push((act.word().to_owned(), if over.is_some() { "over" } else { "always" }.to_owned()));
        fields.extend(over.map(|over| (limit_name(act.word()), over.grouped())));
    }
    let ticks = [
        ("recipient_recorder_apart", policy.recipient_recorder_apart),
        ("checklist", policy.checklist),
        ("signed_approvals", policy.signed_approvals),
    ];
    fields
        .extend(ticks.into_iter().filter(|(_, is)| *is).map(|(name, _)| (name.to_owned(), "yes".to_owned())));
    fields.into()
}

fn present_scheme(books: &dyn Books, _: &str) -> Fields {
    let none = || vec![("days".to_owned(), Policy::USUAL_DAYS.to_string())].into();
    books.reference().authority.policy.as_ref().map_or_else(none, fields_of)
}

fn present_roles(books: &dyn Books, user: &str) -> Fields {
    let Some(user) = books.reference().authority.users.get(user) else { return Fields::default() };
    let roles = user.roles.iter().map(|role| ("role", role.word()));
    let audience = user.audience.map(|audience| ("audience", audience.word()));
    roles.chain(audience).map(|(name, word)| (name.to_owned(), word.to_owned())).collect::<Vec<_>>().into()
}

fn approve(typed: &Typed<'_>) -> Option<Act> {
    let record: u64 = typed.about.parse().ok()?;
    Some(Box::new(move |_, draft, _| Ok(vec![approved(draft, record, Vouched::default())?])))
}

/// Returns the numbers of the proposals that are ticked, each once, in their order.
fn chosen(typed: &Typed<'_>) -> Option<BTreeSet<u64>> {
    typed.fields.all("proposal").map(|text| text.parse().ok()).collect()
}

fn approve_several(typed: &Typed<'_>) -> Option<Act> {
    let all = chosen(typed)?;
    Some(Box::new(move |_, draft, _| {
        let approved = all.iter().map(|record| Ok(approved(draft, *record, Vouched::default())?));
        approved.collect()
    }))
}

fn reject(typed: &Typed<'_>) -> Option<Act> {
    command(Command::Reject { proposal: typed.about.parse().ok()?, reason: typed.text("reason")? })
}

fn reject_several(typed: &Typed<'_>) -> Option<Act> {
    let (all, reason) = (chosen(typed)?, typed.text("reason")?);
    let rejected = move |proposal: &u64| Command::Reject { proposal: *proposal, reason: reason.clone() };
    commands(move |_| Ok(all.iter().map(&rejected).collect()))
}

fn roles_of(typed: &Typed<'_>) -> BTreeSet<Role> {
    typed.fields.all("role").filter_map(Role::parse).collect()
}

fn audience_of(typed: &Typed<'_>) -> Option<Audience> {
    Audience::parse(typed.fields.text("audience"))
}

fn add(typed: &Typed<'_>) -> Option<Act> {
    let id = typed.text("id")?;
    let name = typed.text("name").unwrap_or_else(|| id.clone());
    let user = User { audience: audience_of(typed), ..User::new(id, name, roles_of(typed)) };
    let by = typed.by.cloned();
    commands(move |books| Ok(vec![intents::add_user(books, &user, by.as_ref())?]))
}

fn roles(typed: &Typed<'_>) -> Option<Act> {
    let (id, roles) = (Text::new(typed.about).ok()?, roles_of(typed));
    let audience = audience_of(typed);
    commands(move |books| Ok(vec![intents::assign_roles(books, &id, roles.clone(), audience)?]))
}

fn key(typed: &Typed<'_>) -> Option<Act> {
    let (id, key) = (Text::new(typed.about).ok()?, typed.get("public")?);
    commands(move |books| Ok(vec![intents::set_key(books, &id, key)?]))
}

fn leave(typed: &Typed<'_>) -> Option<Act> {
    let id = Text::new(typed.about).ok()?;
    commands(move |books| Ok(vec![intents::leave(books, &id)?]))
}

fn set_policy(typed: &Typed<'_>) -> Option<Act> {
    let mut rules = Vec::new();
    for act in Kinds::ALL {
        match limit(typed.fields, act.word()).ok()? {
            Limit::Never => {}
            Limit::Always => rules.push(Rule { act, over: None }),
            Limit::Over(over) => rules.push(Rule { act, over: Some(over) }),
        }
    }
    let policy = Policy {
        rules,
        days: typed.get("days")?,
        recipient_recorder_apart: typed.has("recipient_recorder_apart"),
        checklist: typed.has("checklist"),
        signed_approvals: typed.has("signed_approvals"),
    };
    commands(move |_| Ok(vec![intents::set_scheme(policy.clone())?]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_has_a_field_for_each_act_and_the_form_a_box_for_each_role() {
        for act in Kinds::ALL {
            assert!(
                POLICY.iter().any(|field| field.name == act.word() && field.kind == Kind::Limit),
                "{act:?}"
            );
        }
        for role in Role::ALL {
            assert!(ALL_ROLES.iter().any(|(word, _)| *word == role.word()), "{role:?}");
        }
    }

    #[test]
    fn the_strictest_rule_of_an_act_is_shown() {
        let rule = |act, over: Option<&str>| Rule { act, over: over.map(|it| it.parse().unwrap()) };
        let policy = Policy {
            rules: vec![
                rule(Kinds::Payment, Some("10000")),
                rule(Kinds::Payment, Some("500")),
                rule(Kinds::Award, Some("25000")),
                rule(Kinds::Award, None),
            ],
            days: 31,
            recipient_recorder_apart: true,
            checklist: false,
            signed_approvals: false,
        };
        let words = scheme(&policy);
        let of = |label: &str| words.iter().find(|(it, _)| *it == label).map(|(_, words)| words.as_str());
        assert_eq!(of("Payments"), Some("over £500.00"));
        assert_eq!(of("Awards and increases"), Some("always"));
        assert_eq!(of("Refunds"), None);
        assert_eq!(words.len(), 4);
    }
}
