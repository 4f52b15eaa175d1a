//! Where the pages of an office are served: encrypted by the server itself, and on a socket of the file system.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::common::Office;
use almoner_ledger::users::Role;
use almoner_web::place::{Listen, OfficePlace};
use almoner_web::tls::Certificate;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, version};

const ORIGIN: &str = "https://grants.example";

/// Makes a certificate with OpenSSL; `None` where that is missing.
fn certificate(folder: &Path, name: &str) -> Option<(PathBuf, PathBuf)> {
    let (certificate, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key")));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=grants.example", "-addext", "subjectAltName=DNS:grants.example"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .ok()?;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    Some((certificate, key))
}

/// Sends a request over a stream, and returns the answer.
fn ask(mut stream: impl Read + Write, request: &str) -> String {
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

const SIGN_IN: &str = "GET /sign-in HTTP/1.1\r\nHost: grants.example\r\nConnection: close\r\n\r\n";

#[test]
fn the_server_encrypts_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let Some((certificate, key)) = certificate(folder.path(), "grants") else { return };
    let read = Certificate::read(&certificate, &key).unwrap();
    // On every address of the computer, as nobody reads along.
    let place = |listen: &str, origin| {
        OfficePlace::new(listen.parse().unwrap(), Some(read.clone()), origin, Vec::new())
    };
    assert!(place("0.0.0.0:443", ORIGIN).is_ok());
    assert_eq!(place("127.0.0.1:0", "http://localhost:8080").unwrap_err().code, "invalid-origin");
    let office = Office::at(place("127.0.0.1:0", ORIGIN).unwrap());
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&certificate).unwrap()).unwrap();
    for versions in [&[&version::TLS13], &[&version::TLS12]] {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        let name = "grants.example".try_into().unwrap();
        let client = ClientConnection::new(Arc::new(config), name).unwrap();
        let answer = ask(StreamOwned::new(client, office.connect()), SIGN_IN);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Password"), "{versions:?}: {answer}");
        let cookie = answer.lines().find(|line| line.starts_with("set-cookie: ")).unwrap();
        assert!(cookie.contains("__Host-almoner-form=") && cookie.contains("; Secure"), "{cookie}");
        assert!(answer.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{answer}");
    }
    // Nothing is said without encryption, and who says nothing is not waited for.
    let answer = ask(office.connect(), SIGN_IN);
    assert!(!answer.contains("HTTP/1.1 200") && !answer.contains("Password"), "{answer}");
    let begun = Instant::now();
    let mut silent: TcpStream = office.connect();
    silent.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    assert_eq!(silent.read(&mut [0; 1]).unwrap(), 0);
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (Some((one, of_one)), Some((_, of_other))) =
        (certificate(folder.path(), "one"), certificate(folder.path(), "other"))
    else {
        return;
    };
    let file = |name: &str, text: &str, mode: u32| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let text = fs::read_to_string(&of_one).unwrap();
    let open = file("open.key", &text, 0o644);
    let (empty, cut) = (file("empty", "", 0o600), file("cut", &text[..text.len() / 2], 0o600));
    let missing = folder.path().join("missing");
    for (certificate, key, expected) in [
        (&one, &of_one, Ok(())),
        (&one, &of_other, Err("other.key` cannot be used: it does not belong to the certificate")),
        (&one, &open, Err("all users of this computer can read or change the key of the certificate")),
        (&one, &empty, Err("empty` cannot be used: there is none in the file")),
        (&one, &cut, Err("cut` cannot be used: the file is not valid PEM")),
        (&one, &one, Err("one.pem` cannot be used: there is none in the file")),
        (&one, &missing, Err("the key of the certificate `")),
        (&of_one, &of_one, Err("one.key` cannot be used: there is none in the file")),
        (&missing, &of_one, Err("the certificate `")),
    ] {
        fs::set_permissions(&one, fs::Permissions::from_mode(0o600)).unwrap();
        match (Certificate::read(certificate, key), expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(expected)) => {
                assert!(error.message.contains(expected), "{expected}: {}", error.message);
                assert!(!error.remedies.is_empty(), "{}", error.message);
            }
            (read, _) => panic!("{} {}: {read:?}", certificate.display(), key.display()),
        }
    }
}

#[test]
fn a_proxy_reaches_the_pages_on_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.sock");
    let place = OfficePlace::new(Listen::Socket(path.clone()), None, ORIGIN, Vec::new()).unwrap();
    let office = Office::at(place);
    office.add_user("jane", "jane", &[Role::Recorder, Role::Approver], None);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
    let connect = || UnixStream::connect(&path).unwrap();
    let page = ask(connect(), SIGN_IN);
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    // Who encrypts says for how long browsers are to insist on it.
    assert!(!page.contains("strict-transport-security"), "{page}");
    let after =
        |mark: &str, end: char| page.split_once(mark).unwrap().1.split(end).next().unwrap().to_owned();
    let (cookie, token) = (after("set-cookie: ", ';'), after("name=\"token\" value=\"", '"'));
    let form = format!("token={token}&user=jane&password=wrong");
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: grants.example\r\nOrigin: {ORIGIN}\r\nCookie: {cookie}\r\n\
         X-Forwarded-For: 203.0.113.1, 198.51.100.7\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len()
    );
    assert!(ask(connect(), &request).starts_with("HTTP/1.1 422"));
    // The address of the browser is the one that the proxy adds.
    let log = fs::read_to_string(office.around().join("test.serve/access.jsonl")).unwrap();
    assert!(log.contains("\"from\":\"198.51.100.7\""), "{log}");
    drop(office);
    assert!(!path.exists());
}
