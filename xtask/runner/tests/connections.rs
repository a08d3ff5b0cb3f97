//! The server behind tests in browsers answers every connection, however many come at once and stay open (`../tiny_http/README.md`).

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// More than the four threads that its pool begins with; a browser opens six.
const AT_ONCE: usize = 16;
const ROUNDS: usize = 100;
/// So long that only an answer that never comes takes it.
const NEVER: Duration = Duration::from_secs(60);

#[test]
fn every_one_of_many_connections_that_come_at_once_and_stay_open_is_answered() {
    for round in 0..ROUNDS {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        // They wait in the system's queue, so that the server takes them one right after the other.
        let connections: Vec<TcpStream> = (0..AT_ONCE).map(|_| TcpStream::connect(address).expect("it listens")).collect();
        let server = Arc::new(tiny_http::Server::from_listener(listener, None).expect("it starts"));
        let answering = Arc::clone(&server);
        let answers = thread::spawn(move || {
            for request in answering.incoming_requests().take(AT_ONCE) {
                request.respond(tiny_http::Response::from_string("here")).expect("the other side is there");
            }
        });
        for mut connection in &connections {
            connection.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").expect("it is open");
        }
        for (index, connection) in connections.iter().enumerate() {
            connection.set_read_timeout(Some(NEVER)).expect("not zero");
            let mut line = String::new();
            let read = BufReader::new(connection).read_line(&mut line);
            assert!(read.is_ok() && line.starts_with("HTTP/1.1 200"), "round {round}, connection {index}: {read:?} {line:?}");
        }
        answers.join().expect("it answered all");
    }
}
