//! Canonical columns with their types and the names that other sources use.
//!
//! The names in the shipped profiles count as well and are not repeated here.

use std::sync::LazyLock;

use crate::kind::Kind;
use crate::profile::{ColumnRef, Profile};
use crate::shipped::{SHIPPED, shipped};

/// The type of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Day,
    DayOrMonth,
    Amount,
    /// A decision number: `26-2015`.
    Decision,
    /// The id of an award or recipient.
    Reference,
    /// The name of an organisation.
    Name,
    Text,
    /// Texts that may contain an award or decision number.
    Words,
    /// A fund by its id or name.
    Fund,
    /// A theme by its id or name, or a split.
    Theme,
    /// Registered numbers: `GB-CHC-1234567`.
    Identifiers,
    Year,
    Power,
    DecisionKind,
    YesNo,
}

/// Whether a profile needs a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Without it, a file is not of this kind.
    Core,
    /// Without it, a file is of this kind only if the kind is given.
    Telling,
    /// Without it, no row can be read.
    Required,
    Optional,
}

/// A canonical column.
#[derive(Debug)]
pub(super) struct CanonicalColumn {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
    pub(super) need: Need,
    /// A short description, for the draft.
    pub(super) about: &'static str,
    /// Names used by others, best first, separated by semicolons.
    names: &'static str,
}

static PROFILES: LazyLock<Vec<Profile>> =
    LazyLock::new(|| SHIPPED.iter().filter_map(|(name, _)| shipped(name)?.ok()).collect());

/// Splits a list at semicolons.
pub(super) fn listed(names: &'static str) -> impl Iterator<Item = &'static str> {
    names.split(';').map(str::trim).filter(|name| !name.is_empty())
}

impl CanonicalColumn {
    /// True if no row can be read without it.
    pub(super) fn is_needed(&self) -> bool {
        matches!(self.need, Need::Core | Need::Required)
    }

    /// True for a column that may combine several of the file.
    pub(super) fn takes_several(&self) -> bool {
        matches!((self.holds, self.name), (Holds::Words | Holds::Fund, _) | (_, "purpose"))
    }

    /// Returns all known names, best first: canonical, shipped profiles, others.
    pub(super) fn known_names(&self, kind: Kind) -> Vec<String> {
        let mut names = vec![self.name.to_owned()];
        for profile in PROFILES.iter() {
            let rule = profile.columns.get(self.name).filter(|_| profile.kind == kind);
            names.extend(rule.into_iter().flat_map(|rule| rule.from.iter().chain(&rule.joined)).filter_map(
                |column| match column {
                    ColumnRef::Name(name) => Some(name.clone()),
                    ColumnRef::Position(_) => None,
                },
            ));
        }
        names.extend(listed(self.names).map(str::to_owned));
        names
    }
}

/// Names of separate columns for money out and money in.
pub(super) const DEBIT: &str =
    "debit; debit amount; dr; dr amount; paid out; money out; payments; withdrawals";
pub(super) const CREDIT: &str = "credit; credit amount; cr; cr amount; paid in; money in; receipts; deposits";

/// Words that mark another kind of amount.
pub(super) const OTHER_AMOUNTS: &str =
    "vat; tax; balance; cumulative; previous; remaining; irrecoverable; match; total";

/// The kinds in the order in which they are tried; of two equal matches the first is taken.
pub(super) const KINDS: [Kind; 8] = [
    Kind::Payments,
    Kind::Awards,
    Kind::Decisions,
    Kind::Budgets,
    Kind::Recipients,
    Kind::Repurposes,
    Kind::Aliases,
    Kind::Statements,
];

pub(super) fn of(kind: Kind) -> &'static [CanonicalColumn] {
    match kind {
        Kind::Awards => AWARDS,
        Kind::Payments => PAYMENTS,
        Kind::Repurposes => REPURPOSES,
        Kind::Decisions => DECISIONS,
        Kind::Budgets => BUDGETS,
        Kind::Recipients => RECIPIENTS,
        Kind::Aliases => ALIASES,
        Kind::Statements => STATEMENTS,
    }
}

const fn canonical(
    name: &'static str,
    holds: Holds,
    need: Need,
    about: &'static str,
    names: &'static str,
) -> CanonicalColumn {
    CanonicalColumn { name, holds, need, about, names }
}

const DECISION_NUMBER: &str = "Decision number; Decision no; Decision ref; Decision reference; Decision id; Decision \
     notice; Decision notice number; Reference number; Ref no; Ref; Reference; Number; No";
const DECISION_DATE: &str = "Decision date; Date of decision; Date decided; Date awarded; Date of award; Award date; \
     Approval date; Date approved; Date of approval; Date signed; Date";
const ORGANISATION: &str = "Recipient name; Grant recipient; Recipient organisation; Organisation name; Name of \
     organisation; Organisation; Organization; Grantee; Awarded to; Provider name; Provider; \
     Service provider; Applicant; Beneficiary; Charity name; Name";
const ORGANISATION_NUMBER: &str = "Identifier; Recipient identifier; Organisation identifier; Charity number; Charity no; \
     Registered charity number; Company number; Company no; Registration number";
const REFERENCE_OF_AWARD: &str = "Award id; Award number; Award reference; Grant id; Grant number; Grant no; Grant \
     reference; Grant ref";
const MADE_FOR: &str = "Theme; Priority; Priority area; Objective; Plan priority; Outcome; Category";
const FUND_NAMES: &str = "Fund name; Funding stream; Funding source; Source of funding; Grant programme; \
     Programme; Grant fund; Funding pot; Budget";

const CONFIDENTIAL: &str =
    "Is confidential; Confidentiality; Restricted; Exempt; Not for publication; Private";

const AWARDS: &[CanonicalColumn] = &[
    canonical(
        "decision",
        Holds::Decision,
        Need::Optional,
        "the decision number, such as 26-2015",
        DECISION_NUMBER,
    ),
    canonical(
        "id",
        Holds::Reference,
        Need::Optional,
        "the award's own id, if not the decision number",
        REFERENCE_OF_AWARD,
    ),
    canonical("decided", Holds::Day, Need::Required, "the date of the decision", DECISION_DATE),
    canonical(
        "recipient",
        Holds::Name,
        Need::Core,
        "the name of the organisation awarded the grant",
        ORGANISATION,
    ),
    canonical(
        "identifiers",
        Holds::Identifiers,
        Need::Optional,
        "the recipient's registered numbers, such as GB-CHC-1234567",
        ORGANISATION_NUMBER,
    ),
    canonical(
        "amount",
        Holds::Amount,
        Need::Core,
        "the amount awarded",
        "Amount awarded; Award amount; Grant amount; Grant value; Amount of grant; Grant awarded; \
     Award value; Funding awarded; Funding amount; Total award; Total awarded; Value of \
     grant; Award; Grant; Funding; Value; Total",
    ),
    canonical(
        "purpose",
        Holds::Text,
        Need::Required,
        "the purpose of the award, in words",
        "Purpose of grant; Purpose of award; Purpose of funding; Description; Project \
     description; Project; Project title; Project name; Title; Summary; Details; Activity; \
     Scheme",
    ),
    canonical("theme", Holds::Theme, Need::Required, "the theme of the award", MADE_FOR),
    canonical("fund", Holds::Fund, Need::Optional, "the fund; if left out, not stated", FUND_NAMES),
    canonical(
        "power",
        Holds::Power,
        Need::Optional,
        "s9, s143 or other; if left out, not stated",
        "Legal power; Statutory power; Powers",
    ),
    canonical(
        "from",
        Holds::DayOrMonth,
        Need::Optional,
        "the first day or month of the funded period",
        "Start date; Start; Period from; Date from; From date; Grant start; Grant start date; \
     Commencement date",
    ),
    canonical(
        "to",
        Holds::DayOrMonth,
        Need::Optional,
        "the last day or month of the funded period",
        "End date; End; Period to; Date to; To date; Until; Grant end; Grant end date; Completion \
     date",
    ),
    canonical("recipient_id", Holds::Reference, Need::Optional, "the recipient's id in the ledger", ""),
    canonical(
        "conditions",
        Holds::Text,
        Need::Optional,
        "the conditions of the grant",
        "Grant conditions; Terms and conditions",
    ),
    canonical(
        "reasons",
        Holds::Text,
        Need::Optional,
        "the reasons for the award",
        "Reason; Reasons for award; Rationale; Justification",
    ),
    canonical("confidential", Holds::YesNo, Need::Optional, "yes if confidential", CONFIDENTIAL),
];

const PAYMENTS: &[CanonicalColumn] = &[
    canonical(
        "award",
        Holds::Reference,
        Need::Optional,
        "the id of the award; if left out, its number is searched for in `words`",
        REFERENCE_OF_AWARD,
    ),
    canonical(
        "date",
        Holds::Day,
        Need::Core,
        "the date of payment",
        "Date of transaction; Value date; BACS date; Payment run date; GL date; Paid; Paid on",
    ),
    canonical(
        "amount",
        Holds::Amount,
        Need::Core,
        "the amount paid, negative for money back",
        "Paid; Payment; Payment value; Line amount; Net amount paid; Amount GBP; Cost",
    ),
    canonical(
        "reference",
        Holds::Text,
        Need::Optional,
        "the finance system's payment reference",
        "Payment ref; Ref; Trans no; Trans ref; Voucher; Invoice no; Invoice ref; BACS reference; \
     Cheque number",
    ),
    canonical(
        "kind",
        Holds::Text,
        Need::Optional,
        "payment, refund, refund-available or returned",
        "Payment kind",
    ),
    canonical(
        "recipient",
        Holds::Name,
        Need::Optional,
        "the payee",
        "Name; Payee/supplier; Supplier/payee; Paid to; Organisation; Organisation name; Account \
     name",
    ),
    canonical(
        "identifiers",
        Holds::Identifiers,
        Need::Optional,
        "the payee's registered numbers, such as GB-CHC-1234567",
        ORGANISATION_NUMBER,
    ),
    canonical(
        "words",
        Holds::Words,
        Need::Optional,
        "texts that may contain the award or decision number",
        "Payment details; Memo; Text; Comments; Line description; Invoice description; \
     Particulars",
    ),
];

const DECISIONS: &[CanonicalColumn] = &[
    canonical(
        "decision",
        Holds::Decision,
        Need::Core,
        "the decision number, such as 26-2015",
        DECISION_NUMBER,
    ),
    canonical("date", Holds::Day, Need::Optional, "the date of the decision", DECISION_DATE),
    canonical(
        "title",
        Holds::Text,
        Need::Core,
        "the title of the decision",
        "Decision title; Subject; Decision; Name of decision; Name",
    ),
    canonical(
        "summary",
        Holds::Text,
        Need::Optional,
        "the decision, in words",
        "Decision summary; Decision; Description; Details; Decision made; Background",
    ),
    canonical(
        "kind",
        Holds::DecisionKind,
        Need::Optional,
        "award, change-of-purpose, variation, extension, withdrawal or other",
        "Type; Decision type",
    ),
    canonical("confidential", Holds::YesNo, Need::Optional, "yes if confidential", CONFIDENTIAL),
];

const BUDGETS: &[CanonicalColumn] = &[
    canonical("fund", Holds::Fund, Need::Required, "the fund", FUND_NAMES),
    canonical("theme", Holds::Theme, Need::Required, "the theme", MADE_FOR),
    canonical(
        "year",
        Holds::Year,
        Need::Core,
        "the financial year, such as 2015-16",
        "Financial year; FY; Budget year; Fiscal year",
    ),
    canonical(
        "amount",
        Holds::Amount,
        Need::Core,
        "the amount of the budget",
        "Budget; Budget amount; Annual budget; Original budget; Approved budget; Allocation; \
     Total",
    ),
];

const RECIPIENTS: &[CanonicalColumn] = &[
    canonical("recipient", Holds::Name, Need::Core, "the name of the organisation", ORGANISATION),
    canonical(
        "id",
        Holds::Reference,
        Need::Optional,
        "an id for the recipient, if you assign your own",
        "Recipient id",
    ),
    canonical(
        "identifiers",
        Holds::Identifiers,
        Need::Core,
        "its registered numbers, such as GB-CHC-1234567",
        ORGANISATION_NUMBER,
    ),
];

const REPURPOSES: &[CanonicalColumn] = &[
    canonical("award", Holds::Reference, Need::Core, "the id of the award", REFERENCE_OF_AWARD),
    canonical(
        "decision",
        Holds::Decision,
        Need::Core,
        "the number of the decision on the change of purpose",
        DECISION_NUMBER,
    ),
    canonical("date", Holds::Day, Need::Core, "the effective date of the change", DECISION_DATE),
    canonical("purpose", Holds::Text, Need::Core, "the new purpose, in words", "New purpose"),
    canonical("theme", Holds::Theme, Need::Core, "the new theme", "New theme"),
    canonical("include_past", Holds::YesNo, Need::Optional, "yes to move past expenditure too", ""),
];

const ALIASES: &[CanonicalColumn] = &[
    canonical("recipient", Holds::Name, Need::Core, "the recipient's id or name in the ledger", ""),
    canonical("alias", Holds::Name, Need::Core, "the alias", "Also known as; Other name; Known as"),
];

/// A balance distinguishes a statement from a list of payments.
const STATEMENTS: &[CanonicalColumn] = &[
    canonical(
        "date",
        Holds::Day,
        Need::Core,
        "the bank's date",
        "Transaction date; Posting date; Posted date; Date posted; Value date; Booking date; Completed date",
    ),
    canonical(
        "text",
        Holds::Text,
        Need::Core,
        "the description of the transaction",
        "Transaction description; Description; Narrative; Details; Particulars; Memo; Reference; \
     Counter party; Payee",
    ),
    canonical(
        "amount",
        Holds::Amount,
        Need::Core,
        "the amount, positive for money in",
        "Amount GBP; Value; Transaction amount; Net amount",
    ),
    canonical(
        "balance",
        Holds::Amount,
        Need::Telling,
        "the balance after the transaction",
        "Running balance; Account balance; Closing balance; Balance GBP; Ledger balance",
    ),
    canonical(
        "account",
        Holds::Text,
        Need::Optional,
        "the account",
        "Account number; Account name; Account no",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_shipped_profiles_count() {
        let amount = of(Kind::Payments).iter().find(|canonical| canonical.name == "amount").unwrap();
        let names = amount.known_names(Kind::Payments);
        assert_eq!(names.first().map(String::as_str), Some("amount"));
        assert!(names.contains(&"Amount excl VAT".to_owned()), "{names:?}");
        let words = of(Kind::Payments).iter().find(|canonical| canonical.name == "words").unwrap();
        assert!(words.known_names(Kind::Payments).contains(&"Narrative".to_owned()));
    }

    #[test]
    fn every_column_of_a_draft_is_allowed_in_a_profile() {
        for kind in KINDS {
            let mut all: Vec<&str> = of(kind).iter().map(|canonical| canonical.name).collect();
            let header = csv::StringRecord::from(all.clone());
            let text = format!("name = 'x'\nabout = 'x'\nkind = '{}'\n", kind.word());
            let columns: String = all.iter().map(|it| format!("[columns.{it}]\nfrom = '{it}'\n")).collect();
            let profile = crate::Profile::parse(&format!("{text}{columns}")).unwrap();
            let mut header = crate::header::Header::new(Some(&header), Some(&profile));
            crate::read::mapping(kind, &mut header);
            let mut known: Vec<&str> =
                header.columns().bound.iter().filter(|it| it.is_there()).map(|it| it.name).collect();
            all.sort_unstable();
            known.sort_unstable();
            assert_eq!(all, known, "{}", kind.word());
        }
    }
}
