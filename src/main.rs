//! The `almoner` command line.
fn main() {}
