//! Forms with a file: of bounded size, within bounded time, into a private file that vanishes.
//!
//! The file has no name on this machine: it is removed as soon as it is no longer read, also if the program is killed.
//! The name that was sent with it is shown, and never names anything here. The token comes first: nothing is written
//! for a form that is not of the session.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::fields::Fields;
use crate::sessions::is_same;

/// The maximum size of all that is sent beside the file.
const BESIDE: usize = 1024 * 1024;
/// The maximum number of fields.
const MOST: usize = 200;
/// The time in which something of it must arrive.
const PATIENCE: Duration = Duration::from_secs(15);
/// The time in which it must arrive whole, and in which others must have been read.
const LONGEST: Duration = Duration::from_secs(240);
/// The maximum number of files that are received and read at the same time.
const AT_ONCE: usize = 2;
/// The maximum number of characters of a name.
const NAME: usize = 120;

/// A file that was sent with a form.
#[derive(Debug)]
pub struct Upload {
    /// The name that it was sent with, to be shown.
    pub name: String,
    file: File,
}

impl Upload {
    /// Returns a file of this content.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn of(name: &str, content: &[u8]) -> io::Result<Upload> {
        let mut file = tempfile::tempfile()?;
        file.write_all(content)?;
        Ok(Upload { name: name.to_owned(), file })
    }

    /// Returns the content, from its beginning.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn content(&mut self) -> io::Result<impl Read> {
        self.file.rewind()?;
        Ok(BufReader::new(&self.file))
    }

    /// Returns the content as a whole.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn bytes(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.content()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Why a form with a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReceived {
    /// It is cut off, or is no such form.
    Broken,
    /// It takes too long.
    Slow,
    /// The file is larger than the limit, in bytes.
    Large(u64),
    /// It is not of the session.
    Foreign,
    /// It cannot be written here.
    Unwritable,
    /// Others are read first.
    Busy,
}

impl NotReceived {
    /// Returns the status of the answer, and what happened.
    pub fn why(self) -> (StatusCode, String) {
        let (status, why) = match self {
            NotReceived::Broken => (StatusCode::BAD_REQUEST, "The file was not received in full."),
            NotReceived::Slow => (StatusCode::REQUEST_TIMEOUT, "The file took too long to arrive."),
            NotReceived::Large(limit) => {
                let why = format!("The file is larger than {} MiB.", limit / (1024 * 1024));
                return (StatusCode::PAYLOAD_TOO_LARGE, why);
            }
            NotReceived::Foreign => (StatusCode::FORBIDDEN, "The form is from another session."),
            NotReceived::Unwritable => {
                (StatusCode::SERVICE_UNAVAILABLE, "There is no room for the file on this computer.")
            }
            NotReceived::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Other files are being read."),
        };
        (status, why.to_owned())
    }
}

/// How many files are received and read at the same time.
#[derive(Clone, Debug)]
pub struct Readers(Arc<Semaphore>);

impl Default for Readers {
    fn default() -> Readers {
        Readers::of(AT_ONCE)
    }
}

impl Readers {
    /// Returns places for so many at the same time.
    pub fn of(places: usize) -> Readers {
        Readers(Arc::new(Semaphore::new(places)))
    }

    /// Waits until a file may be received; the place is free again once what is returned is dropped.
    pub async fn place(&self) -> Result<OwnedSemaphorePermit, NotReceived> {
        let place = timeout(PATIENCE, self.0.clone().acquire_owned()).await;
        place.ok().and_then(Result::ok).ok_or(NotReceived::Busy)
    }
}

/// Returns the limit of a body that has a file of up to `limit` bytes.
pub fn body_limit(limit: u64) -> DefaultBodyLimit {
    DefaultBodyLimit::max(usize::try_from(limit).unwrap_or(usize::MAX).saturating_add(BESIDE))
}

/// Reads the fields of a form and its file, whose size is up to `limit` bytes. A form without a chosen file, or with
/// an empty one, has none.
pub async fn received(
    request: Request,
    token: &str,
    limit: u64,
) -> Result<(Fields, Option<Upload>), NotReceived> {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > limit.saturating_add(BESIDE as u64)) {
        return Err(NotReceived::Large(limit));
    }
    timeout(LONGEST, parts(request, token, limit)).await.unwrap_or(Err(NotReceived::Slow))
}

async fn parts(request: Request, token: &str, limit: u64) -> Result<(Fields, Option<Upload>), NotReceived> {
    let broken = |_| NotReceived::Broken;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| NotReceived::Broken)?;
    let (mut texts, mut upload) = (Vec::new(), None);
    let mut room = BESIDE;
    loop {
        let next = timeout(PATIENCE, form.next_field()).await.map_err(|_| NotReceived::Slow)?;
        let Some(field) = next.map_err(broken)? else { break };
        if texts.len() >= MOST {
            return Err(NotReceived::Broken);
        }
        let name = field.name().ok_or(NotReceived::Broken)?.to_owned();
        let Some(file_name) = field.file_name().map(shown_name) else {
            let text = text(field, &mut room).await?;
            if texts.is_empty() && !(name == "token" && is_same(&text, token)) {
                return Err(NotReceived::Foreign);
            }
            texts.push((name, text));
            continue;
        };
        if texts.is_empty() {
            return Err(NotReceived::Foreign);
        }
        match (file(field, limit).await?, &upload) {
            (None, _) => {}
            (Some(file), None) => upload = Some(Upload { name: file_name, file }),
            (Some(_), Some(_)) => return Err(NotReceived::Broken),
        }
    }
    match texts.is_empty() {
        true => Err(NotReceived::Foreign),
        false => Ok((texts.into(), upload)),
    }
}

/// Returns the next bytes of a field.
async fn chunk(field: &mut Field<'_>) -> Result<Option<impl AsRef<[u8]> + Send + 'static>, NotReceived> {
    let chunk = timeout(PATIENCE, field.chunk()).await.map_err(|_| NotReceived::Slow)?;
    chunk.map_err(|_| NotReceived::Broken)
}

async fn text(mut field: Field<'_>, room: &mut usize) -> Result<String, NotReceived> {
    let mut bytes = Vec::new();
    while let Some(more) = chunk(&mut field).await? {
        *room = room.checked_sub(more.as_ref().len()).ok_or(NotReceived::Broken)?;
        bytes.extend_from_slice(more.as_ref());
    }
    String::from_utf8(bytes).map_err(|_| NotReceived::Broken)
}

/// Writes a file that has no name on this machine, away from the connections; `None` if nothing was sent.
async fn file(mut field: Field<'_>, limit: u64) -> Result<Option<File>, NotReceived> {
    let (mut written, mut size) = (None, 0_u64);
    while let Some(more) = chunk(&mut field).await? {
        if more.as_ref().is_empty() {
            continue;
        }
        size = size.saturating_add(more.as_ref().len() as u64);
        if size > limit {
            return Err(NotReceived::Large(limit));
        }
        let writing = tokio::task::spawn_blocking(move || {
            let mut file = match written {
                Some(file) => file,
                None => tempfile::tempfile()?,
            };
            file.write_all(more.as_ref()).map(|()| file)
        });
        written = match writing.await {
            Ok(Ok(file)) => Some(file),
            Ok(Err(_)) | Err(_) => return Err(NotReceived::Unwritable),
        };
    }
    Ok(written)
}

/// Returns a name as it is shown: without folders, of bounded length, without what does not print.
fn shown_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|it| !it.is_control()).take(NAME).collect();
    if name.trim().is_empty() { "file".to_owned() } else { name.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn request(body: &str) -> Request {
        let body = body.replace('\n', "\r\n");
        let request = Request::builder().header("content-type", "multipart/form-data; boundary=XX");
        request.body(Body::from(body)).unwrap()
    }

    const TOKEN: &str = "--XX\nContent-Disposition: form-data; name=\"token\"\n\nsecret\n";
    const BANK: &str = "--XX\nContent-Disposition: form-data; name=\"account\"\n\n12345678\n";

    fn part(name: &str, content: &str) -> String {
        format!("--XX\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\n\n{content}\n")
    }

    fn read(body: &str) -> Result<(Fields, Option<Upload>), NotReceived> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(received(request(body), "secret", 8))
    }

    #[test]
    fn a_form_with_a_file_begins_with_the_token_of_the_session() {
        let (end, file) = ("--XX--\n", part("a.csv", "1234"));
        for (body, expected) in [
            (format!("{TOKEN}{BANK}{file}{end}"), Ok(())),
            (format!("{TOKEN}{file}{BANK}{end}"), Ok(())),
            (format!("{TOKEN}{end}"), Ok(())),
            (format!("{TOKEN}{}{end}", part("a.csv", "12345678")), Ok(())),
            (format!("{TOKEN}{}{end}", part("a.csv", "123456789")), Err(NotReceived::Large(8))),
            (format!("{TOKEN}{file}{file}{end}"), Err(NotReceived::Broken)),
            (format!("{TOKEN}{file}"), Err(NotReceived::Broken)),
            (format!("{file}{TOKEN}{end}"), Err(NotReceived::Foreign)),
            (format!("{BANK}{TOKEN}{file}{end}"), Err(NotReceived::Foreign)),
            (format!("{}{end}", TOKEN.replace("secret", "guessed")), Err(NotReceived::Foreign)),
            (end.to_owned(), Err(NotReceived::Foreign)),
            (String::new(), Err(NotReceived::Broken)),
        ] {
            assert_eq!(read(&body).map(drop), expected, "{body}");
        }
    }

    #[test]
    fn what_was_sent_is_read_from_its_beginning() {
        let (fields, upload) =
            read(&format!("{TOKEN}{BANK}{}--XX--\n", part("C:/secret/march.csv", "a,b"))).unwrap();
        let mut upload = upload.unwrap();
        assert_eq!((fields.text("account"), upload.name.as_str()), ("12345678", "march.csv"));
        for _ in 0..2 {
            let mut text = String::new();
            upload.content().unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "a,b");
        }
        // No file was chosen.
        assert!(read(&format!("{TOKEN}{}--XX--\n", part("", ""))).unwrap().1.is_none());
    }

    #[test]
    fn names_name_nothing_here() {
        for (sent, expected) in [
            ("march.csv", "march.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\jane\\march.csv", "march.csv"),
            ("a\u{0}b\n.csv", "ab.csv"),
            ("", "file"),
            ("..", ".."),
            ("folder/", "file"),
        ] {
            assert_eq!(shown_name(sent), expected, "{sent:?}");
        }
        assert_eq!(shown_name(&"x".repeat(1000)).len(), NAME);
    }
}
