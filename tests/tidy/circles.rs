//! Circles among the modules of a crate.
//!
//! An arrow between two modules counts for those modules above them that are children of one
//! parent, so that the folders of a crate can be put in an order, and the files of each folder. An
//! arrow between a module and its own children, whichever way, is no circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::crates::workspace;
use crate::modules::{Crate, Names};

/// Modules of one parent: which names which, and by what.
type Arrows = BTreeMap<Names, BTreeMap<Names, BTreeSet<String>>>;

/// Each circle of a crate in words: its modules, and the arrows between them.
fn circles(read: &Crate) -> Vec<String> {
    let arrows = arrows(read);
    let reached: BTreeMap<&Names, BTreeSet<&Names>> =
        arrows.keys().map(|module| (module, reached_from(module, &arrows))).collect();
    let mut circles = BTreeSet::new();
    for module in arrows.keys() {
        let others = reached[module].iter().filter(|other| reached[**other].contains(module));
        let circle: BTreeSet<&Names> = others.copied().collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().map(|circle| described(&circle, &arrows)).collect()
}

fn arrows(read: &Crate) -> Arrows {
    let mut arrows = Arrows::new();
    for (user, module) in &read.modules {
        for path in module.paths.iter().filter(|path| path[0] == read.name) {
            let Some((used, item)) = read.defining(user, path) else { continue };
            if user.starts_with(&used) || used.starts_with(user) {
                continue;
            }
            let shared = user.iter().zip(&used).take_while(|(one, other)| one == other).count();
            let from = user[..=shared].to_owned();
            let to = used[..=shared].to_owned();
            arrows.entry(to.clone()).or_default();
            let named = format!("{} names {}::{item}", user.join("::"), used.join("::"));
            arrows.entry(from).or_default().entry(to).or_default().insert(named);
        }
    }
    arrows
}

fn reached_from<'a>(start: &'a Names, arrows: &'a Arrows) -> BTreeSet<&'a Names> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(module) = open.pop() {
        open.extend(arrows[module].keys().filter(|used| reached.insert(*used)));
    }
    reached
}

fn described(circle: &BTreeSet<&Names>, arrows: &Arrows) -> String {
    let names: Vec<String> = circle.iter().map(|module| module.join("::")).collect();
    let mut text = format!("a circle of {}: {}", names.len(), names.join(", "));
    for module in circle {
        for (_, named) in arrows[*module].iter().filter(|(used, _)| circle.contains(used)) {
            for arrow in named {
                text.push_str(&format!("\n    {arrow}"));
            }
        }
    }
    text
}

#[test]
fn no_modules_name_each_other_in_a_circle() {
    let crates = workspace().into_iter().flat_map(|package| package.crates);
    let found: Vec<String> = crates.flat_map(|read| circles(&read)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn circles_are_found_whatever_they_go_through() {
    let found = |files: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let read = Crate::read("sample", &folder.path().join("lib.rs"));
        circles(&read).iter().map(|text| text.lines().next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let root = ("lib.rs", "mod a; pub mod b; pub use a::Thing;");
    let two = ["a circle of 2: sample::a, sample::b"];
    let none: [&str; 0] = [];
    for (a, b, expected) in [
        ("use crate::b::B; pub struct Thing;", "pub struct B;", &none[..]),
        ("use crate::b::B; pub struct Thing;", "use super::{c, a::{self as x, Other as O}};", &two),
        ("fn f() { crate::b::g() }", "fn g() { super::a::f() }", &two),
        // What the root hands on is still of the module that it is from.
        ("use crate::b::B; pub struct Thing;", "use crate::Thing;", &two),
        ("use crate::b; fn f(it: b::B) {}", "use crate::a; impl a::Thing {}", &two),
        // Neither comments, texts nor unit tests count.
        (
            "use crate::b::B;",
            "// crate::a::Thing\nconst A: &str = \"crate::a::Thing\"; /* crate::a */",
            &none,
        ),
        ("use crate::b::B;", "#[cfg(test)]\nmod tests { use crate::a::Thing; }", &none),
        (
            "use crate::b::B;",
            "#[cfg(test)] use crate::a::Thing;\npub struct B<'a>(&'a str, char = '\"');",
            &none,
        ),
        ("use crate::b::B;", "mod inner { use super::super::a::Thing; }", &two),
    ] {
        assert_eq!(found(&[root, ("a.rs", a), ("b.rs", b)]), expected, "{a} | {b}");
    }
    let folders = |one: &str, other: &str, parent: &str| {
        found(&[
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", parent),
            ("b.rs", "mod x; mod y;"),
            ("a/x.rs", one),
            ("a/y.rs", other),
            ("b/x.rs", "pub struct X;"),
            ("b/y.rs", "use crate::a::y::Y;"),
        ])
    };
    // Files of two folders that name each other's are a circle of the folders.
    assert_eq!(folders("use crate::b::x::X;", "pub struct Y;", "mod x; mod y;"), two);
    // A module and its children may name each other, but not one child another through their parent.
    assert_eq!(folders("use super::own;", "pub struct Y;", "mod x; mod y; pub use y::Y; fn own() {}"), none);
    let through_parent = folders("use super::Y;", "use super::x::X;", "mod x; mod y; pub use y::Y;");
    assert_eq!(through_parent, ["a circle of 2: sample::a::x, sample::a::y"]);
}
