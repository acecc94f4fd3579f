//! A sentence that people must not miss.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BannerKind {
    #[default]
    Info,
    Good,
    Warning,
    Stop,
}

impl BannerKind {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "banner info",
            Self::Good => "banner good",
            Self::Warning => "banner warning",
            Self::Stop => "banner stop",
        }
    }

    /// What went wrong interrupts a screen reader, what went well waits its turn.
    fn role(self) -> &'static str {
        match self {
            Self::Info | Self::Good => "status",
            Self::Warning | Self::Stop => "alert",
        }
    }
}

#[component]
pub fn Banner(#[prop(optional)] kind: BannerKind, children: Children) -> impl IntoView {
    view! {
        <div class=kind.class() role=kind.role()>
            <span class="sign" aria-hidden="true"></span>
            <div class="said">{children()}</div>
        </div>
    }
    .into_any()
}
