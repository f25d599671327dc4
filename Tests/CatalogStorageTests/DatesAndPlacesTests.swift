import SQL
import SQLite
import Domain
import SearchLanguage
import Testing

@testable import CatalogStorage

/// Dates and places, of files and set by people, in records and searches.
struct DatesAndPlacesTests {
    private let second = CivilTime(year: 2024, month: 6, day: 1, hour: 10, minute: 20, second: 30)
    private let vienna = GeographicPoint(latitude: 48.2, longitude: 16.4, altitude: 171)
    private let graz = GeographicPoint(latitude: 47.1, longitude: 15.4)

    private func ids(_ fixture: Fixture, _ fill: (inout SearchCriteria) -> Void) async throws -> [ImageID] {
        var criteria = SearchCriteria()
        fill(&criteria)
        return try await fixture.catalog.ids(matching: criteria, visibleTo: .everything).elements
    }

    private func near(_ place: GeographicPoint?, _ fixture: Fixture) async throws -> [ImageID] {
        try await ids(fixture) { criteria in
            guard let place,
                let circle = GeographicCircle(
                    latitude: place.latitude, longitude: place.longitude, kilometres: 5)
            else { return }
            criteria.terms = [SearchTerm(.near(circle), isExcluded: false)]
        }
    }

    private func change(_ id: ImageID, _ fixture: Fixture, _ fill: (inout ImageChanges) -> Void) async throws
        -> ImageRecord
    {
        var changes = ImageChanges()
        fill(&changes)
        guard case .updated(let record, _) = try await fixture.catalog.updateImage(id, changes, expectedVersion: nil)
        else {
            throw CatalogError(.malformedRow, "not updated")
        }
        return record
    }

    @Test func `the pictures of a burst keep their order`() async throws {
        try await Fixture.run { fixture in
            var added: [Int: ImageID] = [:]
            for (number, milliseconds) in [(1, 900), (2, 100), (3, 500)] {
                var sample = Sample()
                sample.taken = second
                sample.milliseconds = milliseconds
                added[milliseconds] = try await fixture.add(number, sample).id
            }
            let expected = [100, 500, 900].compactMap { added[$0] }
            #expect(try await ids(fixture) { $0.order = .earliestTaken } == expected)
            #expect(try await ids(fixture) { $0.order = .latestTaken } == expected.reversed())
            let first = try await ids(fixture) { criteria in
                criteria.order = .earliestTaken
                criteria.limit = 2
            }
            #expect(first == Array(expected.prefix(2)))
        }
    }

    @Test func `a date that was set counts until it is removed`() async throws {
        try await Fixture.run { fixture in
            var sample = Sample()
            sample.taken = second
            let id = try await fixture.add(1, sample).id
            let set = try await change(id, fixture) { $0.taken = .some(TakenDate(manual: "1964-07")) }
            #expect(set.taken?.description == "1964-07" && set.taken?.source == .manual && set.version == 2)
            let period: (inout SearchCriteria) -> Void = {
                $0.takenFrom = CivilTime(year: 1964, month: 7, day: 1)
                $0.takenTo = CivilTime(year: 1964, month: 7, day: 2)
            }
            #expect(try await ids(fixture, period) == [id])
            let facets = try await fixture.catalog.facets(matching: SearchCriteria(), visibleTo: .everything, limit: 5)
            #expect(facets.years.map(\.name) == ["1964"])
            // Another change leaves it alone.
            #expect(try await change(id, fixture) { $0.title = "x" }.taken?.description == "1964-07")
            let removed = try await change(id, fixture) { $0.taken = .some(nil) }
            #expect(removed.taken?.local == second && removed.taken?.source == .original)
            #expect(try await ids(fixture, period) == [])
        }
    }

    @Test(arguments: [
        (
            "1964", ["1964", "1964-07", "1964-07-03", "1963..1965", "1964-12-31"],
            ["1963", "1965", "1965-01", "..1963"]
        ),
        ("1964-07", ["1964", "1964-07", "1964-07-31", "1964-07-31..1965"], ["1964-06", "1964-08", "1964-08-01.."]),
        ("1964-07-03", ["1964-07", "1964-07-03"], ["1964-07-02", "1964-07-04"]),
        ("1964-12", ["1964-12-31"], ["1965-01-01"]), ("9999", ["9999-12-31"], ["9998"]),
        ("1964-07-03T10:00:00", ["1964-07-03"], ["1964-07-04", "1964-07-02"]),
    ])
    func `a date is searched as the period that it is`(_ date: String, found: [String], lost: [String]) async throws {
        try await Fixture.run { fixture in
            let id = try await fixture.add(1).id
            _ = try await change(id, fixture) { $0.taken = .some(TakenDate(manual: date)) }
            for period in found + lost {
                let terms = try SearchMeaning.terms(of: "taken:" + period)
                for order in SearchCriteria.Order.allCases {
                    let matches = try await ids(fixture) { ($0.terms, $0.order) = (terms, order) }
                    #expect(matches == (found.contains(period) ? [id] : []), "\(period)")
                }
            }
        }
    }

    @Test func `the periods of an older catalogue are known after its migration`() async throws {
        try await Fixture.run { fixture in
            for (number, date) in ["1964", "1964-12", "1964-02-29", "1964-07-03T10:00", "1964-07-03T10:00:00"]
                .enumerated()
            {
                var sample = Sample()
                if number.isMultiple(of: 2) { sample.details.taken = TakenDate(manual: date) }
                let id = try await fixture.add(number, sample).id
                if number % 2 == 1 { _ = try await change(id, fixture) { $0.taken = .some(TakenDate(manual: date)) } }
            }
            func ends() async throws -> [Int64?] {
                try await fixture.database.read { session in
                    try session.all("SELECT date_taken_end FROM images ORDER BY seq") { try $0.integerIfPresent(0) }
                }
            }
            let known = try await ends()
            try await fixture.database.write { session in
                try session.execute("UPDATE images SET date_taken_end = NULL")
                for statement in Migration.editing.statements where statement.text.hasPrefix("UPDATE") {
                    try session.execute(statement)
                }
            }
            let again = try await ends()
            #expect(again == known && known.compactMap(\.self).count == 4)
        }
    }

    @Test func `a place that was set is found until it is removed`() async throws {
        try await Fixture.run { fixture in
            var sample = Sample()
            sample.place = (47.1, 15.4)
            let id = try await fixture.add(1, sample).id
            let other = try await fixture.add(2).id
            #expect(try await near(graz, fixture) == [id])
            #expect(try await change(id, fixture) { $0.place = .some(vienna) }.place == vienna)
            #expect(try await change(other, fixture) { $0.place = .some(graz) }.place == graz)
            #expect(try await near(vienna, fixture) == [id])
            #expect(try await near(graz, fixture) == [other])
            #expect(try await change(id, fixture) { $0.place = .some(nil) }.place == graz)
            #expect(try await change(other, fixture) { $0.place = .some(nil) }.place == nil)
            #expect(try await near(vienna, fixture) == [])
            #expect(try await near(graz, fixture) == [id])
        }
    }

    @Test func `the place of a deleted image is found no more`() async throws {
        try await Fixture.run { fixture in
            let id = try await fixture.add(1).id
            _ = try await change(id, fixture) { $0.place = .some(vienna) }
            _ = try await fixture.catalog.deleteImage(id, expectedVersion: nil)
            let again = try await fixture.add(1).id
            #expect(try await near(vienna, fixture) == [])
            _ = try await change(again, fixture) { $0.place = .some(vienna) }
            #expect(try await near(vienna, fixture) == [again])
        }
    }

    @Test func `archives date their entries as the record does`() async throws {
        try await Fixture.run { fixture in
            var sample = Sample()
            sample.taken = second
            sample.milliseconds = 700
            let id = try await fixture.add(1, sample).id
            func date() async throws -> String? {
                try await fixture.catalog.archiveCandidates(
                    [id], type: .original, visibleTo: .everything, withFilesFor: .everything
                )
                .first??.date.local.description
            }
            #expect(try await date() == "2024-06-01T10:20:30")
            _ = try await change(id, fixture) { $0.taken = .some(TakenDate(manual: "1964-07-03T10:00:00+02:00")) }
            #expect(try await date() == "1964-07-03T10:00:00")
        }
    }
}
