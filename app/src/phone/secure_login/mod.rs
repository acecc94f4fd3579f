//! *Secure Login*: the way in by Amazon Connect. The server writes a button that waits (`place`), the browser takes it
//! over (`button`). What is said when is decided in `stand`; who somebody is, the server decides.

#[cfg(feature = "hydrate")]
mod button;
#[cfg(feature = "hydrate")]
mod entry;
#[cfg(feature = "hydrate")]
mod help;
#[cfg(feature = "ssr")]
mod place;
#[cfg(any(feature = "hydrate", test))]
mod stand;

#[cfg(feature = "hydrate")]
pub(crate) use self::button::take_over;
#[cfg(feature = "ssr")]
pub(crate) use self::place::place;
