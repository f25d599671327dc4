import Foundation
import SQL
import Synchronization
import Testing

@testable import SQLite

@Suite struct SQLiteDatabaseTests {
    @Test func `commits many writes at once`() async throws {
        try await withDatabase { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER)") }
            let before = database.commits
            try await withThrowingTaskGroup(of: Void.self) { group in
                // The first write holds the writer until the others wait.
                let hold = Hold()
                group.addTask { try await database.write { _ in hold.until { database.queuedWrites == 100 } } }
                for n in 0..<100 {
                    group.addTask {
                        try await hold.arrive()
                        _ = try await database.write { try $0.execute("INSERT INTO t VALUES (\(n))") }
                    }
                }
                try await group.waitForAll()
            }
            #expect(database.commits.writes - before.writes == 101)
            #expect(database.commits.commits - before.commits <= 4)
            #expect(try await database.read { try $0.integer("SELECT count(*) FROM t") } == 100)
        }
    }

    /// The former pages of a savepoint are kept in one piece of memory, and then in a file.
    @Test(arguments: [10, 30, 100, 1000, 5000])
    func `a write may change any number of pages, and be undone`(_ pages: Int) async throws {
        try await withDatabase { database in
            try await database.write { session in
                try session.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT)")
                for _ in 0..<pages {
                    try session.execute("INSERT INTO t (text) VALUES (\(String(repeating: "x", count: 3000)))")
                }
            }
            let change: @Sendable (any SQLSession) throws -> Int = { session in
                try session.execute("UPDATE t SET text = text || n")
            }
            #expect(try await database.write(change) == pages)
            #expect(try await database.writeAlone(change) == pages)
            for isAlone in [true, false] {
                let failing: @Sendable (any SQLSession) throws -> Void = { session in
                    _ = try change(session)
                    throw Refusal()
                }
                await #expect(throws: Refusal.self) {
                    try await isAlone ? database.writeAlone(failing) : database.write(failing)
                }
            }
            #expect(try await database.read { try $0.integer("SELECT length(text) FROM t WHERE n = 1") } == 3002)
            #expect(try await database.check() == [])
        }
    }

    @Test func `a body that throws undoes only its own changes`() async throws {
        try await withDatabase { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER UNIQUE)") }
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                let hold = Hold()
                group.addTask { (try? await database.write { _ in hold.until { database.queuedWrites == 40 } }) != nil }
                for n in 0..<40 {
                    group.addTask {
                        try? await hold.arrive()
                        return
                            (try? await database.write { (session: any SQLSession) throws -> Void in
                                try session.execute("INSERT INTO t VALUES (\(n))")
                                if n.isMultiple(of: 2) { throw Refusal() }
                            }) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(outcomes == 21)
            let kept = try await database.read { try $0.all("SELECT n FROM t ORDER BY n") { try $0.integer(0) } }
            #expect(kept == stride(from: 1, to: 40, by: 2).map(Int64.init))
        }
    }

    @Test func `tells at once that this process or another one has committed`() async throws {
        var configuration = SQLiteConfiguration(path: "")
        try await withDatabase {
            configuration = $0
        } _: { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER)") }
            var before = try database.version()
            _ = try await database.read { try $0.integer("SELECT count(*) FROM t") }
            #expect(try database.version() == before)
            // Two commits while nobody asks, and a connection that the database does not know.
            let other = try await SQLiteDatabase.open(configuration)
            for writer in [database, other, other] {
                try await writer.write { try $0.execute("INSERT INTO t VALUES (1)") }
                let after = try database.version()
                #expect(after != before)
                before = after
            }
            await other.close()
            await database.close()
            #expect(throws: DatabaseError.self) { try database.version() }
        }
    }

    @Test func `reads see a snapshot and cannot write`() async throws {
        try await withDatabase { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER)") }
            let hold = Hold()
            async let reading = database.read { session in
                let before = try session.integer("SELECT count(*) FROM t")
                hold.until(arrivals: 1)
                return [before, try session.integer("SELECT count(*) FROM t")]
            }
            try await hold.arrive {
                _ = try await database.write { try $0.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(try await reading == [0, 0])
            #expect(try await database.read { try $0.integer("SELECT count(*) FROM t") } == 1)
            let error = await #expect(throws: DatabaseError.self) {
                try await database.read { _ = try $0.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.code == .readOnly)
        }
    }

    @Test func `readers block neither each other nor a writer`() async throws {
        try await withDatabase({ $0.readers = 3 }) { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER)") }
            let others = Hold()
            let wereTogether = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await database.read { session in
                            _ = try session.integer("SELECT count(*) FROM t")
                            // The three readers, and the committed write.
                            return others.meet(4)
                        }
                    }
                }
                group.addTask {
                    try await others.arrive(after: 3) {
                        _ = try await database.write { try $0.execute("INSERT INTO t VALUES (1)") }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(wereTogether == [true, true, true, true])
            #expect(try await database.read { try $0.integer("SELECT count(*) FROM t") } == 1)
        }
    }

    @Test func `a writer does not block readers`() async throws {
        try await withDatabase { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER)") }
            let reader = Hold()
            async let writing = database.write { session in
                try session.execute("INSERT INTO t VALUES (1)")
                return reader.meet(2)
            }
            let counts = Mutex<Int64?>(nil)
            let hasRead = try await reader.arrive(after: 1) {
                let count = try await database.read { try $0.integer("SELECT count(*) FROM t") }
                counts.withLock { $0 = count }
            }
            #expect(try await writing && hasRead)
            // Uncommitted changes are not visible.
            #expect(counts.withLock { $0 } == 0)
            #expect(try await database.read { try $0.integer("SELECT count(*) FROM t") } == 1)
        }
    }

    @Test func `many concurrent reads and writes lose nothing`() async throws {
        try await withDatabase { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for n in 0..<200 {
                    group.addTask { _ = try await database.write { try $0.execute("INSERT INTO t VALUES (\(n))") } }
                    group.addTask {
                        let count = try await database.read { try $0.integer("SELECT count(*) FROM t") }
                        #expect((0...200).contains(count))
                    }
                }
                try await group.waitForAll()
            }
            let rows = try await database.read { try $0.all("SELECT n FROM t ORDER BY n") { try $0.integer(0) } }
            #expect(rows == Array(0..<200))
        }
    }

    @Test(arguments: ["", "a\0b", "\0", "naïve 🐈‍⬛ \u{10FFFF}", "\u{FEFF}x", "e\u{301} é", "'); DROP TABLE t; --"])
    func `text is kept unchanged`(_ text: String) async throws {
        try await withDatabase { database in
            let back = try await database.write { session in
                try session.execute("CREATE TABLE t (x TEXT)")
                try session.execute("INSERT INTO t VALUES (\(text))")
                return try session.first("SELECT x FROM t") { try $0.text("x") }
            }
            #expect(back.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test func `values keep their types, and others are refused`() async throws {
        try await withDatabase { database in
            try await database.read { (session: any SQLSession) throws -> Void in
                let nothing: String? = nil
                try session.scan(
                    "SELECT \(Int64.min) AS i, \(0.1) AS r, \([UInt8]()) AS b, \(nothing) AS n, \([0, 255] as [UInt8]) AS c"
                ) { (row: SQLRow) throws -> Bool in
                    #expect(try row.integer("i") == .min)
                    #expect(try row.real("r") == 0.1)
                    #expect(try row.blob("b") == [])
                    #expect(try row.textIfPresent("n") == nil)
                    #expect(try row.blob(4) == [0, 255])
                    #expect(throws: DatabaseError.self) { try row.text("i") }
                    #expect(throws: DatabaseError.self) { try row.text("n") }
                    #expect(throws: DatabaseError.self) { try row.integer("nowhere") }
                    #expect(throws: DatabaseError.self) { try row.integer(5) }
                    return true
                }
            }
        }
    }

    @Test func `a full database is an error, and nothing of the group remains`() async throws {
        try await withDatabase({ $0.maximumBytes = 40 * 4096 }) { database in
            try await database.write { try $0.execute("CREATE TABLE t (b BLOB)") }
            let error = await #expect(throws: DatabaseError.self) {
                for _ in 0..<100 {
                    try await database.write {
                        try $0.execute("INSERT INTO t VALUES (\([UInt8](repeating: 1, count: 9000)))")
                    }
                }
            }
            #expect(error?.code == .full)
            let rows = try await database.read { try $0.integer("SELECT count(*) FROM t") }
            #expect(rows > 0 && rows < 20)
            try await database.write { try $0.execute("DELETE FROM t") }
            #expect(try await database.check() == [])
        }
    }

    @Test func `waiting writes that are cancelled are not begun`() async throws {
        try await withDatabase { database in
            try await database.write { try $0.execute("CREATE TABLE t (n INTEGER)") }
            let hold = Hold()
            async let slow: Void = database.write { _ in hold.until(arrivals: 2) }
            try await hold.arrive()
            let waiting = Task { try await database.write { try $0.execute("INSERT INTO t VALUES (1)") } }
            waiting.cancel()
            try await hold.arrive()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            try await slow
            #expect(try await database.read { try $0.integer("SELECT count(*) FROM t") } == 0)
        }
    }

    @Test func `too many waiting writes are refused`() async throws {
        try await withDatabase({ $0.writeQueue = 2 }) { database in
            // Writes that are accepted take until another one is refused.
            let hold = Hold()
            let codes = await withTaskGroup(of: DatabaseError.Code?.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        do {
                            try await database.write { _ in hold.until(arrivals: 1) }
                            return nil
                        } catch {
                            try? await hold.arrive()
                            return (error as? DatabaseError)?.code
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.contains(.overloaded) && codes.contains(nil))
        }
    }

    @Test func `a query may run within the scan of another`() async throws {
        try await withDatabase { database in
            let sum = try await database.read { session in
                var sum: Int64 = 0
                let query: SQLQuery = "WITH t (n) AS (VALUES (1), (2), (3)) SELECT n FROM t"
                try session.scan(query) { _ in
                    sum += try session.all(query) { try $0.integer(0) }.reduce(0, +)
                    return true
                }
                return sum
            }
            #expect(sum == 18)
        }
    }

    /// What is best for a few rows must not be done with a million.
    @Test func `a plan does not depend on what was in the database once`() async throws {
        let plan: @Sendable (any SQLSession) throws -> [String] = { session in
            try session.all("EXPLAIN QUERY PLAN SELECT count(*) FROM a JOIN b ON b.n = a.n WHERE a.kind = 1") { row in
                try row.text(3)
            }
        }
        try await withFile { path in
            var plans: [[String]] = []
            for start in 0..<3 {
                let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: path))
                if start == 0 {
                    try await database.write { session in
                        try session.execute("CREATE TABLE a (kind INTEGER, n INTEGER)")
                        try session.execute("CREATE INDEX a_by_kind ON a (kind)")
                        try session.execute("CREATE TABLE b (n INTEGER PRIMARY KEY)")
                        for n in 0..<2 {
                            try session.execute("INSERT INTO a VALUES (1, \(n))")
                            try session.execute("INSERT INTO b (n) VALUES (\(n))")
                        }
                    }
                }
                plans.append(try await database.read(plan))
                // Another program measures; earlier versions did so when they ended.
                if start == 1 { try await database.write { try $0.execute("ANALYZE") } }
                await database.close()
            }
            #expect(plans == Array(repeating: plans[0], count: 3))
        }
    }

    @Test func `a file that is not a database is refused, and a closed database too`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tintype-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
        let error = await #expect(throws: DatabaseError.self) {
            _ = try await SQLiteDatabase.open(SQLiteConfiguration(path: path))
        }
        #expect(error?.code == .corrupt)
        try await withDatabase { database in
            await database.close()
            let error = await #expect(throws: DatabaseError.self) { try await database.write { _ in } }
            #expect(error?.code == .closed)
        }
    }
}

private struct Refusal: Error {}

private func withDatabase(
    _ adjust: (inout SQLiteConfiguration) -> Void = { _ in }, _ body: (SQLiteDatabase) async throws -> Void
) async throws {
    try await withFile { path in
        var configuration = SQLiteConfiguration(path: path)
        adjust(&configuration)
        let database = try await SQLiteDatabase.open(configuration)
        do { try await body(database) } catch {
            await database.close()
            throw error
        }
        await database.close()
    }
}

/// - Parameter body: takes the path of a file that does not exist, in a folder of its own.
private func withFile(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tintype-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder.appendingPathComponent("test.sqlite").path)
}
