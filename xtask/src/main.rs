//! The one program for all tasks with Chinwag's sources: `cargo xtask` lists the commands.

mod autobahn;
mod bench;
mod browsers;
mod build;
mod demo;
mod deny;
mod npm;
mod package;
mod quality;
mod run;
mod screens;
mod server;
mod size;
mod stamp;
mod test;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Builds, runs, tests and measures Chinwag", max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Build widget, desk and site into dist/
    Build(build::Args),
    /// Build everything into one program, target/native/chinwag-server
    Server,
    /// Build everything and run the demo: a visitor and an agent, side by side
    Demo(demo::Args),
    /// Check and test everything; installs the browsers it needs
    Test(test::Args),
    /// Write js/port.js and docs/port.md from the table in src/port
    Port,
    /// Print the sizes of the files that a page downloads, and compare them with size-budget.toml
    Size,
    /// Measure how long loading and talking take
    Bench(bench::Args),
    /// Run Autobahn's WebSocket test suite against the server; needs Python 2.7
    Autobahn,
    /// Take pictures of widget, desk and site into screens/
    Screens(screens::Args),
    /// Pack the npm package into target/package/
    Package,
    /// Print which lines of docs/quality.md have a test
    Quality(quality::Args),
}

fn main() -> ExitCode {
    // Every path in this program is relative to the root of the repository.
    let outcome = run::enter_root().and_then(|()| match Cli::parse().verb {
        None => Ok(Cli::command().print_help()?),
        Some(Verb::Build(args)) => build::build(args),
        Some(Verb::Server) => build::build(build::Args::default()).and_then(|()| server::compile()).map(|_| println!("{}", server::SERVER)),
        Some(Verb::Demo(options)) => demo::demo(&options),
        Some(Verb::Test(options)) => test::test(&options),
        Some(Verb::Port) => run::run(run::cargo(["test", "--quiet", "--test", "port"]).env("CHINWAG_WRITE_PORT", "1")),
        Some(Verb::Size) => size::size(),
        Some(Verb::Bench(options)) => bench::bench(&options),
        Some(Verb::Autobahn) => autobahn::autobahn(),
        Some(Verb::Screens(options)) => screens::screens(&options),
        Some(Verb::Package) => package::package(),
        Some(Verb::Quality(options)) => quality::quality(&options),
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
