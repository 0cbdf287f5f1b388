//! Reads what a wasm file asks of its surroundings.

use std::fmt;

#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    pub module: String,
    pub name: String,
}

impl Import {
    /// wasm-bindgen's own functions: throwing, and keeping JavaScript values. Everything else is a door to the world.
    pub fn is_plumbing(&self) -> bool {
        let is_own_module = self.module == "wbg" || self.module.starts_with("__wbindgen") || self.module.ends_with("_bg.js");
        is_own_module && (self.name.starts_with("__wbindgen_") || self.name.starts_with("__wbg___wbindgen_"))
    }
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module, self.name)
    }
}

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const SECTION_IMPORT: u8 = 2;

pub fn read(wasm: &[u8]) -> Result<Vec<Import>, String> {
    let mut reader = Reader(wasm.strip_prefix(HEADER).ok_or("not a wasm file")?);
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        let length = reader.number()?;
        let body = reader.take(length)?;
        if id == SECTION_IMPORT {
            return Reader(body).imports();
        }
    }
    Ok(Vec::new())
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn imports(&mut self) -> Result<Vec<Import>, String> {
        let count = self.number()?;
        let mut imports = Vec::new();
        for _ in 0..count {
            let import = Import { module: self.text()?, name: self.text()? };
            self.skip_kind()?;
            imports.push(import);
        }
        Ok(imports)
    }

    fn skip_kind(&mut self) -> Result<(), String> {
        match self.byte()? {
            0 => self.number().map(drop),
            1 => self.byte().and_then(|_| self.skip_limits()),
            2 => self.skip_limits(),
            3 => self.byte().and_then(|_| self.byte()).map(drop),
            kind => Err(format!("unknown kind of import: {kind}")),
        }
    }

    fn skip_limits(&mut self) -> Result<(), String> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Ok(())
    }

    fn text(&mut self) -> Result<String, String> {
        let length = self.number()?;
        Ok(String::from_utf8_lossy(self.take(length)?).into_owned())
    }

    fn number(&mut self) -> Result<usize, String> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number is too long".into())
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or("the file ends too early")?;
        self.0 = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module whose import section holds one function.
    fn module_importing(module: &str, name: &str) -> Vec<u8> {
        let mut body = vec![1, module.len() as u8];
        body.extend_from_slice(module.as_bytes());
        body.push(name.len() as u8);
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(&[0, 0]);
        let mut wasm = HEADER.to_vec();
        wasm.extend_from_slice(&[1, 4, 1, 0x60, 0, 0]);
        wasm.extend_from_slice(&[SECTION_IMPORT, body.len() as u8]);
        wasm.extend(body);
        wasm
    }

    #[test]
    fn plumbing_is_allowed_and_a_clock_is_not() {
        let cases = [
            ("wbg", "__wbindgen_init_externref_table", true),
            ("./slipstream_shared_bg.js", "__wbg___wbindgen_throw_b855445ff6a94295", true),
            ("./slipstream_shared_bg.js", "__wbg_now_e3057dd824ca0191", false),
            ("env", "__wbindgen_throw", false),
            ("wasi_snapshot_preview1", "clock_time_get", false),
        ];
        for (module, name, is_allowed) in cases {
            let imports = read(&module_importing(module, name)).unwrap();
            assert_eq!(imports, [Import { module: module.into(), name: name.into() }]);
            assert_eq!(imports[0].is_plumbing(), is_allowed, "{}", imports[0]);
        }
    }

    #[test]
    fn a_cut_file_is_refused() {
        let whole = module_importing("wbg", "__wbindgen_throw");
        assert!(
            (1..whole.len())
                .all(|length| read(&whole[..length]).is_err() || length == HEADER.len() || length == HEADER.len() + 6)
        );
    }
}
