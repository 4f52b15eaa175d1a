//! What was requested of a front end, and its digest: it shows whether a recording was sent twice, or its key was
//! used for another one.

use almoner_ledger::hash::Hash;
use almoner_ledger::json;
use almoner_ledger::written::WrittenNames;

/// A command with the fields that were given, as they were given.
///
/// Fields that change nothing of what is recorded are left out, and a file stands for its content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requested {
    /// The command: `pay`.
    pub command: String,
    /// The fields by name, in any order: those of one name in the order in which they were given.
    pub fields: Vec<(String, String)>,
}

impl Requested {
    /// Returns the fields in the order of their names.
    fn sorted(&self) -> Vec<&(String, String)> {
        let mut fields: Vec<&(String, String)> = self.fields.iter().collect();
        fields.sort_by(|(one, _), (other, _)| one.cmp(other));
        fields
    }

    /// Replaces the fields of these names by one.
    #[must_use]
    pub fn replacing(mut self, names: &[&str], name: &str, value: String) -> Requested {
        self.fields.retain(|(it, _)| !names.contains(&it.as_str()));
        self.fields.push((name.to_owned(), value));
        self
    }

    /// Returns the names of themes and funds, as they were given.
    pub fn names(&self) -> WrittenNames {
        let mut names = WrittenNames::default();
        self.fields.iter().for_each(|(name, value)| names.note_field(name, value));
        names
    }

    /// Returns the digest of the request of a user: the SHA-256 of a JSON list of the user, the command, and each
    /// field as a list of its name and its value, in the order of the names.
    pub fn digest(&self, user: &str) -> Hash {
        let mut text = vec![b'['];
        json::string(&mut text, user);
        text.push(b',');
        json::string(&mut text, &self.command);
        for (name, value) in self.sorted() {
            text.extend_from_slice(b",[");
            json::string(&mut text, name);
            text.push(b',');
            json::string(&mut text, value);
            text.push(b']');
        }
        text.push(b']');
        Hash::of(&text)
    }

    /// Returns the request in words: `pay, amount 100, award 1-2015`.
    pub fn in_words(&self) -> String {
        let fields = self.sorted().into_iter().map(|(name, value)| match value.as_str() {
            "true" => format!(", {}", name.replace('_', " ")),
            _ => format!(", {} {value}", name.replace('_', " ")),
        });
        self.command.clone() + &fields.collect::<String>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requested(command: &str, fields: &[(&str, &str)]) -> Requested {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Requested { command: command.to_owned(), fields: fields.collect() }
    }

    #[test]
    fn the_digest_is_of_user_command_and_fields_in_whatever_order() {
        let pay = requested("pay", &[("award", "1-2015"), ("amount", "100"), ("match", "1"), ("match", "2")]);
        let text = r#"["jane","pay",["amount","100"],["award","1-2015"],["match","1"],["match","2"]]"#;
        assert_eq!(pay.digest("jane"), Hash::of(text.as_bytes()));
        let same =
            requested("pay", &[("match", "1"), ("amount", "100"), ("match", "2"), ("award", "1-2015")]);
        assert_eq!(pay.digest("jane"), same.digest("jane"));
        for other in [
            pay.digest("al"),
            requested("refund", &[("award", "1-2015"), ("amount", "100")]).digest("jane"),
            requested("pay", &[("award", "1-2015"), ("amount", "10")]).digest("jane"),
            requested("pay", &[("award", "1-2015"), ("amount", "100"), ("match", "2"), ("match", "1")])
                .digest("jane"),
            requested("pay", &[("award\",\"", "1-2015"), ("amount", "100")]).digest("jane"),
        ] {
            assert_ne!(pay.digest("jane"), other);
        }
    }

    #[test]
    fn a_request_is_described_by_its_fields() {
        let pay = requested("pay", &[("award", "1-2015"), ("amount", "100"), ("again", "true")]);
        assert_eq!(pay.in_words(), "pay, again, amount 100, award 1-2015");
        let import = requested("import payments", &[("file", "june.csv"), ("add_missing", "true")]);
        let read = import.replacing(&["file"], "content", "abc".to_owned());
        assert_eq!(read.in_words(), "import payments, add missing, content abc");
    }
}
