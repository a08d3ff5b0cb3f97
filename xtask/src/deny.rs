//! The step `deny` of `cargo xtask test`: every dependency has a licence from a list, is not banned, comes from an allowed source, and has no
//! known fault. Reads `deny.toml`, which is in the form of cargo-deny, so that cargo-deny itself can be run with it.

use crate::run::{cargo, quiet};
use anyhow::{Context, Result, bail};
use rustsec::advisory::Informational;
use rustsec::database::Query;
use rustsec::{Database, Lockfile};
use serde::Deserialize;
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const POLICY: &str = "deny.toml";
const LOCK: &str = "Cargo.lock";
/// The place of the advisories when `CHINWAG_ADVISORIES` is not set: this folder next to the repository, or further up.
const DATA: &str = "shared/data";
const ARCHIVE: &str = "rustsec-advisories-";
/// Where an archive of advisories is unpacked.
const UNPACKED: &str = "target/advisories";

/// The rules for dependencies. A key that is not read here is an error, so that no rule exists without a check.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    advisories: Advisories,
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advisories {
    ignore: Vec<Ignored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ignored {
    id: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Sources {
    allow_registry: Vec<String>,
}

/// Runs the checks and prints the faults. Gives the numbers of checks that passed and failed.
///
/// # Errors
/// `deny.toml`, the lock file or the advisories cannot be read.
pub(crate) fn deny() -> Result<(usize, usize)> {
    let policy = read_policy(&fs::read_to_string(POLICY).with_context(|| format!("cannot read {POLICY}"))?)?;
    // Every package of the lock file, for all operating systems.
    let metadata = quiet(&mut cargo(["metadata", "--format-version", "1", "--locked", "--all-features"]))?;
    let packages = packages_of(&serde_json::from_str(&metadata)?)?;
    let mut checks = vec![
        ("licences", licences(&policy.licenses, &packages)?),
        ("bans", bans(&policy.bans, &packages)),
        ("sources", sources(&policy.sources, &packages)),
    ];
    match database()? {
        Some(folder) => {
            let database = Database::open(&folder).with_context(|| format!("cannot read the advisories in {}", folder.display()))?;
            let lock = Lockfile::load(LOCK).with_context(|| format!("cannot read {LOCK}"))?;
            checks.push(("advisories", advisories(&policy.advisories, &database, &lock)));
        }
        None => println!(
            "advisories: NOT CHECKED. There is no copy of RustSec's advisories here: name its folder or archive in CHINWAG_ADVISORIES, or \
             put {ARCHIVE}*.tar.gz into {DATA} beside the repository."
        ),
    }
    for (name, wrong) in &checks {
        println!("{name}: {}", if wrong.is_empty() { "ok".to_owned() } else { format!("{} wrong", wrong.len()) });
        wrong.iter().for_each(|line| println!("  {line}"));
    }
    let failed = checks.iter().filter(|(_, wrong)| !wrong.is_empty()).count();
    Ok((checks.len() - failed, failed))
}

fn read_policy(text: &str) -> Result<Policy> {
    let policy: Policy = toml::from_str(text).with_context(|| format!("{POLICY} cannot be read"))?;
    let reasons = policy.advisories.ignore.iter().map(|ignored| (&ignored.id, &ignored.reason));
    let bans = policy.bans.deny.iter().map(|banned| (&banned.name, &banned.reason));
    if let Some((name, _)) = reasons.chain(bans).find(|(_, reason)| reason.trim().is_empty()) {
        bail!("{POLICY}: {name} needs a reason");
    }
    Ok(policy)
}

/// A package of the dependency tree, of a third party or our own.
struct Package {
    name: String,
    version: String,
    /// Its licence, as an SPDX expression; empty when it gives none.
    licence: String,
    /// Its source; `None`: this repository.
    source: Option<String>,
    /// The dependencies for which it accepts any version.
    wild: Vec<String>,
}

/// Reads the output of `cargo metadata`.
fn packages_of(metadata: &Value) -> Result<Vec<Package>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = metadata["packages"].as_array().filter(|list| !list.is_empty()).context("cargo metadata names no packages")?;
    let package = |item: &Value| Package {
        name: text(&item["name"]),
        version: text(&item["version"]),
        licence: text(&item["license"]),
        source: item["source"].as_str().map(str::to_owned),
        wild: item["dependencies"]
            .as_array()
            .into_iter()
            .flatten()
            // A package with a path belongs to this repository, in its present version.
            .filter(|need| need["req"] == "*" && need["path"].is_null())
            .map(|need| text(&need["name"]))
            .collect(),
    };
    Ok(list.iter().map(package).collect())
}

/// Checks that every licence is allowed, for all or for this package, and that every allowed licence is needed by a package.
fn licences(policy: &Licences, packages: &[Package]) -> Result<Vec<String>> {
    let licensee = |name: &String| Licensee::parse(name).map_err(|error| anyhow::anyhow!("{POLICY}: {name} is no SPDX licence: {error}"));
    let allowed = policy.allow.iter().map(licensee).collect::<Result<Vec<_>>>()?;
    let mut unused: BTreeSet<String> = policy.allow.iter().cloned().collect();
    let mut idle: BTreeSet<&str> = policy.exceptions.iter().map(|exception| exception.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in packages.iter().filter(|package| package.source.is_some()) {
        let who = format!("{} {}", package.name, package.version);
        let expression = match Expression::parse_mode(&package.licence, ParseMode::LAX) {
            Ok(expression) if !package.licence.is_empty() => expression,
            _ => {
                wrong.push(format!("{who}: its licence {:?} cannot be read", package.licence));
                continue;
            }
        };
        let mut own = Vec::new();
        for exception in policy.exceptions.iter().filter(|exception| exception.name == package.name) {
            own.extend(exception.allow.iter().map(licensee).collect::<Result<Vec<_>>>()?);
        }
        let fits = |list: &[Licensee]| expression.evaluate(|wanted| list.iter().any(|licensee| licensee.satisfies(wanted)));
        if !fits(&allowed) {
            let all: Vec<Licensee> = allowed.iter().chain(&own).cloned().collect();
            if !fits(&all) {
                wrong.push(format!("{who}: {} is not in the list of {POLICY}", package.licence));
            }
            idle.remove(package.name.as_str());
        }
        for (name, licensee) in policy.allow.iter().zip(&allowed) {
            if expression.requirements().any(|wanted| licensee.satisfies(&wanted.req)) {
                unused.remove(name);
            }
        }
    }
    wrong.extend(unused.iter().map(|name| format!("{name} is allowed and no package has it: take it out of {POLICY}")));
    wrong.extend(idle.iter().map(|name| format!("{name} needs no exception: take it out of {POLICY}")));
    Ok(wrong)
}

/// Checks that no package is banned, and that none accepts any version of another.
fn bans(policy: &Bans, packages: &[Package]) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages {
        let who = format!("{} {}", package.name, package.version);
        if let Some(banned) = policy.deny.iter().find(|banned| banned.name == package.name) {
            wrong.push(format!("{who} is banned: {}", banned.reason));
        }
        wrong.extend(package.wild.iter().map(|need| format!("{who} takes any version of {need}")));
    }
    wrong
}

/// Checks that every package comes from a registry of the list, or from this repository.
fn sources(policy: &Sources, packages: &[Package]) -> Vec<String> {
    let known = |source: &str| policy.allow_registry.iter().any(|registry| source.strip_prefix("registry+") == Some(registry));
    let strange = |package: &Package| match &package.source {
        Some(source) if !known(source) => Some(format!("{} {} comes from {source}", package.name, package.version)),
        _ => None,
    };
    packages.iter().filter_map(strange).collect()
}

/// Checks that no package has a known fault, is known to be unsound, or is unmaintained, unless the policy gives a reason to keep it.
fn advisories(policy: &Advisories, database: &Database, lock: &Lockfile) -> Vec<String> {
    let mut idle: BTreeSet<&str> = policy.ignore.iter().map(|ignored| ignored.id.as_str()).collect();
    let mut wrong = Vec::new();
    let query = |informational| database.query_vulnerabilities(lock, &Query::crate_scope().informational(informational));
    for found in query(false).into_iter().chain(query(true)) {
        let (advisory, package) = (&found.advisory, &found.package);
        let what = match &advisory.informational {
            None => "has a known fault",
            Some(Informational::Unsound) => "is unsound",
            Some(Informational::Unmaintained) => "is not maintained any more",
            Some(_) => continue,
        };
        if !idle.remove(advisory.id.as_str()) && !policy.ignore.iter().any(|ignored| ignored.id == advisory.id.as_str()) {
            wrong.push(format!("{} {} {what}: {} ({})", package.name, package.version, advisory.title, advisory.id));
        }
    }
    wrong.extend(idle.iter().map(|id| format!("{id} concerns no package: take it out of {POLICY}")));
    wrong
}

/// The folder with the advisories; `None` where there is no copy of them.
fn database() -> Result<Option<PathBuf>> {
    let Some(place) = std::env::var_os("CHINWAG_ADVISORIES").map(PathBuf::from).or_else(beside) else { return Ok(None) };
    println!("advisories of {}", place.display());
    if place.is_dir() {
        return Ok(Some(place));
    }
    if Path::new(UNPACKED).exists() {
        fs::remove_dir_all(UNPACKED)?;
    }
    fs::create_dir_all(UNPACKED)?;
    quiet(Command::new("tar").arg("-xzf").arg(&place).args(["-C", UNPACKED]))?;
    Ok(Some(UNPACKED.into()))
}

/// The newest archive in the first `shared/data` folder on the way up.
fn beside() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().skip(1).find_map(|folder| {
        let files = fs::read_dir(folder.join(DATA)).ok()?;
        let archives = files.filter_map(|file| Some(file.ok()?.path()));
        archives.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(ARCHIVE))).max()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SMALL: &str = r#"
        [advisories]
        ignore = []
        [licenses]
        allow = ["MIT", "Apache-2.0"]
        exceptions = [{ crate = "odd", allow = ["MPL-2.0"] }]
        [bans]
        deny = [{ crate = "openssl-sys", reason = "we have another" }]
        [sources]
        allow-registry = ["https://github.com/rust-lang/crates.io-index"]
    "#;
    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn packages(list: &Value) -> Vec<Package> {
        packages_of(&json!({ "packages": list })).expect("packages")
    }

    fn package(name: &str, licence: &str) -> Value {
        json!({ "name": name, "version": "1.0.0", "license": licence, "source": REGISTRY, "dependencies": [] })
    }

    #[test]
    fn s54_licences_are_held_against_the_list() {
        let policy = read_policy(SMALL).expect("a policy").licenses;
        let good =
            [package("a", "MIT OR Apache-2.0"), package("b", "MIT/Apache-2.0"), package("odd", "MPL-2.0"), package("c", "Apache-2.0")];
        let check = |more: Value| licences(&policy, &packages(&json!([good.as_slice(), &[more]].concat()))).expect("licences");
        assert_eq!(check(json!({ "name": "ours", "version": "1.0.0", "license": null, "source": null, "dependencies": [] })), [""; 0]);
        for (licence, right) in [
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND Apache-2.0", true),
            ("GPL-3.0-only", false),
            ("MIT AND GPL-3.0-only", false),
            ("MPL-2.0", false),
            ("", false),
            ("our own", false),
        ] {
            assert_eq!(check(package("new", licence)).is_empty(), right, "{licence}");
        }
        // An allowed licence that no package needs would also allow the next package with it.
        let fewer = licences(&policy, &packages(&json!([package("a", "MIT")]))).expect("licences");
        assert_eq!(fewer.len(), 2, "{fewer:?}");
    }

    #[test]
    fn s54_banned_packages_strange_sources_and_any_version_are_refused() {
        let policy = read_policy(SMALL).expect("a policy");
        let mut git = package("fork", "MIT");
        git["source"] = json!("git+https://example.org/fork#0123");
        let mut other = package("mirror", "MIT");
        other["source"] = json!("registry+https://example.org/index");
        let mut wild = package("wild", "MIT");
        wild["dependencies"] = json!([{ "name": "any", "req": "*", "path": null }, { "name": "ours", "req": "*", "path": "/ours" }]);
        let all = packages(&json!([package("fine", "MIT"), package("openssl-sys", "MIT"), git, other, wild]));
        let banned = bans(&policy.bans, &all);
        assert_eq!(banned, ["openssl-sys 1.0.0 is banned: we have another", "wild 1.0.0 takes any version of any"]);
        let strange = sources(&policy.sources, &all);
        assert!(strange.len() == 2 && strange[0].starts_with("fork") && strange[1].starts_with("mirror"), "{strange:?}");
    }

    #[test]
    fn s54_a_planted_old_package_is_found() {
        let folder = std::env::temp_dir().join(format!("chinwag-advisories-{}", std::process::id()));
        let write = |name: &str, number: u32, more: &str, patched: &str| {
            let place = folder.join("crates").join(name);
            fs::create_dir_all(&place).expect("a folder");
            let id = format!("RUSTSEC-2026-{number:04}");
            let text = format!(
                "```toml\n[advisory]\nid = \"{id}\"\npackage = \"{name}\"\ndate = \"2026-01-01\"\n{more}\n[versions]\npatched = [{patched}]\n```\n\n# Title\n\nText.\n"
            );
            fs::write(place.join(format!("{id}.md")), text).expect("a file");
        };
        write("old", 9001, "", "\">= 1.2.0\"");
        write("left", 9002, "informational = \"unmaintained\"", "");
        write("odd", 9003, "informational = \"notice\"", "");
        let database = Database::open(&folder).expect("a database");
        let lock = |version: &str| -> Lockfile {
            let package =
                |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"{REGISTRY}\"\n\n");
            format!("version = 4\n\n{}{}{}", package("left", "1.0.0"), package("odd", "1.0.0"), package("old", version))
                .parse()
                .expect("a lock file")
        };
        let ignore = |id: &str| Advisories { ignore: vec![Ignored { id: id.into(), reason: "known".into() }] };
        let none = Advisories { ignore: Vec::new() };
        let found = advisories(&none, &database, &lock("1.1.9"));
        assert!(found.len() == 2 && found[0].contains("old 1.1.9 has a known fault") && found[1].contains("left 1.0.0"), "{found:?}");
        assert_eq!(advisories(&ignore("RUSTSEC-2026-9002"), &database, &lock("1.2.0")), [""; 0]);
        let stale = advisories(&ignore("RUSTSEC-2026-9001"), &database, &lock("1.2.0"));
        assert_eq!(stale.len(), 2, "what is ignored without need, and what is not: {stale:?}");
        fs::remove_dir_all(&folder).expect("it was there");
    }

    #[test]
    fn a_policy_that_says_more_than_is_read_is_refused() {
        for (from, to) in [
            ("[sources]", "[sources]\nunknown-git = \"allow\""),
            ("reason = \"we have another\"", "reason = \" \""),
            ("allow = [\"MIT\", \"Apache-2.0\"]", ""),
        ] {
            assert!(read_policy(&SMALL.replace(from, to)).is_err(), "{to}");
        }
        assert!(
            licences(&read_policy(&SMALL.replace("MIT", "MTI")).expect("a policy").licenses, &packages(&json!([package("a", "MIT")])))
                .is_err()
        );
    }
}
