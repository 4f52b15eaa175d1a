//! The modules of a crate and the paths that they name, read from the source text.
//!
//! Unit tests, comments and strings are left out. A path is made absolute (`crate`, `self`, `super`,
//! child modules and imported names are resolved); paths of a standard or outside crate stay as
//! they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// An absolute path: the crate, modules, and perhaps an item.
pub type Names = Vec<String>;

/// A crate's modules, each of them a file.
pub struct Crate {
    pub name: String,
    pub modules: BTreeMap<Names, Module>,
}

/// What one file names.
#[derive(Default)]
pub struct Module {
    pub paths: BTreeSet<Names>,
    imported: BTreeMap<String, Names>,
}

/// A path as it is written, and the module in which it stands.
struct Written {
    within: Names,
    names: Names,
}

/// A file as it is written.
#[derive(Default)]
struct Source {
    children: BTreeSet<Names>,
    files: Vec<Names>,
    uses: Vec<(Written, String)>,
    paths: Vec<Written>,
}

impl Crate {
    /// Reads a crate from its root file and the modules that it declares.
    pub fn read(name: &str, root: &Path) -> Crate {
        let mut read = Crate { name: name.to_owned(), modules: BTreeMap::new() };
        let folder = root.parent().unwrap().to_owned();
        read.add(vec![name.to_owned()], root, &folder);
        read
    }

    fn add(&mut self, module: Names, file: &Path, folder: &Path) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let source = Source::parse(&tokens(&text), &module);
        for child in &source.files {
            let name = child.last().unwrap();
            let inner = folder.join(name);
            let candidates = [folder.join(format!("{name}.rs")), inner.join("mod.rs")];
            let found = candidates.iter().find(|file| file.is_file());
            self.add(
                child.clone(),
                found.unwrap_or_else(|| panic!("no file for {}", child.join("::"))),
                &inner,
            );
        }
        let resolved = source.resolved(&self.name);
        self.modules.insert(module, resolved);
    }

    /// The module that a path lands in, and the item of it that the path names.
    fn landing<'a>(&self, path: &'a [String]) -> Option<(&'a [String], Option<&'a String>)> {
        let length = (1..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        Some((&path[..length], path.get(length)))
    }

    /// The module that defines what `user` names by a path of this crate.
    ///
    /// From outside, a module stands for what it hands on from its children. Within it, a path
    /// through the parent lands where the parent has it from.
    pub fn defining(&self, user: &[String], path: &[String]) -> Option<(Names, String)> {
        let mut path = path.to_owned();
        for _ in 0..8 {
            let (module, item) = self.landing(&path)?;
            let item = item.cloned().unwrap_or_else(|| "itself".into());
            let from_within = user.starts_with(module);
            let handed_on = self.modules[module].imported.get(&item).filter(|source| {
                from_within && self.landing(source).is_some_and(|(origin, _)| origin.starts_with(module))
            });
            match handed_on {
                Some(source) if *source != path => path = source.clone(),
                _ => return Some((module.to_owned(), item)),
            }
        }
        None
    }
}

impl Source {
    fn parse(tokens: &[&str], module: &[String]) -> Source {
        let mut source = Source::default();
        let mut within = module.to_owned();
        let mut opened = Vec::new();
        let mut depth = 0;
        let mut at = 0;
        while at < tokens.len() {
            let next = tokens.get(at + 1).copied().unwrap_or_default();
            match tokens[at] {
                "#" if is_test_only(&tokens[at..]) => {
                    at = end_of_item(tokens, at);
                    continue;
                }
                "mod" if is_name(next) => {
                    let mut child = within.clone();
                    child.push(next.to_owned());
                    source.children.insert(child.clone());
                    if tokens.get(at + 2) == Some(&"{") {
                        within = child;
                        opened.push(depth);
                    } else {
                        source.files.push(child);
                    }
                    at += 1;
                }
                "use" => {
                    let end = at + tokens[at..].iter().position(|token| *token == ";").unwrap_or_default();
                    let mut tree = &tokens[at + 1..end];
                    let mut found = Vec::new();
                    use_tree(&mut tree, &[], &mut found);
                    for (names, alias) in found {
                        source.uses.push((Written { within: within.clone(), names }, alias));
                    }
                    at = end;
                }
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    if opened.last() == Some(&depth) {
                        opened.pop();
                        within.pop();
                    }
                }
                token if is_name(token) && next == "::" => {
                    let mut names = vec![token.to_owned()];
                    while tokens.get(at + 1) == Some(&"::")
                        && tokens.get(at + 2).is_some_and(|name| is_name(name))
                    {
                        names.push(tokens[at + 2].to_owned());
                        at += 2;
                    }
                    source.paths.push(Written { within: within.clone(), names });
                }
                _ => {}
            }
            at += 1;
        }
        source
    }

    fn resolved(&self, own_name: &str) -> Module {
        let mut module = Module::default();
        for (written, alias) in &self.uses {
            let absolute =
                self.absolute(written, own_name, &module.imported).unwrap_or_else(|| written.names.clone());
            module.imported.insert(alias.clone(), absolute.clone());
            module.paths.insert(absolute);
        }
        for written in &self.paths {
            let found = self.absolute(written, own_name, &module.imported);
            let outside = || written.names[0].starts_with("almoner").then(|| written.names.clone());
            module.paths.extend(found.or_else(outside));
        }
        module
    }

    fn absolute(
        &self,
        written: &Written,
        own_name: &str,
        imported: &BTreeMap<String, Names>,
    ) -> Option<Names> {
        let mut names = written.names.as_slice();
        let mut absolute = written.within.clone();
        match names[0].as_str() {
            "crate" => absolute = vec![own_name.to_owned()],
            "self" => {}
            "super" => {
                absolute.pop();
            }
            first => {
                absolute.push(first.to_owned());
                if !self.children.contains(&absolute) {
                    absolute = imported.get(first)?.clone();
                }
            }
        }
        names = &names[1..];
        while names.first().is_some_and(|name| name == "super") {
            absolute.pop();
            names = &names[1..];
        }
        absolute.extend_from_slice(names);
        Some(absolute)
    }
}

/// Reads the tree of one `use` declaration into paths, each with the name that it gets in this module.
fn use_tree(tokens: &mut &[&str], prefix: &[String], found: &mut Vec<(Names, String)>) {
    let mut names = prefix.to_owned();
    while let Some((token, rest)) = tokens.split_first() {
        *tokens = rest;
        match *token {
            "::" => {}
            "{" => {
                while tokens.first().is_some_and(|token| *token != "}") {
                    use_tree(tokens, &names, found);
                }
                *tokens = tokens.get(1..).unwrap_or_default();
                skip_comma(tokens);
                return;
            }
            "*" => {
                found.push((names.clone(), "*".into()));
                skip_comma(tokens);
                return;
            }
            "self" if names.len() > prefix.len() || !prefix.is_empty() => {}
            name => names.push(name.to_owned()),
        }
        let mut alias = names.last().cloned().unwrap_or_default();
        if tokens.first() == Some(&"as") {
            alias = tokens[1].to_owned();
            *tokens = &tokens[2..];
        }
        if tokens.first().is_none_or(|token| [",", "}"].contains(token)) {
            found.push((names, alias));
            skip_comma(tokens);
            return;
        }
    }
}

fn skip_comma(tokens: &mut &[&str]) {
    if tokens.first() == Some(&",") {
        *tokens = &tokens[1..];
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Whether an attribute at the start of `tokens` keeps what follows it for unit tests.
fn is_test_only(tokens: &[&str]) -> bool {
    tokens.starts_with(&["#", "[", "cfg", "(", "test", ")", "]"])
}

/// Where the item, statement or field ends whose attribute begins at `start`.
fn end_of_item(tokens: &[&str], start: usize) -> usize {
    let mut depth = 0;
    let mut angles = 0;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match *token {
            "}" if depth == 0 => return at,
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            "<" => angles += 1,
            ">" if tokens[at - 1] != "-" => angles -= 1,
            "," if depth == 0 && angles == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Names, `::` and single marks, without comments, strings, characters and lifetimes.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = string(rest) {
            length
        } else if first == '\'' {
            character(rest)
        } else {
            let length = match first {
                ':' if rest.starts_with("::") => 2,
                _ if first.is_alphanumeric() || first == '_' => {
                    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
                }
                _ => first.len_utf8(),
            };
            if !first.is_whitespace() {
                tokens.push(&rest[..length]);
            }
            length
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of a string literal of any kind at the start of the text.
fn string(text: &str) -> Option<usize> {
    let prefix = ["br", "r", "b", ""].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let rest = &text[prefix.len()..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        let body = &rest[hashes + 1..];
        return Some(
            prefix.len() + hashes + 1 + body.find(&end).unwrap_or(body.len() - end.len()) + end.len(),
        );
    }
    if hashes > 0 {
        return None;
    }
    let mut escaped = false;
    let end = rest[1..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(prefix.len() + 1 + end.map_or(rest.len() - 1, |end| end + 1))
}

/// The length of a character literal, or of the quote of a lifetime, at the start of the text.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => text[3..].find('\'').map_or(text.len(), |end| end + 4),
        Some(_) => characters.next().filter(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}
