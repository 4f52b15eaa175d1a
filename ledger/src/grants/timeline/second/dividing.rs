//! Changes of the division over funds and themes: of purpose, of fund, and of the amount of one part.

use super::divided::{Divided, Held, Tie};
use super::{Movement, Walk};
use crate::allocation::{Division, Funds, Place};
use crate::calendar::Date;
use crate::money::{Money, Overflow};
use crate::split::divided;
use crate::themes::Split;

/// How expenditure moves, within a fund and between funds.
const EXPENDITURE: [Movement; 2] = [Movement::MoveExpenditure, Movement::TransferExpenditure];
const EARLIER_YEARS: [Movement; 2] = [Movement::MoveEarlierYears, Movement::TransferEarlierYears];

impl<'a> Walk<'a> {
    /// Changes the purpose. Where there are several funds, what is prepaid, accrued and spent stays in its fund.
    pub(super) fn repurpose(
        &mut self,
        date: Date,
        split: &'a Split,
        include_past: bool,
    ) -> Result<(), Overflow> {
        let division = self.outstanding()?.with_themes(split);
        if !self.has_several_funds() {
            return self.divide_by(date, division, Tie::Fund, include_past);
        }
        let mut opening = Held::default();
        for (place, amount) in self.control_by_place()?.0 {
            for (theme, part) in divided(division.themes_of(place.fund).into_iter(), amount) {
                opening.add(Place { fund: place.fund, theme }, part)?;
            }
        }
        self.divide_by(date, division, Tie::Fund, false)?;
        self.present.opening = opening;
        if include_past {
            self.move_past(date, |division| division.with_themes(split))?;
        }
        Ok(())
    }

    /// Changes the fund, or the parts. Unless parts are stated, what is spent stays under its theme; so does what is
    /// prepaid or accrued where parts have had payments or variations of their own.
    pub(super) fn change_fund(
        &mut self,
        date: Date,
        funds: &'a Funds,
        include_past: bool,
    ) -> Result<(), Overflow> {
        let division = self.outstanding()?.with_funds(funds);
        if matches!(funds, Funds::Parts(_)) {
            return self.divide_by(date, division, Tie::Nothing, include_past);
        }
        let mut opening = Held::default();
        let has_own = self.present.has_own();
        if let Some(fund) = funds.single().filter(|_| has_own) {
            for (place, amount) in self.control_by_place()?.0 {
                opening.add(Place { fund, ..place }, amount)?;
            }
        }
        self.divide_by(date, division, Tie::Theme, false)?;
        self.present.opening = opening;
        if include_past {
            self.move_past(date, |division| division.with_funds(funds))?;
        }
        Ok(())
    }

    /// Changes the division over funds and themes. What is outstanding, prepaid, accrued and still to recognise goes on
    /// under the new one.
    fn divide_by(
        &mut self,
        date: Date,
        division: Division<'a>,
        tie: Tie,
        include_past: bool,
    ) -> Result<(), Overflow> {
        let present = std::mem::replace(&mut self.present, Divided::new(date, division));
        self.past.push(present);
        self.past.iter_mut().for_each(|it| it.tie = it.tie.and(tie));
        if !include_past {
            return Ok(());
        }
        // What was recognised before the financial year, and all of it.
        let mut recognised = [Money::ZERO, Money::ZERO];
        let mut moved = [Held::default(), Held::default()];
        for divided in &mut self.past {
            let earlier = divided.recognised_before_year_of(date);
            let of_year = divided.spending().change(earlier, divided.recognised)?;
            let parts = [divided.spending().divide(earlier).collect(), of_year];
            for (moved, parts) in moved.iter_mut().zip(parts) {
                for (place, part) in parts {
                    moved.add(place, part.negated())?;
                }
            }
            recognised = [recognised[0].plus(earlier)?, recognised[1].plus(divided.recognised)?];
            divided.recognise(date, Money::ZERO);
        }
        let [earlier, all] = recognised;
        let parts = [(Money::ZERO, earlier), (earlier, all)];
        for (moved, (before, after)) in moved.iter_mut().zip(parts) {
            for (place, part) in self.present.division.change(before, after)? {
                moved.add(place, part)?;
            }
        }
        self.present.take_over(date, earlier, all);
        let [of_earlier_years, of_year] = moved;
        self.move_parts(date, &of_earlier_years.0, EARLIER_YEARS, None)?;
        self.move_parts(date, &of_year.0, EXPENDITURE, None)
    }

    /// Moves past expenditure to where each earlier division would have had it with other funds or other themes.
    fn move_past(
        &mut self,
        date: Date,
        moved: impl Fn(&Division<'a>) -> Division<'a>,
    ) -> Result<(), Overflow> {
        for at in 0..self.past.len() {
            let Some(past) = self.past.get_mut(at) else { continue };
            let (earlier, all) = (past.recognised_before_year_of(date), past.recognised);
            let (before, division) = (past.spending().clone(), moved(past.spending()));
            past.division = moved(&past.division);
            past.by_payments = past.by_payments.is_some().then(|| division.clone());
            let of = |from: Money, to: Money| {
                let mut parts = Held::default();
                before
                    .change(from, to)?
                    .into_iter()
                    .try_for_each(|(it, part)| parts.add(it, part.negated()))?;
                division.change(from, to)?.into_iter().try_for_each(|(it, part)| parts.add(it, part))?;
                Ok::<Held<'a>, Overflow>(parts)
            };
            let (of_earlier_years, of_year) = (of(Money::ZERO, earlier)?, of(earlier, all)?);
            self.move_parts(date, &of_earlier_years.0, EARLIER_YEARS, Some(at))?;
            self.move_parts(date, &of_year.0, EXPENDITURE, Some(at))?;
        }
        Ok(())
    }

    fn has_several_funds(&self) -> bool {
        let fund = self.present.division.places().next().map(|place| place.fund);
        let all = || self.past.iter().chain([&self.present]);
        all().flat_map(|divided| divided.division.places()).any(|place| Some(place.fund) != fund)
    }

    /// Returns what is prepaid under the division in force (or accrued, if negative), by place.
    fn control_by_place(&self) -> Result<Held<'a>, Overflow> {
        let recognised = self.present.spent();
        let mut control = self.shares_of_paid()?;
        for held in [&recognised, &self.present.recoveries_due] {
            for (place, amount) in &held.0 {
                control.add(*place, amount.negated())?;
            }
        }
        Ok(control)
    }

    /// Changes the amount of one part at the end of a day, or of all. Expenditure, and what is prepaid or accrued, stays
    /// in its part; only what is still to recognise is divided by the new amounts.
    pub(super) fn restart(
        &mut self,
        date: Date,
        part: Option<Place<'a>>,
        change: Money,
    ) -> Result<(), Overflow> {
        let spent = self.present.spent();
        let mut left = self.promised_with(part, change)?;
        for (place, amount) in spent.0 {
            left.add(place, amount.negated())?;
        }
        let opening = self.control_by_place()?;
        // A part of which nothing is left can still be paid what is accrued for it.
        let division = self.present.division.clone().reweighed(&left.0);
        self.divide_by(date.next_day(), division, Tie::Place, false)?;
        self.present.opening = opening;
        Ok(())
    }

    /// Returns what is promised by place under the division in force with a change of one part, or of all.
    pub(super) fn promised_with(&self, part: Option<Place<'a>>, change: Money) -> Result<Held<'a>, Overflow> {
        let (_, before) = self.paid_and_promised()?;
        let shared = if part.is_some() { before } else { before.plus(change)? };
        let mut promised = Held::default();
        for (place, amount) in self.present.division.divide(shared) {
            promised.add(place, amount)?;
        }
        if let Some(part) = part {
            promised.add(part, change)?;
        }
        Ok(promised)
    }

    /// Returns true where there is no period and payments named parts: each part's expenditure is what is paid for it.
    pub(super) fn is_spent_by_part(&self) -> bool {
        self.period.is_none() && self.is_decided && !self.present.named.0.is_empty()
    }

    /// Moves expenditure to where it is paid and not due back.
    pub(super) fn spend_by_payments(&mut self, date: Date, paid: &Held<'a>) -> Result<(), Overflow> {
        let mut spent = Held(paid.0.clone());
        for (place, amount) in &self.present.recoveries_due.0 {
            spent.add(*place, amount.negated())?;
        }
        let before = self.present.spent();
        self.present.by_payments = Some(self.present.division.clone().reweighed(&spent.0));
        for (place, part) in before.differences(&self.present.spent())? {
            self.step(date, Movement::Recognise, place, part)?;
        }
        Ok(())
    }

    /// Without a period, after money came back: no part has more named payments than it is paid.
    pub(super) fn limit_named(&mut self) -> Result<(), Overflow> {
        let paid = self.shares_of_paid()?;
        for (place, named) in &mut self.present.named.0 {
            *named = (*named).min(paid.of(*place).max(Money::ZERO));
        }
        Ok(())
    }

    /// Changes the amount of one part or of all where each part's expenditure is what is paid for it. That stays in its
    /// part; only what is left of the award is divided by the new amounts.
    pub(super) fn reweigh(&mut self, part: Option<Place<'a>>, change: Money) -> Result<(), Overflow> {
        let (_, promised) = self.paid_and_promised()?;
        let spent = self.present.spent();
        let left = promised.plus(change)?.minus(spent.total()?)?.max(Money::ZERO);
        let mut amounts = self.promised_with(part, change)?;
        for (place, amount) in &spent.0 {
            amounts.add(*place, amount.negated())?;
        }
        let mut amounts = Held(amounts.proportion(left));
        for (place, amount) in spent.0 {
            amounts.add(place, amount)?;
        }
        (self.present.named, self.present.opening) = (self.shares_of_paid()?, Held::default());
        self.present.division = self.present.division.clone().reweighed(&amounts.0);
        Ok(())
    }

    /// Returns the division of what changes of purpose and fund move: where each part's expenditure is what is paid for
    /// it, by what is left of each.
    fn outstanding(&self) -> Result<Division<'a>, Overflow> {
        let division = self.present.division.clone();
        if !self.is_spent_by_part() {
            return Ok(division);
        }
        let (_, promised) = self.paid_and_promised()?;
        let spent = self.present.spent();
        let left =
            division.divide(promised).map(|(place, amount)| Ok((place, amount.minus(spent.of(place))?)));
        let left = left.collect::<Result<Vec<_>, Overflow>>()?;
        Ok(division.reweighed(&left))
    }
}
