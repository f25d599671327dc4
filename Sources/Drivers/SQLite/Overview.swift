// SQLite: the embedded conformer of the SQL room's database protocol.
//
// One writer that commits in groups, a pool of readers, statements kept. The only room that imports SQLite's C interface.
