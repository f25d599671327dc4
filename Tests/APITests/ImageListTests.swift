import Composition
import Domain
import HTTPTypes
import Services
import TestApplication
import Testing

@Suite struct ImageListTests {
    /// Runs a body with three images, in the order in which they were added.
    private static func run(
        _ body: @escaping @Sendable (_ application: TestApplication, _ ids: [JSONValue]) async throws -> Void
    ) async throws {
        try await TestApplication.run(settings: { $0.derivationTime = .never }) { application in
            var ids: [JSONValue] = []
            for (seed, query) in [
                (1, "?title=Night&tags=sea,boat"), (2, "?title=Caf%C3%A9&tags=sea"),
                (3, "?title=Berg&description=Schnee"),
            ] {
                let made = try await application.upload(
                    TestPicture.png(width: 40 * seed, height: 30, seed: UInt32(seed)), query)
                ids.append(made["id"])
            }
            try await body(application, ids)
        }
    }

    @Test func `criteria select images`() async throws {
        try await Self.run { application, ids in
            for (query, expected) in [
                ("", [2, 1, 0]), ("q=sea", [1, 0]), ("q=cafe", [1]), ("q=SCHNEE", [2]), ("q=nothing", []),
                ("q=-sea", [2]), ("tag=sea&tag=boat", [0]), ("tag=Sea", [1, 0]), ("format=png&format=gif", [2, 1, 0]),
                ("format=jpeg", []), ("min_width=80", [2, 1]), ("max_width=80&min_width=80", [1]),
                ("added_from=2999-01-01", []), ("added_to=2999-01-01T00:00:00Z", [2, 1, 0]),
                ("taken_from=2000-01-01", []),
                ("state=pending", [2, 1, 0]), ("state=ready", []), ("owner=root", [2, 1, 0]), ("owner=ada", []),
                ("visibility=public", []), ("digest=\(String(repeating: "0", count: 64))", []),
                ("sort=title", [2, 1, 0]),
                ("sort=added", [0, 1, 2]), ("sort=bytes", [0, 1, 2]), ("sort=-bytes", [2, 1, 0]),
                ("sort=relevance&q=boat", [0]),
            ] {
                let answer = try await application.get("/v1/images?\(query)")
                #expect(answer.status == 200)
                #expect(answer["ids"].elements == expected.map { ids[$0] }, "\(query)")
                #expect(answer["images"].elements.map { $0["id"] } == answer["ids"].elements, "\(query)")
            }
        }
    }

    @Test func `paging by cursors returns every image once`() async throws {
        try await Self.run { application, ids in
            let first = try await application.get("/v1/images?limit=2&sort=added&fields=ids")
            #expect(first.json.names == ["ids", "next"] && first["ids"].elements == Array(ids[..<2]))
            let cursor = try #require(first["next"].string)
            #expect(
                first.fields["Link"] == "</v1/images?limit=2&sort=added&fields=ids&cursor=\(cursor)>; rel=\"next\"")
            // The image that a cursor refers to may be deleted.
            #expect(try await application.send(.delete, "/v1/images/\(ids[1].string ?? "")").status == 204)
            let second = try await application.get("/v1/images?limit=2&sort=added&fields=ids&cursor=\(cursor)")
            #expect(second["ids"].elements == [ids[2]] && second["next"] == .null && second.fields["Link"] == nil)
            #expect(
                try await application.get("/v1/images?sort=title&cursor=\(cursor)").problem
                    == "400 bad-request: The cursor is of another list: begin again without it.")
        }
    }

    @Test func `an invalid parameter is refused and named`() async throws {
        try await TestApplication.run { application in
            let orders = "-added, added, -taken, taken, -bytes, bytes, title, relevance"
            for (query, detail) in [
                (
                    "colour=red",
                    "There is no parameter 'colour' here; there are: added_from, added_to, cursor, digest, "
                ),
                ("sort=x", "The parameter 'sort' must be one of \(orders), not 'x'."),
                (
                    "sort=relevance",
                    "The parameter 'sort' can only be relevance if 'q' has a word that images must have, such as q=beach."
                ),
                ("limit=0", "The parameter 'limit' must be a whole number from 1 to 1000, not '0'."),
                ("limit=many", "The parameter 'limit' must be a whole number from 1 to 1000, not 'many'."),
                ("limit=1&limit=2", "The parameter 'limit' may be given only once."),
                ("fields=some", "The parameter 'fields' must be ids or all, not 'some'."),
                ("format=exe", "The parameter 'format' must be one of jpeg, png, webp, gif, tiff, "),
                ("min_width=-1", "The parameter 'min_width' must be a whole number from 0 to 1000000, not '-1'."),
                (
                    "taken_from=yesterday",
                    "The parameter 'taken_from' must be a date such as 2021-05-31, or with a time, such as 2021-05-31T10:00:00, not 'yesterday'."
                ),
                (
                    "added_to=2021-13-01",
                    "The parameter 'added_to' must be a date, or a time of RFC 3339 such as 2021-05-31T10:00:00Z, not '2021-13-01'."
                ),
                ("digest=12", "The parameter 'digest' must be 64 hexadecimal digits, not '12'."),
                ("state=lost", "The parameter 'state' must be ready, pending or damaged, not 'lost'."),
                ("visibility=x", "The parameter 'visibility' must be public or private, not 'x'."),
                ("cursor=x", "The parameter 'cursor' must be the 'next' of an earlier page, as it was given, not 'x'."),
            ] {
                let answer = try await application.get("/v1/images?\(query)")
                #expect(answer.problem.hasPrefix("400 bad-request: \(detail)"))
            }
            let mistake = try await application.get("/v1/images?q=\(String(repeating: "x", count: 1001))")
            #expect(
                mistake.problem.hasPrefix(
                    "400 malformed-search: The parameter 'q' has a mistake at character 1000 (counted from 0): "))
            #expect(mistake["position"] == 1000)
        }
    }
}
