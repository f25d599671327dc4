import Domain
import SQLite
import Testing

@testable import CatalogStorage
@testable import SQL

private let start = Timestamp(seconds: 1_800_000_000)

extension Fixture {
    /// Selects images as an account sees them, or as an admin if it is root.
    fileprivate func select(
        _ request: SelectionRequest, as account: AccountID = .root, in catalog: Catalog? = nil
    ) async throws -> SelectionID {
        let catalog = catalog ?? self.catalog
        let (list, reach) = Self.audiences(of: account)
        let chosen = try await catalog.choose(request, from: list, naming: reach, for: account)
        return try await catalog.addSelection(chosen, of: account, now: start).id
    }

    fileprivate func selected(_ id: SelectionID, as account: AccountID = .root) async throws -> [ImageID]? {
        try await catalog.images(
            selectedBy: id, of: account, visibleTo: Self.audiences(of: account).reach, now: start)
    }

    fileprivate func summary(_ id: SelectionID, as account: AccountID = .root) async throws -> SelectionSummary? {
        try await catalog.summary(
            of: id, owner: account, visibleTo: Self.audiences(of: account).reach, changesAll: account == .root,
            now: start)
    }

    fileprivate static func audiences(of account: AccountID) -> (list: Audience, reach: Audience) {
        account == .root ? (.everything, .everything) : (.account(account), .reader(account))
    }

    /// All images of a list, over small pages.
    fileprivate func list(_ criteria: SearchCriteria, as account: AccountID = .root) async throws -> [ImageRecord] {
        var (criteria, all) = (criteria, [ImageRecord]())
        criteria.limit = 17
        repeat {
            let page = try await catalog.images(matching: criteria, visibleTo: Self.audiences(of: account).list)
            all += page.elements
            criteria.cursor = page.next
        } while criteria.cursor != nil
        return all
    }
}

/// What a request selects of a list, calculated in the simplest way: by the places of its images.
private struct SelectionReference {
    let list: [ImageRecord]
    let order: SearchCriteria.Order
    /// The cursors of the pages that end after each image.
    var cursors: [Int: Cursor] = [:]

    func indices(_ ranges: [SelectionRange]) -> [Int] {
        list.indices.filter { index in ranges.contains { part(of: $0).contains(index) } }
    }

    private func part(of range: SelectionRange) -> Range<Int> {
        let (from, to) = (range.from.map(bounds), range.to.map(bounds))
        var (lower, upper) = (from?.start ?? 0, to?.end ?? list.count)
        if let from, let to, upper <= lower { (lower, upper) = (to.start, from.end) }
        return lower..<max(lower, upper)
    }

    /// The index at which an end begins, and the one after it.
    private func bounds(_ end: SelectionRange.End) -> (start: Int, end: Int) {
        switch end {
        case .image(let id):
            let index = list.firstIndex { $0.id == id } ?? -1
            return (index, index + 1)
        case .cursor(let cursor):
            let index = cursors.first { $0.value == cursor }?.key ?? -1
            return (index + 1, index + 1)
        case .taken(let date):
            let (first, below) = (date.localMilliseconds, date.endMilliseconds ?? date.localMilliseconds + 1000)
            let dates = list.map { $0.taken?.localMilliseconds }
            func isBefore(_ taken: Int64?) -> Bool {
                taken.map { order == .latestTaken ? $0 >= below : $0 < first } ?? false
            }
            func isThrough(_ taken: Int64?) -> Bool {
                taken.map { order == .latestTaken ? $0 >= first : $0 < below } ?? false
            }
            return (dates.prefix(while: isBefore).count, dates.prefix(while: isThrough).count)
        }
    }
}

@Suite struct SelectionTests {
    private static let orders = SearchCriteria.Order.allCases.filter { $0 != .relevance }

    @Test(arguments: 1...6 as ClosedRange<UInt64>, TestedDialect.allCases)
    func `a selection has what the list shows between the same ends, and what is added and left out`(
        _ seed: UInt64, _ dialect: TestedDialect
    ) async throws {
        try await Fixture.run(dialect) { (fixture: Fixture) async throws -> Void in
            var (random, source) = (RandomSearches(seed: seed), RandomSource(seed: seed &* 77))
            let images = try await SearchTermTests.fill(fixture, &random).images.map(\.record)
            let trashed = Array(images.suffix(10))
            for image in trashed { _ = try await fixture.catalog.trashImage(image.id, expectedVersion: nil) }
            var (met, cut) = (0, 0)
            for round in 0..<90 {
                let account = source.pick([AccountID.root, RandomSearches.me])
                let isAdmin = account == .root
                func isSeen(_ image: ImageRecord) -> Bool {
                    isAdmin || image.owner == account || image.details.visibility == .public
                }
                var criteria = SearchCriteria()
                criteria.order = Self.orders[round % Self.orders.count]
                criteria.terms = source.happens(oneIn: 2) ? [] : Array(random.terms().prefix(1))
                var reference = SelectionReference(
                    list: try await fixture.list(criteria, as: account), order: criteria.order)
                for index in reference.list.indices.dropLast() where source.happens(oneIn: 6) {
                    var page = criteria
                    page.limit = index + 1
                    reference.cursors[index] = try await fixture.catalog.ids(
                        matching: page, visibleTo: Fixture.audiences(of: account).list
                    ).next
                }
                let ranges = (0..<source.pick([0, 1, 1, 2, 5, 12])).map { _ in
                    SelectionRange(from: Self.end(reference, &source), to: Self.end(reference, &source))
                }
                var request = SelectionRequest(list: source.happens(oneIn: 8) ? nil : criteria)
                if source.happens(oneIn: 4) == false { request.ranges = ranges }
                request.added = (0..<source.pick([0, 3, 9])).map { _ in source.pick(images + trashed).id }
                request.added += [ImageID()]
                request.excluded = (0..<source.pick([0, 3, 30])).map { _ in source.pick(images).id }
                let part = reference.indices(request.ranges ?? [SelectionRange(from: nil, to: nil)])
                let listed = request.list == nil ? [] : part.map { reference.list[$0].id }
                var expected: [ImageID] = []
                for id in listed + request.added
                where !request.excluded.contains(id) && !expected.contains(id)
                    && images.contains(where: { $0.id == id && isSeen($0) })
                { expected.append(id) }
                func present(_ image: ImageID) -> Bool { !trashed.contains { $0.id == image } }
                let id = try await fixture.select(request, as: account)
                #expect(try await fixture.selected(id, as: account) == expected.filter(present), "\(request)")
                let restorable = Set(
                    trashed.filter { image in
                        request.added.contains(image.id) && !request.excluded.contains(image.id)
                            && (isAdmin || image.owner == account)
                    }.map(\.id))
                let found = try await fixture.catalog.trashedImages(
                    selectedBy: id, of: account, visibleTo: Fixture.audiences(of: account).reach, now: start)
                #expect(found.map(Set.init) == restorable)
                let summary = try #require(try await fixture.summary(id, as: account))
                let records = images.filter { image in present(image.id) && expected.contains(image.id) }
                #expect(summary.count == Int64(records.count) && summary.trashed == Int64(restorable.count))
                #expect(summary.bytes == records.reduce(0) { $0 + $1.bytes })
                #expect(summary.changeable == Int64(records.filter { isAdmin || $0.owner == account }.count))
                met += records.count
                cut += part.count < reference.list.count && !part.isEmpty ? 1 : 0
            }
            #expect(met > 500 && cut > 10, "the requests must select something for this to mean anything")
        }
    }

    /// An end of a range: of an image, a cursor or, if the list has dates, a period.
    private static func end(
        _ reference: SelectionReference, _ source: inout RandomSource
    ) -> SelectionRange.End? {
        if source.happens(oneIn: 8) || reference.list.isEmpty { return nil }
        let isByDate = [.latestTaken, .earliestTaken].contains(reference.order)
        if isByDate, source.happens(oneIn: 3) {
            let texts = ["2018", "2019", "2019-04", "2019-08-05", "2019-01-01T00:00:00", "2020-01", "2031"]
            if let date = TakenDate(manual: source.pick(texts)) { return .taken(date) }
        }
        if source.happens(oneIn: 3), let cursor = reference.cursors.values.sorted(by: { $0.tie < $1.tie }).first {
            return .cursor(cursor)
        }
        return .image(source.pick(reference.list).id)
    }

    @Test(arguments: orders, [nil, "cat"])
    func `a range ends at images that are in the trash by now, and at no others that nobody sees`(
        _ order: SearchCriteria.Order, _ word: String?
    ) async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let me = try await fixture.addAccount("me")
            for number in 0..<30 {
                let sample = Sample(
                    owner: me, details: ImageDetails(title: "cat \(number % 4)"),
                    taken: number % 3 == 0 ? nil : CivilTime(year: 2020, month: 1, day: 1 + number % 5),
                    bytes: Int64(number % 4))
                try await fixture.add(number, sample)
            }
            let hidden = try await fixture.add(30, Sample(details: ImageDetails(title: "cat")))
            var criteria = SearchCriteria()
            (criteria.order, criteria.words) = (order, word.map { [$0] } ?? [])
            let list = try await fixture.list(criteria, as: me)
            for index in [4, 21] { _ = try await fixture.catalog.trashImage(list[index].id, expectedVersion: nil) }
            func select(_ from: ImageID, _ to: ImageID) async throws -> [ImageID]? {
                let request = SelectionRequest(
                    list: criteria, ranges: [SelectionRange(from: .image(from), to: .image(to))])
                return try await fixture.selected(try await fixture.select(request, as: me), as: me)
            }
            let expected = list[5...20].map(\.id)
            #expect(try await select(list[4].id, list[21].id) == expected)
            #expect(try await select(list[21].id, list[4].id) == expected, "the other way")
            _ = try await fixture.catalog.deleteTrashed(.image(list[4].id))
            for unknown in [list[4].id, hidden.id, ImageID()] {
                let error = await #expect(throws: CatalogError.self) { try await select(unknown, list[20].id) }
                #expect(error?.code == .noRangeEnd(unknown))
            }
        }
    }

    @Test func `a selection has what it had, as far as its account still sees it`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let (me, other) = (try await fixture.addAccount("me"), try await fixture.addAccount("other"))
            var images: [ImageID] = []
            for number in 0..<6 {
                let details = ImageDetails(
                    title: "", tags: number < 4 ? ["Sea", "t\(number)"] : ["sea"],
                    visibility: number < 2 ? .private : .public)
                let sample = Sample(owner: number < 3 ? me : other, details: details, bytes: Int64(1 << number))
                images.append(try await fixture.add(number, sample).id)
            }
            var criteria = SearchCriteria()
            criteria.order = .oldest
            let id = try await fixture.select(SelectionRequest(list: criteria), as: me)
            let before = try #require(try await fixture.summary(id, as: me))
            #expect(before.count == 6 && before.bytes == 63 && before.changeable == 3 && before.trashed == 0)
            #expect(before.tags.first == TagCount(tag: "Sea", count: 6) && before.tags.count == 5)
            #expect(before.commonTags == ["Sea"])
            // One is added, one is hidden, one goes into the trash, and one away for good.
            let sample = Sample(owner: me)
            _ = try await fixture.add(6, sample)
            var changes = ImageChanges()
            changes.visibility = .private
            _ = try await fixture.catalog.updateImage(images[5], changes, expectedVersion: nil)
            _ = try await fixture.catalog.trashImage(images[0], expectedVersion: nil)
            _ = try await fixture.catalog.deleteImage(images[3], expectedVersion: nil)
            #expect(try await fixture.selected(id, as: me) == [images[1], images[2], images[4]])
            let after = try #require(try await fixture.summary(id, as: me))
            #expect(after.count == 3 && after.bytes == 2 + 4 + 16 && after.changeable == 2 && after.trashed == 1)
            _ = try await fixture.catalog.restoreImage(images[0])
            #expect(try await fixture.selected(id, as: me) == [images[0], images[1], images[2], images[4]])
            #expect(try await fixture.selected(id, as: other) == nil)
            #expect(try await fixture.summary(id, as: .root) == nil)
        }
    }

    @Test func `selections expire, and the oldest makes room`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let (me, other) = (try await fixture.addAccount("me"), try await fixture.addAccount("other"))
            let image = try await fixture.add(1, Sample(owner: me)).id
            let request = SelectionRequest(list: nil, added: [image])
            let others = try await fixture.select(request, as: other)
            let first = try await fixture.select(request, as: me)
            let second = try await fixture.select(request, as: me)
            for _ in 0..<98 { _ = try await fixture.select(request, as: me) }
            #expect(try await fixture.selected(first, as: me) == [image])
            _ = try await fixture.select(request, as: me)
            #expect(try await fixture.selected(first, as: me) == nil)
            #expect(try await fixture.selected(second, as: me) == [image])
            #expect(try await fixture.selected(others, as: other) == [])
            let catalog = fixture.catalog
            #expect(try await catalog.removeSelection(second, of: other, now: start) == false)
            #expect(try await catalog.removeSelection(second, of: me, now: start))
            let (before, end) = (start.advanced(bySeconds: 3599), start.advanced(bySeconds: 3600))
            #expect(try await catalog.removeExpiredSelections(now: before) == 0)
            let late = try await catalog.images(selectedBy: others, of: other, visibleTo: .everything, now: end)
            #expect(late == nil)
            var removed = 0
            while case let count = try await catalog.removeExpiredSelections(now: end), count > 0 {
                #expect(count <= 10)
                removed += count
            }
            #expect(removed == 100)
            let left = try await fixture.database.read { session in
                try session.integer("SELECT count(*) FROM selection_chunks")
            }
            #expect(left == 0)
        }
    }

    @Test func `dates and cursors of other lists end no range`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.add(1)
            var criteria = SearchCriteria()
            criteria.order = .title
            let date = try #require(TakenDate(manual: "2020"))
            for (end, code) in [
                (.taken(date), .foreignRangeEnd),
                (.cursor(Cursor(order: "-added", key: .integer(1), tie: 1)), .foreignCursor),
                (.cursor(Cursor(order: "title", key: .none, tie: 1)), .foreignCursor),
            ] as [(SelectionRange.End, CatalogError.Code)] {
                for range in [SelectionRange(from: end, to: nil), SelectionRange(from: nil, to: end)] {
                    let error = await #expect(throws: CatalogError.self) {
                        try await fixture.select(SelectionRequest(list: criteria, ranges: [range]))
                    }
                    #expect(error?.code == code)
                }
            }
        }
    }

    @Test(arguments: orders) func `ranges are merged in the order of the list`(_ order: SearchCriteria.Order) {
        let key = SortKey(order, SearchConditions(SearchCriteria()))
        func at(_ number: Int64) -> ListPosition {
            // In the order of the list, whatever that is.
            let place = key.descends ? 100 - number : number
            return ListPosition(key: order == .title ? .text("\(place + 100)") : .integer(place), sequence: 1)
        }
        func range(_ from: Int64?, _ to: Int64?) -> ListRange {
            ListRange(after: from.map(at), through: to.map(at))
        }
        #expect(key.merged([range(5, 7), range(1, 3), range(3, 4), range(2, 3)]) == [range(1, 4), range(5, 7)])
        #expect(key.merged([range(5, 5), range(6, 2)]) == [])
        #expect(
            key.merged([range(9, nil), range(nil, 2), range(1, 3), range(12, 14)]) == [range(nil, 3), range(9, nil)])
        #expect(key.merged([range(4, nil), range(nil, 4)]) == [range(nil, nil)])
        let undated = ListRange(after: ListPosition(key: .none, sequence: 1), through: nil)
        #expect(key.merged([undated, range(1, 2)]) == [range(1, 2), undated])
    }

    @Test func `a selection has a hundred thousand images at most`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            let number = ImageSelection.maximumImages + 1
            let details = ImageDetails(title: "cat", tags: ["sea", "sky"])
            let first = try await fixture.add(1, Sample(details: details)).id
            try await fixture.multiply(to: number)
            var criteria = SearchCriteria()
            criteria.order = .latestTaken
            let error = await #expect(throws: CatalogError.self) {
                try await fixture.select(SelectionRequest(list: criteria))
            }
            #expect(error?.code == .tooManySelected)
            let id = try await fixture.select(SelectionRequest(list: criteria, excluded: [first]))
            let selected = try #require(try await fixture.selected(id))
            #expect(selected.count == number - 1 && !selected.contains(first))
            let summary = try #require(try await fixture.summary(id))
            #expect(summary.count == Int64(number - 1) && summary.changeable == summary.count)
            #expect(summary.commonTags == ["sea", "sky"])
            // Many short ranges of a list that no index has in its order.
            criteria.terms = [SearchTerm(.words(WordMatch("cat")))]
            var ranges: [SelectionRange] = []
            for start in stride(from: 0, to: 99_000, by: 110) {
                ranges.append(
                    SelectionRange(from: .image(selected[start]), to: .image(selected[start + 9])))
            }
            let many = try await fixture.select(SelectionRequest(list: criteria, ranges: ranges))
            #expect(try await fixture.selected(many)?.count == 9000)
        }
    }

    @Test func `selections are read by indexes`() async throws {
        try await Fixture.run { (fixture: Fixture) async throws -> Void in
            try await fixture.add(1)
            let dialect = CatalogDialect.sqlite
            let joined = SelectionRows.images(of: 1, visibleTo: .reader(AccountID()), dialect)
            let trashed = SelectionRows.trashed(of: 1, for: AccountID(), .reader(AccountID()), dialect)
            let viewers = AudienceView(.everything, PublicDefaults())
            let plans = try await fixture.database.read { session in
                var queries: [SQLQuery] = [
                    "SELECT images.id \(sql: joined) \(sql: SelectionRows.order)",
                    "SELECT count(*) \(sql: joined)", "SELECT count(*) \(sql: trashed)", Catalog.tags(joined, dialect),
                ]
                for order in Self.orders {
                    var criteria = SearchCriteria()
                    criteria.order = order
                    let search = try Search(criteria, viewers, dialect, session)
                    let position = { ListPosition(key: order == .title ? .text("\($0)") : .integer($0), sequence: $0) }
                    let (low, high) = (position(2), position(9))
                    let range = ListRange(
                        after: search.key.descends ? high : low, through: search.key.descends ? low : high)
                    for plan in search.plans {
                        queries += plan.key.keyRanges(in: range, sequence: plan.sequence).map {
                            plan.query($0, limit: 100_000)
                        }
                    }
                }
                return try queries.map { query in
                    try session.all("EXPLAIN QUERY PLAN \(sql: query)") { try $0.text("detail") }
                }
            }
            for plan in plans.prefix(4) {
                #expect(plan.contains { $0.hasPrefix("SEARCH selection_chunks USING INDEX") }, "\(plan)")
                let table = plan == plans[2] ? "trash" : "images"
                #expect(plan.contains { $0.hasPrefix("SEARCH \(table) USING INTEGER PRIMARY KEY") }, "\(plan)")
            }
            for plan in plans.dropFirst(4) {
                #expect(plan.count == 1 && plan[0].hasPrefix("SEARCH images USING"), "\(plan)")
            }
        }
    }
}

extension Fixture {
    /// Adds copies of the only image, which is faster than adding images: each has another date, or none.
    fileprivate func multiply(to count: Int) async throws {
        try await database.write { session in
            try session.execute("DROP INDEX images_by_owner_and_digest")
            try session.execute(
                """
                WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < \(count))
                INSERT INTO images (seq, id, digest, owner, visibility, format, width, height, bytes, date_taken,
                    date_added, date_modified, version, state, has_thumbnail, has_full_size, title_key, title, tags,
                    attributes, description)
                SELECT n.i, randomblob(16), digest, owner, visibility, format, width, height, bytes,
                    CASE WHEN n.i % 10 > 0 THEN n.i / 3 * 86400000 END, date_added + n.i, date_modified, version, state,
                    has_thumbnail, has_full_size, title_key, title, tags, attributes, description FROM n, images
                """)
            for tag in ["sea", "sky"] {
                try session.execute(
                    "INSERT INTO image_tags (tag, image, name) SELECT \(tag), seq, \(tag) FROM images WHERE seq > 1")
            }
            try session.execute(
                """
                INSERT INTO images_fts (rowid, title, description, tags, attributes, camera, lens)
                SELECT seq, title, '', '', '', '', '' FROM images WHERE seq > 1
                """)
        }
    }
}
