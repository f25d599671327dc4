internal import Domain

/// Which renditions are kept, and when each was used last.
struct RenditionIndex {
    struct Entry {
        let bytes: Int64
        /// Seconds since 1970.
        let made: Int64
        var used: UInt64
        /// When the file system was last told of a use, in seconds since 1970.
        var noted: Int64

        /// What the file takes of the disk.
        var room: Int64 { (bytes + 4095) / 4096 * 4096 }
    }

    private var entries: [Digest: [RenditionKey: Entry]] = [:]
    private var clock: UInt64 = 0
    private(set) var room: Int64 = 0
    private(set) var count = 0

    subscript(key: RenditionKey) -> Entry? { entries[key.digest]?[key] }

    func keys(of digest: Digest) -> [RenditionKey] { entries[digest].map { Array($0.keys) } ?? [] }

    var digests: [Digest] { Array(entries.keys) }

    /// Notes a use; true where the file system is to be told, which is enough to do now and then.
    mutating func use(_ key: RenditionKey, at seconds: Int64, noteEvery interval: Int64) -> Bool {
        clock += 1
        guard entries[key.digest]?[key] != nil else { return false }
        entries[key.digest]?[key]?.used = clock
        guard let noted = entries[key.digest]?[key]?.noted, seconds - noted >= interval else { return false }
        entries[key.digest]?[key]?.noted = seconds
        return true
    }

    /// - Parameter isUsed: whether somebody has asked for it: others go before any that was asked for.
    mutating func insert(_ key: RenditionKey, bytes: Int64, made: Int64, noted: Int64, isUsed: Bool = true) {
        remove(key)
        clock += 1
        let entry = Entry(bytes: bytes, made: made, used: isUsed ? clock : 0, noted: noted)
        entries[key.digest, default: [:]][key] = entry
        room += entry.room
        count += 1
    }

    @discardableResult
    mutating func remove(_ key: RenditionKey) -> Entry? {
        guard let entry = entries[key.digest]?.removeValue(forKey: key) else { return nil }
        if entries[key.digest]?.isEmpty == true { entries[key.digest] = nil }
        room -= entry.room
        count -= 1
        return entry
    }

    /// Takes out those that were used longest ago until the others need no more than `bound`.
    mutating func evict(to bound: Int64) -> [(key: RenditionKey, bytes: Int64)] {
        var gone: [(RenditionKey, Int64)] = []
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
