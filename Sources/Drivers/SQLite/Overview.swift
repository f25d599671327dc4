// SQLite: the embedded database, a conformer of the protocol in SQL.
//
// It has one writer that commits in groups, a pool of readers, and a cache of prepared statements. It is the only
// target that imports SQLite's C interface.
