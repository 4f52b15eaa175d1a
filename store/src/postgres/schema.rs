//! The tables, made and changed by numbered migrations, and who may do what with them.
//!
//! Guarantees that no user can change or remove a line of the journal: nobody has the right, and a trigger refuses it to
//! the owner, who would have to remove the trigger first. What a superuser does, verification finds.

use postgres::types::Type;

use super::session::{Failure, Session};
use crate::StoreError;
use crate::journal::LATER;

/// The groups of users: the owner of the tables, those who record, and those who read.
pub const OWNER: &str = "almoner_owner";
/// The group of those who record.
pub const RECORDER: &str = "almoner_recorder";
/// The group of those who read.
pub const READER: &str = "almoner_reader";

/// The version of the tables that the migrations lead to.
pub(super) const VERSION: i32 = MIGRATIONS.len() as i32;

/// The layout of the values in the tables of the books. Tables of another one are made again from the journal.
pub(super) const LAYOUT: i32 = 1;

/// The steps from one version of the tables to the next. None is ever changed, and none touches what the journal has.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE @.migrations (
        version integer PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT now(),
        by text NOT NULL DEFAULT session_user
    );
    CREATE TABLE @.head (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        layout integer NOT NULL,
        record bigint NOT NULL,
        hash text COLLATE \"C\" NOT NULL,
        line bigint NOT NULL
    );
    CREATE TABLE @.journal (
        line bigint PRIMARY KEY,
        first bigint NOT NULL,
        last bigint NOT NULL,
        kind text COLLATE \"C\" NOT NULL CHECK (kind IN ('record', 'seal', 'commit')),
        text text COLLATE \"C\" NOT NULL,
        hash text COLLATE \"C\" CHECK ((hash IS NULL) = (kind = 'record')),
        key text COLLATE \"C\"
    );
    CREATE UNIQUE INDEX journal_closed ON @.journal (last) WHERE kind <> 'record';
    CREATE UNIQUE INDEX journal_keys ON @.journal (key) WHERE key IS NOT NULL;
    CREATE TABLE @.settings (one boolean PRIMARY KEY DEFAULT true CHECK (one), text text NOT NULL);
    CREATE TABLE @.totals (one boolean PRIMARY KEY DEFAULT true CHECK (one), value bytea NOT NULL);
    CREATE TABLE @.reference (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        value bytea NOT NULL,
        numbers bytea NOT NULL
    );
    CREATE TABLE @.grants (key text COLLATE \"C\" PRIMARY KEY, value bytea NOT NULL);
    CREATE TABLE @.recipients (LIKE @.grants INCLUDING ALL);
    CREATE TABLE @.names (LIKE @.grants INCLUDING ALL);
    CREATE TABLE @.decisions (LIKE @.grants INCLUDING ALL);
    CREATE TABLE @.statements (LIKE @.grants INCLUDING ALL);
    CREATE TABLE @.attention (LIKE @.grants INCLUDING ALL);
    CREATE TABLE @.listed_grants (LIKE @.grants INCLUDING ALL);
    CREATE TABLE @.listed_recipients (LIKE @.grants INCLUDING ALL);
    CREATE TABLE @.listed_decisions (LIKE @.grants INCLUDING ALL);
    CREATE FUNCTION @.refuse() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''the journal of a ledger is never changed, only added to''; END';
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON @.journal
        FOR EACH STATEMENT EXECUTE FUNCTION @.refuse();
"];

/// What the groups may do with the tables. The recorders change the books and add to the journal; the readers read.
const RIGHTS: &str = "
    REVOKE ALL ON ALL TABLES IN SCHEMA $schema FROM PUBLIC, almoner_recorder, almoner_reader;
    GRANT USAGE ON SCHEMA $schema TO almoner_recorder, almoner_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO almoner_recorder, almoner_reader;
    GRANT INSERT ON @.journal TO almoner_recorder;
    GRANT UPDATE ON @.head, @.totals, @.reference TO almoner_recorder;
    GRANT INSERT, UPDATE, DELETE ON @.grants, @.recipients, @.names, @.decisions, @.statements, @.attention,
        @.listed_grants, @.listed_recipients, @.listed_decisions TO almoner_recorder;
";

/// Makes the groups of users that the server lacks. They belong to all databases of the server, so that another
/// program may just be making them, too.
pub(super) fn make_groups(session: &mut Session) -> Result<(), Failure> {
    for group in [OWNER, RECORDER, READER] {
        let there = "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1";
        if !session.query(there, &[(&group, Type::TEXT)])?.is_empty() {
            continue;
        }
        match session.batch(&format!("CREATE ROLE {group} NOLOGIN")) {
            Ok(()) | Err(Failure::Conflict(_)) => {}
            Err(Failure::Refused(_)) if !session.query(there, &[(&group, Type::TEXT)])?.is_empty() => {}
            Err(Failure::Refused(why)) => {
                let message = format!(
                    "the group of users `{group}` is not there and cannot be created: {why}. Create it as an \
                     administrator of the database: CREATE ROLE {group} NOLOGIN"
                );
                return Err(StoreError::Unavailable(message).into());
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Makes all tables, with those of the books empty and the settings of the ledger, as part of a transaction.
pub(super) fn create(session: &mut Session, schema: &str) -> Result<(), Failure> {
    // Tables of an interrupted creation are not there: all of this is one transaction.
    session.batch(&format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""))?;
    for (version, statements) in (1_i32..).zip(MIGRATIONS) {
        session.batch(statements)?;
        session.execute("INSERT INTO @.migrations (version) VALUES ($1)", &[(&version, Type::INT4)])?;
    }
    session.batch(&RIGHTS.replace("$schema", &format!("\"{schema}\"")))?;
    hand_over(session, schema)
}

/// Hands the tables over to the group that owns them, so that who made them is a user like others.
fn hand_over(session: &mut Session, schema: &str) -> Result<(), Failure> {
    let rows = session.query(
        "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relkind = 'r'",
        &[(&schema, Type::TEXT)],
    )?;
    let member = "SELECT pg_catalog.pg_has_role($1, 'MEMBER')";
    let rows_of_member = session.query(member, &[(&OWNER, Type::TEXT)])?;
    if !rows_of_member.first().map_or(Ok(false), |row| row.try_get(0))? {
        session.batch(&format!("GRANT {OWNER} TO CURRENT_USER"))?;
    }
    let mut statements = format!(
        "GRANT USAGE, CREATE ON SCHEMA \"{schema}\" TO {OWNER}; ALTER FUNCTION @.refuse() OWNER TO {OWNER};"
    );
    for row in rows {
        let table: String = row.try_get(0)?;
        statements.push_str(&format!("ALTER TABLE @.{table} OWNER TO {OWNER};"));
    }
    statements.push_str(&format!("ALTER SCHEMA \"{schema}\" OWNER TO {OWNER};"));
    session.batch(&statements)
}

/// Returns the version of the tables; `None` if there are none.
pub(super) fn version(session: &mut Session, schema: &str) -> Result<Option<i32>, Failure> {
    let rows = session.query(
        "SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'migrations'",
        &[(&schema, Type::TEXT)],
    )?;
    if rows.is_empty() {
        return Ok(None);
    }
    let rows = session.query("SELECT max(version) FROM @.migrations", &[])?;
    Ok(rows.first().map(|row| row.try_get(0)).transpose()?)
}

/// Refuses tables of a version that this program does not know.
pub(super) fn check_version(version: i32) -> Result<(), StoreError> {
    if version == VERSION {
        return Ok(());
    }
    let later = if version > VERSION { format!(" were {LATER}: they") } else { String::new() };
    Err(StoreError::Unavailable(format!(
        "the tables of the ledger{later} have version {version}; this version of almoner reads version {VERSION}"
    )))
}
