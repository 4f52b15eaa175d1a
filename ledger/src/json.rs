//! Events as compact JSON.
//!
//! Guarantees that a value has one written form, on one line, without control characters, and that fields of
//! objects are omitted where they are `null`, `false`, or an empty list or object. A field that is not an
//! `Option` therefore needs `#[serde(default)]`. Floats and bytes are refused.

use std::fmt;

use serde::ser::{self, Serialize};

/// Why a value cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotWritten(String);

impl ser::Error for NotWritten {
    fn custom<T: fmt::Display>(message: T) -> NotWritten {
        NotWritten(message.to_string())
    }
}

/// Appends an event to a text, always as an object, even if it has only a kind.
pub fn write_event<T: Serialize + ?Sized>(text: &mut Vec<u8>, event: &T) -> Result<(), NotWritten> {
    event.serialize(Writer { text, is_event: true })
}

/// Appends a value to a text.
pub(crate) fn write<T: Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) -> Result<(), NotWritten> {
    value.serialize(Writer { text, is_event: false })
}

struct Writer<'t> {
    text: &'t mut Vec<u8>,
    is_event: bool,
}

/// An object or a list being written.
struct Open<'t> {
    text: &'t mut Vec<u8>,
    is_first: bool,
    end: &'static [u8],
}

impl<'t> Writer<'t> {
    fn begin(self, start: &[u8], end: &'static [u8]) -> Open<'t> {
        self.text.extend_from_slice(start);
        Open { text: self.text, is_first: true, end }
    }

    fn begin_variant(self, name: &str, start: &[u8], end: &'static [u8]) -> Result<Open<'t>, NotWritten> {
        self.text.push(b'{');
        string(self.text, name);
        self.text.push(b':');
        Ok(self.begin(start, end))
    }

    fn refuse(what: &str) -> NotWritten {
        NotWritten(format!("{what} cannot be part of an event"))
    }
}

impl Open<'_> {
    fn next(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.text.push(b',');
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotWritten> {
        self.next();
        write(self.text, value)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), NotWritten> {
        let (before, was_first) = (self.text.len(), self.is_first);
        self.next();
        string(self.text, name);
        self.text.push(b':');
        let start = self.text.len();
        write(self.text, value)?;
        if matches!(&self.text[start..], b"null" | b"false" | b"[]" | b"{}") {
            self.text.truncate(before);
            self.is_first = was_first;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), NotWritten> {
        self.text.extend_from_slice(self.end);
        Ok(())
    }
}

/// Appends a quoted string with JSON escapes.
pub fn string(text: &mut Vec<u8>, value: &str) {
    // Writing to memory cannot fail.
    let _ = serde_json::to_writer(text, value);
}

/// Types that have one form in JSON.
macro_rules! plain {
    ($($write:ident: $type:ty),*) => {
        $(fn $write(self, value: $type) -> Result<(), NotWritten> {
            serde_json::to_writer(self.text, &value).map_err(ser::Error::custom)
        })*
    };
}

impl<'t> ser::Serializer for Writer<'t> {
    type Ok = ();
    type Error = NotWritten;
    type SerializeSeq = Open<'t>;
    type SerializeTuple = Open<'t>;
    type SerializeTupleStruct = Open<'t>;
    type SerializeTupleVariant = Open<'t>;
    type SerializeMap = Open<'t>;
    type SerializeStruct = Open<'t>;
    type SerializeStructVariant = Open<'t>;

    plain! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_char: char,
        serialize_str: &str
    }
    fn serialize_f32(self, _: f32) -> Result<(), NotWritten> {
        Err(Writer::refuse("a float"))
    }
    fn serialize_f64(self, _: f64) -> Result<(), NotWritten> {
        Err(Writer::refuse("a float"))
    }
    fn serialize_bytes(self, _: &[u8]) -> Result<(), NotWritten> {
        Err(Writer::refuse("a string of bytes"))
    }
    fn serialize_none(self) -> Result<(), NotWritten> {
        self.serialize_unit()
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotWritten> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), NotWritten> {
        self.text.extend_from_slice(b"null");
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NotWritten> {
        self.serialize_unit()
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), NotWritten> {
        match self.is_event {
            true => self.begin_variant(name, b"null", b"}")?.finish(),
            false => self.serialize_str(name),
        }
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), NotWritten> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotWritten> {
        let open = self.begin_variant(name, b"", b"}")?;
        write(open.text, value)?;
        open.finish()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'t>, NotWritten> {
        Ok(self.begin(b"[", b"]"))
    }
    fn serialize_tuple(self, _: usize) -> Result<Open<'t>, NotWritten> {
        Ok(self.begin(b"[", b"]"))
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'t>, NotWritten> {
        Ok(self.begin(b"[", b"]"))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'t>, NotWritten> {
        self.begin_variant(name, b"[", b"]}")
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Open<'t>, NotWritten> {
        Ok(self.begin(b"{", b"}"))
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'t>, NotWritten> {
        Ok(self.begin(b"{", b"}"))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Open<'t>, NotWritten> {
        self.begin_variant(name, b"{", b"}}")
    }
    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), NotWritten> {
        serde_json::Serializer::new(self.text).collect_str(value).map_err(ser::Error::custom)
    }
}

macro_rules! list {
    ($trait:ident, $add:ident) => {
        impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = NotWritten;
            fn $add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotWritten> {
                self.element(value)
            }
            fn end(self) -> Result<(), NotWritten> {
                self.finish()
            }
        }
    };
}
list!(SerializeSeq, serialize_element);
list!(SerializeTuple, serialize_element);
list!(SerializeTupleStruct, serialize_field);
list!(SerializeTupleVariant, serialize_field);

impl ser::SerializeMap for Open<'_> {
    type Ok = ();
    type Error = NotWritten;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotWritten> {
        self.next();
        let start = self.text.len();
        write(self.text, key)?;
        match self.text.get(start) {
            Some(b'"') => self.text.push(b':'),
            _ => return Err(Writer::refuse("a key that is not text")),
        }
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotWritten> {
        write(self.text, value)
    }
    fn end(self) -> Result<(), NotWritten> {
        self.finish()
    }
}

macro_rules! object {
    ($trait:ident) => {
        impl ser::$trait for Open<'_> {
            type Ok = ();
            type Error = NotWritten;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), NotWritten> {
                self.field(name, value)
            }
            fn end(self) -> Result<(), NotWritten> {
                self.finish()
            }
        }
    };
}
object!(SerializeStruct);
object!(SerializeStructVariant);

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    struct Everything {
        text: String,
        one: Option<u8>,
        #[serde(default)]
        yes: bool,
        #[serde(default)]
        many: Vec<Kind>,
        #[serde(default)]
        by_name: BTreeMap<String, u8>,
        inner: Option<Box<Everything>>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        Unit,
        NewType(u64),
        Tuple(i64, Option<u8>),
        Struct { name: String, none: Option<u8> },
    }

    fn written<T: Serialize>(value: &T) -> String {
        let mut text = Vec::new();
        write(&mut text, value).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn empty_fields_are_omitted_and_read_back_as_empty() {
        let kinds = || {
            let name = "\u{0}\u{1f}\u{7f}\n\r\t\u{8}\u{c}\"\\/é№ ".to_owned();
            vec![
                Kind::Unit,
                Kind::NewType(u64::MAX),
                Kind::Tuple(-7, None),
                Kind::Struct { name, none: None },
            ]
        };
        let inner = || Some(Box::new(Everything { yes: true, ..Everything::default() }));
        for (value, expected) in [
            (Everything::default(), r#"{"text":""}"#),
            (Everything { one: Some(0), ..Everything::default() }, r#"{"text":"","one":0}"#),
            (
                Everything { by_name: BTreeMap::from([("a".to_owned(), 1)]), ..Everything::default() },
                r#"{"text":"","by-name":{"a":1}}"#,
            ),
            (
                Everything { text: "null".to_owned(), inner: inner(), ..Everything::default() },
                r#"{"text":"null","inner":{"text":"","yes":true}}"#,
            ),
            (
                Everything { many: kinds(), ..Everything::default() },
                "{\"text\":\"\",\"many\":[\"unit\",{\"new-type\":18446744073709551615},{\"tuple\":[-7,null]},\
                 {\"struct\":{\"name\":\"\\u0000\\u001f\u{7f}\\n\\r\\t\\b\\f\\\"\\\\/é№ \"}}]}",
            ),
        ] {
            assert_eq!(written(&value), expected);
            assert_eq!(serde_json::from_str::<Everything>(expected).unwrap(), value);
        }
    }

    #[test]
    fn floats_and_number_keys_are_refused() {
        let mut text = Vec::new();
        assert!(write(&mut text, &1.5).is_err());
        assert!(write(&mut text, &BTreeMap::from([(1, 1)])).is_err());
    }

    #[test]
    fn an_event_without_fields_is_an_object() {
        for (event, expected) in [(Kind::Unit, r#"{"unit":null}"#), (Kind::NewType(1), r#"{"new-type":1}"#)] {
            let mut text = Vec::new();
            write_event(&mut text, &event).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), expected);
            assert_eq!(serde_json::from_str::<Kind>(expected).unwrap(), event);
        }
    }

    #[test]
    fn displayed_values_are_escaped() {
        struct Shown(&'static str);
        impl Serialize for Shown {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self.0)
            }
        }
        assert_eq!(written(&(Shown("-1.50"), Shown("a\"b"))), r#"["-1.50","a\"b"]"#);
    }
}
