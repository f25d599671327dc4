// SQL: one protocol for relational databases.
//
// It owns statements whose values can only be bound, rows, transactions and errors. SQLite conforms to it; a driver for
// PostgreSQL is to conform as well. Targets above it name a database only where the dialects differ, in files whose names
// say so (`…+SQLite.swift`).
