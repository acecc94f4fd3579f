//! `language`: a person's own choice, before and after signing in.

use app::{
    i18n,
    wire::{ChooseLanguage, Problem, ProblemCode},
};
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::flows;

use super::{
    Web,
    answer::Failure,
    cookies::{self, Name},
    request::{From, Json},
};

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(choose))
}

/// Choose a language
#[utoipa::path(
    put, path = "/language", tag = "Session",
    responses(
        (status = 204),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn choose(
    State(web): State<Web>,
    From(visitor): From,
    Json(choice): Json<ChooseLanguage>,
) -> Result<(HeaderMap, StatusCode), Failure> {
    let language =
        known(&choice.language).ok_or_else(|| Failure::of(ProblemCode::InvalidRequest))?;
    flows::session::choose_language(&web.services, &visitor, &language).await?;
    let mut headers = HeaderMap::new();
    cookies::set(&mut headers, Name::Language, language, web.is_secure());
    Ok((headers, StatusCode::NO_CONTENT))
}

/// The language itself, if the application speaks it.
pub(super) fn known(language: &str) -> Option<String> {
    i18n::languages()
        .map(|(tag, _)| tag)
        .find(|tag| *tag == language)
        .map(str::to_owned)
}

/// The first language of a browser's list that the application speaks (RFC 9110, section 12.5.4).
pub(super) fn accepted(headers: &HeaderMap) -> Option<String> {
    let wishes = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut wishes: Vec<(f32, &str)> = wishes
        .split(',')
        .filter_map(|wish| {
            let (tag, weight) = wish.split_once(";q=").unwrap_or((wish, "1"));
            Some((weight.trim().parse().ok()?, tag.trim().split('-').next()?))
        })
        .collect();
    wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
    wishes
        .into_iter()
        .filter(|(weight, _)| *weight > 0.0)
        .find_map(|(_, tag)| known(&tag.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_wished_known_language_is_taken() {
        let accepted = |text: &'static str| {
            accepted(&HeaderMap::from_iter([(
                header::ACCEPT_LANGUAGE,
                http::HeaderValue::from_static(text),
            )]))
        };
        assert_eq!(
            accepted("tlh, de-AT;q=0.8, en;q=0.9").as_deref(),
            Some("en")
        );
        assert_eq!(accepted("de-AT").as_deref(), Some("de"));
        assert_eq!(accepted("de;q=0, tlh").as_deref(), None);
    }
}
