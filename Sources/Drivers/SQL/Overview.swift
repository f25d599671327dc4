// SQL: a protocol for relational databases.
//
// It owns statements whose values can only be bound, rows, transactions and errors. SQLite conforms to it; a driver for
// PostgreSQL is planned (`docs/decisions/0002`). Targets above it name a database only in files for its dialect
// (`…+SQLite.swift`).
