//! Outside files in, commands out.
