// TOML: reads TOML documents of keys without tables (https://toml.io/en/v1.0.0), by toml++.
//
// It knows nothing of what the keys mean. Composition may import it.
