//! The text of documents, and what is said of the rest.

use std::io::{Cursor, Write};

use almoner_imports::Document;
use almoner_imports::bulletin::bulletin;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The text of a document, and what is lost on the way.
fn text(bytes: &[u8]) -> (String, String) {
    match Document::of(bytes).and_then(|document| document.text(bytes.to_vec())) {
        Ok(found) => (found.text, found.lost.join("; ")),
        Err(error) => (error.message, format!("{:?}", error.next)),
    }
}

/// A Word document with this body, and other parts.
fn docx(body: &str, others: &[&str]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, content: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    };
    part(
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#,
    );
    part(
        "word/document.xml",
        &format!(
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
        ),
    );
    others.iter().for_each(|name| part(name, "<x/>"));
    zip.finish().unwrap().into_inner()
}

fn p(runs: &str) -> String {
    format!("<w:p>{runs}</w:p>")
}

fn r(text: &str) -> String {
    format!(r#"<w:r><w:t xml:space="preserve">{text}</w:t></w:r>"#)
}

#[test]
fn a_word_document_is_lines() {
    let cell = |text: &str| format!("<w:tc><w:tcPr><w:shd w:val=\"x\"/></w:tcPr>{}</w:tc>", p(&r(text)));
    for (body, expected, lost) in [
        (p(&(r("A grant of £5,") + &r("000 to ") + &r("Compassion"))) + &p(&r("Next")), "A grant of £5,000 to Compassion\nNext\n", ""),
        (p(&(r("6-2015") + "<w:r><w:tab/></w:r>" + &r("Title"))), "6-2015\tTitle\n", ""),
        (p(&(r("One") + "<w:r><w:br/></w:r>" + &r("Two"))), "One\nTwo\n", ""),
        (p(&(r("6") + "<w:r><w:noBreakHyphen/></w:r>" + &r("2015 &amp; more"))), "6-2015 & more\n", ""),
        (
            format!(
                "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>{}",
                cell("Recipient"), cell("Amount"), cell(""), cell("£5,000"), p(&r("After"))
            ),
            "Recipient\tAmount\n\t£5,000\n\nAfter\n",
            "",
        ),
        (
            p(&(r("Kept") + "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
                + "<w:ins><w:r><w:t> added</w:t></w:r></w:ins>")),
            "Kept added\n",
            "passages deleted with tracked changes: 1",
        ),
        (
            p(&("<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>".to_owned() + &r("Open"))),
            "Open\n",
            "passages of hidden text: 1",
        ),
        (
            p(&("<w:pPr><w:numPr><w:ilvl w:val=\"0\"/></w:numPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr>".to_owned()
                + &r("Decision"))),
            "Decision\n",
            "paragraphs that Word numbers or bullets automatically: 1",
        ),
        (
            p(&(r("Text") + "<w:r><w:drawing><a:blip/></w:drawing><w:footnoteReference/></w:r>")),
            "Text\n",
            "pictures: 1; footnotes and endnotes: 1",
        ),
    ] {
        assert_eq!(text(&docx(&body, &[])), (expected.to_owned(), lost.to_owned()), "{body}");
    }
    assert_eq!(text(&docx(&p(&r("Text")), &["word/header1.xml"])).1, "headers and footers");
    let deep = "<w:sdt>".repeat(1_000);
    assert_eq!(text(&docx(&deep, &[])).0, "the document is nested too deeply");
    assert_eq!(text(&docx("<w:p>", &[])).0, "the document is damaged: part of it cannot be read");
    assert_eq!(
        text(b"PK\x03\x04broken").0,
        "the document is damaged: the file is incomplete, or is not of the type its name suggests"
    );
    let workbook = include_bytes!("payments.xlsx");
    assert_eq!(text(workbook).0, "the file is not a Word document");
}

#[test]
fn a_web_page_is_lines() {
    for (page, expected, lost) in [
        ("<p>One<p>Two <b>bold</b>, &pound;5,000&nbsp;&#8211; &#x41;", "One\n\nTwo bold, £5,000 – A\n", ""),
        ("<html><head><title>T</title><body>Text", "Text\n", ""),
        (
            "<!DOCTYPE html><html><head><style>p{}</style></head><body><div>a</div><div>b<br>c</div></body>",
            "a\nb\nc\n",
            "",
        ),
        (
            "<table><tr><th>Recipient<th>Amount<tr><td><p>Compassion</p><td>£5,000</table>End",
            "Recipient\tAmount\nCompassion\t£5,000\n\nEnd\n",
            "",
        ),
        ("<table>\n<tr>\n<td></td>\n<td>x</td>\n</tr>\n</table>", "\tx\n\n", ""),
        ("<p>a</p><script>if (a < b) { '</p>' }</script><!-- <p>no</p> --><p>b</p>", "a\n\nb\n\n", ""),
        ("<p>a<span style='display: none'>hidden<span>too</span></span>b", "ab\n", "hidden passages: 1"),
        ("<p hidden>gone<p>there", "there\n", "hidden passages: 1"),
        ("<p>5 < 6 & 7 &unknown; &amp;lt;", "5 < 6 & 7 &unknown; &lt;\n", ""),
        ("<p title='a > b' class=x>t<img src=x>", "t\n", "pictures: 1"),
        ("<ol><li>First<li>Second</ol>", "First\nSecond\n", "numbered lists, without their numbers: 1"),
        ("<body><script>show()</script></body>", "", "scripts, which may show text only in a browser: 1"),
        ("<body>a<select>b", "a\n", "elements that are not closed, and the text after them: 1"),
        ("<p>a<!-- never closed", "a\n", ""),
    ] {
        assert_eq!(text(page.as_bytes()), (expected.to_owned(), lost.to_owned()), "{page}");
    }
    // In the encoding of Windows.
    assert_eq!(text(b"<p>\xA35,000 \x96 Compassion").0, "£5,000 – Compassion\n");
}

#[test]
fn other_documents_are_refused_by_name() {
    for (bytes, expected, hint) in [
        (b"%PDF-1.7".as_slice(), "the file is a PDF", "select and copy all of its text"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            "the file is an old Word document (.doc)",
            "save it as a Word document (.docx)",
        ),
        (b"{\\rtf1", "the file is a document in rich text (.rtf)", "save it as a Word document (.docx)"),
        (
            b"<?xml version='1.0'?><a/>",
            "the file is XML, not a document",
            "save it as a Word document (.docx)",
        ),
    ] {
        let found = text(bytes);
        assert!(found.0.starts_with(expected) && found.1.contains(hint), "{found:?}");
    }
    assert_eq!(text("6-2015\n£5".as_bytes()).0, "6-2015\n£5");
}

#[test]
fn decisions_are_found_in_documents_as_in_text() {
    let plain = "15-2015\nGrant to Compassion\nThe Commissioner decided on 20 February 2015 to award £30,000 to Compassion for help for victims.\n";
    let expected = bulletin(plain).unwrap();
    let paragraphs: String = plain.lines().map(|line| p(&r(line))).collect();
    let (of_word, _) = text(&docx(&paragraphs, &[]));
    assert_eq!(bulletin(&of_word).unwrap().decisions, expected.decisions);
    let page: String =
        plain.lines().map(|line| format!("<div>{}</div>", line.replace('£', "&pound;"))).collect();
    assert_eq!(bulletin(&text(page.as_bytes()).0).unwrap().decisions, expected.decisions);
    let row = |of: &str| {
        let cells: String = of.split('|').map(|cell| format!("<w:tc>{}</w:tc>", p(&r(cell)))).collect();
        format!("<w:tr>{cells}</w:tr>")
    };
    let table = format!(
        "<w:tbl>{}{}</w:tbl>",
        row("Number|Date|Title|Recipient|Amount"),
        row("6-2015|22 January 2015|Grant for counselling|Lighthouse Women's Aid|£18,467")
    );
    let found = bulletin(&text(&docx(&table, &[])).0).unwrap();
    let award = found.awards().next().unwrap();
    assert_eq!(award.amount.value().unwrap().to_string(), "18467.00");
    assert_eq!(award.recipient.value().unwrap(), "Lighthouse Women's Aid");
}
