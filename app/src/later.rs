//! The pages that come after somebody's first one: a chunk of the program of their own, which the browser fetches
//! while a person is still typing their password. Nothing outside may name these pages but by [`Later`].

use leptos::{ev::SubmitEvent, prelude::*, wasm_split::SplitLoaderError};
use leptos_router::ChooseView;
use web_sys::Window;

use crate::{
    context::reload,
    entry::{LegalPage, Steps, StoppedPage},
    i18n::bring_texts,
    onboarding::{FloorCardPage, OnboardingPage},
    outside::{self, SsoAnywherePage, SsoPage},
    sign_in::{
        BindPage, BrowserLinkPage, ChangePasswordPage, CodePage, ConfirmEmailPage,
        ForgotPasswordPage, InvitationPage, ResetPasswordPage, SetupPage,
    },
    ui::Visits,
};

/// A page of this chunk, as the view of its route.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Later {
    Bind,
    BrowserLink,
    ChangePassword,
    Code,
    ConfirmEmail,
    FloorCard,
    ForgotPassword,
    Invitation,
    Onboarding,
    Privacy,
    ResetPassword,
    Setup,
    Sso,
    SsoAnywhere,
    Stopped,
    Terms,
}

impl ChooseView for Later {
    async fn choose(self) -> AnyView {
        let navigated = Visits::later();
        come(navigated, page(self)).await
    }

    async fn preload(&self) {
        // `choose` tells what becomes of a failure.
        let _ = preload_page().await;
    }
}

/// A chunk's page, once it is there.
pub(crate) async fn come(
    navigated: bool,
    page: impl Future<Output = Result<AnyView, SplitLoaderError>>,
) -> AnyView {
    match page.await {
        Ok(page) => page,
        Err(_) => {
            // A newer release may have replaced the chunk: its document brings what fits. A document that was
            // only just loaded stays what it is, a page that works without scripts.
            if navigated {
                reload();
            }
            std::future::pending().await
        }
    }
}

#[leptos::wasm_split::wasm_split(
    later,
    wasm_split_path = leptos::wasm_split,
    preload(preload_page),
    fallible
)]
fn page(page: Later) -> Result<AnyView, SplitLoaderError> {
    bring_texts();
    Ok(match page {
        Later::Bind => BindPage().into_any(),
        Later::BrowserLink => BrowserLinkPage().into_any(),
        Later::ChangePassword => ChangePasswordPage().into_any(),
        Later::Code => CodePage().into_any(),
        Later::ConfirmEmail => ConfirmEmailPage().into_any(),
        Later::FloorCard => FloorCardPage().into_any(),
        Later::ForgotPassword => ForgotPasswordPage().into_any(),
        Later::Invitation => InvitationPage().into_any(),
        Later::Onboarding => OnboardingPage().into_any(),
        Later::Privacy => view! { <LegalPage privacy=true/> }.into_any(),
        Later::ResetPassword => ResetPasswordPage().into_any(),
        Later::Setup => SetupPage().into_any(),
        Later::Sso => SsoPage().into_any(),
        Later::SsoAnywhere => SsoAnywherePage().into_any(),
        Later::Stopped => StoppedPage().into_any(),
        Later::Terms => view! { <LegalPage privacy=false/> }.into_any(),
    })
}

/// Goes on from a page that opened a window for the provider that the form asks for.
#[leptos::wasm_split::wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
pub(crate) fn send_outside(
    event: SubmitEvent,
    opened: Option<Window>,
    steps: Steps,
) -> Result<(), SplitLoaderError> {
    bring_texts();
    outside::go_on(&event, opened, &steps);
    Ok(())
}
