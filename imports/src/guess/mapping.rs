//! Which column of a file each canonical column is read from, as a person chooses it: with examples of the content.

use std::collections::BTreeMap;

use super::canonical::{self, Holds};
use super::matched::{Found, How, Matched, all_names};
use super::sample::Sample;
use super::{Guess, NotGuessed, Why, drafted, nothing};
use crate::diagnostic::{Say, printable};
use crate::header::numbered;
use crate::kind::Kind;
use crate::read::ReadFile;
use crate::source::{Layout, Source};

/// Number of examples of a column.
const EXAMPLES: usize = 3;
/// Maximum number of characters of an example.
const CHARACTERS: usize = 40;

/// A column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileColumn {
    /// Position from 0.
    pub position: usize,
    /// Its name; `column 3` if it has none.
    pub label: String,
    /// Its first values, without repetitions.
    pub examples: Vec<String>,
}

/// Where a canonical column is read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedColumn {
    /// Its name.
    pub name: String,
    /// What it is, in a few words.
    pub about: String,
    /// True if no row can be read without it.
    pub is_needed: bool,
    /// True for an amount, of which another column may be subtracted.
    pub is_amount: bool,
    /// Positions of its columns in the file, best first; of a pair the one that is added.
    pub positions: Vec<usize>,
    /// The column that is subtracted, of a pair or alone.
    pub minus: Option<usize>,
    /// The value in rows where it is blank.
    pub value: Option<String>,
}

/// The columns of a file, and where each canonical column is read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The columns of the file, in order.
    pub columns: Vec<FileColumn>,
    /// The canonical columns, in order.
    pub mapped: Vec<MappedColumn>,
}

/// Returns the columns of a file and where each column of its kind is read from: as it was read, or else as its names and
/// content suggest.
pub fn mapping(file: &ReadFile, bytes: &[u8], layout: &Layout) -> Result<Mapping, NotGuessed> {
    let source = Source::open(bytes.to_vec(), layout)?;
    let sample = Sample::take(&source, &all_names()).ok_or_else(nothing)?;
    let columns = sample.columns.iter().enumerate().map(|(position, column)| {
        let mut examples: Vec<String> = Vec::new();
        for cell in &column.cells {
            let example = printable(&cell.text, CHARACTERS);
            if examples.len() < EXAMPLES && !examples.contains(&example) {
                examples.push(example);
            }
        }
        let label = match (column.name.as_str(), column.among_same) {
            ("", _) => format!("column {}", column.number),
            (name, Some(place)) => numbered(&printable(name, CHARACTERS), place),
            (name, None) => printable(name, CHARACTERS),
        };
        FileColumn { position, label, examples }
    });
    let suggested = Matched::of(file.kind, &sample);
    let bound = &file.columns().bound;
    let mapped = canonical::of(file.kind).iter().map(|canonical| {
        let mut mapped = MappedColumn {
            name: canonical.name.clone(),
            about: canonical.about.clone(),
            is_needed: canonical.is_needed(),
            is_amount: canonical.holds == Holds::Amount,
            positions: Vec::new(),
            minus: None,
            value: None,
        };
        if let Some(bound) = bound.iter().find(|bound| bound.name == canonical.name) {
            let both = bound.positions.iter().chain(&bound.plus);
            (mapped.positions, mapped.minus) = (both.copied().collect(), bound.minus.first().copied());
            mapped.value = bound.rule.value.clone();
            if bound.rule.amounts.invert_sign && mapped.minus.is_none() && mapped.positions.len() == 1 {
                mapped.minus = mapped.positions.pop();
            }
        } else if let Some(found) = suggested.found.iter().find(|it| it.canonical.name == canonical.name) {
            (mapped.positions, mapped.minus) = (found.positions.clone(), found.minus);
        }
        mapped
    });
    Ok(Mapping { columns: columns.collect(), mapped: mapped.collect() })
}

/// Drafts a profile as [`super::guess()`] does, which reads columns from where a person has chosen.
pub fn draft_as_mapped(
    file_name: &str,
    bytes: &[u8],
    kind: Kind,
    layout: &Layout,
    mapped: &[MappedColumn],
    say: Say<'_>,
) -> Result<Guess, NotGuessed> {
    let source = Source::open(bytes.to_vec(), layout)?;
    let sample = Sample::take(&source, &all_names()).ok_or_else(nothing)?;
    let is_there = |position: &usize| *position < sample.columns.len();
    let (mut found, mut missing, mut values) = (Vec::new(), Vec::new(), BTreeMap::new());
    for canonical in canonical::of(kind) {
        let chosen = mapped.iter().find(|it| it.name == canonical.name);
        if let Some(value) = chosen.and_then(|it| it.value.clone()) {
            values.insert(canonical.name.clone(), value);
        }
        let positions: Vec<usize> =
            chosen.iter().flat_map(|it| &it.positions).copied().filter(is_there).collect();
        let minus = chosen.and_then(|it| it.minus).filter(is_there);
        if positions.is_empty() && minus.is_none() {
            missing.push(canonical);
            continue;
        }
        found.push(Found { canonical, positions, minus, how: How::Chosen, rivals: Vec::new() });
    }
    let matched = Matched { kind, found, missing, values };
    let why = Why { reason: format!("Kind: {}, and its columns, as chosen.", kind.word()), doubt: None };
    drafted((file_name, bytes), &source, (&sample, &matched), &why, layout, say)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Profile;
    use crate::read::read;

    const FILE: &str = "Ref;Paid;Billed;Net;Gross\n22-2015;31/10/2015;01/10/2015;1.250,00;1.500,00\n22-2015;30/11/2015;01/11/2015;750,50;900,60\n";

    fn sums(profile: &str) -> (u64, Option<String>) {
        let profile = Profile::parse(profile).unwrap();
        let file = read(Kind::Payments, "theirs.csv", FILE.as_bytes(), Some(&profile), &Layout::default());
        assert!(file.diagnostics.is_empty(), "{:?}", file.diagnostics);
        let sum = file
            .rows
            .iter()
            .filter_map(|row| row.amount)
            .try_fold(almoner_ledger::money::Money::ZERO, |sum, it| sum.plus(it).ok());
        (file.rows.len() as u64, sum.map(|sum| sum.to_string()))
    }

    #[test]
    fn a_profile_reads_the_columns_that_were_chosen() {
        let layout = Layout::default();
        let say = |_: &crate::NextStep| String::new();
        let plain = read(Kind::Payments, "theirs.csv", FILE.as_bytes(), None, &layout);
        let mut mapping = mapping(&plain, FILE.as_bytes(), &layout).unwrap();
        assert_eq!(mapping.columns[3].label, "Net");
        assert_eq!(mapping.columns[3].examples, ["1.250,00", "750,50"]);
        for (award, amount, date, expected) in [(0, 3, 1, "2000.50"), (0, 4, 2, "2400.60")] {
            for mapped in &mut mapping.mapped {
                mapped.positions = match mapped.name.as_str() {
                    "award" => vec![award],
                    "amount" => vec![amount],
                    "date" => vec![date],
                    // A column that the file does not have.
                    "reference" => vec![17],
                    _ => Vec::new(),
                };
                mapped.value = (mapped.name == "kind").then(|| "payment".to_owned());
            }
            let guess = draft_as_mapped(
                "theirs.csv",
                FILE.as_bytes(),
                Kind::Payments,
                &layout,
                &mapping.mapped,
                &say,
            )
            .unwrap();
            assert!(guess.reads_all, "{}", guess.profile);
            assert!(guess.profile.contains("[columns.kind]\nvalue = \"payment\"\n"), "{}", guess.profile);
            assert_eq!(sums(&guess.profile), (2, Some(expected.to_owned())));
            // What was chosen is what is read.
            let profile = Profile::parse(&guess.profile).unwrap();
            let file = read(Kind::Payments, "theirs.csv", FILE.as_bytes(), Some(&profile), &layout);
            let again = super::mapping(&file, FILE.as_bytes(), &layout).unwrap();
            let positions =
                |name: &str| again.mapped.iter().find(|it| it.name == name).map(|it| it.positions.clone());
            assert_eq!((positions("amount"), positions("date")), (Some(vec![amount]), Some(vec![date])));
        }
    }

    #[test]
    fn one_column_is_subtracted_from_another_or_from_nothing() {
        let layout = Layout::default();
        let say = |_: &crate::NextStep| String::new();
        let in_out = "Day,Wording,Spent,Got\n01/04/2015,A,1.50,\n02/04/2015,B,,2.00\n";
        let signed = "Day,Wording,Spent,Got\n01/04/2015,A,-1.50,\n02/04/2015,B,,2.00\n03/04/2015,C,(3.00),\n";
        let only_out = "Day,Wording,Spent\n01/04/2015,A,1.50\n02/04/2015,B,-2.00\n";
        for (content, positions, minus, expected) in [
            (in_out, vec![3], 2, ["-1.50", "2.00"].as_slice()),
            (in_out, vec![2], 3, &["1.50", "-2.00"]),
            (signed, vec![3], 2, &["-1.50", "2.00", "-3.00"]),
            (only_out, vec![], 2, &["-1.50", "2.00"]),
        ] {
            let bytes = content.as_bytes();
            let plain = read(Kind::Statements, "s.csv", bytes, None, &layout);
            let mut mapping = mapping(&plain, bytes, &layout).unwrap();
            for it in &mut mapping.mapped {
                (it.positions, it.minus) = match it.name.as_str() {
                    "date" => (vec![0], None),
                    "text" => (vec![1], None),
                    "amount" => (positions.clone(), Some(minus)),
                    _ => (Vec::new(), None),
                };
                assert_eq!(it.is_amount, matches!(it.name.as_str(), "amount" | "balance"));
            }
            let guess =
                draft_as_mapped("s.csv", bytes, Kind::Statements, &layout, &mapping.mapped, &say).unwrap();
            let profile = Profile::parse(&guess.profile).unwrap();
            let file = read(Kind::Statements, "s.csv", bytes, Some(&profile), &layout);
            let amounts: Vec<String> =
                file.rows.iter().filter_map(|it| Some(it.amount?.to_string())).collect();
            assert_eq!(amounts, expected, "{}", guess.profile);
            // What was chosen is shown as it was chosen.
            let again = super::mapping(&file, bytes, &layout).unwrap();
            let amount = again.mapped.iter().find(|it| it.is_amount).unwrap();
            assert_eq!((&amount.positions, amount.minus), (&positions, Some(minus)));
        }
    }
}
