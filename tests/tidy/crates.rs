//! The crates of the workspace, and which may depend on which.

use std::fs;
use std::path::{Path, PathBuf};

use crate::modules::Crate;

/// The packages from the top down. One may depend on those of later rows, never on one of its own row.
const ORDER: &[&[&str]] = &[
    &["almoner"],
    &["almoner-web"],
    &["almoner-app"],
    &["almoner-papers", "almoner-imports", "almoner-store"],
    &["almoner-ledger"],
];

/// A package of the workspace.
pub struct Package {
    pub name: String,
    /// Its library and its program, as far as it has them.
    pub crates: Vec<Crate>,
    dependencies: Vec<String>,
}

/// All packages of the workspace.
pub fn workspace() -> Vec<Package> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let members = manifest(&root)["workspace"]["members"].as_array().unwrap().clone();
    let members = members.iter().map(|member| root.join(member.as_str().unwrap()));
    let folders: Vec<PathBuf> = std::iter::once(root.clone()).chain(members).collect();
    folders.iter().map(|folder| package(folder)).collect()
}

fn manifest(folder: &Path) -> toml::Table {
    fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap()
}

fn package(folder: &Path) -> Package {
    let manifest = manifest(folder);
    let name = manifest["package"]["name"].as_str().unwrap().to_owned();
    let roots = ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file));
    let crates = roots.iter().filter(|file| file.is_file());
    let crates = crates.map(|file| Crate::read(&name.replace('-', "_"), file)).collect();
    // What only tests use may come from anywhere.
    let tables = ["dependencies", "build-dependencies"];
    let tables = tables.iter().filter_map(|table| manifest.get(*table)?.as_table());
    let dependencies = tables.flat_map(|table| table.keys().cloned()).collect();
    Package { name, crates, dependencies }
}

fn row_of(package: &str) -> Option<usize> {
    ORDER.iter().position(|row| row.contains(&package))
}

#[test]
fn dependencies_of_crates_go_down_only() {
    let mut wrong = Vec::new();
    for package in workspace() {
        let name = &package.name;
        let own = row_of(name).unwrap_or_else(|| panic!("{name} has no row; add it to the table"));
        let named =
            package.crates.iter().flat_map(|read| read.modules.values()).flat_map(|module| &module.paths);
        let named = named.map(|path| path[0].replace('_', "-")).filter(|used| used != name);
        for used in package.dependencies.iter().cloned().chain(named) {
            if row_of(&used).is_some_and(|row| row <= own) {
                wrong.push(format!("{name} uses {used}"));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Cargo is told of the programs of tests, so that it builds few: a file that none of them names would be left out.
#[test]
fn every_file_of_tests_is_in_a_program_of_tests() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut looked_at = 0;
    for folder in [root.clone(), root.join("store"), root.join("web")] {
        let tests = manifest(&folder)["test"].as_array().unwrap().clone();
        let programs: Vec<&str> = tests.iter().map(|test| test["name"].as_str().unwrap()).collect();
        let text = |name: &str| fs::read_to_string(folder.join(format!("tests/{name}.rs"))).unwrap();
        let named: String = programs.iter().map(|name| text(name)).collect();
        for file in fs::read_dir(folder.join("tests")).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            if path.extension().is_some_and(|it| it == "rs") && !programs.contains(&name) {
                assert!(named.lines().any(|line| line == format!("mod {name};")), "{}", path.display());
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 60, "{looked_at}");
}
