//! An office with a ledger of its own, worked on through the real program.

#![allow(dead_code)]

pub mod pdf;

use std::fs::{self, Permissions};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// A folder with a ledger in it.
pub struct Office {
    folder: tempfile::TempDir,
}

/// The files of an office that is made once and copied for each test.
pub struct Model(OnceLock<Vec<(PathBuf, Vec<u8>, Permissions)>>);

impl Model {
    pub const fn new() -> Model {
        Model(OnceLock::new())
    }

    /// A copy of the office, which is made the first time.
    pub fn office(&self, make: fn() -> Office) -> Office {
        let made = || {
            let (office, mut files) = (make(), Vec::new());
            read_files(&office.path(""), Path::new(""), &mut files);
            files
        };
        let copy = Office { folder: tempfile::tempdir().unwrap() };
        for (name, bytes, permissions) in self.0.get_or_init(made) {
            let path = copy.folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, permissions.clone()).unwrap();
        }
        copy
    }
}

fn read_files(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>, Permissions)>) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let (entry, name) = entry.map(|it| (it.metadata().unwrap(), folder.join(it.file_name()))).unwrap();
        if entry.is_dir() {
            read_files(root, &name, files);
        } else {
            files.push((name.clone(), fs::read(root.join(&name)).unwrap(), entry.permissions()));
        }
    }
}

impl Office {
    /// A new office with an empty ledger.
    pub fn new() -> Office {
        let office = Office { folder: tempfile::tempdir().unwrap() };
        office.ok(&["init", "--body", "Test office"]);
        office
    }

    /// An office with a copy of this one's ledger.
    pub fn copied(&self) -> Office {
        let copy = Office { folder: tempfile::tempdir().unwrap() };
        let copied =
            Command::new("cp").arg("-r").arg(self.path("almoner.ledger")).arg(copy.folder.path()).status();
        assert!(copied.unwrap().success());
        copy
    }

    /// A path in the office's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the office's folder.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
        command.args(arguments).current_dir(self.folder.path());
        command.env("ALMONER_USER", "jane").env("COLUMNS", "100").env_remove("ALMONER_LEDGER");
        command.env("ALMONER_STATE", self.folder.path().join(".state"));
        command
    }

    /// Runs the program, whatever comes of it.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs the program, which must succeed, and returns what it printed.
    pub fn ok(&self, arguments: &[&str]) -> String {
        self.succeeded(self.command(arguments), arguments)
    }

    /// The same on a wide screen, where no column is left out.
    pub fn ok_wide(&self, arguments: &[&str]) -> String {
        let mut command = self.command(arguments);
        command.env("COLUMNS", "240");
        self.succeeded(command, arguments)
    }

    fn succeeded(&self, mut command: Command, arguments: &[&str]) -> String {
        let output = command.output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program, which must refuse with this exit code, and returns what it said of it.
    pub fn refused(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}: data from a refusal");
        said
    }

    /// A report as JSON.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(&[arguments, &["--format", "json"]].concat())).unwrap()
    }
}

/// The parts of a workbook or a Word document, one after the other.
pub fn unpacked(bytes: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    for place in 0..archive.len() {
        archive.by_index(place).unwrap().read_to_string(&mut text).unwrap();
    }
    text
}

/// True when this build writes that format.
pub fn is_written(format: &str) -> bool {
    format != "pdf" || cfg!(feature = "pdf")
}
