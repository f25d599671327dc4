internal import Domain

/// The kept renditions, and the time of the last use of each.
struct RenditionIndex {
    /// An entry that was removed, and whose file is to be removed.
    typealias Gone = (key: RenditionKey, bytes: Int64)

    struct Entry {
        /// Distinguishes it from earlier entries with the same key.
        let number: UInt64
        let bytes: Int64
        /// Seconds since 1970.
        let made: Int64
        var used: UInt64
        /// When the use was last written to the file system, in seconds since 1970.
        var noted: Int64

        /// The disk space that the file takes.
        var room: Int64 { RenditionIndex.room(bytes) }
    }

    /// The disk space that a file of so many bytes takes.
    static func room(_ bytes: Int64) -> Int64 { (bytes + 4095) / 4096 * 4096 }

    private var entries: [Digest: [RenditionKey: Entry]] = [:]
    private var clock: UInt64 = 0
    private(set) var room: Int64 = 0
    private(set) var count = 0

    subscript(key: RenditionKey) -> Entry? { entries[key.digest]?[key] }

    func keys(of digest: Digest) -> [RenditionKey] { entries[digest].map { Array($0.keys) } ?? [] }

    var digests: [Digest] { Array(entries.keys) }

    /// Records a use; true if it is to be written to the file system, which is done only now and then.
    mutating func use(_ key: RenditionKey, at seconds: Int64, noteEvery interval: Int64) -> Bool {
        clock += 1
        // By index, so that each key is looked up once.
        guard let content = entries.index(forKey: key.digest),
            let place = entries.values[content].index(forKey: key)
        else { return false }
        entries.values[content].values[place].used = clock
        guard seconds - entries.values[content].values[place].noted >= interval else { return false }
        entries.values[content].values[place].noted = seconds
        return true
    }

    /// - Parameter isUsed: whether it was requested; others are removed first.
    /// - Returns: the earlier entry of the key, if it had another length and thus another file.
    @discardableResult
    mutating func insert(_ key: RenditionKey, bytes: Int64, made: Int64, noted: Int64, isUsed: Bool = true) -> Gone? {
        let replaced = remove(key)
        clock += 1
        let entry = Entry(number: clock, bytes: bytes, made: made, used: isUsed ? clock : 0, noted: noted)
        entries[key.digest, default: [:]][key] = entry
        room += entry.room
        count += 1
        return replaced.flatMap { $0.bytes == bytes ? nil : (key, $0.bytes) }
    }

    /// - Parameter number: of the entry; nil for any.
    @discardableResult
    mutating func remove(_ key: RenditionKey, number: UInt64? = nil) -> Entry? {
        if let number, entries[key.digest]?[key]?.number != number { return nil }
        guard let entry = entries[key.digest]?.removeValue(forKey: key) else { return nil }
        if entries[key.digest]?.isEmpty == true { entries[key.digest] = nil }
        room -= entry.room
        count -= 1
        return entry
    }

    /// Removes the least recently used until the others need no more than `bound`.
    mutating func evict(to bound: Int64) -> [Gone] {
        var gone: [Gone] = []
        let oldest = entries.values.flatMap { $0 }.sorted {
            ($0.value.used, $0.value.made) < ($1.value.used, $1.value.made)
        }
        for (key, entry) in oldest where room > bound {
            remove(key)
            gone.append((key, entry.bytes))
        }
        return gone
    }
}
