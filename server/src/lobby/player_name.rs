//! What a player may be called.

use slipstream_shared::limits::NAME_CHARS_MAX;

/// The name as everybody will see it: without blanks around, without characters that are invisible or turn text around.
/// `None` when nothing is left, or when it is too long.
#[must_use]
pub fn clean(name: &str) -> Option<String> {
    let mut clean = String::new();
    for character in name.chars().filter(|character| !is_invisible(*character)) {
        let is_blank = character.is_whitespace();
        if is_blank && (clean.is_empty() || clean.ends_with(' ')) {
            continue;
        }
        clean.push(if is_blank { ' ' } else { character });
    }
    clean.truncate(clean.trim_end().len());
    (1..=NAME_CHARS_MAX).contains(&clean.chars().count()).then_some(clean)
}

/// Controls, joiners, direction marks and tags: they make names look alike or break lines.
fn is_invisible(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_stays() {
        assert_eq!(clean("ADA"), Some("ADA".into()));
        assert_eq!(clean("Žofie Ω"), Some("Žofie Ω".into()));
    }

    #[test]
    fn blanks_are_single_and_inside() {
        assert_eq!(clean("  two \t\n words "), Some("two words".into()));
    }

    #[test]
    fn invisible_characters_are_taken_out() {
        assert_eq!(clean("a\u{202e}b\u{200b}c\u{0}"), Some("abc".into()));
        assert_eq!(clean("\u{200b}\u{feff}"), None);
    }

    #[test]
    fn an_empty_or_long_name_is_refused() {
        assert_eq!(clean(" "), None);
        assert_eq!(clean(&"x".repeat(NAME_CHARS_MAX + 1)), None);
    }
}
