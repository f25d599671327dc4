/// Builds TIFF files with a chain of directories, and directories below the first, with the lower byte first.
struct TIFFFixture {
    /// Tags with numbers of the type SHORT or, for tags with offsets, LONG.
    typealias Entries = [(tag: UInt16, value: UInt32)]

    var chain: [Entries] = [[]]
    /// Below the first directory of the chain.
    var below: [Entries] = []
    /// Whether the chain ends in its first directory again.
    var isCircle = false

    var bytes: [UInt8] {
        var starts: [Int] = []
        var end = 8
        for (index, entries) in (chain + below).enumerated() {
            starts.append(end)
            end += Self.length(entries.count + (index == 0 && !below.isEmpty ? 1 : 0))
        }
        let belowList = end
        let belowStarts = starts.suffix(below.count)
        var file: [UInt8] = [0x49, 0x49, 42, 0] + little(8, 4)
        for (index, entries) in (chain + below).enumerated() {
            var fields = entries.flatMap { field($0.tag, type: 3, count: 1, $0.value) }
            var count = entries.count
            if index == 0, !below.isEmpty {
                let offset = below.count == 1 ? belowStarts[belowStarts.startIndex] : belowList
                fields += field(0x014A, type: 4, count: below.count, UInt32(offset))
                count += 1
            }
            let isLast = index >= chain.count - 1
            let next = isLast ? (isCircle && index == chain.count - 1 ? 8 : 0) : starts[index + 1]
            file += little(UInt32(count), 2) + fields + little(UInt32(next), 4)
        }
        return file + belowStarts.flatMap { little(UInt32($0), 4) }
    }

    private static func length(_ entries: Int) -> Int { 2 + 12 * entries + 4 }

    private func field(_ tag: UInt16, type: UInt32, count: Int, _ value: UInt32) -> [UInt8] {
        little(UInt32(tag), 2) + little(type, 2) + little(UInt32(count), 4) + little(value, 4)
    }
}
