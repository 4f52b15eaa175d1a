//! Where connections are taken: on an address of this machine, or on a socket of its file system.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use almoner_app::error::Error;
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use crate::place::Listen;

/// What takes connections.
#[derive(Debug)]
pub enum Listener {
    /// An address and port.
    Address(TcpListener),
    /// A socket of the file system, which is removed at the end.
    #[cfg(unix)]
    Socket(UnixListener, #[expect(dead_code, reason = "the file is removed with it")] SocketFile),
}

/// A connection.
#[derive(Debug)]
pub enum Connection {
    /// Over the network, from an address.
    Network(TcpStream, SocketAddr),
    /// From a program of this machine that may use the socket.
    #[cfg(unix)]
    Local(UnixStream),
}

impl Listener {
    /// Takes an address or a socket of this machine.
    ///
    /// # Errors
    ///
    /// If it is in use, or may not be used.
    pub async fn on(listen: &Listen) -> Result<Listener, Error> {
        match listen {
            Listen::Address(address) => {
                let listener = TcpListener::bind(address).await.map_err(|error| {
                    Error::unavailable("port-in-use", format!("{address} cannot be used: {error}"))
                        .advice("choose another address or port on this computer")
                })?;
                Ok(Listener::Address(listener))
            }
            #[cfg(unix)]
            Listen::Socket(path) => socket(path).await.map_err(|error| {
                Error::unavailable("socket-in-use", format!("the socket `{}` cannot be used: {error}", path.display()))
                    .advice("choose a path in a folder to which the service account may write, and which no other server uses")
            }),
        }
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// If the system has none to give, as when too many files are open.
    pub async fn accept(&self) -> io::Result<Connection> {
        match self {
            Listener::Address(listener) => {
                let (stream, from) = listener.accept().await?;
                Ok(Connection::Network(stream, from))
            }
            #[cfg(unix)]
            Listener::Socket(listener, _) => Ok(Connection::Local(listener.accept().await?.0)),
        }
    }

    /// Returns the address and port; an error for a socket.
    ///
    /// # Errors
    ///
    /// If there is none, or the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        match self {
            Listener::Address(listener) => listener.local_addr(),
            #[cfg(unix)]
            Listener::Socket(..) => Err(io::Error::other("a socket has no address")),
        }
    }
}

/// The file of a socket, which is removed at the end unless another server has put its own in the place of it.
#[cfg(unix)]
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    /// The device and the number of the file.
    identity: (u64, u64),
}

#[cfg(unix)]
impl SocketFile {
    fn at(path: &Path) -> io::Result<SocketFile> {
        Ok(SocketFile { path: path.to_owned(), identity: identity(path)? })
    }
}

#[cfg(unix)]
impl Drop for SocketFile {
    fn drop(&mut self) {
        if identity(&self.path).is_ok_and(|found| found == self.identity) {
            // A file that is gone already needs no removing.
            drop(std::fs::remove_file(&self.path));
        }
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}

/// Takes a socket. One on which nobody listens was left behind by a server and is removed; anything else in its place
/// stays, also if it cannot be said whether somebody listens, as when a busy server takes no connections for a moment.
#[cfg(unix)]
async fn socket(path: &Path) -> io::Result<Listener> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    if std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket()) {
        match UnixStream::connect(path).await {
            Ok(_) => return Err(io::Error::new(io::ErrorKind::AddrInUse, "another server is using it")),
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path)?,
            // It was removed meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    let listener = UnixListener::bind(path)?;
    let file = SocketFile::at(path)?;
    // The proxy is in the group of the service.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
    Ok(Listener::Socket(listener, file))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_socket_that_was_left_behind_is_taken_and_no_other_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web.sock");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listen = Listen::Socket(path.clone());
            drop(UnixListener::bind(&path).unwrap());
            assert!(path.exists());
            let first = Listener::on(&listen).await.unwrap();
            assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o660);
            assert_eq!(Listener::on(&listen).await.unwrap_err().code, "socket-in-use");
            drop(first);
            assert!(!path.exists());
            std::fs::write(&path, "a file").unwrap();
            assert!(Listener::on(&listen).await.is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "a file");
        });
    }

    #[test]
    fn a_socket_of_which_it_cannot_be_said_that_nobody_listens_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web.sock");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listen = Listen::Socket(path.clone());
            // Of another program, which takes no connections but messages.
            let other = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
            assert_eq!(Listener::on(&listen).await.unwrap_err().code, "socket-in-use");
            let sender = std::os::unix::net::UnixDatagram::unbound().unwrap();
            sender.send_to(b"still here", &path).unwrap();
            drop(other);
            std::fs::remove_file(&path).unwrap();
            // A server that ends does not remove the socket of one that has taken its place.
            let first = Listener::on(&listen).await.unwrap();
            std::fs::rename(&path, folder.path().join("moved")).unwrap();
            let second = Listener::on(&listen).await.unwrap();
            drop(first);
            assert!(UnixStream::connect(&path).await.is_ok());
            drop(second);
            assert!(!path.exists());
        });
    }
}
