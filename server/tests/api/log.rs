//! What the server logs, kept for tests: its lines, and the statements that each request sent to the database. The
//! subscriber is the process's only one: with several, tracing may remember for all threads that nobody on another
//! one listens.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt::Debug,
    io,
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use tracing_subscriber::{
    filter::dynamic_filter_fn,
    fmt,
    layer::{Context, Layer, SubscriberExt},
    registry,
    registry::LookupSpan,
};

/// Log lines, kept.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub(crate) fn text(&self) -> String {
        let lines = self.0.lock().expect("whole").clone();
        String::from_utf8(lines).expect("text")
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

thread_local! {
    /// Where this thread's log lines go, if anywhere. A test's runtime has one thread.
    static HERE: RefCell<Option<Lines>> = const { RefCell::new(None) };
}

/// Keeps every log line of this thread from now on.
pub(crate) fn keep_log() -> Lines {
    listen();
    let lines = Lines::default();
    HERE.with(|here| here.replace(Some(lines.clone())));
    lines
}

/// Keeps no log lines of this thread any more.
pub(crate) fn drop_log() {
    HERE.with(|here| here.replace(None));
}

/// Whether any test wants to know of statements; they are formatted only then.
static COUNTING: AtomicBool = AtomicBool::new(false);
/// The statements of each request, by its reference.
static STATEMENTS: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

/// Notes, from now on, every statement that a request sends to the database.
pub(crate) fn count_statements() {
    COUNTING.store(true, Ordering::Relaxed);
    listen();
}

/// What the request with this reference sent: the text of each statement, and the rows it read and wrote.
pub(crate) fn statements_of(reference: &str) -> Vec<String> {
    let mut statements = STATEMENTS.lock().unwrap_or_else(PoisonError::into_inner);
    statements.remove(reference).unwrap_or_default()
}

fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let listening = dynamic_filter_fn(|_, _| HERE.with(|here| here.borrow().is_some()));
        let writer = || HERE.with(|here| here.borrow().clone()).unwrap_or_default();
        let lines = fmt::layer()
            .with_ansi(false)
            .with_writer(writer)
            .with_filter(listening);
        let counting = dynamic_filter_fn(|it, _| {
            COUNTING.load(Ordering::Relaxed) && (it.is_span() || it.target() == "sqlx::query")
        });
        let subscriber = registry()
            .with(lines)
            .with(Statements.with_filter(counting));
        tracing::subscriber::set_global_default(subscriber).expect("the only one");
    });
}

/// Notes statements under the request in whose span they ran, on whatever thread.
struct Statements;

/// A request's span says which one it is.
struct Reference(String);

impl<S: tracing::Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Statements {
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        id: &tracing::span::Id,
        context: Context<'_, S>,
    ) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let (Some(reference), Some(span)) = (fields.0.remove("reference"), context.span(id)) {
            span.extensions_mut().insert(Reference(reference));
        }
    }

    fn on_event(&self, event: &tracing::Event<'_>, context: Context<'_, S>) {
        let reference = context.event_scope(event).and_then(|mut scope| {
            scope.find_map(|span| span.extensions().get::<Reference>().map(|it| it.0.clone()))
        });
        let Some(reference) = reference else { return };
        let mut fields = Fields::default();
        event.record(&mut fields);
        let said = ["summary", "db.statement", "rows_affected", "rows_returned"]
            .map(|name| fields.0.remove(name).unwrap_or_default())
            .join(" | ");
        STATEMENTS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(reference)
            .or_default()
            .push(said);
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl tracing::field::Visit for Fields {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
