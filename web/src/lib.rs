//! The pages, in a browser: of a user at their own desk, or of an office whose users sign in.
//!
//! A page is parse, authorise, one use case, show. It has no figure and no rule of its own: figures come from the
//! reports of `almoner-app` and the sheets of `almoner-papers`, as on the command line, and what is recorded is decided
//! by the core. The safety of requests is in [`guard`], the way of a request in [`routes`].

mod access_log;
pub mod accounts;
mod body;
pub mod codes;
mod commands;
mod confidential;
pub mod desk;
mod drafts;
mod entrance;
pub mod fields;
mod files;
mod forms;
mod frame;
pub mod guard;
mod guessing;
mod halves;
mod lasting;
mod listening;
mod lock;
mod look;
mod machine;
mod openapi;
mod pages;
pub mod peer;
pub mod place;
mod program;
pub mod provider;
mod refusals;
mod remedies;
mod reply;
pub mod routes;
mod saved;
mod secret_file;
pub mod server;
mod sessions;
mod signin;
pub mod site;
mod start;
pub mod tls;
pub mod tokens;
mod tries;
mod upload;
mod work;
mod worker;
mod write;

pub use program::{HelpPage, Program};
pub use server::{Desk, Limits, Settings, serve};
