//! Whose program is at the other end of a connection on this machine.
//!
//! On Linux the kernel lists the connections of the machine with their users. Elsewhere the user is not known, and
//! the name, the cookie and the tokens protect alone.

use std::net::SocketAddr;

/// Whether a connection comes from a program of our own user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// It does.
    Own,
    /// It comes from another user.
    Other,
    /// This system does not say.
    Unknown,
}

/// Returns whose program is at the other end.
pub fn of(peer: SocketAddr, ours: SocketAddr) -> Peer {
    match (own_user(), table()) {
        (Some(own), Some(table)) => match user_of(&table, peer, ours) {
            Some(user) if user == own => Peer::Own,
            Some(_) | None => Peer::Other,
        },
        _ => Peer::Unknown,
    }
}

#[cfg(target_os = "linux")]
fn table() -> Option<String> {
    std::fs::read_to_string("/proc/net/tcp").ok()
}

#[cfg(not(target_os = "linux"))]
fn table() -> Option<String> {
    None
}

/// Returns the number of our own user.
#[cfg(target_os = "linux")]
pub fn own_user() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").ok().map(|found| found.uid())
}

/// Returns the number of our own user, which this system does not say.
#[cfg(not(target_os = "linux"))]
pub fn own_user() -> Option<u32> {
    None
}

/// Returns the user of the connection from `peer` to `ours` in the kernel's table.
fn user_of(table: &str, peer: SocketAddr, ours: SocketAddr) -> Option<u32> {
    let (peer, ours) = (written(peer)?, written(ours)?);
    table.lines().filter(|line| line.contains(&peer)).find_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (local, remote) = (words.next()?, words.next()?);
        // State, queues, timer, retransmissions.
        let user = words.nth(4)?;
        (local == peer && remote == ours).then(|| user.parse().ok())?
    })
}

/// Returns an address as the table has it: the bytes of each word in the machine's own order.
fn written(address: SocketAddr) -> Option<String> {
    let SocketAddr::V4(address) = address else { return None };
    let word = u32::from_ne_bytes(address.ip().octets());
    Some(format!("{word:08X}:{:04X}", address.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn the_user_of_a_connection_is_that_of_its_own_end() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            0: 0100007F:4E20 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 1 1\n\
            1: 0100007F:C350 0100007F:4E20 01 00000000:00000000 00:00000000 00000000  1001        0 2 1\n";
        let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
        assert_eq!(user_of(table, address(50_000), address(20_000)), Some(1001));
        assert_eq!(user_of(table, address(50_001), address(20_000)), None);
        assert_eq!(user_of(table, address(50_000), address(20_001)), None);
    }
}
