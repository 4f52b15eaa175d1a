//! The JSON schema of a type, found from how it is read: which fields it takes, of which kinds, and which may be left
//! out. Nothing is written a second time, so that a schema cannot differ from what is read.
//!
//! A type is read again and again from samples: with each variant of each enum, and without each field. A text is
//! read as the first sample that its type takes, which tells what kind of text it is.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Value, json};

/// Samples of texts, the freest first, each with what is said of a type that takes it.
const SAMPLES: &[(&str, &str)] = &[
    ("some words: yes", ""),
    ("words", ""),
    ("1.00", "An amount in pounds, as in 100.00"),
    ("2015-04-01", "A day, as in 2015-04-01"),
    ("2015-04", "A month, as in 2015-04"),
    ("2015-16", "A financial year, as in 2015-16"),
    ("2015-16Q1", "A quarter, as in 2015-16Q1"),
    ("s143", "A power: s9, s143, other or not-stated"),
    ("victims/youth", "A fund and a theme, as in victims/youth"),
    ("victims/youth:1.00", "Parts with fund, theme and amount, as in victims/youth:1.00"),
    ("1-2015", "A number with its year, as in 14-2015"),
    ("GB-COH-01234567", "An identifier of an organisation, as in GB-COH-01234567"),
    ("0000000000000000000000000000000000000000000000000000000000000000", "64 hexadecimal digits"),
];
/// The maximum depth.
const DEPTH: usize = 24;

/// What is found at a path.
#[derive(Clone, Debug)]
enum Node {
    Text,
    Whole { is_positive: bool },
    Truth,
    Nothing,
    Maybe,
    List,
    ByName,
    Fields(&'static [&'static str]),
    OneOf(&'static [&'static str]),
}

/// What is chosen where a reading has a choice, by path.
type Choices = BTreeMap<String, usize>;

/// What is known so far.
#[derive(Debug, Default)]
struct Known {
    nodes: BTreeMap<String, (Node, Choices)>,
    /// The sample of each text, and the variant of each enum.
    choices: Choices,
    /// The text that was read last.
    last: Option<String>,
    /// The field that is left out.
    without: Option<String>,
}

#[derive(Clone, Debug)]
struct Tracer<'k> {
    known: &'k RefCell<Known>,
    path: String,
}

/// Why a reading failed.
#[derive(Debug)]
struct NotRead(String);

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotRead {}

impl de::Error for NotRead {
    fn custom<T: fmt::Display>(message: T) -> NotRead {
        NotRead(message.to_string())
    }
}

impl<'k> Tracer<'k> {
    fn below(&self, name: &str) -> Tracer<'k> {
        Tracer { known: self.known, path: format!("{}/{name}", self.path) }
    }

    fn note(&self, node: Node) -> Result<(), NotRead> {
        if self.path.matches('/').count() > DEPTH {
            return Err(NotRead("too deep".to_owned()));
        }
        let mut known = self.known.borrow_mut();
        let choices = known.choices.clone();
        known.nodes.entry(self.path.clone()).or_insert((node, choices));
        Ok(())
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
        self.note(Node::Text)?;
        let sample = {
            let mut known = self.known.borrow_mut();
            known.last = Some(self.path.clone());
            *known.choices.entry(self.path.clone()).or_insert(0)
        };
        let (sample, _) =
            SAMPLES.get(sample).ok_or_else(|| NotRead(format!("no sample for {}", self.path)))?;
        visitor.visit_borrowed_str(sample)
    }
}

macro_rules! whole {
    ($($name:ident $visit:ident $positive:literal),*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
            self.note(Node::Whole { is_positive: $positive })?;
            visitor.$visit(1)
        })*
    };
}

macro_rules! texts {
    ($($name:ident),*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
            self.text(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = NotRead;

    whole!(
        deserialize_i8 visit_i8 false, deserialize_i16 visit_i16 false, deserialize_i32 visit_i32 false,
        deserialize_i64 visit_i64 false, deserialize_u8 visit_u8 true, deserialize_u16 visit_u16 true,
        deserialize_u32 visit_u32 true, deserialize_u64 visit_u64 true
    );
    texts!(
        deserialize_any,
        deserialize_str,
        deserialize_string,
        deserialize_char,
        deserialize_bytes,
        deserialize_byte_buf,
        deserialize_identifier,
        deserialize_ignored_any,
        deserialize_f32,
        deserialize_f64
    );

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
        self.note(Node::Truth)?;
        visitor.visit_bool(true)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
        self.note(Node::Maybe)?;
        visitor.visit_some(self.below("?"))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
        self.note(Node::Nothing)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, NotRead> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, NotRead> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
        self.note(Node::List)?;
        visitor.visit_seq(Items { of: self, left: 1 })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, NotRead> {
        self.note(Node::List)?;
        visitor.visit_seq(Items { of: self, left: length })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, NotRead> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotRead> {
        self.note(Node::ByName)?;
        visitor.visit_map(Entries { of: self, names: &["*"], next: 0, is_named: false })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotRead> {
        self.note(Node::Fields(fields))?;
        visitor.visit_map(Entries { of: self, names: fields, next: 0, is_named: true })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotRead> {
        let variant = *self.known.borrow_mut().choices.entry(self.path.clone()).or_insert(0);
        self.note(Node::OneOf(variants))?;
        let variant = variants.get(variant).ok_or_else(|| NotRead("no variant".to_owned()))?;
        visitor.visit_enum(Variant { of: self.below(variant), variant })
    }
}

struct Items<'k> {
    of: Tracer<'k>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = NotRead;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, NotRead> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(self.of.below("0")).map(Some)
    }
}

struct Entries<'k> {
    of: Tracer<'k>,
    names: &'static [&'static str],
    next: usize,
    is_named: bool,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = NotRead;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, NotRead> {
        loop {
            let Some(name) = self.names.get(self.next) else { return Ok(None) };
            self.next += 1;
            if !self.is_named {
                return seed.deserialize(self.of.below("key")).map(Some);
            }
            let path = self.of.below(name).path;
            if self.of.known.borrow().without.as_ref() != Some(&path) {
                return seed.deserialize(de::value::BorrowedStrDeserializer::new(name)).map(Some);
            }
        }
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, NotRead> {
        let name = self.next.checked_sub(1).and_then(|at| self.names.get(at)).unwrap_or(&"*");
        seed.deserialize(self.of.below(name))
    }
}

struct Variant<'k> {
    of: Tracer<'k>,
    variant: &'static str,
}

impl<'de, 'k> EnumAccess<'de> for Variant<'k> {
    type Error = NotRead;
    type Variant = Tracer<'k>;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Tracer<'k>), NotRead> {
        let variant = seed.deserialize(de::value::BorrowedStrDeserializer::<NotRead>::new(self.variant))?;
        Ok((variant, self.of))
    }
}

impl<'de> VariantAccess<'de> for Tracer<'_> {
    type Error = NotRead;

    fn unit_variant(self) -> Result<(), NotRead> {
        self.note(Node::Nothing)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, NotRead> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, NotRead> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotRead> {
        self.deserialize_struct("", fields, visitor)
    }
}

/// Reads a type with some choices; where a text is refused, with its next sample.
fn read<T: for<'de> Deserialize<'de>>(known: &RefCell<Known>, choices: Choices) -> Result<(), NotRead> {
    known.borrow_mut().choices = choices;
    loop {
        known.borrow_mut().last = None;
        let Err(error) = T::deserialize(Tracer { known, path: String::new() }) else { return Ok(()) };
        let mut known = known.borrow_mut();
        let Some(last) = known.last.take().filter(|_| known.without.is_none()) else { return Err(error) };
        let sample = known.choices.entry(last).or_insert(0);
        *sample += 1;
        if *sample >= SAMPLES.len() {
            return Err(error);
        }
    }
}

/// Returns the JSON schema of a type; `None` of a part of it that cannot be found out so.
pub fn schema_of<T: for<'de> Deserialize<'de>>() -> Value {
    let known = RefCell::new(Known::default());
    let mut read_already: BTreeSet<String> = BTreeSet::new();
    // What cannot be read keeps the schema of anything.
    let _ = read::<T>(&known, Choices::new());
    loop {
        let found = known.borrow().nodes.iter().find_map(|(path, (node, choices))| match node {
            Node::OneOf(variants) if !read_already.contains(path) => {
                Some((path.clone(), variants.len(), choices.clone()))
            }
            _ => None,
        });
        let Some((path, variants, choices)) = found else { break };
        for variant in 0..variants {
            let mut choices = choices.clone();
            choices.insert(path.clone(), variant);
            let _ = read::<T>(&known, choices.clone());
        }
        read_already.insert(path);
    }
    let nodes = known.borrow().nodes.clone();
    let is_required = |path: &str, choices: &Choices| {
        // The samples of all texts are found first.
        if read::<T>(&known, choices.clone()).is_err() {
            return false;
        }
        let choices = known.borrow().choices.clone();
        known.borrow_mut().without = Some(path.to_owned());
        let is_required = read::<T>(&known, choices).is_err();
        known.borrow_mut().without = None;
        is_required
    };
    let samples = |path: &str| sample_of::<T>(&known, &nodes, path);
    written("", &nodes, &is_required, &samples)
}

/// Returns which sample a text takes.
fn sample_of<T: for<'de> Deserialize<'de>>(
    known: &RefCell<Known>,
    nodes: &BTreeMap<String, (Node, Choices)>,
    path: &str,
) -> Option<usize> {
    let (_, choices) = nodes.get(path)?;
    read::<T>(known, choices.clone()).ok()?;
    known.borrow().choices.get(path).copied()
}

/// Writes the schema of a path.
fn written(
    path: &str,
    nodes: &BTreeMap<String, (Node, Choices)>,
    is_required: &dyn Fn(&str, &Choices) -> bool,
    sample: &dyn Fn(&str) -> Option<usize>,
) -> Value {
    let below = |name: &str| written(&format!("{path}/{name}"), nodes, is_required, sample);
    let Some((node, choices)) = nodes.get(path) else { return json!({}) };
    match node {
        Node::Text => {
            let about = sample(path).and_then(|at| SAMPLES.get(at)).map_or("", |(_, about)| *about);
            if about.is_empty() {
                json!({"type": "string"})
            } else {
                json!({"type": "string", "description": about})
            }
        }
        Node::Whole { is_positive: true } => json!({"type": "integer", "minimum": 0}),
        Node::Whole { is_positive: false } => json!({"type": "integer"}),
        Node::Truth => json!({"type": "boolean"}),
        Node::Nothing => json!({"type": "null"}),
        Node::Maybe => json!({"anyOf": [below("?"), {"type": "null"}]}),
        Node::List => json!({"type": "array", "items": below("0")}),
        Node::ByName => json!({"type": "object", "additionalProperties": below("*")}),
        Node::Fields(fields) => {
            let properties: Map<String, Value> =
                fields.iter().map(|name| ((*name).to_owned(), below(name))).collect();
            let required: Vec<&str> = fields
                .iter()
                .copied()
                .filter(|name| is_required(&format!("{path}/{name}"), choices))
                .collect();
            let mut object =
                json!({"type": "object", "properties": properties, "additionalProperties": false});
            if !required.is_empty() {
                object["required"] = json!(required);
            }
            object
        }
        Node::OneOf(variants) => {
            let is_word = |name: &&&str| {
                let at = nodes.get(&format!("{path}/{name}"));
                matches!(at, Some((Node::Nothing, _)))
            };
            let words: Vec<&str> = variants.iter().filter(is_word).copied().collect();
            let others = variants.iter().filter(|name| !is_word(name)).map(|name| {
                json!({
                    "type": "object", "title": name, "required": [name], "additionalProperties": false,
                    "properties": {*name: below(name)}
                })
            });
            let words = (!words.is_empty()).then(|| json!({"type": "string", "enum": words}));
            let mut all: Vec<Value> = words.into_iter().chain(others).collect();
            if all.len() == 1 { all.remove(0) } else { json!({"oneOf": all}) }
        }
    }
}

#[cfg(test)]
mod tests {
    use almoner_ledger::calendar::Date;
    use almoner_ledger::money::Money;

    use super::*;

    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    #[allow(dead_code, reason = "it is only read")]
    enum Kind {
        Plain,
        Other,
        With {
            day: Date,
            amount: Option<Money>,
            #[serde(default)]
            more: bool,
        },
        Listed(Vec<u32>),
    }

    #[derive(Deserialize)]
    #[allow(dead_code, reason = "it is only read")]
    struct Whole {
        name: String,
        kind: Kind,
    }

    #[test]
    fn a_schema_is_found_from_how_a_type_is_read() {
        let day = json!({"type": "string", "description": "A day, as in 2015-04-01"});
        let amount = json!({"type": "string", "description": "An amount in pounds, as in 100.00"});
        let expected = json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["name", "kind"],
            "properties": {
                "name": {"type": "string"},
                "kind": {"oneOf": [
                    {"type": "string", "enum": ["plain", "other"]},
                    {
                        "type": "object", "title": "with", "required": ["with"], "additionalProperties": false,
                        "properties": {"with": {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["day"],
                            "properties": {
                                "day": day,
                                "amount": {"anyOf": [amount, {"type": "null"}]},
                                "more": {"type": "boolean"}
                            }
                        }}
                    },
                    {
                        "type": "object", "title": "listed", "required": ["listed"], "additionalProperties": false,
                        "properties": {
                            "listed": {"type": "array", "items": {"type": "integer", "minimum": 0}}
                        }
                    }
                ]}
            }
        });
        assert_eq!(schema_of::<Whole>(), expected, "{:#}", schema_of::<Whole>());
    }
}
