//! From page to page of a long list.

use leptos::prelude::*;

use crate::i18n::{Locale, td_string, use_locale};

/// Which part of the whole a page shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Counted from 1.
    pub page: u32,
    pub size: u32,
    /// As far as was counted.
    pub total: u64,
    /// Whether there are more than `total`.
    pub more: bool,
}

impl Part {
    /// The first and the last thing on the page, counted from 1.
    fn range(self) -> (u64, u64) {
        let before = u64::from(self.page.saturating_sub(1)) * u64::from(self.size);
        (before + 1, (before + u64::from(self.size)).min(self.total))
    }

    fn has_next(self) -> bool {
        u64::from(self.page) * u64::from(self.size) < self.total
    }
}

/// `309`, or `1,000+` where nobody counted further.
pub fn counted(locale: Locale, total: u64, more: bool) -> String {
    if !more {
        return total.to_string();
    }
    let (thousands, rest) = (total / 1_000, total % 1_000);
    if thousands == 0 {
        return td_string!(locale, signed_in.pager.more, total = rest);
    }
    let total = td_string!(
        locale,
        signed_in.pager.thousands,
        thousands = thousands,
        rest = format!("{rest:03}")
    );
    td_string!(locale, signed_in.pager.more, total = total)
}

/// What part is shown, and links to its neighbours; `address` gives the address of a page.
#[component]
pub fn Pager<F>(#[prop(into)] part: Signal<Part>, address: F) -> impl IntoView
where
    F: Fn(u32) -> String + Copy + Send + Sync + 'static,
{
    let locale = use_locale();
    let said = move || {
        let (first, last) = part.get().range();
        let Part { total, more, .. } = part.get();
        let total = counted(locale, total, more);
        td_string!(
            locale,
            signed_in.pager.range,
            first = first,
            last = last,
            total = total
        )
    };
    let previous = move || (part.get().page > 1).then(|| address(part.get().page - 1));
    let next = move || part.get().has_next().then(|| address(part.get().page + 1));
    view! {
        <nav class="pager" aria-label=td_string!(locale, signed_in.pager.label)>
            <p role="status">{said}</p>
            {move || previous().map(|href| view! {
                <a class="button quiet" rel="prev" href=href>
                    {td_string!(locale, signed_in.pager.previous)}
                </a>
            })}
            {move || next().map(|href| view! {
                <a class="button quiet" rel="next" href=href>
                    {td_string!(locale, signed_in.pager.next)}
                </a>
            })}
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(page: u32, total: u64) -> Part {
        Part {
            page,
            size: 50,
            total,
            more: false,
        }
    }

    #[test]
    fn what_was_not_counted_is_said() {
        assert_eq!(counted(Locale::en, 309, false), "309");
        assert_eq!(counted(Locale::en, 1_000, true), "1,000+");
        assert_eq!(counted(Locale::de, 1_000, true), "1.000+");
    }

    #[test]
    fn the_last_page_ends_with_the_last_thing() {
        assert_eq!(part(1, 312).range(), (1, 50));
        assert_eq!(part(7, 312).range(), (301, 312));
        assert_eq!(part(1, 3).range(), (1, 3));
    }

    #[test]
    fn there_is_a_next_page_while_something_is_left() {
        assert!(part(1, 51).has_next());
        assert!(!part(1, 50).has_next());
        assert!(!part(7, 312).has_next());
    }
}
