internal import CSQLite
internal import SQL

/// Throws if a return code of SQLite is an error. Every call's return code goes through this function.
func check(_ code: Int32, on connection: OpaquePointer) throws(DatabaseError) {
    // The low byte is the primary code, the rest extends it (sqlite.org/rescode.html).
    guard code & 0xFF != SQLITE_OK else { return }
    let message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "unknown"
    throw DatabaseError(databaseErrorCode(code), message, driverCode: Int(code))
}

private func databaseErrorCode(_ code: Int32) -> DatabaseError.Code {
    switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_CONSTRAINT: .constraint
    case SQLITE_FULL: .full
    case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .readOnly
    case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_NOMEM, SQLITE_PROTOCOL, SQLITE_INTERRUPT: .io
    default: .misuse
    }
}
