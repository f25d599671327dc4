import SQL
import Testing

/// Rows without a database: columns `a`, `b`, ….
private struct Rows: SQLSession {
    struct Row: SQLRowSource {
        let values: [SQLValue]
        var columnCount: Int { values.count }
        func position(of name: String) -> Int? { ["a", "b", "c", "d", "e"].prefix(values.count).firstIndex(of: name) }
        func value(at position: Int) -> SQLValue { values[position] }
    }

    let rows: [[SQLValue]]

    func execute(_ query: SQLQuery) throws(DatabaseError) -> Int { 0 }

    func scan(_ query: SQLQuery, _ body: (SQLRow) throws -> Bool) throws {
        for values in rows {
            guard try body(SQLRow(Row(values: values))) else { return }
        }
    }
}

@Suite struct SQLRowTests {
    private static let values: [SQLValue] = [.integer(3), .real(0.5), .text("x"), .blob([9]), .null]

    /// The result of `read` for the values.
    private func read<Value>(_ read: (SQLRow) throws -> Value) throws -> Value {
        try #require(try Rows(rows: [Self.values]).first("", read))
    }

    private func code(_ body: (SQLRow) throws -> Void) throws -> DatabaseError.Code? {
        try read { row in
            do { try body(row) } catch { return (error as? DatabaseError)?.code }
            return nil
        }
    }

    @Test func `reads each type by name and by position`() throws {
        #expect(try read { try $0.integer("a") } == 3 && read { try $0.integer(0) } == 3)
        #expect(try read { try $0.real("b") } == 0.5 && read { try $0.real("a") } == 3)
        #expect(try read { try $0.text("c") } == "x" && read { try $0.text(2) } == "x")
        #expect(try read { try $0.blob("d") } == [9] && read { try $0.value(4) } == .null)
    }

    @Test func `null is nil if nil is allowed`() throws {
        #expect(try read { try $0.integerIfPresent("e") } == nil && read { try $0.realIfPresent("e") } == nil)
        #expect(try read { try $0.textIfPresent("e") } == nil && read { try $0.blobIfPresent("e") } == nil)
        #expect(try code { _ = try $0.integer("e") } == .mismatch && code { _ = try $0.blob("e") } == .mismatch)
    }

    @Test func `refuses other types and other columns`() throws {
        #expect(try code { _ = try $0.integerIfPresent("b") } == .mismatch)
        #expect(try code { _ = try $0.realIfPresent("c") } == .mismatch)
        #expect(try code { _ = try $0.textIfPresent("d") } == .mismatch)
        #expect(try code { _ = try $0.blobIfPresent("a") } == .mismatch)
        for column in ["z", 5, -1] as [SQLColumn] { #expect(try code { _ = try $0.value(column) } == .mismatch) }
    }

    @Test(arguments: [(0, false), (1, true), (-1, true), (2, true)] as [(Int64, Bool)])
    func `a whole number is true unless it is zero`(number: Int64, isTrue: Bool) throws {
        #expect(try Rows(rows: [[.integer(number)]]).first("") { try $0.boolean(0) } == isTrue)
    }

    @Test func `returns all rows, the first, or whether there is one`() throws {
        let rows = Rows(rows: [[.integer(1)], [.integer(2)], [.integer(3)]])
        #expect(try rows.all("") { try $0.integer(0) } == [1, 2, 3])
        var seen = 0
        let first = try rows.first("") { row in
            seen += 1
            return try row.integer(0)
        }
        #expect(first == 1 && seen == 1)
        #expect(try rows.integer("") == 1 && rows.exists(""))
    }

    @Test func `a missing row is nil, or an error if there must be one`() throws {
        let nothing = Rows(rows: [])
        #expect(try nothing.all("") { try $0.integer(0) } == [])
        #expect(try nothing.first("") { try $0.integer(0) } == nil && !nothing.exists(""))
        let error = #expect(throws: DatabaseError.self) { try nothing.integer("") }
        #expect(error?.code == .mismatch)
    }
}
