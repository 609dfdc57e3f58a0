//! The sockets that the server listens on.

use std::net::SocketAddr;
use std::{fmt, io};

use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use crate::args::Args;

/// Why the server cannot listen.
#[derive(Debug)]
pub(crate) enum ListenError {
    /// The address is not a loopback address, and `--allow-remote` was not given.
    Remote(SocketAddr),
    /// The socket could not be opened.
    Open(String, io::Error),
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Remote(address) => write!(
                f,
                "{address} is not a loopback address: requests are neither authenticated nor encrypted; add \
                 --allow-remote if everyone who can reach it may verify with these keys, or listen on 127.0.0.1"
            ),
            Self::Open(name, error) => write!(f, "cannot listen on {name}: {error}"),
        }
    }
}

/// A socket that accepts connections.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// A connection.
#[derive(Debug)]
pub(crate) enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Listener {
    /// The sockets of systemd, if there are any, or else the one that the command line names.
    pub(crate) async fn open(args: &Args) -> Result<Vec<Self>, ListenError> {
        let listeners = from_systemd().map_err(|error| ListenError::Open("a socket of systemd".to_owned(), error))?;
        let listeners = if listeners.is_empty() {
            vec![Self::from_args(args).await?]
        } else {
            listeners
        };
        for listener in &listeners {
            match listener.remote_address() {
                Some(address) if args.allow_remote => tracing::warn!(
                    "{address} can be reached from other machines: everyone there can verify with these public keys and \
                     read them, without authentication and without encryption. No secret is here."
                ),
                Some(address) => return Err(ListenError::Remote(address)),
                None => {}
            }
        }
        Ok(listeners)
    }

    async fn from_args(args: &Args) -> Result<Self, ListenError> {
        #[cfg(unix)]
        if let Some(path) = &args.unix {
            return unix(path).map_err(|error| ListenError::Open(path.display().to_string(), error));
        }
        let address = args.listen;
        // Checked before the address is bound, too.
        if !address.ip().is_loopback() && !args.allow_remote {
            return Err(ListenError::Remote(address));
        }
        TcpListener::bind(address)
            .await
            .map(Self::Tcp)
            .map_err(|error| ListenError::Open(address.to_string(), error))
    }

    /// The address, if others than this machine can reach it.
    fn remote_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok().filter(|address| !address.ip().is_loopback()),
            #[cfg(unix)]
            Self::Unix(_) => None,
        }
    }

    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Responses are short, and are not to wait for more. If this fails, the connection has ended, which is found
                // when it is read.
                let _ = stream.set_nodelay(true);
                Ok(Stream::Tcp(stream))
            }
            #[cfg(unix)]
            Self::Unix(listener) => Ok(Stream::Unix(listener.accept().await?.0)),
        }
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(listener) => match listener.local_addr() {
                Ok(address) => write!(f, "http://{address}"),
                Err(error) => error.fmt(f),
            },
            #[cfg(unix)]
            Self::Unix(listener) => {
                let address = listener.local_addr().ok();
                let path = address.as_ref().and_then(|address| address.as_pathname());
                match path {
                    Some(path) => path.display().fmt(f),
                    None => f.write_str("a Unix socket"),
                }
            }
        }
    }
}

/// Opens a Unix socket, in the place of one that nobody listens on any more.
#[cfg(unix)]
fn unix(path: &std::path::Path) -> io::Result<Listener> {
    use std::os::unix::fs::FileTypeExt as _;

    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    // Other errors, such as those for the socket of another user or for datagrams, do not show that it is left over.
    let is_refused = || {
        std::os::unix::net::UnixStream::connect(path)
            .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    };
    if is_socket && is_refused() {
        std::fs::remove_file(path)?;
    }
    UnixListener::bind(path).map(Listener::Unix)
}

#[cfg(unix)]
fn from_systemd() -> io::Result<Vec<Listener>> {
    let mut sockets = listenfd::ListenFd::from_env();
    let mut listeners = Vec::new();
    for index in 0..sockets.len() {
        // It says which kind of socket it is by an error for any other.
        if let Ok(Some(listener)) = sockets.take_tcp_listener(index) {
            listener.set_nonblocking(true)?;
            listeners.push(Listener::Tcp(TcpListener::from_std(listener)?));
        } else if let Some(listener) = sockets.take_unix_listener(index)? {
            listener.set_nonblocking(true)?;
            listeners.push(Listener::Unix(UnixListener::from_std(listener)?));
        }
    }
    Ok(listeners)
}

#[cfg(not(unix))]
fn from_systemd() -> io::Result<Vec<Listener>> {
    Ok(Vec::new())
}
