//! Closes a connection so that its last bytes arrive. When a socket is closed with unread input, it is reset, and the reset discards bytes that
//! were sent before: the answer to a body that was too large, the close frame after a broken frame. So the rest of the input is read and dropped
//! for a moment, as RFC 9112 (9.6) advises.

use super::accept::{Permit, stopped};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// How long the other side may continue sending.
const LINGER: Duration = Duration::from_secs(2);
/// How many bytes are read and dropped at most.
const MOST: u64 = 64 * 1024 * 1024;

/// A connection with its permit. When it is dropped, it is closed as the module describes, and holds the permit until then.
pub(super) struct Lingering {
    stream: Option<TcpStream>,
    permit: Permit,
    /// True once the server stops: then it does not wait for any peer.
    stop: watch::Receiver<bool>,
    /// The other side has closed: there is no input to drop.
    ended: bool,
}

impl Lingering {
    pub(super) const fn new(stream: TcpStream, permit: Permit, stop: watch::Receiver<bool>) -> Self {
        Self { stream: Some(stream), permit, stop, ended: false }
    }

    fn stream(self: Pin<&mut Self>) -> io::Result<Pin<&mut TcpStream>> {
        self.get_mut().stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(mut stream) = self.stream.take().filter(|_| !self.ended) else { return };
        // Without a runtime, at the very end of the program, no task can wait.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (permit, mut stop) = (self.permit.clone(), self.stop.clone());
        runtime.spawn(async move {
            // An error means that the other side has closed: then there is no need to wait.
            if stream.shutdown().await.is_ok() {
                let (mut rest, mut nowhere) = (stream.take(MOST), tokio::io::sink());
                tokio::select! {
                    // A peer that continues sending is disconnected.
                    _ = tokio::time::timeout(LINGER, tokio::io::copy(&mut rest, &mut nowhere)) => {}
                    () = stopped(&mut stop) => {}
                }
            }
            drop(permit);
        });
    }
}

impl AsyncRead for Lingering {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = self.as_mut().stream()?.poll_read(cx, buffer);
        match &read {
            Poll::Ready(Ok(())) if buffer.filled().len() == before && buffer.remaining() > 0 => self.ended = true,
            Poll::Ready(Err(_)) => self.ended = true,
            _ => {}
        }
        read
    }
}

impl AsyncWrite for Lingering {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, parts: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }
}
