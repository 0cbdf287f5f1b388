//! Counts tests in what the test runners print, so that the last line of `cargo xtask test` is about tests and not about steps.

use std::ops::AddAssign;

const NEXTEST_SUM: &str = "Summary [";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Tally {
    pub const ONE_PASSED: Self = Self { passed: 1, failed: 0 };

    /// Understands cargo-nextest, cargo test, vitest and `node --test`.
    pub fn of(output: &str) -> Self {
        let lines: Vec<String> = output.lines().map(|line| without_colour(line).trim().to_owned()).collect();
        // nextest repeats what a failed test printed, and that ends with a sum of its own.
        let is_nextest = lines.iter().any(|line| line.starts_with(NEXTEST_SUM));
        let mut tally = Self::default();
        for line in lines.iter().filter(|line| !is_nextest || line.starts_with(NEXTEST_SUM)) {
            tally += Self::of_line(line);
        }
        tally
    }

    fn of_line(line: &str) -> Self {
        let words: Vec<&str> =
            line.split(|c: char| c.is_whitespace() || ",;|()".contains(c)).filter(|word| !word.is_empty()).collect();
        let before = |word: &str| {
            words.iter().position(|w| *w == word).and_then(|i| words.get(i.wrapping_sub(1))?.parse().ok()).unwrap_or(0)
        };
        let is_rust = line.starts_with(NEXTEST_SUM) || line.starts_with("test result:");
        let is_vitest = words.first() == Some(&"Tests");
        if is_rust || is_vitest {
            let timed_out = if line.contains(" timed out") { before("timed") } else { 0 };
            return Self { passed: before("passed"), failed: before("failed") + timed_out };
        }
        match words[..] {
            ["ℹ" | "#", "pass", count] => Self { passed: count.parse().unwrap_or(0), failed: 0 },
            ["ℹ" | "#", "fail", count] => Self { passed: 0, failed: count.parse().unwrap_or(0) },
            _ => Self::default(),
        }
    }
}

/// Drops the terminal's colour codes.
fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut is_in_code = false;
    for c in line.chars() {
        match c {
            '\u{1b}' => is_in_code = true,
            _ if is_in_code => is_in_code = !c.is_ascii_alphabetic(),
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runner_is_understood() {
        let cases = [
            ("     Summary [   1.234s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped", 9, 3),
            ("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out", 3, 1),
            ("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | \u{1b}[32m4 passed\u{1b}[39m (5)", 4, 1),
            ("ℹ pass 7\nℹ fail 2", 7, 2),
            ("# pass 7\n# fail 0", 7, 0),
            ("compiled 3 passed things", 0, 0),
        ];
        for (output, passed, failed) in cases {
            assert_eq!(Tally::of(output), Tally { passed, failed }, "{output}");
        }
    }

    #[test]
    fn a_failure_is_counted_once_though_nextest_shows_it_again() {
        let output = "test result: FAILED. 0 passed; 1 failed\n  Summary [ 1.0s] 3 tests run: 2 passed, 1 failed, 0 skipped\n";
        assert_eq!(Tally::of(output), Tally { passed: 2, failed: 1 });
    }

    #[test]
    fn several_summaries_add_up() {
        let output = "test result: ok. 3 passed; 0 failed\nrunning 2 tests\ntest result: ok. 2 passed; 0 failed\n";
        assert_eq!(Tally::of(output), Tally { passed: 5, failed: 0 });
    }
}
