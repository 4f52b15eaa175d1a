# The usual jobs: `just` lists them. Each is one command, so that nobody needs `just` to work here.

_default:
    @just --list --unsorted

# Create the example ledger and show its reports
demo:
    cargo run -- demo

# Run the quick tests
test *ARGS:
    cargo test --workspace {{ARGS}}

# Run the tests of one end-to-end file: `just e2e closing`
e2e NAME *ARGS:
    cargo test --test program {{NAME}}:: -- {{ARGS}}

# Format, and show what clippy finds
tidy:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Write into tests/answers and the pages what the program prints now; read the difference before you commit it
snapshots:
    SNAPSHOTS=overwrite cargo test --test answers
    SNAPSHOTS=overwrite cargo test --test readme

# Fuzz a parser, or all: `just fuzz 60 awards`
fuzz *ARGS:
    bash fuzz/run {{ARGS}}

# Build the program as it is packaged
package:
    cargo build --profile dist

# Run every check, as continuous integration does
ci:
    bash .ci/run
