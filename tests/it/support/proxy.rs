//! A network between the program and a server that can be cut, and that counts what it carries.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

/// Listens at a port of its own and carries bytes to and from a server. It ends when dropped.
pub struct Proxy {
    port: u16,
    line: Arc<Line>,
}

struct Line {
    server: u16,
    /// What the server says, and what is told in its place, of the same length.
    told: Option<(Vec<u8>, Vec<u8>)>,
    /// Nobody gets through.
    cut: AtomicBool,
    over: AtomicBool,
    carried: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// To the server at this port of 127.0.0.1.
    pub fn to(server: u16) -> Self {
        Self::telling(server, None)
    }

    /// The same, of a server that says other words: each `from` of its plain text becomes `to`, which is as
    /// long.
    pub fn saying(server: u16, from: &str, to: &str) -> Self {
        assert_eq!(from.len(), to.len());
        Self::telling(server, Some((from.into(), to.into())))
    }

    fn telling(server: u16, told: Option<(Vec<u8>, Vec<u8>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the kernel gives a port");
        let port = listener.local_addr().expect("it is bound").port();
        let line = Arc::new(Line {
            server,
            told,
            cut: AtomicBool::new(false),
            over: AtomicBool::new(false),
            carried: AtomicU64::new(0),
            open: Mutex::new(Vec::new()),
        });
        let listening = Arc::clone(&line);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if listening.over.load(Ordering::SeqCst) {
                    return;
                }
                if let Ok(client) = client {
                    listening.connect(&client);
                }
            }
        });
        Self { port, line }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// So many bytes went through so far, both ways.
    pub fn carried(&self) -> u64 {
        self.line.carried.load(Ordering::SeqCst)
    }

    /// Ends all connections, and refuses others until [`Proxy::mend`].
    pub fn cut(&self) {
        self.line.cut.store(true, Ordering::SeqCst);
        self.line.end_all();
    }

    pub fn mend(&self) {
        self.line.cut.store(false, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.over.store(true, Ordering::SeqCst);
        self.cut();
        // the listener waits for somebody
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Line {
    fn connect(self: &Arc<Self>, client: &TcpStream) {
        if self.cut.load(Ordering::SeqCst) {
            return;
        }
        let Ok(server) = TcpStream::connect(("127.0.0.1", self.server)) else {
            return;
        };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let clone = |one: &TcpStream| one.try_clone().expect("handles can be had");
        {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.retain(|one| one.peer_addr().is_ok());
            open.extend([clone(client), clone(&server)]);
        }
        for (from, to, told) in [
            (clone(client), clone(&server), false),
            (clone(&server), clone(client), true),
        ] {
            let line = Arc::clone(self);
            std::thread::spawn(move || line.carry(from, to, told));
        }
        // between the look and the entry it may have been cut
        if self.cut.load(Ordering::SeqCst) {
            self.end_all();
        }
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream, told: bool) {
        let mut block = [0; 16 << 10];
        while let Ok(count @ 1..) = from.read(&mut block) {
            self.carried.fetch_add(count as u64, Ordering::SeqCst);
            if let Some((from, to)) = self.told.as_ref().filter(|_| told) {
                for at in 0..count.saturating_sub(from.len() - 1) {
                    if block[at..].starts_with(from) {
                        block[at..at + to.len()].copy_from_slice(to);
                    }
                }
            }
            if to.write_all(&block[..count]).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }

    fn end_all(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for one in open.drain(..) {
            let _ = one.shutdown(Shutdown::Both);
        }
    }
}
