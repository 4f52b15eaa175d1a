//! The ID token of a provider: who signed in, if its signature and every claim are as they must be.
//!
//! What is accepted is a short list: a compact token signed with RS256 or ES256 under a key that the provider publishes
//! and the token names. A token without a signature, or with one under a shared secret, is none of these.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The maximum size of a token, in bytes.
const LONGEST: usize = 32 * 1024;
/// The maximum size of a subject, in bytes, as OpenID Connect has it.
const LONGEST_SUBJECT: usize = 255;
/// The seconds by which the clocks of this computer and the provider may differ.
const LEEWAY: u64 = 60;
/// The seconds after which a token is no longer of this sign-in.
const OLDEST: u64 = 10 * 60;

/// What a token must be for.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// These pages, as the provider knows them.
    pub client_id: &'a str,
    /// The nonce of this sign-in.
    pub nonce: &'a str,
    /// The present moment, in seconds since 1970.
    pub now: u64,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It names a key that is not among those known: a new one, perhaps.
    UnknownKey,
    /// Something else is wrong.
    Because(&'static str),
}

use Wrong::Because;

/// A key that a provider publishes.
#[derive(Clone, Debug, Deserialize)]
pub struct Key {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    used_for: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// The algorithms of signatures that are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
enum Algorithm {
    /// RSA with SHA-256.
    RS256,
    /// The elliptic curve P-256 with SHA-256.
    ES256,
}

impl Algorithm {
    fn word(self) -> &'static str {
        match self {
            Algorithm::RS256 => "RS256",
            Algorithm::ES256 => "ES256",
        }
    }
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: Algorithm,
    kid: Option<String>,
    /// Extensions that must be understood: none is.
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: u64,
    iat: u64,
    #[serde(default)]
    nbf: Option<u64>,
    #[serde(default)]
    azp: Option<String>,
    nonce: String,
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&bytes(text)?).ok()
}

impl Key {
    /// Returns true if the key is the one of a name, for signatures of an algorithm.
    fn is_for(&self, kid: &str, algorithm: Algorithm) -> bool {
        let (kty, crv) = match algorithm {
            Algorithm::RS256 => ("RSA", None),
            Algorithm::ES256 => ("EC", Some("P-256")),
        };
        self.kid.as_deref() == Some(kid)
            && self.kty == kty
            && crv.is_none_or(|crv| self.crv.as_deref() == Some(crv))
            && self.used_for.as_deref().is_none_or(|it| it == "sig")
            && self.alg.as_deref().is_none_or(|it| it == algorithm.word())
    }

    fn has_signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let number = |text: &Option<String>| bytes(text.as_deref()?);
        match algorithm {
            Algorithm::RS256 => {
                let (Some(n), Some(e)) = (number(&self.n), number(&self.e)) else { return false };
                // Some providers write a zero before the number.
                let zeros = n.iter().take_while(|byte| **byte == 0).count();
                let key = RsaPublicKeyComponents { n: &n[zeros..], e: &e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
            }
            Algorithm::ES256 => {
                let (Some(x), Some(y)) = (number(&self.x), number(&self.y)) else { return false };
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                x.len() == 32
                    && y.len() == 32
                    && UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                        .verify(message, signature)
                        .is_ok()
            }
        }
    }
}

/// Returns the subject of a token: who signed in.
///
/// # Errors
///
/// If the token is not one that the provider signed for this sign-in.
pub fn subject(token: &str, keys: &[Key], expected: Expected<'_>) -> Result<String, Wrong> {
    if token.len() > LONGEST {
        return Err(Because("the token is too long"));
    }
    let (message, signature) = token.rsplit_once('.').ok_or(Because("the token is not signed"))?;
    let (header, claims) = message.split_once('.').ok_or(Because("the token is not signed"))?;
    if claims.contains('.') {
        return Err(Because("the token is not in its compact form"));
    }
    let header: Header =
        part(header).ok_or(Because("the token is not signed in a way that is accepted (RS256, ES256)"))?;
    if header.crit.is_some() {
        return Err(Because("the token has extensions that are not known"));
    }
    let kid = header.kid.ok_or(Because("the token does not name its key"))?;
    let signature = bytes(signature).ok_or(Because("the signature cannot be read"))?;
    let mut candidates = keys.iter().filter(|key| key.is_for(&kid, header.alg)).peekable();
    if candidates.peek().is_none() {
        return Err(Wrong::UnknownKey);
    }
    if !candidates.any(|key| key.has_signed(header.alg, message.as_bytes(), &signature)) {
        return Err(Because("the signature is wrong"));
    }
    let claims: Claims = part(claims).ok_or(Because("a claim is missing or cannot be read"))?;
    check(claims, expected)
}

fn check(claims: Claims, expected: Expected<'_>) -> Result<String, Wrong> {
    let Expected { issuer, client_id, nonce, now } = expected;
    let (is_for_us, is_for_several) = match &claims.aud {
        Audience::One(one) => (one == client_id, false),
        Audience::Several(all) => (all.iter().any(|it| it == client_id), all.len() > 1),
    };
    let latest = now.saturating_add(LEEWAY);
    let wrong = [
        (claims.iss != issuer, "the token is of another issuer"),
        (!is_for_us, "the token is for another application"),
        (
            is_for_several && claims.azp.is_none(),
            "the token does not say for which application it was issued",
        ),
        (claims.azp.is_some_and(|it| it != client_id), "the token was issued for another application"),
        (claims.nonce != nonce, "the token is of another sign-in"),
        (claims.exp.saturating_add(LEEWAY) <= now, "the token has expired"),
        (claims.iat > latest || claims.nbf.is_some_and(|it| it > latest), "the token is not valid yet"),
        (claims.iat.saturating_add(OLDEST) <= now, "the token is too old"),
        (claims.sub.is_empty() || claims.sub.len() > LONGEST_SUBJECT, "the token names nobody"),
    ];
    match wrong.into_iter().find(|(is_wrong, _)| *is_wrong) {
        Some((_, why)) => Err(Because(why)),
        None => Ok(claims.sub),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An RSA key of 2,048 bits, and a token that another program signed with it.
    const N: &str = concat!(
        "oTQFj37-ixkFF3cFByIT5aimLZERultU4pBA7D8-",
        "GObQbKTA9fHTiFs7l2EyW34COAsbjG7UqhUwOHpq2cKzvuxKrfgLJqCnMcMWyDgB8M9OsnFKE9v15LKGyHVocvBcwfN4DN2V",
        "9biML_HEFUIGGKYEGVGkmQjvDQVVQcMZ8L6vFWcHWYJBZ5Bew8UyzDIj7sEijD6BDVzSnOg8y_iMlAlachpmywcXscR34iv1",
        "AZHXyuvtOyOvnCQ4uYvCc1_1648_az5SvfTtIZvy9QvN5D6hl6qxYls8_ERdEm3CrIvdPpWiRQ3qCFZEmESxTBkiSrGzX62m",
        "jzo3jA2mVvtUuQ"
    );
    const TOKEN: &str = concat!(
        "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJub25jZSI6Im4iLCJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO",
        "iJzIiwiYXVkIjoiYyIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDAwMzAwfQ.cgNqpCUNt8hpHKCwqtcxYfgF3Lcwtz",
        "1h2rdJsX7HJdX44fRsu6cMncMcSHp4N8fWr9Lvon6J2ivvxiBre4g_3hz6BRIkhcFdGck8T7fsZPuzQE8QIXXw1IBfYiRcRB",
        "BC-7u72NY_BjVSlTgrn_g480honRbEJocZpnCvcNFXQESW5FKdv-aPUHcUYn5uiNDtcIcUtViY534ke0pb8Z_aCl3mlhL71c",
        "LgSwTa6ndPlE3DZ7YkJIF7Ho5ce1wmS_met0FoX4PJSlkOK48FQxVjjfPqucOv_3CFs5T40tSe0u7GbIlLDsOOY6xAfQdO6P",
        "LbaZdF-ot0w0XQKMe2GHosGQ"
    );

    #[test]
    fn a_token_signed_with_rsa_is_read() {
        let number = bytes(N).unwrap();
        let with_zero = URL_SAFE_NO_PAD.encode([&[0], number.as_slice()].concat());
        let other = URL_SAFE_NO_PAD.encode(number.iter().rev().copied().collect::<Vec<u8>>());
        let short = URL_SAFE_NO_PAD.encode(&number[..128]);
        let wrong = Err(Because("the signature is wrong"));
        for (n, more, expected) in [
            (N, "", Ok("s")),
            (with_zero.as_str(), "", Ok("s")),
            (N, r#","use":"sig","alg":"RS256""#, Ok("s")),
            (&other, "", wrong),
            (&short, "", wrong),
            ("", "", wrong),
            (N, r#","use":"enc""#, Err(Wrong::UnknownKey)),
            (N, r#","alg":"RS512""#, Err(Wrong::UnknownKey)),
        ] {
            let key = format!(r#"{{"kty":"RSA","kid":"k","e":"AQAB","n":"{n}"{more}}}"#);
            let key: Key = serde_json::from_str(&key).unwrap();
            let expect =
                Expected { issuer: "https://id.example", client_id: "c", nonce: "n", now: 1_800_000_000 };
            let found = subject(TOKEN, &[key], expect);
            assert_eq!(found.as_deref().map_err(|error| *error), expected, "{n} {more}");
        }
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let long = "a".repeat(LONGEST + 1);
        let expected = Expected { issuer: "", client_id: "", nonce: "", now: 0 };
        for token in ["", ".", "..", "...", "a.b.c", "e30.e30.", "\u{1f512}.a.b", long.as_str()] {
            assert!(matches!(subject(token, &[], expected), Err(Because(_))), "{token:.20}");
        }
    }
}
