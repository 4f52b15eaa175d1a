//! Payments: `award, date, amount, reference?`. A negative amount is a refund.

use std::collections::HashMap;

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;

use crate::cells::{Cells, Refused};
use crate::header::{Column, Header};
use crate::read::{Mapping, Row};

/// Rows of payments.
pub(crate) struct Payments {
    award: Column,
    date: Column,
    amount: Column,
    reference: Column,
}

impl Payments {
    pub(crate) fn new(header: &mut Header) -> Payments {
        Payments {
            award: header.required("award"),
            date: header.required("date"),
            amount: header.required("amount"),
            reference: header.optional("reference"),
        }
    }
}

impl Mapping for Payments {
    fn command(&mut self, cells: &mut Cells<'_>) -> Result<Command, Refused> {
        let award = cells.required(self.award, GrantId::new);
        let date = cells.required(self.date, Date::parse);
        let amount = cells.required(self.amount, Money::parse).and_then(|amount| {
            if amount.is_zero() {
                let hint = "delete the row, or check the amount; money back is below nothing";
                return Err(cells.problem(self.amount, "amount-not-positive", "a payment of nothing", hint));
            }
            Ok(amount)
        });
        let reference = cells.optional(self.reference, Text::new);
        let (award, date, amount, reference) = (award?, date?, amount?, reference?);
        let occurrence = 1;
        Ok(if amount.is_negative() {
            let (amount, stays_available) = (amount.negated(), false);
            Command::Refund { award, date, amount, reference, stays_available, occurrence }
        } else {
            Command::Pay { award, date, amount, reference, occurrence }
        })
    }
}

/// What makes two payments alike: a refund or not, and all its columns.
type Likeness<'a> = (bool, &'a GrantId, Date, Money, Option<&'a Text>);

/// Numbers rows that are alike in everything: each is a payment of its own, and the same file read
/// again has the same numbers.
pub(crate) fn number_those_alike(rows: &mut [Row]) {
    let mut seen: HashMap<Likeness<'_>, u32> = HashMap::with_capacity(rows.len());
    let mut occurrences = Vec::with_capacity(rows.len());
    for row in rows.iter() {
        let likeness = match &row.command {
            Some(Command::Pay { award, date, amount, reference, .. }) => {
                (false, award, *date, *amount, reference.as_ref())
            }
            Some(Command::Refund { award, date, amount, reference, .. }) => {
                (true, award, *date, *amount, reference.as_ref())
            }
            _ => {
                occurrences.push(0);
                continue;
            }
        };
        let count = seen.entry(likeness).or_default();
        *count += 1;
        occurrences.push(*count);
    }
    for (row, number) in rows.iter_mut().zip(occurrences) {
        if let Some(Command::Pay { occurrence, .. } | Command::Refund { occurrence, .. }) = &mut row.command {
            *occurrence = number;
        }
    }
}
