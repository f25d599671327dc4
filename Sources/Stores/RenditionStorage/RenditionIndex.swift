internal import Domain

/// Which renditions are kept, and when each was used last.
struct RenditionIndex {
    /// What is not kept any more, and whose file is to go.
    typealias Gone = (key: RenditionKey, bytes: Int64)

    struct Entry {
        /// Tells it from others that the same key has had.
        let number: UInt64
        let bytes: Int64
        /// Seconds since 1970.
        let made: Int64
        var used: UInt64
        /// When the file system was last told of a use, in seconds since 1970.
        var noted: Int64

        /// What the file takes of the disk.
        var room: Int64 { RenditionIndex.room(bytes) }
    }

    /// What a file of so many bytes takes of the disk.
    static func room(_ bytes: Int64) -> Int64 { (bytes + 4095) / 4096 * 4096 }

    private var entries: [Digest: [RenditionKey: Entry]] = [:]
    private var clock: UInt64 = 0
    private(set) var room: Int64 = 0
    private(set) var count = 0

    subscript(key: RenditionKey) -> Entry? { entries[key.digest]?[key] }

    func keys(of digest: Digest) -> [RenditionKey] { entries[digest].map { Array($0.keys) } ?? [] }

    var digests: [Digest] { Array(entries.keys) }

    /// Notes a use; true if the file system is to be told, which is enough to do now and then.
    mutating func use(_ key: RenditionKey, at seconds: Int64, noteEvery interval: Int64) -> Bool {
        clock += 1
        // By place, so that each key is looked up once.
        guard let content = entries.index(forKey: key.digest),
            let place = entries.values[content].index(forKey: key)
        else { return false }
        entries.values[content].values[place].used = clock
        guard seconds - entries.values[content].values[place].noted >= interval else { return false }
        entries.values[content].values[place].noted = seconds
        return true
    }

    /// - Parameter isUsed: whether somebody has asked for it: others go before any that was asked for.
    /// - Returns: what the key had before, if that was of another length, and so in another file.
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

    /// - Parameter number: of the entry that is meant; nil for whichever it is.
    @discardableResult
    mutating func remove(_ key: RenditionKey, number: UInt64? = nil) -> Entry? {
        if let number, entries[key.digest]?[key]?.number != number { return nil }
        guard let entry = entries[key.digest]?.removeValue(forKey: key) else { return nil }
        if entries[key.digest]?.isEmpty == true { entries[key.digest] = nil }
        room -= entry.room
        count -= 1
        return entry
    }

    /// Takes out those that were used longest ago until the others need no more than `bound`.
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
