//! Why a command stopped, and what the reader can do about it.

use crate::tally::Tally;
use std::fmt;

#[derive(Debug)]
pub struct Failure {
    message: String,
    remedy: Option<String>,
    /// What a step had counted before it failed; a step that counts nothing is one failure.
    pub tally: Tally,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: None, tally: Tally { passed: 0, failed: 1 } }
    }

    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    pub fn counted(mut self, tally: Tally) -> Self {
        self.tally = tally;
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        match &self.remedy {
            Some(remedy) => write!(f, "\n  what helps: {remedy}"),
            None => Ok(()),
        }
    }
}
