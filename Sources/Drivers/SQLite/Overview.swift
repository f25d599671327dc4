// SQLite: the embedded conformer of the database protocol of SQL.
//
// It has one writer that commits in groups, a pool of readers, and kept statements. It is the only target that imports
// SQLite's C interface.
