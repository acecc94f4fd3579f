//! A real mail server: npm's `smtp-server`, installed below `target` when it is not there yet.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::OnceLock,
    thread,
    time::Duration,
};

use serde::Deserialize;
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::timeout,
};

/// Far more than anything takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server of its own process. It ends when this is dropped.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    process: Child,
    orders: ChildStdin,
    events: UnboundedReceiver<Event>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Listening(u16),
    Held { to: String },
    Arrived(Arrived),
    Error { message: String },
}

/// A mail as it came over the wire.
#[derive(Debug, Deserialize)]
pub(crate) struct Arrived {
    pub(crate) to: String,
    pub(crate) source: String,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        Self::start_on(0).await
    }

    /// On the port of one that was stopped.
    pub(crate) async fn start_on(port: u16) -> Self {
        let mut process = Command::new("node")
            .arg(installed().join("server.mjs"))
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests need Node.js as `node`");
        let orders = process.stdin.take().expect("piped");
        let lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let (tell, events) = unbounded_channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("an event");
                if tell.send(event).is_err() {
                    break;
                }
            }
        });
        let mut server = Self {
            port,
            process,
            orders,
            events,
        };
        match server.event().await {
            Event::Listening(port) => server.port = port,
            other => panic!("the mail server did not start: {other:?}"),
        }
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    async fn event(&mut self) -> Event {
        let event = timeout(PATIENCE, self.events.recv()).await;
        match event
            .expect("the mail server says something")
            .expect("it runs")
        {
            Event::Error { message } => panic!("the mail server fails: {message}"),
            event => event,
        }
    }

    /// The next mail that comes.
    pub(crate) async fn arrived(&mut self) -> Arrived {
        match self.event().await {
            Event::Arrived(mail) => mail,
            other => panic!("no mail came but {other:?}"),
        }
    }

    /// Whose mail is next to be on its way and to stay there until [`MailServer::release`].
    pub(crate) async fn held(&mut self) -> String {
        match self.event().await {
            Event::Held { to } => to,
            other => panic!("no mail is held but {other:?}"),
        }
    }

    pub(crate) fn release(&mut self) {
        self.orders
            .write_all(b"go\n")
            .expect("the mail server listens");
    }

    /// How many mails came that no test has looked at; stops the server.
    pub(crate) async fn stop(mut self) -> usize {
        self.process.kill().expect("still runs");
        self.process.wait().expect("ends");
        let mut left = 0;
        while self.events.recv().await.is_some() {
            left += 1;
        }
        left
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // Fails only when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The folder with the server and its packages, of the very versions in its lock file.
fn installed() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/smtp");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("smtp");
        fs::create_dir_all(&folder).expect("a folder below target");
        // Other tests may be at it in processes of their own.
        let lock = File::create(folder.join("lock")).expect("a lock");
        lock.lock().expect("locks");

        let same =
            |name: &str| fs::read(source.join(name)).ok() == fs::read(folder.join(name)).ok();
        let ready =
            folder.join("node_modules/.package-lock.json").exists() && same("package-lock.json");
        for name in ["package.json", "package-lock.json", "server.mjs"] {
            if !same(name) {
                fs::copy(source.join(name), folder.join(name)).expect("copies");
            }
        }
        if !ready {
            let npm = Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&folder)
                .status();
            assert!(
                npm.expect("tests need npm").success(),
                "npm cannot install the test's mail server"
            );
        }
        folder
    })
}
