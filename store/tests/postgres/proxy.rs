//! A proxy between the store and the server, which loses connections at the moments that tests choose.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;

use super::server::SOCKET;

/// When the proxy loses a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Loss {
    Never,
    /// When the store asks to commit: the server does not hear of it.
    BeforeCommit,
    /// When the server has committed: the store does not hear of it.
    AfterCommit,
    /// When the store first writes to the journal.
    BeforeWriting,
}

/// A proxy, with its socket in a folder.
pub struct Proxy {
    folder: tempfile::TempDir,
    loss: Arc<AtomicU8>,
}

impl Proxy {
    /// Passes on to the server with its socket in a folder.
    pub fn before(server: &Path) -> Proxy {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        let listener = UnixListener::bind(folder.path().join(SOCKET)).unwrap();
        let (server, loss) = (server.join(SOCKET), Arc::new(AtomicU8::new(Loss::Never as u8)));
        let next = Arc::clone(&loss);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, UnixStream::connect(&server)) else { continue };
                pass_on(client, server, &next);
            }
        });
        Proxy { folder, loss }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Loses the next connection that comes to this.
    pub fn lose(&self, loss: Loss) {
        self.loss.store(loss as u8, Ordering::SeqCst);
    }

    /// Whether the connection was lost.
    pub fn has_lost(&self) -> bool {
        self.loss.load(Ordering::SeqCst) == Loss::Never as u8
    }
}

fn pass_on(client: UnixStream, server: UnixStream, loss: &Arc<AtomicU8>) {
    let is_lost = Arc::new(AtomicU8::new(0));
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let (mut from_server, mut to_client) = (server, client);
    let (loss, lost) = (Arc::clone(loss), Arc::clone(&is_lost));
    thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from_client.read(&mut bytes) {
            let said = &bytes[..length];
            let says = |word: &[u8]| said.windows(word.len()).any(|it| it == word);
            let meant = |it: Loss, word: &[u8]| loss.load(Ordering::SeqCst) == it as u8 && says(word);
            if meant(Loss::BeforeCommit, b"COMMIT\0") || meant(Loss::BeforeWriting, b"INSERT INTO") {
                loss.store(Loss::Never as u8, Ordering::SeqCst);
                break;
            }
            if meant(Loss::AfterCommit, b"COMMIT\0") {
                loss.store(Loss::Never as u8, Ordering::SeqCst);
                lost.store(1, Ordering::SeqCst);
            }
            if to_server.write_all(said).is_err() {
                break;
            }
        }
        let _ = (to_server.shutdown(Shutdown::Both), from_client.shutdown(Shutdown::Both));
    });
    thread::spawn(move || {
        let mut bytes = vec![0; 1 << 16];
        while let Ok(length @ 1..) = from_server.read(&mut bytes) {
            // What the server says now is that it has committed.
            if is_lost.load(Ordering::SeqCst) == 1 || to_client.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        let _ = (to_client.shutdown(Shutdown::Both), from_server.shutdown(Shutdown::Both));
    });
}
