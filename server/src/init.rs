//! `chinwag-server init`: asks five questions and makes a configuration, the first account and the script tag for the pages from the
//! answers.

use crate::config::Config;
use crate::demo::random_password;
use crate::http::{check_password, set_password};
use crate::store::Store;
use crate::store::sqlite::Sqlite;
use std::io::{IsTerminal, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The arguments. Missing ones are asked for on a terminal.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The file to write; one that is there already is left alone.
    #[arg(long, default_value = "chinwag.toml")]
    pub config: PathBuf,
    /// Directory of the server's data.
    #[arg(long, default_value = "data")]
    pub data: PathBuf,
    /// Where visitors and agents reach the server, such as https://chat.example
    #[arg(long, value_name = "URL")]
    pub address: Option<String>,
    /// Name of the site, as visitors read it.
    #[arg(long)]
    pub name: Option<String>,
    /// Key of the site; made of its name when left out.
    #[arg(long)]
    pub key: Option<String>,
    /// Origin of the site's pages, such as https://shop.example; several with commas between.
    #[arg(long)]
    pub origin: Option<String>,
    /// Name of the first agent, as visitors read it.
    #[arg(long)]
    pub agent: Option<String>,
    /// Name to sign in with; made of the agent's name when left out.
    #[arg(long)]
    pub user: Option<String>,
    /// Read the agent's password from standard input; without it one is asked for, or made and printed.
    #[arg(long)]
    pub password_stdin: bool,
    /// Address and port to listen on, in place of the one that follows from the server's address.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
}

/// The values for the template of the file.
struct Answers {
    address: String,
    listen: SocketAddr,
    name: String,
    key: String,
    origins: Vec<String>,
    agent: String,
    user: String,
}

/// Asks, writes, and gives what to print.
///
/// # Errors
/// There is such a file, an answer is not usable, or a file cannot be written. Nothing was written then, but for the data directory.
pub async fn init(args: &Args) -> Result<String, String> {
    let file = args.config.display();
    if args.config.exists() {
        return Err(format!("{file} is there already and stays as it is: name another file with --config"));
    }
    let answers = ask(args)?;
    let text = configuration(&answers, &args.data);
    Config::parse(&text).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let (password, is_made) = password(args, &answers.user)?;
    let store = Sqlite::open(&args.data).map_err(|error| error.to_string())?;
    let set = set_password(&store, &answers.user, &password).await.map_err(|error| error.to_string());
    store.close().await;
    set?;
    let written = std::fs::File::create_new(&args.config).and_then(|mut new| new.write_all(text.as_bytes()));
    written.map_err(|error| format!("cannot write {file}: {error}"))?;
    let password = if is_made { format!(", with the password {password}") } else { String::new() };
    Ok(format!(
        "\n{file} is written, and {user} can sign in{password}.\n\n\
         Start the server:       chinwag-server --config {file}\n\
         Sign in at the desk:    {address}/desk/   (and press Ready)\n\
         Put this on the pages:  {snippet}\n\n\
         What else there is: docs/configuration.md. Behind nginx or Caddy, as a service: docs/operating.md.",
        user = answers.user,
        address = answers.address,
        snippet = snippet(&answers.address, &answers.key),
    ))
}

fn snippet(address: &str, key: &str) -> String {
    format!("<script async src=\"{address}/chinwag.js\" data-site=\"{key}\"></script>")
}

fn ask(args: &Args) -> Result<Answers, String> {
    if !std::io::stdin().is_terminal() {
        let given = [("--name", &args.name), ("--origin", &args.origin), ("--agent", &args.agent)];
        let missing: Vec<&str> = given.iter().filter(|(_, value)| value.is_none()).map(|(flag, _)| *flag).collect();
        if !missing.is_empty() {
            return Err(format!("there is no terminal to ask on: give {} (chinwag-server init --help)", missing.join(", ")));
        }
    }
    let address = question("Address of this server, as visitors and agents reach it", HERE, args.address.as_ref(), address_of)?;
    let name = question("Name of the site, as visitors read it", "", args.name.as_ref(), short)?;
    let origins = question("Origin of the site's pages, such as https://shop.example", "", args.origin.as_ref(), origins_of)?;
    let agent = question("Name of the first agent, as visitors read it", "", args.agent.as_ref(), short)?;
    let key = args.key.clone().unwrap_or_else(|| word_of(&name, "site"));
    let user = args.user.clone().unwrap_or_else(|| word_of(agent.split_whitespace().next().unwrap_or_default(), "agent"));
    let listen = args.listen.unwrap_or_else(|| listen_for(&address));
    Ok(Answers { address, listen, name, key, origins, agent, user })
}

/// The default address: a server to try on this machine.
const HERE: &str = "http://127.0.0.1:8080";

/// The argument, or the answer to the question, which is asked again until it is valid.
fn question<T>(words: &str, usual: &str, given: Option<&String>, read: impl Fn(&str) -> Result<T, String>) -> Result<T, String> {
    if let Some(given) = given {
        return read(given.trim());
    }
    if !std::io::stdin().is_terminal() {
        return read(usual);
    }
    loop {
        let hint = if usual.is_empty() { String::new() } else { format!(" [{usual}]") };
        print!("{words}{hint}: ");
        std::io::stdout().flush().map_err(|error| error.to_string())?;
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())? == 0 {
            return Err("nothing was written: the answers ended".into());
        }
        let line = if line.trim().is_empty() { usual } else { line.trim() };
        match read(line) {
            Ok(value) => return Ok(value),
            Err(fault) => println!("  {fault}"),
        }
    }
}

/// The password, and whether it was made here.
fn password(args: &Args, user: &str) -> Result<(String, bool), String> {
    let check = |password: &str| check_password(user, password).map_err(|error| error.to_string());
    if args.password_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
        let password = line.trim_end_matches(['\r', '\n']);
        return check(password).map(|()| (password.to_owned(), false));
    }
    if !std::io::stdin().is_terminal() {
        return Ok((random_password(), true));
    }
    loop {
        let typed = rpassword::prompt_password(format!("Password of {user}, at least 8 characters (Enter makes one): "));
        let typed = typed.map_err(|error| error.to_string())?;
        if typed.is_empty() {
            return Ok((random_password(), true));
        }
        match check(&typed) {
            Ok(()) => return Ok((typed, false)),
            Err(fault) => println!("  {fault}"),
        }
    }
}

fn address_of(text: &str) -> Result<String, String> {
    let address = text.trim_end_matches('/');
    if is_origin(address) { Ok(address.to_owned()) } else { Err(format!("`{text}` is not an address: write it as https://chat.example")) }
}

fn origins_of(text: &str) -> Result<Vec<String>, String> {
    let origins: Vec<String> = text.split(',').map(|one| one.trim().trim_end_matches('/').to_owned()).collect();
    match origins.iter().find(|origin| !is_origin(origin)) {
        None => Ok(origins),
        Some(wrong) => Err(format!("`{wrong}` is not an origin: write scheme, host and port only, such as https://shop.example")),
    }
}

fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')))
}

fn short(text: &str) -> Result<String, String> {
    if text.is_empty() || text.chars().count() > 60 || text.chars().any(char::is_control) {
        return Err("write 1 to 60 characters".into());
    }
    Ok(text.to_owned())
}

/// A name for addresses, made from a name for people.
fn word_of(name: &str, otherwise: &str) -> String {
    let letters = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let word: String = letters.take(40).collect();
    let word = word.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if word.is_empty() { otherwise.to_owned() } else { word }
}

/// Plain HTTP at an IP address is served by this program itself, anything else by a proxy in front.
fn listen_for(address: &str) -> SocketAddr {
    let here = SocketAddr::from(([127, 0, 0, 1], 8080));
    let Some(host) = address.strip_prefix("http://") else { return here };
    let host = host.replacen("localhost", "127.0.0.1", 1);
    host.parse().or_else(|_| host.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 80))).unwrap_or(here)
}

fn configuration(answers: &Answers, data: &Path) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let origins: Vec<String> = answers.origins.iter().map(|origin| quoted(origin)).collect();
    let values = [
        ("{listen}", quoted(&answers.listen.to_string())),
        ("{hosts}", host_of(&answers.address).map(|host| quoted(&host)).unwrap_or_default()),
        ("{data}", quoted(&data.display().to_string())),
        ("{snippet}", snippet(&answers.address, &answers.key)),
        ("{key}", quoted(&answers.key)),
        ("{origins}", origins.join(", ")),
        ("{user}", quoted(&answers.user)),
        ("{agent}", quoted(&answers.agent)),
        ("{name}", quoted(&answers.name)),
    ];
    // In one pass: a name may contain text that looks like a placeholder of the template.
    let (mut out, mut rest) = (String::new(), TEMPLATE);
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (name, value) = values.iter().find(|(name, _)| from.starts_with(name)).map_or(("{", "{"), |(name, value)| (*name, value));
        out.push_str(value);
        rest = from.get(name.len()..).unwrap_or_default();
    }
    out + rest
}

/// The host name in an address; `None` for an IP address or `localhost`, which every server accepts.
fn host_of(address: &str) -> Option<String> {
    let host = address.split_once("://")?.1;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_number = host.starts_with('[') || name.parse::<IpAddr>().is_ok();
    (!is_number && name != "localhost").then(|| name.to_lowercase())
}

const TEMPLATE: &str = include_str!("init.toml");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_addresses_are_made_of_names_for_people() {
        for (name, word) in [("Ottavento", "ottavento"), ("Café  Zwölf & Co.", "caf-zw-lf-co"), ("日本", "site"), ("--", "site")] {
            assert_eq!(word_of(name, "site"), word);
        }
    }

    #[test]
    fn what_it_listens_on_follows_from_its_address() {
        for (address, listen) in [
            ("https://chat.example", "127.0.0.1:8080"),
            ("http://chat.example:9000", "127.0.0.1:8080"),
            ("http://192.0.2.7:9000", "192.0.2.7:9000"),
            ("http://192.0.2.7", "192.0.2.7:80"),
            ("http://localhost:3000", "127.0.0.1:3000"),
            ("http://[::1]:3000", "[::1]:3000"),
        ] {
            assert_eq!(listen_for(address).to_string(), listen, "{address}");
        }
    }

    #[test]
    fn any_answers_make_a_usable_file() {
        let answers = Answers {
            address: "https://chat.example".into(),
            listen: listen_for("https://chat.example"),
            name: "A \"quoted\" \\ {agent} name".into(),
            key: "shop".into(),
            origins: vec!["https://shop.example".into(), "https://www.shop.example".into()],
            agent: "Ada \u{202e}\"\"\" {name}".into(),
            user: "ada".into(),
        };
        let config = Config::parse(&configuration(&answers, Path::new("/var/lib/chin wag"))).unwrap_or_else(|faults| panic!("{faults:?}"));
        let site = config.site("shop").expect("the site");
        assert_eq!((site.origins.len(), site.brand.name.get("en", "en")), (2, answers.name.as_str()));
        assert_eq!(config.agent("ada").map(|agent| agent.name.as_str()), Some("Ada \u{202e}\"\"\" {name}"));
    }
}
