import Domain
import SearchLanguage
import Testing

@Suite struct SearchMeaningTests {
    private static func period(_ from: String?, _ below: String?) -> SearchInterval<CivilTime> {
        SearchInterval(
            from: from.flatMap { CivilTime($0 + "T00:00:00") }, below: below.flatMap { CivilTime($0 + "T00:00:00") })
    }

    private static func size(_ from: Int64?, _ below: Int64?) -> SearchInterval<Int64> {
        SearchInterval(from: from, below: below)
    }

    private static let circle = GeographicCircle(latitude: 48.2, longitude: -16.37, kilometres: 5)

    @Test(
        arguments: [
            ("sun", .words(WordMatch("sun"))), ("sun*", .words(WordMatch("sun", isPrefix: true))),
            ("\"a: b\"", .words(WordMatch("a: b"))), ("title:sun", .words(WordMatch("sun", in: .title))),
            ("description:\"a b\"*", .words(WordMatch("a b", isPrefix: true, in: .description))),
            ("camera:\"Canon EOS\"", .words(WordMatch("Canon EOS", in: .camera))),
            ("lens:50mm", .words(WordMatch("50mm", in: .lens))),
            ("attribute:x", .words(WordMatch("x", in: .attributes))), ("tag:beach", .tag("beach")),
            ("TAG:\"a b\"", .tag("a b")),
            ("attr.store_name:\"Nord 1\"", .attribute(AttributeMatch(name: "store_name", value: "Nord 1"))),
            ("ATTR.N:a:b", .attribute(AttributeMatch(name: "n", value: "a:b"))),
            ("tag:be*", .words(WordMatch("be", isPrefix: true, in: .tags))), ("format:PNG", .format(.png)),
            ("format:jpg", .format(.jpeg)), ("format:tif", .format(.tiff)), ("owner:alice", .owner(handle: "alice")),
            ("is:private", .visibility(.private)), ("is:Public", .visibility(.public)),
            ("is:damaged", .state(.damaged)),
            ("is:pending", .state(.pending)), ("is:ready", .state(.ready)), ("tag:12:30", .tag("12:30")),
        ] as [(String, SearchCondition)])
    func `terms become conditions`(_ text: String, _ condition: SearchCondition) throws {
        #expect(try SearchMeaning.terms(of: text) == [SearchTerm(condition)])
        #expect(try SearchMeaning.terms(of: "-" + text) == [SearchTerm(condition, isExcluded: true)])
    }

    @Test(arguments: [
        ("2021", period("2021-01-01", "2022-01-01")), ("2021-05", period("2021-05-01", "2021-06-01")),
        ("2021-12", period("2021-12-01", "2022-01-01")), ("2021-05-31", period("2021-05-31", "2021-06-01")),
        ("2020-02-29", period("2020-02-29", "2020-03-01")), ("2021-05..2021-06", period("2021-05-01", "2021-07-01")),
        ("2021-05..", period("2021-05-01", nil)), ("..2020", period(nil, "2021-01-01")),
        ("2021..2021", period("2021-01-01", "2022-01-01")),
        ("2021-05-31..2022", period("2021-05-31", "2023-01-01")), ("9999", period("9999-01-01", nil)),
        ("9999-12", period("9999-12-01", nil)), ("9999-12-31", period("9999-12-31", nil)),
        ("0001", period("0001-01-01", "0002-01-01")),
    ])
    func `periods include their last unit`(_ text: String, _ interval: SearchInterval<CivilTime>) throws {
        #expect(try SearchMeaning.terms(of: "taken:" + text) == [SearchTerm(.taken(interval))])
        let moments = SearchInterval(
            from: interval.from.map { Timestamp(seconds: $0.secondsSince1970) },
            below: interval.below.map { Timestamp(seconds: $0.secondsSince1970) })
        #expect(try SearchMeaning.terms(of: "added:" + text) == [SearchTerm(.added(moments))])
    }

    @Test(
        arguments: [
            ("width:3000", .width(size(3000, 3001))), ("width:>=3000", .width(size(3000, nil))),
            ("height:>3000", .height(size(3001, nil))), ("rating:>=4", .rating(size(4, nil))),
            ("rating:3", .rating(size(3, 4))), ("creator:ada", .words(WordMatch("ada", in: .creator))),
            ("file_name:img*", .words(WordMatch("img", isPrefix: true, in: .fileName))),
            ("height:<600", .height(size(nil, 600))), ("width:<=600", .width(size(nil, 601))),
            ("width:600..1200", .width(size(600, 1201))),
            ("width:600..", .width(size(600, nil))), ("width:..600", .width(size(nil, 601))),
            ("bytes:>10MB", .bytes(size(10_000_001, nil))),
            ("bytes:<=1.5kb", .bytes(size(nil, 1501))), ("bytes:1KiB..2KiB", .bytes(size(1024, 2049))),
            ("bytes:5b", .bytes(size(5, 6))),
            ("bytes:0", .bytes(size(0, 1))), ("bytes:>=1GiB", .bytes(size(1 << 30, nil))),
        ] as [(String, SearchCondition)])
    func `sizes have comparisons, ranges and units`(_ text: String, _ condition: SearchCondition) throws {
        #expect(try SearchMeaning.terms(of: text) == [SearchTerm(condition)])
    }

    @Test func `places have a distance`() throws {
        let circle = try #require(Self.circle)
        for text in ["near:48.2,-16.37,5", "near:\"48.2, -16.37, 5\"", "near:+48.20,-16.370,5.0"] {
            #expect(try SearchMeaning.terms(of: text) == [SearchTerm(.near(circle))])
        }
    }

    @Test(arguments: [
        ("12:30", 0, "\"12:30\""), ("a http://example.com", 2, "quotes"),
        ("-foo:bar", 0, "there are: title, description, tag"),
        ("format:exe", 7, "jpeg, png"), ("is:nice", 3, "damaged"), ("taken:yesterday", 6, "2021-05..2021-06"),
        ("taken:2021-13", 6, "2021-05"), ("taken:2021-02-30", 6, "2021-05"), ("taken:..", 6, "2021-05"),
        ("taken:21", 6, "2021"),
        ("taken:2022..2021", 6, "2021"), ("taken:2021...2022", 6, "2021"), ("added:0000", 6, "2021"),
        ("taken:-2021", 6, "2021"),
        ("taken:99999", 6, "2021"), ("taken:2021*", 6, "no asterisk"), ("near:1,2", 5, "48.2,16.37,5"),
        ("near:91,0,5", 5, "48.2"),
        ("near:0,181,5", 5, "48.2"), ("near:0,0,0", 5, "48.2"), ("near:0,0,-1", 5, "48.2"), ("near:nan,0,1", 5, "48.2"),
        ("near:0,0,1e400", 5, "48.2"), ("near:0,0,99999999999999999999999999999999999", 5, "48.2"),
        ("near:a,b,c", 5, "48.2"),
        ("width:big", 6, "3000"), ("width:1MB", 6, "3000"), ("width:1.5", 6, "3000"), ("width:-5", 6, "3000"),
        ("bytes:>99999999999999999999", 6, "10MB"),
        ("bytes:9999999999GB", 6, "10MB"), ("bytes:5..1", 6, "10MB"), ("bytes:..", 6, "10MB"),
        ("bytes:", 6, "value must follow"),
        ("owner:\"\"", 6, "handle"), ("tag:\" \"", 4, "a tag"), ("cat tag:a format:x", 17, "jpeg"),
    ])
    func `errors have a position and a hint`(_ text: String, _ position: Int, _ hint: String) {
        do {
            _ = try SearchMeaning.terms(of: text)
            Issue.record("'\(text)' was understood")
        } catch {
            #expect(error.position == position)
            #expect(error.message.contains(hint), "\(error.message)")
        }
    }
}
