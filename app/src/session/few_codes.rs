//! Says that backup codes run out, wherever somebody works.

use leptos::prelude::*;

use crate::client::Api;
use crate::i18n::{td_string, use_locale};
use crate::ui::{Banner, BannerKind};

/// Codes that are few enough to say so.
const FEW: u8 = 3;

/// A warning with the way to new codes; nothing for those who have enough, or never had any.
#[component]
pub(crate) fn FewCodes(alias: String) -> impl IntoView {
    let api = Api::use_api();
    let locale = use_locale();
    let left = Resource::new(
        || (),
        move |()| {
            let api = api.clone();
            // Without an answer the page still is what people came for.
            async move {
                api.backup_codes_left()
                    .await
                    .ok()
                    .and_then(|answer| answer.left)
            }
        },
    );
    let settings = StoredValue::new(format!("/{alias}/profile/security#backup-codes"));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let left = left.await.filter(|left| *left <= FEW)?;
                let said = match left {
                    0 => td_string!(locale, signed_in.few_codes.none).to_owned(),
                    1 => td_string!(locale, signed_in.few_codes.one).to_owned(),
                    left => td_string!(locale, signed_in.few_codes.some, left = left),
                };
                Some(view! {
                    <Banner kind=BannerKind::Warning>
                        <p>
                            {said} " "
                            <a href=settings.get_value() rel="external">
                                {td_string!(locale, signed_in.few_codes.make)}
                            </a>
                        </p>
                    </Banner>
                })
            })}
        </Suspense>
    }
    .into_any()
}
