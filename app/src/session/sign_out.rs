//! The ways to end one's session.

use leptos::{ev, prelude::*, task::spawn_local};

use super::leave::{Why, leave, settle, sign_out_there};
use crate::client::{Api, ApiError};
use crate::i18n::{td_string, use_locale};

/// What somebody presses to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    SignOut,
    Everywhere,
    /// Here and at the provider.
    There,
    /// Here, and this browser asks again who they are in Amazon Connect.
    Forget,
}

impl Way {
    const ALL: [Self; 4] = [Self::SignOut, Self::Everywhere, Self::There, Self::Forget];

    /// By which a control says what it does, as `data-way` of its `.sign-out`: a desk has something to do before.
    fn word(self) -> &'static str {
        match self {
            Self::SignOut => "sign-out",
            Self::Everywhere => "sign-out-everywhere",
            Self::There => "there",
            Self::Forget => "forget",
        }
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }

    /// Ends the session. Answers where the person goes on to be signed out as well, if anywhere.
    pub(crate) async fn take(self, api: &Api) -> Result<Option<String>, ApiError> {
        settle(match self {
            Self::SignOut => api.sign_out().await.map(|()| None),
            Self::Everywhere => api.sign_out_everywhere().await.map(|()| None),
            Self::There => api.leave().await.map(|there| there.url),
            Self::Forget => api.forget_browser().await.map(|()| None),
        })
    }
}

/// Takes a way when it is pressed. Answers the handler, and whether it did not work.
fn taking(alias: String, way: Way) -> (impl Fn() + Clone + 'static, RwSignal<bool>) {
    let api = Api::use_api();
    let failed = RwSignal::new(false);
    let go = move || {
        let (api, alias) = (api.clone(), alias.clone());
        spawn_local(async move {
            match way.take(&api).await {
                Ok(Some(there)) => sign_out_there(&there),
                Ok(None) => leave(&alias, Why::SignedOut),
                Err(_) => failed.set(true),
            }
        });
    };
    (go, failed)
}

/// *Sign out*, or *Sign out everywhere*: a form without scripts, a request with them.
#[component]
pub(crate) fn SignOut(alias: String, #[prop(optional)] everywhere: bool) -> impl IntoView {
    let locale = use_locale();
    let (way, class, words) = if everywhere {
        (
            Way::Everywhere,
            "button text",
            td_string!(locale, signed_in.menu.sign_out_everywhere),
        )
    } else {
        (
            Way::SignOut,
            "button quiet",
            td_string!(locale, signed_in.menu.sign_out),
        )
    };
    let action = format!("/{alias}/{}", way.word());
    let (go, failed) = taking(alias, way);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        go();
    };
    view! {
        <form class="sign-out" data-way=way.word() method="post" action=action on:submit=submit>
            <button type="submit" class=class>{words}</button>
            <NotDone failed/>
        </form>
    }
}

/// *Sign out here and at Google*, for those who signed in there.
#[component]
pub(super) fn SignOutThere(
    alias: String,
    /// Where, as people read it.
    name: String,
) -> impl IntoView {
    let locale = use_locale();
    let (go, failed) = taking(alias, Way::There);
    view! {
        <div class="sign-out needs-program" data-way=Way::There.word()>
            <button type="button" class="button text" on:click=move |_| go()>
                {td_string!(locale, outside.leave.both, name = name)}
            </button>
            <NotDone failed/>
        </div>
    }
    .into_any()
}

/// *Forget this browser*, for those who came in by Amazon Connect: Security Settings do not open to them.
#[component]
pub(super) fn ForgetBrowser(alias: String) -> impl IntoView {
    let locale = use_locale();
    let (go, failed) = taking(alias, Way::Forget);
    view! {
        <div class="sign-out needs-program" data-way=Way::Forget.word()>
            <button
                type="button"
                class="button text"
                aria-describedby="forget-browser"
                on:click=move |_| go()
            >
                {td_string!(locale, phone.forget.button)}
            </button>
            <small id="forget-browser">{td_string!(locale, phone.forget.hint)}</small>
            <NotDone failed/>
        </div>
    }
    .into_any()
}

#[component]
fn NotDone(failed: RwSignal<bool>) -> impl IntoView {
    let locale = use_locale();
    view! {
        <p class="error" role="alert">
            {move || failed.get().then(|| td_string!(locale, signed_in.menu.not_done))}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::Way;

    #[test]
    fn every_way_is_known_by_its_word() {
        for way in Way::ALL {
            assert_eq!(Way::named(way.word()), Some(way));
        }
        assert_eq!(Way::named(""), None);
    }
}
