//! A provider of OpenID Connect that answers whatever a test wants.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use almoner_web::provider::ProviderSettings;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

use super::Office;

pub const CLIENT: &str = "grants pages";

/// What the provider answers.
#[derive(Clone, Default)]
pub struct Answers {
    pub metadata: Value,
    pub keys: Value,
    pub token: Vec<u8>,
    pub status: u16,
    pub more: &'static str,
    pub delay: Duration,
    pub asked: Vec<(String, String)>,
}

/// A provider that answers whatever a test wants.
pub struct Fake {
    pub issuer: String,
    pub key: EcdsaKeyPair,
    pub answers: Arc<Mutex<Answers>>,
}

pub fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap()
}

pub fn published(key: &EcdsaKeyPair, kid: &str) -> Value {
    let point = key.public_key().as_ref();
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": number(&point[1..33]), "y": number(&point[33..])})
}

pub fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Returns a token that a key has signed.
pub fn signed(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub fn usual_header() -> Value {
    json!({"alg": "ES256", "kid": "one", "typ": "JWT"})
}

pub fn answer_one(stream: &mut TcpStream, answers: &Mutex<Answers>) -> std::io::Result<()> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    let (head, body) = loop {
        let read = stream.read(&mut buffer)?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if read == 0 {
                return Ok(());
            }
            continue;
        };
        let length =
            head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut held = answers.lock().unwrap();
    held.asked.push((format!("{path}\n{head}"), body));
    let Answers { metadata, keys, token, status, more, delay, .. } = held.clone();
    drop(held);
    std::thread::sleep(delay);
    let (status, answer) = match path.as_str() {
        "/o/.well-known/openid-configuration" => (200, metadata.to_string().into_bytes()),
        "/keys" => (200, keys.to_string().into_bytes()),
        "/token" => (status, token),
        _ => (404, Vec::new()),
    };
    let length = answer.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\n{more}Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer)
}

impl Fake {
    pub fn begin() -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let (key, issuer) = (new_key(), format!("{at}/o"));
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{at}/authorize?tenant=ab"),
            "token_endpoint": format!("{at}/token"),
            "jwks_uri": format!("{at}/keys"),
            "end_session_endpoint": format!("{at}/end"),
        });
        // A key of a sort that is not ours is among them.
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": "AA"}, published(&key, "one")]});
        let answers = Arc::new(Mutex::new(Answers { metadata, keys, status: 200, ..Answers::default() }));
        let own = answers.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let own = own.clone();
                std::thread::spawn(move || answer_one(&mut stream.unwrap(), &own));
            }
        });
        Fake { issuer, key, answers }
    }

    pub fn settings(&self) -> ProviderSettings {
        ProviderSettings {
            issuer: self.issuer.clone(),
            client_id: CLIENT.to_owned(),
            secret_file: None,
            no_passwords: false,
            patience: Some(Duration::from_secs(20)),
        }
    }

    pub fn set(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }

    /// Answers the next code with a token.
    pub fn gives(&self, token: &str) {
        self.set(|it| {
            it.token = json!({"id_token": token, "access_token": "a", "token_type": "Bearer"})
                .to_string()
                .into_bytes()
        });
    }

    pub fn asked(&self, path: &str) -> usize {
        self.answers.lock().unwrap().asked.iter().filter(|(head, _)| head.starts_with(path)).count()
    }

    pub fn claims(&self, office: &Office, nonce: &str) -> Value {
        let now = office.now();
        json!({"iss": self.issuer, "sub": "subject-rec", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": nonce})
    }
}
