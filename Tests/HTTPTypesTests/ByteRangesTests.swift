import HTTPTypes
import Testing

@Suite struct ByteRangesTests {
    @Test(
        arguments: [
            ("bytes=0-0", [0..<1]), ("bytes=0-", [0..<1000]), ("bytes=-1", [999..<1000]), ("bytes=-5000", [0..<1000]),
            ("bytes=990-2000", [990..<1000]), ("BYTES= 1-2 , 5-6 ", [1..<3, 5..<7]), ("bytes=5-6,1-2", [5..<7, 1..<3]),
            ("bytes=0-5,3-9,20-21", [0..<10, 20..<22]), ("bytes=2000-,0-1", [0..<2]),
            ("bytes=0-99999999999999999999", [0..<1000]), ("bytes=,7-7,", [7..<8]), (" bytes =1 - 1", [1..<2]),
            (
                "bytes=" + (0..<16).map { "\($0 * 3)-\($0 * 3)" }.joined(separator: ","),
                (0..<16).map { $0 * 3..<$0 * 3 + 1 }
            ),
        ] as [(String, [Range<Int64>])])
    func `reads ranges`(text: String, ranges: [Range<Int64>]) {
        #expect(ByteRanges(text, length: 1000) == .some(ranges))
    }

    @Test(arguments: [
        nil, "", "bytes", "bytes=", "bytes=a-b", "bytes=5", "bytes=5-4", "bytes=--1", "lines=0-1", "bytes=1-2,x",
        "bytes=-", "bytes=1- -2", "bytes=+1-2", "bytes=,",
        "bytes=" + (0..<17).map { "\($0 * 3)-\($0 * 3)" }.joined(separator: ","),
    ])
    func `sends everything if the field is malformed`(text: String?) {
        #expect(ByteRanges(text, length: 1000) == .whole)
    }

    @Test(arguments: ["bytes=1000-", "bytes=-0", "bytes=5000-6000,7000-"])
    func `detects ranges that cannot be satisfied`(text: String) {
        #expect(ByteRanges(text, length: 1000) == .unsatisfiable)
    }

    @Test(arguments: ["bytes=0-", "bytes=-1", "bytes=0-0"])
    func `an empty file has no ranges`(text: String) {
        #expect(ByteRanges(text, length: 0) == .unsatisfiable)
    }
}
