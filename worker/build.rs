//! Minifies the OpenAPI description, since only programs read the served copy.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=openapi.json");
    let contract: serde_json::Value = serde_json::from_str(&fs::read_to_string("openapi.json")?)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("openapi.json"), contract.to_string())?;
    Ok(())
}
