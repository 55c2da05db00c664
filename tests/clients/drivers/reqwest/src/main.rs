// SPDX-License-Identifier: MIT
//! Requests each URL it reads, with reqwest as it comes.
//! A line on standard input is a URL; the answer is one line, "ok" or what went wrong.

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Duration;

fn fetch(url: &str) -> Result<(), Box<dyn Error>> {
    let client = reqwest::blocking::Client::builder()
        .timeout(Duration::from_secs(60))
        .build()?;
    client.get(url).send()?.bytes()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut output = std::io::stdout();
    for url in std::io::stdin().lock().lines() {
        match fetch(&url?) {
            Ok(()) => writeln!(output, "ok")?,
            Err(error) => writeln!(output, "{}", format!("{error:?}").replace('\n', " "))?,
        }
        output.flush()?;
    }
    Ok(())
}
