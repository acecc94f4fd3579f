//! Moments for people, taken from the text of the API's RFC 3339 stamps: they carry the offset of
//! the company's time zone, so what stands there is what the clock on the wall says. No time zone
//! data and no clock in the browser are needed.

use super::{Locale, td_string};

/// `09:02` of `2026-03-01T09:02:11+01:00`; nothing for a text of another shape.
pub fn time_of(stamp: &str) -> String {
    stamp.get(11..16).unwrap_or_default().to_owned()
}

/// `1 March` of `2026-03-01T09:02:11+01:00`, in the reader's language.
pub fn day_of(locale: Locale, stamp: &str) -> String {
    let part = |range: std::ops::Range<usize>| stamp.get(range)?.parse::<u8>().ok();
    let (Some(month), Some(day)) = (part(5..7), part(8..10)) else {
        return String::new();
    };
    let month = match month {
        1 => td_string!(locale, common.january),
        2 => td_string!(locale, common.february),
        3 => td_string!(locale, common.march),
        4 => td_string!(locale, common.april),
        5 => td_string!(locale, common.may),
        6 => td_string!(locale, common.june),
        7 => td_string!(locale, common.july),
        8 => td_string!(locale, common.august),
        9 => td_string!(locale, common.september),
        10 => td_string!(locale, common.october),
        11 => td_string!(locale, common.november),
        _ => td_string!(locale, common.december),
    };
    td_string!(locale, common.day, day = day, month = month)
}

/// `22 Nov 2026, 09:02` for `2026-11-22T09:02:11+01:00`: the company's wall clock as the API
/// wrote it, so that server and browser say the same. A text of another shape stays as it is.
pub fn moment(locale: Locale, stamp: &str) -> String {
    let parts = (
        stamp.get(..4),
        stamp.get(5..7),
        stamp.get(8..10),
        stamp.get(11..16),
    );
    let (Some(year), Some(month), Some(day), Some(time)) = parts else {
        return stamp.to_owned();
    };
    let month = match month {
        "01" => td_string!(locale, common.month.m01),
        "02" => td_string!(locale, common.month.m02),
        "03" => td_string!(locale, common.month.m03),
        "04" => td_string!(locale, common.month.m04),
        "05" => td_string!(locale, common.month.m05),
        "06" => td_string!(locale, common.month.m06),
        "07" => td_string!(locale, common.month.m07),
        "08" => td_string!(locale, common.month.m08),
        "09" => td_string!(locale, common.month.m09),
        "10" => td_string!(locale, common.month.m10),
        "11" => td_string!(locale, common.month.m11),
        "12" => td_string!(locale, common.month.m12),
        _ => return stamp.to_owned(),
    };
    td_string!(
        locale,
        common.moment,
        day = day,
        month = month,
        year = year,
        time = time
    )
}

/// `4:09` for 249 seconds.
pub fn timer(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_from_their_text() {
        let stamp = "2026-03-01T09:02:11+01:00";
        assert_eq!(time_of(stamp), "09:02");
        assert_eq!(day_of(Locale::en, stamp), "1 March");
        assert_eq!(day_of(Locale::de, stamp), "1. März");
        assert_eq!(timer(249), "4:09");
    }

    #[test]
    fn whole_moments_follow_the_language() {
        let stamp = "2026-11-22T09:02:11+01:00";
        assert_eq!(moment(Locale::en, stamp), "22 Nov 2026, 09:02");
        assert_eq!(moment(Locale::de, stamp), "22.11.2026, 09:02");
        for text in ["", "soon", "2026-13-22T09:02:11Z", "ääääääääääääää"] {
            assert_eq!(moment(Locale::en, text), text);
        }
    }

    #[test]
    fn other_texts_give_nothing() {
        assert_eq!(time_of("soon"), "");
        assert_eq!(day_of(Locale::en, "soon"), "");
    }
}
