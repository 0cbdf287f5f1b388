//! What players are called: names fit for display, and names for bots that read like people's.

use crate::limits::{CHAT_BYTES_MAX, NAME_BYTES_MAX, NAME_CHARS_MAX};
use crate::protocol::codec::cut_text;
use crate::rng::Rng;

const UNNAMED: &str = "Pilot";

const BOT_NAMES: [&str; 72] = [
    "Mira",
    "Okoye",
    "Juno",
    "Bastian",
    "Yuki",
    "Tamsin",
    "Rafe",
    "Ingrid",
    "Kofi",
    "Lena",
    "Desmond",
    "Priya",
    "Anders",
    "Zola",
    "Emil",
    "Noor",
    "Tobias",
    "Saoirse",
    "Marek",
    "Ines",
    "Jonas",
    "Aiko",
    "Leif",
    "Carmen",
    "Dmitri",
    "Wren",
    "Hugo",
    "Salma",
    "Viktor",
    "Nell",
    "Omar",
    "Freya",
    "Luca",
    "Thandi",
    "Petra",
    "Cyrus",
    "Hana",
    "Moss",
    "Elif",
    "Rowan",
    "Stellan",
    "Paloma",
    "Idris",
    "Greta",
    "Nikolai",
    "Maeve",
    "Tariq",
    "Sunniva",
    "Caspian",
    "Odette",
    "Ravi",
    "Brynn",
    "Kenji",
    "Amara",
    "Falk",
    "Noemi",
    "Silas",
    "Vesna",
    "Arlo",
    "Ximena",
    "Otto",
    "Liora",
    "Kaspar",
    "Dalia",
    "Finn",
    "Yara",
    "Goran",
    "Isolde",
    "Teo",
    "Marguerite",
    "Bruno",
    "Kestrel",
];

/// Fit for display: no controls, no invisible or direction-changing characters, single spaces, at most `NAME_CHARS_MAX` characters.
#[must_use]
pub fn displayable_name(wish: &str) -> String {
    let name: String = visible_text(wish).chars().take(NAME_CHARS_MAX).collect();
    let name = cut_text(name.trim_end(), NAME_BYTES_MAX).to_owned();
    if name.is_empty() { UNNAMED.to_owned() } else { name }
}

/// What a chat line may look like; `None` when nothing is left of it.
#[must_use]
pub fn displayable_chat(text: &str) -> Option<String> {
    let text = visible_text(cut_text(text, CHAT_BYTES_MAX));
    (!text.is_empty()).then_some(text)
}

/// `wish`, or `wish 2` and so on while `is_taken`.
#[must_use]
pub fn unique_name(wish: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(wish) {
        return wish.to_owned();
    }
    // More numbers than seats: one of them is free.
    let numbered = |number: u32| {
        let ending = format!(" {number}");
        let beginning: String = wish.chars().take(NAME_CHARS_MAX - ending.len()).collect();
        format!("{}{ending}", beginning.trim_end())
    };
    (2..2_000).map(numbered).find(|name| !is_taken(name)).unwrap_or_else(|| wish.to_owned())
}

/// A bot's name that nobody in the match has.
#[must_use]
pub fn bot_name(dice: &mut Rng, is_taken: impl Fn(&str) -> bool) -> String {
    let count = BOT_NAMES.len();
    let first = dice.below(72) as usize;
    let free = (0..count).map(|i| BOT_NAMES[(first + i) % count]).find(|name| !is_taken(name));
    free.map_or_else(|| unique_name(BOT_NAMES[first % count], is_taken), str::to_owned)
}

fn visible_text(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let before = visible.len();
        if before > 0 {
            visible.push(' ');
        }
        visible.extend(word.chars().filter(|c| is_visible(*c)));
        if visible.len() == before + 1 && before > 0 {
            visible.pop();
        }
    }
    visible
}

fn is_visible(c: char) -> bool {
    let is_format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}');
    !c.is_control() && !is_format
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_keeps_what_can_be_seen() {
        assert_eq!(displayable_name("  ADA \t Lovelace "), "ADA Lovelace");
        assert_eq!(displayable_name("\u{202e}evil\u{0}"), "evil");
        assert_eq!(displayable_name(" \u{200b} "), UNNAMED);
        assert_eq!(displayable_name("Привет 你好"), "Привет 你好");
        assert_eq!(displayable_name("abcdefghijklmnopqrstuvwxyz"), "abcdefghijklmnop");
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(unique_name("ADA", |name| name == "ADA" || name == "ADA 2"), "ADA 3");
        assert_eq!(unique_name("abcdefghijklmnop", |name| name == "abcdefghijklmnop"), "abcdefghijklmn 2");
    }

    #[test]
    fn bots_have_names_of_their_own_even_in_a_crowd() {
        let mut dice = crate::rng::Rng::new(5);
        let mut names: Vec<String> = Vec::new();
        for _ in 0..1_000 {
            let name = bot_name(&mut dice, |name| names.iter().any(|known| known == name));
            assert!(!names.contains(&name), "{name} twice");
            names.push(name);
        }
    }

    #[test]
    fn a_chat_line_without_anything_to_see_is_none() {
        assert_eq!(displayable_chat(" \n\u{200b}"), None);
        assert_eq!(displayable_chat("good  game"), Some("good game".to_owned()));
    }

    proptest! {
        #[test]
        fn a_name_is_never_too_long_or_empty(wish in "\\PC{0,40}") {
            let name = displayable_name(&wish);
            prop_assert!(!name.is_empty() && name.chars().count() <= NAME_CHARS_MAX && name.len() <= NAME_BYTES_MAX);
        }
    }
}
