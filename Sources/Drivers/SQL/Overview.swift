// SQL: one protocol for relational databases.
//
// It owns statements whose values can only be bound, rows, transactions and errors. SQLite and PostgreSQL conform to it;
// nothing above a driver names either, but for the dialect's few differences.
