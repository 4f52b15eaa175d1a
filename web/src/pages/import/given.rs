//! What a draft of an import says: how its file is read, what was corrected, and how it is recorded.

use almoner_app::error::Error;
use almoner_app::importing::{ImportOptions, Looks, looks, sheet_with_rows};
use almoner_app::profiles::Profiles;
pub use almoner_app::profiles::{CANONICAL, DRAFTED};
use almoner_imports::{Corrections, Delimiter, Encoding, Kind, Layout, NotGuessed, Profile};

use crate::fields::Fields;
use crate::remedies;

/// The word for a list of decisions in prose.
pub const PROSE: &str = "prose";

/// What a draft says.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What its rows are; `None` until somebody has chosen it.
    pub kind: Option<Kind>,
    /// The word of the profile.
    pub profile: String,
    /// The profile that was drafted.
    pub profile_text: String,
    /// The sheet of a workbook; blank if it has one only.
    pub sheet: String,
    /// True if the sheet was found by its columns.
    pub is_sheet_found: bool,
    /// How its rows are recorded.
    pub options: ImportOptions,
    /// What was corrected.
    pub corrections: Corrections,
    /// True if the file was drafted from a list of decisions in prose.
    pub is_drafted: bool,
    /// What there is to say of the list.
    pub notes: Vec<String>,
    /// What else was typed in the form of a bank statement.
    pub statement: Fields,
}

/// Why a file that was sent is not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// It is a bank statement.
    Statement,
    /// It is a list of decisions in prose.
    Decisions,
    /// It cannot be read.
    Unreadable(NotGuessed),
}

/// The fields of the form of a bank statement that its draft has: of the statement, and of how its file is read.
const OF_STATEMENT: [&str; 2] = ["account", "days"];
const OF_LAYOUT: [&str; 2] = ["encoding", "delimiter"];

/// The boxes to tick.
const TICKS: [&str; 6] = ["add_missing", "confirm_names", "new_account", "accept_good_rows", "again", "late"];

impl Given {
    /// Reads the fields of a draft.
    pub fn of(fields: &Fields) -> Given {
        let is = |name: &str| fields.text(name) == "yes";
        let options = ImportOptions {
            add_missing: is("add_missing"),
            confirm_names: is("confirm_names"),
            new_account: is("new_account"),
            accept_good_rows: is("accept_good_rows"),
            confirm_duplicates: fields.get("confirm_duplicates").and_then(|it| it.parse().ok()),
            again: is("again"),
            late: is("late"),
        };
        Given {
            kind: fields.get("kind").and_then(Kind::parse),
            profile: fields.text("profile").to_owned(),
            profile_text: fields.raw("profile_text").unwrap_or_default().to_owned(),
            sheet: fields.text("sheet").to_owned(),
            is_sheet_found: is("is_sheet_found"),
            options,
            // Written by us; what cannot be read is no correction.
            corrections: serde_json::from_str(fields.text("corrections")).unwrap_or_default(),
            is_drafted: is("is_drafted"),
            notes: fields.text("notes").lines().map(str::to_owned).collect(),
            statement: fields.only(|name| OF_STATEMENT.contains(&name) || OF_LAYOUT.contains(&name)),
        }
    }

    /// Returns the fields of a draft.
    pub fn fields(&self) -> Fields {
        let ImportOptions {
            add_missing,
            confirm_names,
            new_account,
            accept_good_rows,
            confirm_duplicates,
            again,
            late,
        } = self.options;
        let ticked = [add_missing, confirm_names, new_account, accept_good_rows, again, late];
        let mut all: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| all.push((name.to_owned(), value.to_owned()));
        add("kind", self.kind.map(Kind::word).unwrap_or_default());
        add("profile", &self.profile);
        add("profile_text", &self.profile_text);
        add("sheet", &self.sheet);
        TICKS.iter().zip(ticked).filter(|(_, is)| *is).for_each(|(name, _)| add(name, "yes"));
        if let Some(number) = confirm_duplicates {
            add("confirm_duplicates", &number.to_string());
        }
        for (name, is) in [("is_sheet_found", self.is_sheet_found), ("is_drafted", self.is_drafted)] {
            if is {
                add(name, "yes");
            }
        }
        add("notes", &self.notes.join("\n"));
        if !self.corrections.is_empty() {
            add("corrections", &serde_json::to_string(&self.corrections).unwrap_or_default());
        }
        Fields::from(all).or(self.statement.clone())
    }

    /// Returns what was typed of a bank statement.
    pub fn of_statement(&self) -> Fields {
        self.statement.only(|name| OF_STATEMENT.contains(&name))
    }

    /// Returns the layout as far as it is given.
    pub fn layout(&self) -> Layout {
        let sheet = (!self.sheet.is_empty()).then(|| self.sheet.clone());
        let encoding = self.statement.get("encoding").and_then(Encoding::parse);
        let delimiter = self.statement.get("delimiter").and_then(Delimiter::parse);
        Layout { encoding, delimiter, sheet }
    }

    /// Finds out what the file is, as far as that is not given.
    pub fn find(mut self, name: &str, bytes: &[u8], saved: &Profiles) -> Result<Given, NotTaken> {
        let (layout, say) = (self.layout(), &remedies::of_file);
        let mut found = looks((name, bytes), self.kind, &layout, saved, say);
        self.is_sheet_found = false;
        if matches!(&found, Looks::Unknown(error) if error.code == "which-sheet")
            && let Some((sheet, of_sheet)) = sheet_with_rows((name, bytes), self.kind, &layout, saved, say)
        {
            (self.sheet, self.is_sheet_found, found) = (sheet, true, of_sheet);
        }
        let (kind, profile, text) = match found {
            Looks::Columns(kinds) => {
                let kind = kinds.into_iter().find(|kind| *kind != Kind::Statements);
                (Some(kind.ok_or(NotTaken::Statement)?), CANONICAL.to_owned(), String::new())
            }
            Looks::Profile(kind, profile) => (Some(kind), profile, String::new()),
            Looks::Drafted(guess) => (Some(guess.kind), DRAFTED.to_owned(), guess.profile),
            Looks::Statement(_) => return Err(NotTaken::Statement),
            Looks::Decisions => return Err(NotTaken::Decisions),
            Looks::Unknown(error) if matches!(error.code, "nothing-to-guess" | "which-sheet") => {
                (self.kind, CANONICAL.to_owned(), String::new())
            }
            Looks::Unknown(error) => return Err(NotTaken::Unreadable(error)),
        };
        if kind == Some(Kind::Statements) {
            return Err(NotTaken::Statement);
        }
        (self.kind, self.profile, self.profile_text) = (kind, profile, text);
        Ok(self)
    }

    /// Returns the profile; `None` for our own columns.
    pub fn profile(&self, saved: &Profiles) -> Result<Option<Profile>, Error> {
        let parsed = match self.profile.as_str() {
            CANONICAL | "" => return Ok(None),
            DRAFTED => Profile::parse(&self.profile_text),
            name => saved.load(name).ok_or_else(|| unknown_profile(name))?,
        };
        let refused = |error: almoner_imports::ProfileError| {
            Error::refused("bad-profile", format!("the profile cannot be used: {error}"))
                .advice("choose another profile")
        };
        parsed.map(Some).map_err(refused)
    }
}

fn unknown_profile(name: &str) -> Error {
    Error::refused("unknown-profile", format!("there is no profile `{name}`"))
        .advice("choose another profile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_says_what_was_given() {
        let mut corrections = Corrections::default();
        corrections.set(12, 3, "");
        corrections.leave_out(14, true);
        let given = Given {
            kind: Some(Kind::Payments),
            profile: DRAFTED.to_owned(),
            profile_text: "name = \"a\"\n".to_owned(),
            sheet: "March 2015".to_owned(),
            is_sheet_found: true,
            options: ImportOptions { confirm_duplicates: Some(2), late: true, ..ImportOptions::default() },
            corrections,
            is_drafted: true,
            notes: vec!["2 decisions".to_owned(), "Missing numbers: 4-2015".to_owned()],
            statement: vec![
                ("account".to_owned(), "20-00-00 12345678".to_owned()),
                ("delimiter".to_owned(), "semicolon".to_owned()),
            ]
            .into(),
        };
        assert_eq!(given.layout().delimiter, Some(Delimiter::Semicolon));
        assert_eq!(given.of_statement().get("delimiter"), None);
        let again = Given::of(&given.fields());
        assert_eq!(format!("{again:?}"), format!("{given:?}"));
    }

    #[test]
    fn no_profile_is_named_by_a_path() {
        for name in ["../../etc/passwd", "/etc/passwd", "theirs.toml", "spend-over-500.toml"] {
            let given = Given { profile: name.to_owned(), ..Given::default() };
            assert_eq!(
                given.profile(&Profiles::default()).map(drop).map_err(|error| error.code),
                Err("unknown-profile"),
                "{name}"
            );
        }
        let given = Given { profile: "spend-over-500".to_owned(), ..Given::default() };
        assert!(given.profile(&Profiles::default()).unwrap().is_some());
    }
}
