//! The interface `CitrnEnv` of the npm package.

use core::cell::RefCell;
use std::collections::BTreeSet;

use super::*;
use crate::{bindings::Limiter, storage::object::Namespace};

const TYPES: &str = include_str!("../../../npm/index.d.ts");

/// Returns the names of all settings that are read if the others are complete.
fn names_read(changes: &[(&str, Option<&str>)]) -> BTreeSet<String> {
    let settings = complete(changes);
    let names = RefCell::new(BTreeSet::new());
    let source = |name: &str| {
        names.borrow_mut().insert(name.to_owned());
        settings.get(name).cloned()
    };
    let _ = Settings::read(&source, Scripted::default(), Route::SPECS);
    names.into_inner()
}

/// Returns the properties of the interface.
fn typed() -> BTreeSet<String> {
    let (_, rest) = TYPES.split_once("export interface CitrnEnv {\n").unwrap();
    let (body, _) = rest.split_once("\n}\n").unwrap();
    let properties = body.lines().filter_map(|line| line.strip_prefix("  readonly ")?.split_once(':'));
    properties.map(|(name, _)| name.trim_end_matches('?').to_owned()).collect()
}

#[test]
fn the_npm_package_has_a_type_for_every_setting_and_binding() {
    // `ENVIRONMENT` is only read if plain http is allowed.
    let mut all = names_read(&[("CITRN_ALLOW_INSECURE_BASE_URL", Some("true"))]);
    all.extend(Limiter::ALL.map(|limiter| limiter.binding().to_owned()));
    let namespaces = [Namespace::Idempotency, Namespace::Inbox, Namespace::Checkout];
    all.extend(namespaces.map(|namespace| namespace.binding().to_owned()));
    assert_eq!(typed(), all, "worker/npm/index.d.ts");
}
