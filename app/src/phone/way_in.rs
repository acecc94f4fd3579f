//! How somebody signs in at Amazon Connect once more without leaving their work: the window is opened inside their click.

use leptos::prelude::*;

use super::Phone;
#[cfg(feature = "hydrate")]
use super::{Cookies, Stage, window};

/// What became of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only browsers open windows")
)]
pub(crate) enum SignInWindow {
    #[default]
    None,
    Open,
    /// The browser did not allow it.
    Blocked,
}

#[derive(Clone, Copy)]
pub(crate) struct WayIn {
    phone: Phone,
    url: StoredValue<String>,
    pub(crate) window: RwSignal<SignInWindow>,
}

impl WayIn {
    pub(crate) fn new(phone: Phone, url: String) -> Self {
        Self {
            phone,
            url: StoredValue::new(url),
            window: RwSignal::new(SignInWindow::None),
        }
    }

    pub(crate) fn url(self) -> String {
        self.url.get_value()
    }

    /// Opens the window or brings it to the front; call it inside a click. A phone that is not there is started first.
    pub(crate) fn open(self) {
        #[cfg(feature = "hydrate")]
        {
            let stage = self.phone.stage.get_untracked();
            if matches!(stage, Stage::Absent | Stage::Unloaded) {
                return self.phone.start(&self.url(), Cookies::AsUsual);
            }
            let opened = window::show() || window::open(&self.url());
            if opened {
                self.phone.goes_to_sign_in();
            }
            self.window.set(match opened {
                true => SignInWindow::Open,
                false => SignInWindow::Blocked,
            });
        }
    }

    /// They followed the link to a tab of its own.
    pub(crate) fn left_by_tab(self) {
        self.window.set(SignInWindow::None);
        self.phone.goes_to_sign_in();
    }

    /// The person is back, perhaps because they closed it.
    pub(crate) fn look(self) {
        #[cfg(feature = "hydrate")]
        if self.window.get_untracked() == SignInWindow::Open && window::looks_closed() {
            self.forget();
        }
    }

    /// Nobody needs it any more.
    pub(crate) fn close(self) {
        #[cfg(feature = "hydrate")]
        window::close(false);
        self.forget();
    }

    /// There is more to say than what became of it.
    pub(crate) fn forget(self) {
        if self.window.get_untracked() != SignInWindow::None {
            self.window.set(SignInWindow::None);
        }
    }
}
