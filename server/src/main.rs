//! `callgate`: the server and the operator's commands in one program.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
