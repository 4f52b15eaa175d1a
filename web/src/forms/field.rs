//! The fields of forms, as rows of a table.

use almoner_ledger::rejection::Field as Of;

/// The kind of a field: what may be typed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of a line.
    Text,
    /// A text of several lines.
    Long,
    /// What a file has, of any length; it is read where it is used.
    Content,
    /// An amount of money.
    Money,
    /// An amount of money greater than zero.
    Amount,
    /// A day.
    Date,
    /// A day or a month.
    Stated,
    /// A month.
    Month,
    /// A financial year.
    Year,
    /// The number of a decision.
    Decision,
    /// The id of a grant.
    Grant,
    /// The id of a recipient.
    Recipient,
    /// The name of a recipient: those recorded are suggested.
    RecipientName,
    /// A bank account: those of the statements are suggested.
    Account,
    /// An identifier in an outside register.
    Identifier,
    /// The reference of a public paper.
    Paper,
    /// The number of a record.
    Record,
    /// A number of days.
    Days,
    /// A number.
    Count,
    /// The numbers of several decisions.
    Decisions,
    /// The ids of several grants.
    Grants,
    /// The figure of a performance indicator.
    Figure,
    /// A month, a quarter or a financial year.
    Period,
    /// A public key.
    Key,
    /// An authorisation limit: approval is never needed, always, or over an amount.
    Limit,
    /// A box to tick.
    Tick,
    /// A choice.
    Choice(Choices),
    /// Several of the choices.
    Several(Choices),
    /// Themes or funds with their shares.
    Split(Choices),
    /// Parts with a fund, a theme and an amount each.
    Parts,
}

/// Where the choices of a field come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choices {
    /// The funds.
    Funds,
    /// The funds, and that none is stated.
    FundOrNotStated,
    /// The themes.
    Themes,
    /// The parts of the grant with a fund and a theme each, and that none is meant; none where it has one only.
    PartOrAll,
    /// The themes, and that none is meant.
    ThemeOrNone,
    /// The proposals that the user may approve.
    ToApprove,
    /// The proposals that the user may reject or withdraw.
    ToReject,
    /// The values of a list with their labels.
    Of(&'static [(&'static str, &'static str)]),
}

/// A field of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The name under which it is sent.
    pub name: &'static str,
    /// The label: a noun.
    pub label: &'static str,
    /// The kind.
    pub kind: Kind,
    /// A hint below the label.
    pub hint: Option<&'static str>,
    /// True if it may not be blank.
    pub is_required: bool,
    /// The field of parts in place of which it is required; blank if there is none.
    pub unless: &'static str,
    /// True if the present day is what it begins with.
    pub is_today: bool,
    /// The fields of the books' refusals that it answers to.
    pub of: &'static [Of],
    /// The codes of further errors that are about it.
    pub codes: &'static [&'static str],
    /// The codes of errors after which alone it is asked; of none, it is always asked.
    pub after: &'static [&'static str],
    /// True if it was not typed, and remains as it is when the rest is typed again.
    pub is_carried: bool,
}

/// The field that every form has once it was refused because of a provisionally closed month.
pub const POST_TO_CLOSED: Field =
    Field::new("post_to_closed", "Reason for posting to the closed month", Kind::Text)
        .hint("Blank to post on the first open day instead, with the button below");

/// What is confirmed where the public and the panel can see what would be withheld.
pub const WITHHOLDING: &str = "withholding";

/// The field that a form has where what it posts may be expenditure of an earlier financial year.
pub const PRIOR_PERIOD: Field =
    Field::new("prior_period", "Reason for a prior period adjustment", Kind::Text).hint(
        "Only for a material error of an earlier year: the amount for that year is taken from \
         reserves and is not expenditure of this year",
    );

impl Field {
    /// Returns a field of a kind.
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Field {
        Field {
            name,
            label,
            kind,
            hint: None,
            is_required: false,
            unless: "",
            is_today: false,
            of: &[],
            codes: &[],
            after: &[],
            is_carried: false,
        }
    }

    /// Adds a hint.
    pub const fn hint(mut self, hint: &'static str) -> Field {
        self.hint = Some(hint);
        self
    }

    /// Requires an answer.
    pub const fn required(mut self) -> Field {
        self.is_required = true;
        self
    }

    /// Requires an answer unless parts are given.
    pub const fn required_unless(mut self, parts: &'static str) -> Field {
        self.unless = parts;
        self.required()
    }

    /// Begins with the present day.
    pub const fn today(mut self) -> Field {
        self.is_today = true;
        self
    }

    /// Answers to these fields of refusals.
    pub const fn of(mut self, of: &'static [Of]) -> Field {
        self.of = of;
        self
    }

    /// Answers to errors of these codes.
    pub const fn codes(mut self, codes: &'static [&'static str]) -> Field {
        self.codes = codes;
        self
    }

    /// Is asked only after errors of these codes.
    pub const fn after(mut self, codes: &'static [&'static str]) -> Field {
        self.after = codes;
        self
    }

    /// Remains as it is when the rest is typed again.
    pub const fn carried(mut self) -> Field {
        self.is_carried = true;
        self
    }
}
