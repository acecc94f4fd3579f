//! A name server for tests, on a port of this machine: it knows the TXT records that a test sets, is the authority for
//! everything, and fails on demand.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use hickory_resolver::proto::{
    op::{Message, OpCode, ResponseCode},
    rr::{
        Name, RData, Record, RecordType,
        rdata::{SOA, TXT},
    },
};
use server::dns::Dns;
use tokio::net::UdpSocket;

/// What the server makes of a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mood {
    #[default]
    Answers,
    /// Something is broken (SERVFAIL).
    Fails,
    /// It says that there is nothing, and names no authority for that.
    KnowsNoAuthority,
}

/// A running server. Clones are the same one.
#[derive(Clone)]
pub(crate) struct TestDns {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
}

#[derive(Default)]
struct Zone {
    texts: BTreeMap<String, Vec<String>>,
    mood: Mood,
    asked: usize,
}

impl TestDns {
    pub(crate) async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let dns = Self {
            address: socket.local_addr().expect("an address"),
            zone: Arc::default(),
        };
        let answering = dns.clone();
        tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, asker)) = socket.recv_from(&mut buffer).await {
                let answer = answering.answer(&buffer[..length]);
                let _ = socket.send_to(&answer, asker).await;
            }
        });
        dns
    }

    /// For [`crate::harness::Setup`].
    pub(crate) fn dns(&self) -> Dns {
        Dns::new(&[self.address])
    }

    pub(crate) fn set(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|&text| text.to_owned()).collect();
        self.zone().texts.insert(name.to_owned(), texts);
    }

    pub(crate) fn remove(&self, name: &str) {
        self.zone().texts.remove(name);
    }

    pub(crate) fn is(&self, mood: Mood) {
        self.zone().mood = mood;
    }

    /// How often it was asked for TXT records.
    pub(crate) fn asked(&self) -> usize {
        self.zone().asked
    }

    fn zone(&self) -> MutexGuard<'_, Zone> {
        self.zone.lock().expect("nobody panics with the zone")
    }

    fn answer(&self, question: &[u8]) -> Vec<u8> {
        let question = Message::from_vec(question).expect("a question");
        let query = question.queries[0].clone();
        let mut zone = self.zone();
        zone.asked += 1;
        let mut answer = Message::response(question.metadata.id, OpCode::Query);
        answer.metadata.recursion_available = true;
        answer.add_query(query.clone());
        let name = query.name().to_ascii().to_lowercase();
        let texts = zone.texts.get(name.trim_end_matches('.'));
        match (zone.mood, texts) {
            (Mood::Fails, _) => answer.metadata.response_code = ResponseCode::ServFail,
            (Mood::KnowsNoAuthority, _) => answer.metadata.response_code = ResponseCode::NXDomain,
            (Mood::Answers, Some(texts)) if query.query_type() == RecordType::TXT => {
                for text in texts {
                    // Long ones come in pieces.
                    let pieces = text
                        .as_bytes()
                        .chunks(20)
                        .map(|piece| String::from_utf8(piece.to_vec()).expect("plain letters"));
                    let text = RData::TXT(TXT::new(pieces.collect()));
                    answer.add_answer(Record::from_rdata(query.name().clone(), 60, text));
                }
            }
            (Mood::Answers, _) => {
                answer.metadata.response_code = ResponseCode::NXDomain;
                let name = |text| Name::from_ascii(text).expect("a name");
                let soa = SOA::new(
                    name("ns.example."),
                    name("admin.example."),
                    1,
                    60,
                    60,
                    60,
                    60,
                );
                answer.add_authority(Record::from_rdata(name("example."), 60, RData::SOA(soa)));
            }
        }
        answer.to_vec().expect("an answer")
    }
}
