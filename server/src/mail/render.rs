//! Sets a letter twice, as plain text and as HTML, from the same blocks.
//!
//! Mail programs know little CSS and drop style sheets, so the HTML is styled inline. It sets few
//! colours of its own: the reader's program then keeps text readable in light and in dark.

use app::i18n::{Language, Locale};

/// A piece of a letter, from top to bottom. Every text in it is one line.
pub(super) enum Block {
    Text(String),
    /// Six digits to read and copy.
    Code(String),
    /// Label and value.
    Facts(Vec<(String, String)>),
    Button {
        label: String,
        link: String,
    },
}

/// The built-in brand colour; a company's own replaces it.
const BRAND: &str = "#0A6552";

/// Makes one line of anything: no line ends, no other control characters, nothing that reverses
/// the direction of what follows. Headers are made of this, and a name cannot forge a paragraph.
pub(super) fn one_line(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let breaks =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\u{2028}' | '\u{2029}');
    let kept: String = text
        .chars()
        .filter(|c| !turns(*c))
        .map(|c| if breaks(c) { ' ' } else { c })
        .collect();
    kept.split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn text(blocks: &[Block], footer: &[String]) -> String {
    let mut paragraphs: Vec<String> = blocks
        .iter()
        .map(|block| match block {
            Block::Text(text) => one_line(text),
            Block::Code(code) => one_line(code),
            Block::Facts(facts) => facts
                .iter()
                .map(|(label, value)| format!("{}: {}", one_line(label), one_line(value)))
                .collect::<Vec<_>>()
                .join("\n"),
            Block::Button { label, link } => format!("{}:\n{}", one_line(label), one_line(link)),
        })
        .collect();
    paragraphs.push(
        footer
            .iter()
            .map(|line| one_line(line))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    paragraphs.join("\n\n") + "\n"
}

pub(super) fn html(
    locale: Locale,
    subject: &str,
    brand: Option<&str>,
    blocks: &[Block],
    footer: &[String],
) -> String {
    let brand = brand.filter(|colour| is_colour(colour)).unwrap_or(BRAND);
    let body: String = blocks.iter().map(|block| html_of(block, brand)).collect();
    let footer: String = footer
        .iter()
        .map(|line| {
            format!(
                "<p style=\"margin:0 0 4px;font-size:13px\">{}</p>",
                escape(line)
            )
        })
        .collect();
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\
         <title>{title}</title></head>\
         <body style=\"margin:0;padding:24px;font-family:system-ui,'Segoe UI',Arial,sans-serif;font-size:15px;line-height:1.5\">\
         <div style=\"max-width:520px;border-top:4px solid {brand};padding-top:24px\">{body}\
         <div style=\"margin-top:32px;padding-top:12px;border-top:1px solid #7A8781\">{footer}</div>\
         </div></body></html>\n",
        lang = locale.as_str(),
        title = escape(subject),
    )
}

fn html_of(block: &Block, brand: &str) -> String {
    match block {
        Block::Text(text) => format!("<p style=\"margin:0 0 16px\">{}</p>", escape(text)),
        // The gap is drawn, not typed: whoever copies the code gets six digits.
        Block::Code(code) => {
            let (first, second) = code.split_at_checked(3).unwrap_or((code, ""));
            format!(
                "<p style=\"margin:0 0 16px;font-size:28px;font-weight:600;letter-spacing:0.08em;\
                 font-variant-numeric:tabular-nums\">{}<span style=\"margin-left:0.4em\">{}</span></p>",
                escape(first),
                escape(second)
            )
        }
        Block::Facts(facts) => {
            let rows: String = facts
                .iter()
                .map(|(label, value)| {
                    format!(
                        "<tr><th scope=\"row\" style=\"padding:4px 16px 4px 0;text-align:left;font-weight:400;\
                         vertical-align:top\">{}</th><td style=\"padding:4px 0;font-weight:600;\
                         overflow-wrap:anywhere\">{}</td></tr>",
                        escape(label),
                        escape(value)
                    )
                })
                .collect();
            format!("<table style=\"margin:0 0 16px;border-collapse:collapse\">{rows}</table>")
        }
        // The address stands below as text: for programs that show no links, and for the careful.
        Block::Button { label, link } => {
            let (label, link) = (escape(label), escape(link));
            format!(
                "<p style=\"margin:0 0 16px\"><a href=\"{link}\" style=\"display:inline-block;padding:12px 24px;\
                 border-radius:6px;background:{brand};color:{ink};font-weight:600;text-decoration:none\">{label}</a></p>\
                 <p style=\"margin:0 0 16px;font-size:13px;overflow-wrap:anywhere\">{link}</p>",
                ink = ink_on(brand),
            )
        }
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in one_line(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#')
        .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Black or white, whichever reads better on a colour (WCAG 2.2, relative luminance).
fn ink_on(colour: &str) -> &'static str {
    let channel = |range| {
        let value = colour
            .get(range)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .unwrap_or(0);
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.2126 * channel(1..3) + 0.7152 * channel(3..5) + 0.0722 * channel(5..7);
    // Where contrast against black and against white is the same.
    if luminance > 0.179 {
        "#000000"
    } else {
        "#FFFFFF"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_becomes_one_line() {
        assert_eq!(
            one_line("Acme\r\nBcc: a@b.example\0\u{2028}x\u{202E}y"),
            "Acme Bcc: a@b.example xy"
        );
        assert_eq!(one_line("  spaced \t out\u{a0} "), "spaced out");
    }

    #[test]
    fn markup_in_facts_stays_text() {
        let blocks = [
            Block::Text("<b>\"&'".into()),
            Block::Button {
                label: "x".into(),
                link: "\"><script>".into(),
            },
        ];
        let html = html(
            Locale::en,
            "</title>",
            Some("red;background:url(x)"),
            &blocks,
            &[],
        );
        assert!(html.contains("&lt;b&gt;&quot;&amp;&#39;"));
        assert!(
            !html.contains("<script") && !html.contains("url(") && html.contains("&lt;/title&gt;")
        );
        assert!(html.contains(BRAND), "what is no colour is not used");
    }

    #[test]
    fn a_code_is_drawn_in_two_groups_and_copied_as_one() {
        let block = Block::Code("482913".into());
        assert_eq!(text(&[block], &[]), "482913\n\n\n");
        let html = html_of(&Block::Code("482913".into()), BRAND);
        assert!(html.contains(">482<span") && html.contains(">913</span>"));
    }

    #[test]
    fn ink_reads_on_every_brand() {
        assert_eq!(ink_on("#0A6552"), "#FFFFFF");
        assert_eq!(ink_on("#FFD500"), "#000000");
    }
}
