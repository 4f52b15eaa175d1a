//! What the program that starts the pages provides: clock, user, randomness, help and its own words.

use std::fmt;
use std::path::Path;

use almoner_app::actor::Actor;
use almoner_app::error::Error;
use almoner_imports::DocumentText;
use almoner_papers::invocation::Invocation;

/// A page of help, with the text that the program prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpPage {
    /// The name: `pay`, or `report themes`.
    pub name: String,
    /// One line of description.
    pub about: String,
    /// The whole text.
    pub text: String,
}

/// The program around the pages. No page reads the clock, the user or randomness elsewhere.
pub trait Program: fmt::Debug + Send + Sync {
    /// Returns who acts now, and when. Called once a request.
    fn actor(&self) -> Result<Actor, Error>;
    /// Returns 256 random bits.
    fn random(&self) -> Result<[u8; 32], Error>;
    /// Returns an invocation as papers name it: the command that makes them again.
    fn typed(&self, invocation: &Invocation) -> String;
    /// Returns the pages of help.
    fn help(&self) -> &[HelpPage];
    /// Returns the text of a document of others, which is read with limits of time and memory.
    fn document_text(&self, name: &str, bytes: Vec<u8>) -> Result<DocumentText, Error>;
    /// Opens a file in the user's browser.
    fn open(&self, file: &Path);
}
