internal import Domain

/// Fills a page with what is read of its hits, until it has enough bytes.
///
/// A record can be a hundred times as large as most are: a page of a thousand would be too much to hold for each client.
struct PageFilling<Element: Sendable> {
    /// Bytes, roughly, beyond which nothing is added to a page that has something.
    static var maximumBytes: Int { 1 << 20 }

    private(set) var elements: [Element] = []
    /// How many hits were taken, from the first; some may have had nothing to read.
    private(set) var count = 0

    /// - Parameter read: nil if there is nothing any more; otherwise with its size in bytes.
    init(_ hits: some Sequence<Search.Hit>, _ read: (Search.Hit) throws -> (element: Element, bytes: Int)?) rethrows {
        var bytes = 0
        for hit in hits where bytes < Self.maximumBytes {
            count += 1
            guard let found = try read(hit) else { continue }
            elements.append(found.element)
            bytes += found.bytes
        }
    }
}

extension ImageRecord {
    /// Bytes of the record's JSON, roughly.
    var byteCount: Int {
        let texts = [details.title, details.description] + details.tags
        return texts.reduce(JSONValue.object(details.attributes).byteCount + 500) { $0 + $1.utf8.count }
    }
}
