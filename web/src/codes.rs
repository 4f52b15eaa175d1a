//! One-time codes of an authenticator app (RFC 6238: SHA-1, six digits, steps of 30 seconds), and recovery codes for
//! those who have lost theirs.
//!
//! A secret is saved sealed, under a key that is not beside the ledger: who copies the folder has no codes. It is bound
//! to its user, so that nobody signs in with a secret that was moved from another.

use std::path::Path;

use almoner_app::error::Error;
use almoner_ledger::hash::{bytes_of_hex, hex_of_bytes};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};
use qrcodegen::{QrCode, QrCodeEcc};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Totp};

use crate::fields::encoded;
use crate::secret_file;
use crate::sessions::hash;

/// The length of a secret, in bytes: that of SHA-1, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
const NONCE_BYTES: usize = 12;
const SEALED_BYTES: usize = NONCE_BYTES + SECRET_BYTES + 16;
/// The fewest bytes of a key file.
const FEWEST_BYTES: usize = 32;
/// How many recovery codes a user gets.
pub const RECOVERY_CODES: usize = 10;
/// The bytes of a recovery code: too many to guess, even for who has its hash.
const RECOVERY_BYTES: usize = 10;
/// The letters and digits of recovery codes: none of them is taken for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The key under which the secrets of one-time codes are sealed. It is never printed.
#[derive(Clone)]
pub struct SealingKey([u8; 32]);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey")
    }
}

impl SealingKey {
    /// Reads the key from a file of at least 32 random bytes, in whatever form.
    ///
    /// # Errors
    ///
    /// If it cannot be read, others can read it, or it is too short.
    pub fn read(path: &Path) -> Result<SealingKey, Error> {
        let bytes = secret_file::read(path, "key for one-time codes")?;
        if bytes.len() < FEWEST_BYTES {
            let has = match bytes.len() {
                0 => "is empty".to_owned(),
                1 => "has only 1 byte".to_owned(),
                bytes => format!("has only {bytes} bytes"),
            };
            let message = format!("the key for one-time codes `{}` {has}", path.display());
            return Err(Error::refused("short-key", message)
                .advice(format!("write at least {FEWEST_BYTES} random bytes to the file")));
        }
        Ok(SealingKey(Sha256::digest([b"almoner one-time codes\n", bytes.as_slice()].concat()).into()))
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&self.0.into())
    }
}

fn bound_to(user: &str) -> Vec<u8> {
    format!("almoner one-time code 1\n{user}").into_bytes()
}

/// The secret that a user's app makes codes of. It is never printed but for the user.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET_BYTES]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Returns a secret of random bytes.
    pub fn of(random: &[u8; 32]) -> Secret {
        let mut secret = [0; SECRET_BYTES];
        secret.copy_from_slice(
            &Sha256::digest([b"one-time codes\n", random.as_slice()].concat())[..SECRET_BYTES],
        );
        Secret(secret)
    }

    /// Seals the secret of a user. The random bytes are used once only.
    ///
    /// # Errors
    ///
    /// If it cannot be encrypted.
    pub fn sealed(&self, user: &str, key: &SealingKey, random: &[u8; 32]) -> Result<String, Error> {
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&random[..NONCE_BYTES]);
        let sealed =
            key.cipher().encrypt(&Nonce::from(nonce), Payload { msg: &self.0, aad: &bound_to(user) });
        let sealed =
            sealed.map_err(|_| Error::unavailable("not-sealed", "the secret cannot be encrypted"))?;
        Ok(hex_of_bytes(&[nonce.as_slice(), &sealed].concat()))
    }

    /// Opens the sealed secret of a user; `None` if the key is another, or it is not this user's.
    pub fn opened(sealed: &str, user: &str, key: &SealingKey) -> Option<Secret> {
        let sealed: [u8; SEALED_BYTES] = bytes_of_hex(sealed.as_bytes())?;
        let (nonce, sealed) = sealed.split_at(NONCE_BYTES);
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        let opened = key.cipher().decrypt(&Nonce::from(nonce), Payload { msg: sealed, aad: &bound_to(user) });
        Some(Secret(opened.ok()?.try_into().ok()?))
    }

    fn totp(&self) -> Totp {
        // Six digits of SHA-1 by steps of 30 seconds, one step early or late.
        Builder::new().with_secret(self.0).build_noncompliant()
    }

    /// Returns the step of which a code is, if that is the present one, or the one before or after.
    pub fn step_of(&self, code: &str, now: u64) -> Option<u64> {
        let is_code = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { self.totp().check(code, now) } else { None }
    }

    /// Returns the code at a moment.
    #[cfg(test)]
    pub fn code_at(&self, now: u64) -> String {
        self.totp().generate(now).to_string()
    }

    /// Returns the secret as people type it into an app: in groups of four.
    pub fn text(&self) -> String {
        grouped(&self.totp().secret().to_base32(), " ")
    }

    /// Returns the link that apps open, which names the body and the user.
    pub fn link(&self, body: &str, user: &str) -> String {
        let (body, secret) = (encoded(body), self.totp().secret().to_base32());
        format!(
            "otpauth://totp/{body}:{}?secret={secret}&issuer={body}&algorithm=SHA1&digits=6&period=30",
            encoded(user)
        )
    }
}

fn grouped(text: &str, between: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(between)
}

/// The squares of a QR code.
#[derive(Clone, Debug)]
pub struct Squares {
    /// How many there are on a side, with the margin.
    pub side: i32,
    /// The dark ones, as the path of an SVG image.
    pub path: String,
}

/// Returns the QR code of a text; `None` if it is too long for one.
pub fn qr_code(text: &str) -> Option<Squares> {
    const MARGIN: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN));
        }
    }
    Some(Squares { side: code.size() + 2 * MARGIN, path })
}

/// Returns recovery codes, all of them made of the same random bytes.
pub fn recovery_codes(random: &[u8; 32]) -> Vec<String> {
    let code = |number: usize| {
        let digest = Sha256::digest([format!("recovery {number}\n").as_bytes(), random].concat());
        let bits =
            digest.iter().take(RECOVERY_BYTES).fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |place: usize| char::from(LETTERS[(bits >> (5 * place) & 31) as usize]);
        grouped(&(0..RECOVERY_BYTES * 8 / 5).map(letter).collect::<String>(), "-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// Returns the hash under which a recovery code is saved, however it is written.
pub fn recovery_hash(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    hash(&letters.map(|letter| letter.to_ascii_lowercase()).collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn key(byte: u8) -> SealingKey {
        SealingKey([byte; 32])
    }

    /// The secret of the examples of RFC 6238, and the last six digits of its codes.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret(*b"12345678901234567890");
        for (now, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            for (seconds, expected) in [(0, true), (30, true), (60, false)] {
                let step = Some(now / 30).filter(|_| expected);
                assert_eq!(secret.step_of(code, now + seconds), step, "{code} {seconds} later");
                if let Some(earlier) = now.checked_sub(seconds) {
                    assert_eq!(secret.step_of(code, earlier), step, "{code} {seconds} earlier");
                }
            }
        }
        for code in ["", "28708", "2870820", "287 082", "28708a", "\u{0662}87082"] {
            assert_eq!(secret.step_of(code, 59), None, "{code}");
        }
    }

    /// Python's standard library makes the codes of random secrets, from the text that users type.
    #[test]
    fn codes_are_those_of_another_implementation() {
        const SCRIPT: &str = "import base64, hashlib, hmac, struct, sys\n\
            for line in sys.argv[1:]:\n    \
                secret, now = line.split(',')\n    \
                key = base64.b32decode(secret.replace(' ', ''))\n    \
                digest = hmac.new(key, struct.pack('>Q', int(now) // 30), hashlib.sha1).digest()\n    \
                at = digest[-1] & 15\n    \
                print('%06d' % ((struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000))\n";
        let cases: Vec<(Secret, u64)> = (0..40)
            .map(|number| (Secret::of(&[number; 32]), 1_800_000_000 + u64::from(number) * 86_399))
            .collect();
        let lines = cases.iter().map(|(secret, now)| format!("{},{now}", secret.text()));
        let Ok(output) = Command::new("python3").arg("-c").arg(SCRIPT).args(lines).output() else { return };
        let output = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.lines().count(), cases.len(), "{output}");
        for ((secret, now), code) in cases.iter().zip(output.lines()) {
            assert_eq!(secret.step_of(code, *now), Some(now / 30), "{now} {code}");
        }
    }

    #[test]
    fn a_secret_is_sealed_for_its_user() {
        let secret = Secret::of(&[1; 32]);
        let sealed = secret.sealed("jane", &key(1), &[2; 32]).unwrap();
        assert!(!sealed.contains(&hex_of_bytes(&secret.0)));
        assert_ne!(secret.sealed("jane", &key(1), &[3; 32]).unwrap(), sealed);
        let changed = format!("{}0", &sealed[..sealed.len() - 1]);
        let changed = if changed == sealed { format!("{}1", &sealed[..sealed.len() - 1]) } else { changed };
        for (sealed, user, key, expected) in [
            (sealed.as_str(), "jane", key(1), Some(&secret)),
            (&sealed, "al", key(1), None),
            (&sealed, "jane", key(2), None),
            (&changed, "jane", key(1), None),
            ("", "jane", key(1), None),
        ] {
            assert_eq!(Secret::opened(sealed, user, &key).as_ref(), expected, "{sealed} {user}");
        }
        assert_eq!(format!("{secret:?} {:?}", key(1)), "Secret SealingKey");
    }

    #[test]
    fn a_key_is_of_a_plain_file_that_is_long_enough() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        for (bytes, expected) in [
            (0, Some(("short-key", "is empty"))),
            (1, Some(("short-key", "has only 1 byte"))),
            (31, Some(("short-key", "has only 31 bytes"))),
            (32, None),
            (64, None),
            (1 << 20, None),
            ((1 << 20) + 1, Some(("unreadable-file", "it has more than 1024 KiB"))),
        ] {
            std::fs::write(&path, vec![7; bytes]).unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            match (SealingKey::read(&path), expected) {
                (Ok(_), None) => {}
                (Err(error), Some((code, words))) => {
                    assert!(error.code == code && error.message.ends_with(words), "{bytes}: {error:?}");
                }
                (read, _) => panic!("{bytes}: {read:?}"),
            }
        }
        for (path, words) in
            [(folder.path(), "it is a folder"), (&folder.path().join("none"), "cannot be read")]
        {
            let error = SealingKey::read(path).unwrap_err();
            assert!(error.code == "unreadable-file" && error.message.contains(words), "{error:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_key_and_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let error = SealingKey::read(&path).unwrap_err();
        assert!(error.message.ends_with("it is not a plain file"), "{error:?}");
    }

    #[test]
    fn the_link_names_body_and_user() {
        let secret = Secret(*b"12345678901234567890");
        assert_eq!(secret.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            secret.link("Police & Crime: Suffolk", "jane"),
            "otpauth://totp/Police%20%26%20Crime%3A%20Suffolk:jane?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Police%20%26%20Crime%3A%20Suffolk&algorithm=SHA1&digits=6&period=30"
        );
        assert!(qr_code(&secret.link("A body", "jane")).unwrap().side > 30);
    }

    #[test]
    fn recovery_codes_differ_and_are_read_however_they_are_written() {
        let (codes, others) = (recovery_codes(&[1; 32]), recovery_codes(&[2; 32]));
        let all: std::collections::BTreeSet<&String> = codes.iter().chain(&others).collect();
        assert_eq!(all.len(), 2 * RECOVERY_CODES);
        let code = &codes[0];
        assert!(code.len() == 19 && code.split('-').all(|group| group.len() == 4), "{code}");
        let written = code.to_uppercase().replace('-', " ");
        assert_eq!(recovery_hash(&written), recovery_hash(code));
        assert_ne!(recovery_hash(code), recovery_hash(&codes[1]));
    }
}
