//! `audit`: a company's log, as pages and as files.

use app::wire::{AuditActor, AuditEntry, AuditPage, AuditQuery, Problem, ProblemCode};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows::{self, audit::Export};

use super::{
    Web,
    answer::{Failure, reference},
    request::{From, Query},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export_csv))
        .routes(routes!(export_json))
}

/// What happened in the company, newest first
#[utoipa::path(
    get, path = "/audit", tag = "Audit", params(AuditQuery),
    responses(
        (status = 200, body = AuditPage),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`, also for days and kinds that do not exist"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`"),
    )
)]
async fn list(
    State(web): State<Web>,
    From(visitor): From,
    Query(query): Query<AuditQuery>,
) -> Result<axum::Json<AuditPage>, Failure> {
    Ok(axum::Json(
        flows::audit::list(&web.services, &visitor, &query).await?,
    ))
}

/// Everything that a filter finds, as CSV (RFC 4180, UTF-8)
///
/// What a spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(
    get, path = "/audit/export.csv", tag = "Audit", params(AuditQuery),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`, `cross_site`"),
    )
)]
async fn export_csv(
    State(web): State<Web>,
    From(visitor): From,
    headers: HeaderMap,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    check_site(&headers)?;
    let export = flows::audit::export(&web.services, &visitor, &query, "csv").await?;
    Ok(attachment(export, Format::Csv))
}

/// Everything that a filter finds, as JSON
#[utoipa::path(
    get, path = "/audit/export.json", tag = "Audit", params(AuditQuery),
    responses(
        (status = 200, body = Vec<AuditEntry>),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`invalid_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`signed_out`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`forbidden`, `cross_site`"),
    )
)]
async fn export_json(
    State(web): State<Web>,
    From(visitor): From,
    headers: HeaderMap,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Failure> {
    check_site(&headers)?;
    let export = flows::audit::export(&web.services, &visitor, &query, "json").await?;
    Ok(attachment(export, Format::Json))
}

/// Refuses what another site leads a browser to: an export is a GET, but it leaves a line in the log.
fn check_site(headers: &HeaderMap) -> Result<(), Failure> {
    match headers.get("sec-fetch-site") {
        Some(site) if site == "cross-site" => Err(Failure::of(ProblemCode::CrossSite)),
        _ => Ok(()),
    }
}

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Json,
}

/// Why a file ends too early. The answer has begun by then: the connection breaks, and no reader takes
/// what came for the whole.
type Broken = Box<dyn std::error::Error + Send + Sync>;

fn attachment(export: Export, format: Format) -> Response {
    let (ending, kind) = match format {
        Format::Csv => ("csv", "text/csv; charset=utf-8; header=present"),
        Format::Json => ("json", "application/json"),
    };
    // An alias has letters, digits and hyphens only.
    let disposition = format!(
        "attachment; filename=\"audit-log-{}-{}.{ending}\"",
        export.alias, export.today
    );
    let reference = reference();
    let file = Some((export, true));
    let body = Body::from_stream(stream::try_unfold(file, move |file| {
        let reference = reference.clone();
        async move {
            let Some((mut export, is_first)) = file else {
                return Ok::<_, Broken>(None);
            };
            let part = async {
                let events = export.next().await?;
                part(format, is_first, &events).map(|part| (part, events.is_empty()))
            };
            match part.await {
                Ok((part, is_last)) => Ok(Some((part, (!is_last).then_some((export, false))))),
                Err(error) => {
                    tracing::error!(error, reference, "an export broke off");
                    Err(error)
                }
            }
        }
    }));
    let mut answer = body.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}

/// A piece of the file; the one without events is its end.
fn part(format: Format, is_first: bool, events: &[AuditEntry]) -> Result<Vec<u8>, Broken> {
    match format {
        Format::Csv => csv_part(is_first, events),
        Format::Json => json_part(is_first, events),
    }
}

const COLUMNS: [&str; 9] = [
    "id",
    "at",
    "kind",
    "person",
    "username",
    "by",
    "reason",
    "reference",
    "address",
];

fn csv_part(is_first: bool, events: &[AuditEntry]) -> Result<Vec<u8>, Broken> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    if is_first {
        writer.write_record(COLUMNS)?;
    }
    for event in events {
        let person = event.person.as_ref();
        let by = match &event.actor {
            None => "",
            Some(AuditActor::Operator) => "Operator",
            Some(AuditActor::Person(person)) => &person.username,
        };
        let cells = [
            event.id.as_str(),
            &event.at,
            &event.kind,
            person.map_or("", |person| &person.name),
            person.map_or("", |person| &person.username),
            by,
            event.reason.as_deref().unwrap_or_default(),
            &event.reference,
            &event.address,
        ];
        writer.write_record(cells.map(harmless))?;
    }
    Ok(writer.into_inner()?)
}

/// What begins a formula.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula (OWASP, CSV Injection; ASVS 5.0 1.2.10), nor any part of it: where
/// the decimal sign is a comma, cells end at semicolons, and what quotes hold together here falls apart.
fn harmless(cell: &str) -> String {
    let mut harmless = String::with_capacity(cell.len() + 1);
    if cell.starts_with(['\t', '\r', '\n']) {
        harmless.push('\'');
    }
    let mut begins = true;
    for char in cell.chars() {
        if begins && FORMULA.contains(&char) {
            harmless.push('\'');
        }
        harmless.push(char);
        begins = matches!(char, ';' | '\t' | '\r' | '\n') || (begins && char == '"');
    }
    harmless
}

fn json_part(is_first: bool, events: &[AuditEntry]) -> Result<Vec<u8>, Broken> {
    let mut part = Vec::new();
    if is_first {
        part.push(b'[');
    }
    for (index, event) in events.iter().enumerate() {
        if !(is_first && index == 0) {
            part.push(b',');
        }
        part.push(b'\n');
        serde_json::to_writer(&mut part, event)?;
    }
    if events.is_empty() {
        part.extend(b"\n]\n");
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(reason: &str) -> AuditEntry {
        AuditEntry {
            id: "1".into(),
            at: "2026-03-01T09:02:11+01:00".into(),
            kind: "account.unlocked".into(),
            person: None,
            actor: Some(AuditActor::Operator),
            reason: Some(reason.into()),
            reference: "4f2a".into(),
            address: "2001:db8::1".into(),
        }
    }

    #[test]
    fn no_cell_begins_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for (formula, text) in [
            ("x;=1;y", "x;'=1;y"),
            ("x;;+1\t-1", "x;;'+1\t'-1"),
            ("x\r\n@SUM(A1)", "x\r\n'@SUM(A1)"),
            ("x;\"=1", "x;\"'=1"),
            ("=1;=2", "'=1;'=2"),
            ("\t=1", "'\t'=1"),
        ] {
            assert_eq!(harmless(formula), text);
        }
        for plain in [
            "",
            "'=1",
            "a=1",
            " =1",
            "1-1",
            "4f2a",
            "a; b",
            "a;b-c",
            "a \"=\" b",
        ] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn csv_keeps_quotes_commas_and_line_ends_in_their_cell() {
        let part = csv_part(true, &[event("=HYPERLINK(\"x\"),\r\nüber")]).expect("written");
        assert_eq!(
            String::from_utf8(part).expect("UTF-8"),
            "id,at,kind,person,username,by,reason,reference,address\r\n\
             1,2026-03-01T09:02:11+01:00,account.unlocked,,,Operator,\
             \"'=HYPERLINK(\"\"x\"\"),\r\nüber\",4f2a,2001:db8::1\r\n"
        );
        assert_eq!(csv_part(false, &[]).expect("written"), b"");
    }

    #[test]
    fn json_is_one_array_however_it_is_cut() {
        for batches in [vec![], vec![1], vec![2, 1], vec![2, 2]] {
            let mut file = Vec::new();
            let mut is_first = true;
            for size in batches.iter().chain([&0]) {
                let events = vec![event("x"); *size];
                file.extend(json_part(is_first, &events).expect("written"));
                is_first = false;
            }
            let read: Vec<AuditEntry> = serde_json::from_slice(&file).expect("JSON");
            assert_eq!(read.len(), batches.iter().sum::<usize>());
        }
    }
}
