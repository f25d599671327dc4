import CatalogStorage
import Domain
import Foundation
import SQLite
import Testing

/// Measures searches in a catalogue filled by `Benchmarks/catalogue-fill.sql`, which `TINTYPE_TIMED_CATALOGUE` names.
/// If the file is empty, the schema is created first.
private let timed = ProcessInfo.processInfo.environment["TINTYPE_TIMED_CATALOGUE"]

@Suite(.enabled(if: timed != nil)) struct SearchTimings {
    @Test func `prints how long searches take`() async throws {
        let database = try await SQLiteDatabase.open(SQLiteConfiguration(path: try #require(timed)))
        let catalog = try await Catalog.open(in: database)
        for (name, criteria, audience) in Self.searches {
            let first = try await time(catalog, criteria, audience)
            print(name, "| first", first)
            if let deep = try await deepest(catalog, criteria, audience) {
                print(name, "| deep ", try await time(catalog, deep, audience))
            }
        }
        await database.close()
    }

    private static let searches: [(String, SearchCriteria, Audience)] = {
        func criteria(_ change: (inout SearchCriteria) -> Void) -> SearchCriteria {
            var criteria = SearchCriteria()
            change(&criteria)
            return criteria
        }
        var list: [(String, SearchCriteria, Audience)] = []
        for order in SearchCriteria.Order.allCases {
            list.append(("all \(order.rawValue)", criteria { $0.order = order }, .everything))
            list.append(("root \(order.rawValue)", criteria { $0.order = order }, .owner(.root)))
            list.append(("cat \(order.rawValue)", criteria { ($0.order, $0.words) = (order, ["cat"]) }, .everything))
            list.append(
                ("sunset \(order.rawValue)", criteria { ($0.order, $0.words) = (order, ["sunset"]) }, .everything))
            list.append(
                ("zebra \(order.rawValue)", criteria { ($0.order, $0.words) = (order, ["zebra"]) }, .everything))
            list.append(("tag \(order.rawValue)", criteria { ($0.order, $0.tags) = (order, ["album7"]) }, .everything))
            list.append(
                (
                    "day \(order.rawValue)",
                    criteria {
                        $0.order = order
                        ($0.takenFrom, $0.takenTo) = (
                            CivilTime("2015-03-01T00:00:00"), CivilTime("2015-03-02T00:00:00")
                        )
                    }, .everything
                ))
            list.append(
                (
                    "year \(order.rawValue)",
                    criteria {
                        $0.order = order
                        ($0.takenFrom, $0.takenTo) = (
                            CivilTime("2015-01-01T00:00:00"), CivilTime("2016-01-01T00:00:00")
                        )
                    }, .everything
                ))
        }
        list.append(("cat sunset", criteria { $0.words = ["cat", "sunset"] }, .everything))
        list.append(("cat album7 tag", criteria { ($0.words, $0.tags) = (["cat"], ["album7"]) }, .everything))
        list.append(("pending", criteria { $0.state = .pending }, .everything))
        for (name, audience) in [("public", Audience.everyone), ("account", .account(AccountID()))] {
            for order in SearchCriteria.Order.allCases {
                list.append((name + " \(order.rawValue)", criteria { $0.order = order }, audience))
                list.append(
                    (name + " cat \(order.rawValue)", criteria { ($0.order, $0.words) = (order, ["cat"]) }, audience))
            }
            list.append((name + " album7", criteria { $0.tags = ["album7"] }, audience))
            list.append((name + " -cat", criteria { $0.terms = [Self.excluded("cat")] }, audience))
        }
        list.append(("digest", criteria { $0.digest = digest(1) }, .everything))
        return list
    }()

    private static func excluded(_ word: String) -> SearchTerm { SearchTerm(.words(WordMatch(word)), isExcluded: true) }

    /// The criteria with a cursor near the end: the position after 100 entries in the opposite order.
    private func deepest(
        _ catalog: Catalog, _ criteria: SearchCriteria, _ audience: Audience
    ) async throws -> SearchCriteria? {
        let opposite: [SearchCriteria.Order: SearchCriteria.Order] = [
            .newest: .oldest, .oldest: .newest, .latestTaken: .earliestTaken, .largest: .smallest, .smallest: .largest,
        ]
        guard let other = opposite[criteria.order] else { return nil }
        var turned = criteria
        turned.order = other
        turned.limit = 101
        guard let cursor = try await catalog.ids(matching: turned, visibleTo: audience).next else { return nil }
        let name = cursor.order.hasSuffix("#") ? criteria.order.rawValue + "#" : criteria.order.rawValue
        var deep = criteria
        deep.cursor = Cursor(order: name, key: cursor.key, tie: cursor.tie)
        return deep
    }

    private func time(
        _ catalog: Catalog, _ criteria: SearchCriteria, _ audience: Audience
    ) async throws -> String {
        var times: [Double] = []
        var count = 0
        var idTimes: [Double] = []
        for _ in 0..<20 {
            var start = ContinuousClock.now
            count = try await catalog.images(matching: criteria, visibleTo: audience).elements.count
            times.append((ContinuousClock.now - start) / .milliseconds(1))
            start = .now
            _ = try await catalog.ids(matching: criteria, visibleTo: audience)
            idTimes.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        func percentiles(_ times: [Double]) -> String {
            let sorted = times.sorted()
            return String(format: "p50 %.2f p99 %.2f ms", sorted[sorted.count / 2], sorted[sorted.count * 99 / 100])
        }
        return "\(count) records \(percentiles(times)), ids \(percentiles(idTimes))"
    }
}
