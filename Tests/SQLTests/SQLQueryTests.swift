import SQL
import Testing

@Suite struct SQLQueryTests {
    @Test func `binds every kind of value, in the order of the marks`() {
        let (number, text, bytes): (Int64?, String?, [UInt8]?) = (7, "t", [1])
        let (noNumber, noText, noBytes): (Int64?, String?, [UInt8]?) = (nil, nil, nil)
        let query: SQLQuery = """
            a \(1) b \(Int64.min) c \(0.5) d \("x'; --") e \([2, 3] as [UInt8]) f \(true) g \(false) h \(number) i \(text) \
            j \(bytes) k \(noNumber) l \(noText) m \(noBytes) n \(SQLValue.null)
            """
        #expect(query.text == "a ? b ? c ? d ? e ? f ? g ? h ? i ? j ? k ? l ? m ? n ?")
        #expect(
            query.values == [
                .integer(1), .integer(.min), .real(0.5), .text("x'; --"), .blob([2, 3]), .integer(1), .integer(0),
                .integer(7), .text("t"), .blob([1]), .null, .null, .null, .null,
            ])
    }

    @Test func `a literal binds nothing`() {
        let query: SQLQuery = "SELECT 1"
        #expect(query.text == "SELECT 1" && query.values == [])
    }

    @Test func `inserts a fragment with its values`() {
        let fragment: SQLQuery = "a = \(1) OR b = \("x")"
        let query: SQLQuery = "SELECT \(0) WHERE (\(sql: fragment)) AND c = \(2)"
        #expect(query.text == "SELECT ? WHERE (a = ? OR b = ?) AND c = ?")
        #expect(query.values == [.integer(0), .integer(1), .text("x"), .integer(2)])
    }

    @Test(
        arguments: [
            ([], "", []), (["a = \(1)"], "a = ?", [.integer(1)]),
            (["a = \(1)", "b", "c = \("x")"], "a = ? AND b AND c = ?", [.integer(1), .text("x")]),
        ] as [([SQLQuery], String, [SQLValue])])
    func `joins fragments by a separator between them`(
        fragments: [SQLQuery], text: String, values: [SQLValue]
    ) {
        let joined = SQLQuery.joined(fragments, by: " AND ")
        #expect(joined.text == text && joined.values == values)
    }

    @Test func `an error has its code, its message and the driver's number`() {
        #expect(DatabaseError(.full, "no room").description == "full: no room")
        #expect(DatabaseError(.busy, "locked", driverCode: 5).description == "busy: locked (5)")
    }
}
