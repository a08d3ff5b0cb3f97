//! `cargo xtask test`: runs every check.

use crate::browsers;
use crate::build;
use crate::deny;
use crate::npm;
use crate::package;
use crate::run::{cargo, run};
use crate::server;
use crate::size;
use crate::stamp::files_below;
use anyhow::{Context, Result, bail};
use chinwag_machine::grown;
use clap::ValueEnum;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Do only this step (may be given more than once)
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
    /// Leave this step out (may be given more than once)
    #[arg(long, value_name = "STEP")]
    skip: Vec<Step>,
}

/// The steps, in the order in which they run: quick ones that fail often come first.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Step {
    /// Formatting of all Rust sources
    Format,
    /// The JavaScript tools and the browsers are there
    Tools,
    /// Type check of the JavaScript
    Types,
    /// Dependencies: licences, bans, sources, known faults
    Deny,
    /// Lints of everything that runs natively, warnings as errors
    Clippy,
    /// Lints of widget and desk for the browser, warnings as errors
    ClippyWasm,
    /// Unit and integration tests that need no browser
    Native,
    /// Tests inside Chromium
    WasmChromium,
    /// Tests inside Firefox
    WasmFirefox,
    /// dist/ and the server's binary
    Build,
    /// Tests of the JavaScript, run by Node
    Script,
    /// The npm package, installed into projects that are built with it
    Package,
    /// Downloads are within size-budget.toml
    Size,
    /// Real server, real browsers, a visitor and an agent
    E2e,
}

/// The target of the builds that pages load.
const WASM: [&str; 2] = ["--target", "wasm32-unknown-unknown"];

/// How many checks passed and how many failed.
#[derive(Clone, Copy, Default)]
struct Count {
    passed: usize,
    failed: usize,
}

/// Runs the steps, all of them even when one fails, and prints a summary.
///
/// # Errors
/// A test or a step failed.
pub(crate) fn test(args: &Args) -> Result<()> {
    let chosen =
        Step::value_variants().iter().filter(|step| (args.only.is_empty() || args.only.contains(step)) && !args.skip.contains(step));
    let mut rows = Vec::new();
    for step in chosen {
        let name = step.name();
        println!("\n== {name}");
        let begun = Instant::now();
        let count = step.run().unwrap_or_else(|error| {
            eprintln!("{name}: {error:#}");
            Count { passed: 0, failed: 1 }
        });
        rows.push((name, count, begun.elapsed()));
    }
    let total = sum_up(&rows);
    if total.failed > 0 {
        bail!("{} failed", total.failed);
    }
    Ok(())
}

/// Prints the table, with the sum as its last line.
fn sum_up(rows: &[(String, Count, Duration)]) -> Count {
    let mut total = Count::default();
    println!("\n{:<14} {:>7} {:>7} {:>9}", "step", "passed", "failed", "seconds");
    for (name, count, time) in rows {
        println!("{name:<14} {:>7} {:>7} {:>9.1}", count.passed, count.failed, time.as_secs_f64());
        total.passed += count.passed;
        total.failed += count.failed;
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    total
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    fn run(self) -> Result<Count> {
        // Code that is not in the widget's own build is tested as well.
        const FEATURES: &str = "chinwag/facade";
        match self {
            Self::Format => check(&mut cargo(["fmt", "--all", "--check"])),
            Self::Tools => {
                npm::install()?;
                browsers::install()?;
                Ok(Count { passed: 1, failed: 0 })
            }
            Self::Types => {
                npm::install()?;
                check(npm::tool("tsc").args(["--project", "js", "--noEmit"]))
            }
            Self::Deny => deny::deny().map(|(passed, failed)| Count { passed, failed }),
            Self::Clippy => {
                let everything = check(&mut cargo([
                    "clippy",
                    "--quiet",
                    "--workspace",
                    "--all-targets",
                    "--features",
                    FEATURES,
                    "--",
                    "-D",
                    "warnings",
                ]))?;
                // The core by itself must not need the browser's side.
                let core =
                    check(&mut cargo(["clippy", "--quiet", "--package", "chinwag", "--no-default-features", "--", "-D", "warnings"]))?;
                Ok(everything.plus(core))
            }
            Self::ClippyWasm => {
                let packages = ["--package", "chinwag", "--package", "chinwag-desk", "--all-targets", "--", "-D", "warnings"];
                let flavour = ["--package", "chinwag", "--features", "facade", "--", "-D", "warnings"];
                let everything = check(cargo(["clippy", "--quiet"]).args(WASM).args(packages))?;
                Ok(everything.plus(check(cargo(["clippy", "--quiet"]).args(WASM).args(flavour))?))
            }
            Self::Native => {
                let everything = ["test", "--workspace", "--exclude", "chinwag-e2e", "--no-fail-fast", "--features", FEATURES];
                let everything = counted(&mut cargo(everything))?;
                // The core again with the features that most pages have. Not as part of the workspace, where Cargo unites the features of all members.
                let plain = ["test", "--package", "chinwag", "--features", "serde", "--no-fail-fast"];
                Ok(everything.plus(counted(&mut cargo(plain))?))
            }
            Self::WasmChromium => {
                browsers::install()?;
                in_browser("CHROMEDRIVER", Path::new("chromedriver"))
            }
            Self::WasmFirefox => {
                browsers::install()?;
                let driver = browsers::geckodriver().context("geckodriver is not installed")?;
                in_browser("GECKODRIVER", &driver.canonicalize()?)
            }
            Self::Build => {
                build::build(build::Args::default())?;
                build::gallery()?;
                server::compile()?;
                Ok(Count { passed: 1, failed: 0 })
            }
            Self::Script => {
                npm::install()?;
                let tests: Vec<_> =
                    files_below(Path::new("js/test"))?.into_iter().filter(|path| path.to_string_lossy().ends_with(".test.js")).collect();
                if tests.is_empty() {
                    // Without this check Node would search for other files.
                    bail!("js/test holds no file that ends with .test.js");
                }
                counted(Command::new("node").args(["--test", "--test-reporter=tap"]).args(tests))
            }
            Self::Package => package::install_into_projects().map(|()| Count { passed: 1, failed: 0 }),
            Self::Size => size::check().map(|()| Count { passed: 1, failed: 0 }),
            Self::E2e => {
                browsers::install()?;
                // Each test has its own browsers; running more at a time is slower on two cores.
                counted(&mut cargo(["test", "--package", "chinwag-e2e", "--no-fail-fast", "--", "--test-threads", "2"]))
            }
        }
    }
}

impl Count {
    const fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// The tests of widget and desk inside a browser. `variable` selects the browser, its value is the driver. The packages are tested one after the
/// other: in one build, the widget would have the features that the desk needs.
fn in_browser(variable: &str, driver: &Path) -> Result<Count> {
    // The time limits are extended on a busy machine.
    let seconds = |usual| grown(Duration::from_secs(usual)).as_secs().to_string();
    let mut count = Count::default();
    for package in [&["--package", "chinwag"][..], &["--package", "chinwag-desk", "--lib"]] {
        let mut tests = cargo(["test"]);
        tests.args(package).args(WASM).env(variable, driver);
        tests.env("WASM_BINDGEN_TEST_TIMEOUT", seconds(120)).env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", seconds(60));
        count = count.plus(counted(&mut tests)?);
    }
    Ok(count)
}

/// A command whose success counts as one passed check.
fn check(command: &mut Command) -> Result<Count> {
    run(command).map(|()| Count { passed: 1, failed: 0 })
}

/// A command that prints how many tests passed and failed. Its output is shown while it runs.
fn counted(command: &mut Command) -> Result<Count> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start")?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().context("no output")?).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        count = count.plus(results_in(&line));
    }
    Ok(verdict(count, child.wait()?.success()))
}

/// The result of a test program.
fn verdict(count: Count, success: bool) -> Count {
    let none = success && count.passed == 0 && count.failed == 0;
    if none {
        eprintln!("no test ran: what should be tested is not there, or is left out");
    }
    // Without success and without a failed test it did not compile, or a test ended the whole program.
    let wrong = count.failed == 0 && (none || !success);
    Count { failed: count.failed + usize::from(wrong), ..count }
}

/// The counts in a line of a test program's output: Cargo's `test result: ok. 3 passed; 0 failed; ...`, or Node's `# pass 3`.
fn results_in(line: &str) -> Count {
    let number = |text: &str| text.trim().parse().unwrap_or(0);
    if let Some(rest) = line.strip_prefix("# pass ") {
        return Count { passed: number(rest), failed: 0 };
    }
    if let Some(rest) = line.strip_prefix("# fail ") {
        return Count { passed: 0, failed: number(rest) };
    }
    let Some((_, rest)) = line.split_once("test result: ") else { return Count::default() };
    let before = |word: &str| {
        rest.split(';').find_map(|part| part.trim().strip_suffix(word)).map_or(0, |part| number(part.rsplit(' ').next().unwrap_or(part)))
    };
    Count { passed: before(" passed"), failed: before(" failed") }
}

#[cfg(test)]
mod tests {
    use super::{Count, counted, results_in, verdict};
    use std::process::Command;

    #[test]
    fn results_are_read_from_cargo_and_node() {
        let count = |line| {
            let count = results_in(line);
            (count.passed, count.failed)
        };
        assert_eq!(count("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s"), (12, 0));
        assert_eq!(count("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out"), (1, 2));
        assert_eq!(count("# pass 7"), (7, 0));
        assert_eq!(count("# fail 2"), (0, 2));
        assert_eq!(count("test anchors::found ... ok"), (0, 0));
    }

    #[test]
    fn a_run_without_a_test_is_a_failure() {
        let failed = |passed, failed, success| verdict(Count { passed, failed }, success).failed;
        assert_eq!(failed(3, 0, true), 0);
        assert_eq!(failed(0, 0, true), 1, "it ran nothing");
        assert_eq!(failed(0, 0, false), 1, "it did not compile");
        assert_eq!(failed(3, 0, false), 1, "it was taken down");
        assert_eq!(failed(3, 2, false), 2);
        for (prints, passed, wrong) in
            [("running 0 tests", 0, 1), ("test result: ok. 0 passed; 0 failed; 5 filtered out", 0, 1), ("# pass 2", 2, 0)]
        {
            let count = counted(Command::new("echo").arg(prints)).expect("it runs");
            assert_eq!((count.passed, count.failed), (passed, wrong), "{prints}");
        }
    }
}
