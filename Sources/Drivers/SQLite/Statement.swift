internal import CSQLite
internal import SQL

/// One prepared statement: bound, stepped, and reset for its next use.
final class Statement: SQLRowSource {
    let sql: String
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private var positions: [String: Int]?

    /// Prepares one statement; refuses text after its end.
    init(_ sql: String, on connection: OpaquePointer) throws(DatabaseError) {
        var prepared: OpaquePointer?
        var text = sql
        let (code, rest) = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    connection, characters.baseAddress, Int32(clamping: characters.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
                let used = tail.flatMap { tail in characters.baseAddress.map { tail - $0 } } ?? 0
                return (code, characters.count - used)
            }
        }
        guard code == SQLITE_OK, let prepared else {
            try check(code, on: connection)
            throw DatabaseError(.misuse, "an empty statement")
        }
        (self.sql, handle, self.connection) = (sql, prepared, connection)
        if rest != 0 { throw DatabaseError(.misuse, "more than one statement") }
    }

    deinit {
        // The result repeats the code of the last step, which has been reported.
        sqlite3_finalize(handle)
    }

    /// Binds a value to each placeholder.
    ///
    /// - Throws: `DatabaseError` with the code `misuse` if the numbers differ.
    func bind(_ values: [SQLValue]) throws(DatabaseError) {
        guard values.count == Int(sqlite3_bind_parameter_count(handle)) else {
            throw DatabaseError(.misuse, "the numbers of values and placeholders differ")
        }
        for (index, value) in values.enumerated() {
            try check(bind(value, at: Int32(index + 1)), on: connection)
        }
    }

    /// Advances to the next row; false after the last.
    func step() throws(DatabaseError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        try check(code, on: connection)
        return false
    }

    /// Makes the statement ready for its next use and releases the values.
    func reset() {
        // Both at most repeat the code of the last step, which has been reported.
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    var columnCount: Int { Int(sqlite3_column_count(handle)) }

    func position(of name: String) -> Int? {
        if let positions { return positions[name] }
        var found: [String: Int] = [:]
        for index in 0..<columnCount {
            guard let text = sqlite3_column_name(handle, Int32(index)) else { continue }
            found[String(cString: text)] = index
        }
        positions = found
        return found[name]
    }

    func value(at position: Int) -> SQLValue {
        let index = Int32(position)
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            // Reading the text may convert it and change its length, so the text comes first.
            let start = sqlite3_column_text(handle, index)
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, index)
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
            return .blob([UInt8](bytes))
        default: return .null
        }
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        let copied = tintype_sqlite_transient()
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .integer(let number): return sqlite3_bind_int64(handle, index, number)
        case .real(let number): return sqlite3_bind_double(handle, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_text(handle, index, "", 0, copied)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text64(handle, index, $0, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
                }
            }
        case .blob(let blob):
            // An empty array has no address, which would bind NULL.
            if blob.isEmpty { return sqlite3_bind_zeroblob(handle, index, 0) }
            return blob.withUnsafeBytes { sqlite3_bind_blob64(handle, index, $0.baseAddress, UInt64($0.count), copied) }
        }
    }
}
