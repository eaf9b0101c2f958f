//! A server that behaves, except where a test wants it otherwise.

use std::any::Any;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What it holds in every file, and the size that it says files have.
pub const CONTENT: &[u8] = b"hello";

/// What a test makes of a command; the greeting is the command `""`.
pub enum Turn {
    /// The server answers as it should.
    Proper,
    /// It has said what the test wanted.
    Said,
    /// It closes the control connection.
    Close,
}

/// Listens until the test process ends.
pub struct Scripted {
    address: SocketAddr,
}

impl Scripted {
    /// Asks `turn` at each command what becomes of it. The third parameter numbers the sessions
    /// from 0.
    pub fn start(
        address: IpAddr,
        turn: impl Fn(&mut Control, &str, usize) -> Turn + Send + Sync + 'static,
    ) -> Scripted {
        let listener = TcpListener::bind((address, 0)).expect("a port");
        let address = listener.local_addr().expect("bound");
        let sessions = AtomicUsize::new(0);
        let turn = Arc::new(turn);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { continue };
                let session = sessions.fetch_add(1, Ordering::Relaxed);
                let turn = Arc::clone(&turn);
                std::thread::spawn(move || {
                    let mut control = Control::new(stream);
                    control.serve(|control, command| turn(control, command, session));
                });
            }
        });
        Scripted { address }
    }

    /// `AT+QFTPOPEN` to it.
    pub fn open(&self) -> String {
        format!("AT+QFTPOPEN=\"{}\",{}", self.address.ip(), self.address.port())
    }
}

/// How the next data connection is made.
enum Data {
    None,
    Passive(TcpListener),
    Active(SocketAddr),
}

/// The server's side of one session. What the modem does not take is lost without an error: a test
/// looks at what the modem says.
pub struct Control {
    stream: BufReader<TcpStream>,
    data: Data,
    kept: Vec<Box<dyn Any>>,
}

impl Control {
    fn new(stream: TcpStream) -> Control {
        // A reply leaves when it is said, not when the last one has been acknowledged.
        stream.set_nodelay(true).expect("a socket");
        Control { stream: BufReader::new(stream), data: Data::None, kept: Vec::new() }
    }

    fn serve(&mut self, mut turn: impl FnMut(&mut Control, &str) -> Turn) {
        let mut command = String::new();
        loop {
            match turn(self, &command) {
                Turn::Proper => self.answer(&command),
                Turn::Said => {}
                Turn::Close => return,
            }
            match self.hear() {
                Some(next) => command = next,
                None => return,
            }
        }
    }

    /// The next command; `None` when the modem has hung up.
    pub fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line) {
            Ok(1..) => Some(line.trim_end().to_owned()),
            _ => None,
        }
    }

    /// Says a line.
    pub fn say(&mut self, reply: &str) {
        self.say_bytes(format!("{reply}\r\n").as_bytes());
    }

    /// Says just these bytes; tells whether the modem is still there.
    pub fn say_bytes(&mut self, bytes: &[u8]) -> bool {
        self.stream.get_mut().write_all(bytes).is_ok()
    }

    /// Says them for as long as the modem is there.
    pub fn say_without_end(&mut self, bytes: &[u8]) {
        let bytes = bytes.repeat(64 * 1024 / bytes.len());
        while self.say_bytes(&bytes) {}
    }

    /// Waits until the modem hangs up, and takes no notice of what it says.
    pub fn ignore(&mut self) {
        let _ = std::io::copy(&mut self.stream, &mut std::io::sink());
    }

    /// A listener for a data connection, at the server's own address.
    pub fn listener(&self) -> TcpListener {
        let here = self.stream.get_ref().local_addr().expect("connected").ip();
        TcpListener::bind((here, 0)).expect("a port")
    }

    /// Takes the data connection from `listener`, and says that it is at `announced`.
    pub fn passive(&mut self, listener: TcpListener, announced: SocketAddr) {
        self.data = Data::Passive(listener);
        let (host, port) = (announced.ip().to_string().replace('.', ","), announced.port());
        self.say(&format!("227 Entering Passive Mode ({host},{},{})", port >> 8, port & 0xff));
    }

    /// Where the modem listens, after PORT.
    pub fn active(&self) -> Option<SocketAddr> {
        match self.data {
            Data::Active(address) => Some(address),
            _ => None,
        }
    }

    /// Keeps a thing until the end of the session.
    pub fn keep(&mut self, thing: impl Any) {
        self.kept.push(Box::new(thing));
    }

    /// Opens the data connection that was agreed on, if there was one and the modem is still
    /// there.
    pub fn open_data(&mut self) -> Option<TcpStream> {
        match std::mem::replace(&mut self.data, Data::None) {
            Data::None => None,
            Data::Passive(listener) => listener.accept().ok().map(|(stream, _)| stream),
            Data::Active(address) => TcpStream::connect(address).ok(),
        }
    }

    fn answer(&mut self, command: &str) {
        let (verb, argument) = command.split_once(' ').unwrap_or((command, ""));
        match verb {
            "" => self.say("220 ready"),
            "USER" => self.say("331 password, please"),
            "PASS" => self.say("230 welcome"),
            "TYPE" => self.say("200 yes"),
            "PWD" => self.say("257 \"/\" is it"),
            "SIZE" => self.say(&format!("213 {}", CONTENT.len())),
            "MDTM" => self.say("213 20200913122640"),
            "CWD" | "DELE" | "RMD" | "RNTO" => self.say("250 done"),
            "MKD" => self.say("257 \"/made\" is made"),
            "REST" | "RNFR" => self.say("350 go on"),
            "PASV" => {
                let listener = self.listener();
                let address = listener.local_addr().expect("bound");
                self.passive(listener, address);
            }
            "PORT" => {
                self.data = parse_port(argument).map_or(Data::None, Data::Active);
                self.say("200 yes");
            }
            "RETR" | "LIST" | "NLST" | "MLSD" => {
                self.say("150 here it comes");
                if let Some(mut data) = self.open_data() {
                    let _ = data.write_all(CONTENT);
                }
                self.say("226 done");
            }
            "STOR" | "APPE" => {
                self.say("150 go on");
                if let Some(mut data) = self.open_data() {
                    let _ = data.read_to_end(&mut Vec::new());
                }
                self.say("226 done");
            }
            "QUIT" => self.say("221 bye"),
            _ => self.say("502 no"),
        }
    }
}

fn parse_port(argument: &str) -> Option<SocketAddr> {
    let numbers: Vec<u8> = argument.split(',').map_while(|part| part.parse().ok()).collect();
    let [a, b, c, d, high, low] = numbers.try_into().ok()?;
    Some(SocketAddr::from(([a, b, c, d], u16::from_be_bytes([high, low]))))
}
