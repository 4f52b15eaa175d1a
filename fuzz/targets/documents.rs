//! The text of Word documents and web pages.
#![no_main]

use std::io::{Cursor, Write};

use almoner_imports::Document;
use libfuzzer_sys::fuzz_target;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const RELATIONS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// A Word document with these bytes as its main part.
fn docx(main: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("_rels/.rels", RELATIONS), ("word/document.xml", main)] {
        zip.start_file(name, SimpleFileOptions::default()).expect("a part");
        zip.write_all(content).expect("a part");
    }
    zip.finish().expect("a document").into_inner()
}

fuzz_target!(|bytes: &[u8]| {
    for document in [bytes.to_vec(), docx(bytes)] {
        if let Ok(format) = Document::of(&document) {
            match format.text(document) {
                Ok(found) => assert!(found.lost.iter().all(|lost| !lost.is_empty())),
                Err(error) => assert!(!error.message.is_empty()),
            }
        }
    }
    drop(Document::WebPage.text(bytes.to_vec()));
});
