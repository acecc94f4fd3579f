//! The real program, ended in the middle of its work: what it had answered is still true after.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::wire::{CodeStep, Problem, Step};
use serde_json::{Value, json};
use server::{
    clock::Clock,
    domain::hash_queue::{Lane, Network},
    entropy::Entropy,
    hashing::{HashPool, Parameters},
    keys::{Keys, Purpose},
    storage::{AccountId, AccountState, Db, NewAccount, Past, StoredPassword},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::harness::{ACME, PASSWORD, company, other_than};

/// More than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// `callgate serve` in a folder of its own.
struct Program {
    process: Child,
    address: SocketAddr,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_callgate"))
            .arg("serve")
            .current_dir(folder)
            // The settings of whoever runs the tests, and cargo's, are not this server's.
            .env_clear()
            .env("CALLGATE_DATA_DIR", folder)
            .env("CALLGATE_LISTEN", "127.0.0.1:0")
            .env("CALLGATE_LOG_LEVEL", "error")
            // Everybody comes from one address here, of which a small queue would turn some away.
            .env("CALLGATE_HASH_QUEUE", "1024")
            .stdout(Stdio::piped())
            .spawn()
            .expect("callgate starts");
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            let read = output.read_line(&mut line).expect("it says where it is");
            assert_ne!(read, 0, "callgate ended before it listened");
            if let Some((_, address)) = line.trim().split_once("http://") {
                break address.trim_end_matches('/').parse().expect("an address");
            }
        };
        Self {
            process,
            address,
            output,
        }
    }

    fn kill(mut self) {
        self.process.kill().expect("it is ours");
        self.process.wait().expect("it ends");
    }

    fn terminate(&self) {
        let told = Command::new("kill")
            .arg("-TERM")
            .arg(self.process.id().to_string())
            .status();
        assert!(told.expect("kill is there").success());
    }

    /// Its exit code, once it has ended by itself.
    async fn ended(mut self) -> Option<i32> {
        let waited = tokio::task::spawn_blocking(move || {
            let mut rest = String::new();
            while self.output.read_line(&mut rest).is_ok_and(|read| read > 0) {}
            self.process.wait().expect("it ends").code()
        });
        timeout(PATIENCE, waited)
            .await
            .expect("in time")
            .expect("waits")
    }
}

/// One request on a connection of its own; nothing when the server went away.
async fn ask(
    to: SocketAddr,
    path: &str,
    cookies: &str,
    body: &Value,
) -> Option<(u16, String, Vec<String>)> {
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/{path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nCookie: {cookies}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut connection = TcpStream::connect(to).await.ok()?;
    connection.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, connection.read_to_end(&mut answer)).await;
    read.expect("the server answers or is gone").ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let cookies = lines
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .filter_map(|cookie| cookie.split(';').next())
        .map(str::to_owned)
        .collect();
    Some((status, body.to_owned(), cookies))
}

/// A folder with a database, keys and people; gone when dropped.
struct House {
    folder: std::path::PathBuf,
    keys: Keys,
}

impl House {
    async fn build(people: usize) -> Self {
        let entropy = Entropy::system();
        let name = format!("callgate_kill_{}", hex::encode(entropy.bytes::<8>()));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a folder");
        let keys = Keys::load_or_create(&folder.join("keys"), &entropy).expect("keys");
        let house = Self { folder, keys };
        let db = house.open().await;
        // The parameters are in the hash: cheap ones keep this test short. They are made anew at the
        // first sign-in, like any outdated ones.
        let pool = HashPool::start(1, 8, Parameters::TINY);
        let place = pool
            .reserve(Lane::Known, Network::Registered)
            .expect("a place");
        let hash = place.hash(PASSWORD.into(), entropy.bytes()).await;
        let now = Clock::system().now();
        let mut tx = db.begin().await.expect("a transaction");
        let acme = company(ACME);
        tx.add_company(&acme).await.expect("a company");
        for number in 0..people {
            let account = NewAccount {
                id: AccountId(format!("account-{number}")),
                company_id: acme.id.clone(),
                username: format!("agent-{number}"),
                email: format!("agent-{number}@acme.example"),
                name: format!("Agent {number}"),
                state: AccountState::Enabled,
                agent: true,
                admin: false,
                created_at: now,
            };
            let past = Past {
                password: Some(StoredPassword {
                    hash: hash.clone(),
                    length: 19,
                    temporary_until: None,
                }),
                ..Past::default()
            };
            tx.seed_account(&account, &past).await.expect("an account");
        }
        tx.commit().await.expect("committed");
        db.close().await;
        house
    }

    async fn open(&self) -> Db {
        Db::open_in(&self.folder).await.expect("the database opens")
    }

    /// The code that waits in the outbox for this person.
    async fn code(&self, db: &Db, person: usize) -> String {
        let Db::Sqlite { write, .. } = db else {
            panic!("SQLite")
        };
        let (id, sealed): (String, Vec<u8>) = sqlx::query_as(
            "SELECT id, sealed FROM outbox WHERE account_id = $1 AND kind = 'sign_in_code'",
        )
        .bind(format!("account-{person}"))
        .fetch_one(&mut *write.borrow().await.expect("the turn"))
        .await
        .expect("one mail");
        let mail = self
            .keys
            .open(Purpose::Mail, id.as_bytes(), &sealed)
            .expect("sealed with our key");
        let mail: Value = serde_json::from_slice(&mail).expect("JSON");
        let text = mail["text"].as_str().expect("a text");
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        text.lines().find(is_code).expect("a code").to_owned()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn number(db: &Db, sql: &str) -> i64 {
    let Db::Sqlite { write, .. } = db else {
        panic!("SQLite")
    };
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_one(&mut *write.borrow().await.expect("the turn"))
        .await
        .expect("one number")
}

/// What a person was answered before the lights went out.
#[derive(Debug, Default)]
struct Seen {
    begun: Option<(CodeStep, String)>,
    asked: usize,
    wrong: usize,
    locked: bool,
    signed_in: Option<String>,
}

/// Types the password, then wrong codes (odd numbers) or a wrong one and the right one (even ones).
async fn sign_in(
    house: Arc<House>,
    db: Db,
    to: SocketAddr,
    person: usize,
    done: Arc<AtomicUsize>,
) -> (usize, Seen) {
    let mut seen = Seen::default();
    let typed = json!({"account": format!("agent-{person}"), "password": PASSWORD});
    let Some((200, body, cookies)) = ask(to, "companies/acme/sign-in", "", &typed).await else {
        return (person, seen);
    };
    let Ok(Step::Code(step)) = serde_json::from_str(&body) else {
        panic!("another step: {body}")
    };
    let cookie = cookies.first().expect("an attempt").clone();
    let right = house.code(&db, person).await;
    seen.begun = Some((step.clone(), cookie.clone()));
    done.fetch_add(1, Ordering::SeqCst);
    let codes: Vec<String> = match person % 2 {
        0 => vec![other_than(&right), right],
        _ => vec![other_than(&right); 6],
    };
    for code in codes {
        let typed = json!({"attempt": step.attempt, "code": code});
        seen.asked += 1;
        let Some((status, body, cookies)) = ask(to, "sign-in/code", &cookie, &typed).await else {
            break;
        };
        done.fetch_add(1, Ordering::SeqCst);
        if status == 200 {
            seen.signed_in = cookies
                .into_iter()
                .find(|cookie| cookie.starts_with("callgate-session="));
            break;
        }
        let problem: Problem = serde_json::from_str(&body).expect("a problem");
        if let Some(left) = problem.attempts_left {
            seen.wrong += 1;
            assert_eq!(usize::from(left), 5 - seen.wrong);
        }
        seen.locked = status == 403;
    }
    (person, seen)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_sign_ins_it_keeps_its_word() {
    const PEOPLE: usize = 24;
    let house = Arc::new(House::build(PEOPLE).await);
    let program = Program::start(&house.folder);
    let address = program.address;
    let db = house.open().await;
    let done = Arc::new(AtomicUsize::new(0));
    let sign_ins: Vec<_> = (0..PEOPLE)
        .map(|person| {
            let (house, db, done) = (house.clone(), db.clone(), done.clone());
            tokio::spawn(sign_in(house, db, address, person, done))
        })
        .collect();
    // In the thick of it: some are locked, some are in, most are on their way.
    while done.load(Ordering::SeqCst) < PEOPLE * 2 && !sign_ins.iter().all(JoinHandle::is_finished)
    {
        sleep(Duration::from_millis(2)).await;
    }
    program.kill();
    let mut seen: Vec<(usize, Seen)> = Vec::new();
    for sign_in in sign_ins {
        seen.push(sign_in.await.expect("its asserts hold"));
    }
    db.close().await;

    let again = Program::start(&house.folder);
    let db = house.open().await;
    for (person, seen) in &seen {
        let row = async |column: &str| {
            number(
                &db,
                &format!("SELECT {column} FROM accounts WHERE id = 'account-{person}'"),
            )
            .await
        };
        let failures = row("code_failures").await;
        let about = async |table: &str, more: &str| {
            number(
                &db,
                &format!(
                    "SELECT COUNT(*) FROM {table} WHERE account_id = 'account-{person}' {more}"
                ),
            )
            .await
        };
        let sessions = about("sessions", "").await;
        assert!(sessions <= 1, "{person}: {seen:?}");
        if sessions == 1 {
            assert_eq!(failures, 0, "{person}: {seen:?}");
        } else {
            assert!(seen.signed_in.is_none(), "{person}: a session is lost");
            let (least, most) = (seen.wrong as i64, seen.asked.min(5) as i64);
            assert!(
                (least..=most).contains(&failures),
                "{person}: {failures}, {seen:?}"
            );
        }
        // What belongs together is there together or not at all.
        let finished = about("attempts", "AND finished_at IS NOT NULL").await;
        assert_eq!(finished, sessions, "{person}: half a session");
        let completed = about("audit_events", "AND kind = 'sign_in.signed_in'").await;
        assert_eq!(completed, sessions, "{person}");
        let locked = row("locked_at IS NOT NULL").await;
        assert_eq!(locked, i64::from(failures == 5), "{person}");
        assert!(!seen.locked || locked == 1, "{person}: a lock is lost");
        let letters = about(
            "outbox",
            "AND kind = 'account_locked' AND sealed IS NOT NULL",
        )
        .await;
        assert_eq!(letters, locked, "{person}");
        let attempts = about("attempts", "").await;
        assert_eq!(about("email_codes", "").await, attempts, "{person}");
        assert_eq!(
            about("outbox", "AND kind = 'sign_in_code'").await,
            attempts,
            "{person}"
        );
        assert_eq!(
            about(
                "audit_events",
                "AND kind IN ('sign_in.code_wrong', 'sign_in.code_old')"
            )
            .await
                - if sessions == 1 { 1 } else { 0 },
            failures,
            "{person}: {seen:?}"
        );
    }
    // The server that came back goes on where the other one was.
    let mut went_on = 0;
    for (person, seen) in seen {
        let Some((step, cookie)) = seen.begun else {
            continue;
        };
        if let Some(session) = seen.signed_in {
            let answer = ask(again.address, "session/activity", &session, &json!({})).await;
            assert_eq!(answer.expect("an answer").0, 200, "{person}");
            continue;
        }
        let code = house.code(&db, person).await;
        let typed = json!({"attempt": step.attempt, "code": code});
        let answer = ask(again.address, "sign-in/code", &cookie, &typed).await;
        let status = answer.expect("an answer").0;
        let locked = number(
            &db,
            &format!("SELECT locked_at IS NOT NULL FROM accounts WHERE id = 'account-{person}'"),
        )
        .await;
        match status {
            403 => assert_eq!(locked, 1, "{person}"),
            // The answer of the first was on its way when the server died.
            200 | 409 => assert_eq!(locked, 0, "{person}"),
            other => panic!("{person}: {other}"),
        }
        went_on += 1;
    }
    assert!(went_on > 0, "the kill came too late to show anything");
    db.close().await;
    again.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_finishes_what_is_under_way_and_exits_with_0() {
    let house = House::build(1).await;
    let program = Program::start(&house.folder);
    let address = program.address;
    // A request whose body is still on its way when the signal comes.
    let body = json!({"account": "agent-0", "password": PASSWORD}).to_string();
    let mut connection = TcpStream::connect(address).await.expect("it listens");
    let head = format!(
        "POST /api/v1/companies/acme/sign-in HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).await.expect("sent");
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    timeout(PATIENCE, connection.read_exact(&mut go_on))
        .await
        .expect("in time")
        .expect("it waits for the body");
    connection
        .write_all(&body.as_bytes()[..10])
        .await
        .expect("sent");
    program.terminate();
    // It listens to nobody new.
    timeout(PATIENCE, async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("it stops listening");
    connection
        .write_all(&body.as_bytes()[10..])
        .await
        .expect("the rest is taken");
    let mut answer = String::new();
    timeout(PATIENCE, connection.read_to_string(&mut answer))
        .await
        .expect("in time")
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(program.ended().await, Some(0));
    let db = house.open().await;
    assert_eq!(number(&db, "SELECT COUNT(*) FROM attempts").await, 1);
    db.close().await;
}
