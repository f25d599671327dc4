internal import SystemIO

/// Segments that wait to be sent, and how much of the first one was sent.
struct SegmentQueue {
    /// A part of the first segment.
    struct Slice {
        let segment: Segment
        /// The first byte's offset in the segment.
        let offset: Int64
        /// At least 1.
        let count: Int
    }

    /// The queue is full with this many bytes in memory…
    private static let maximumBytes: Int64 = 256 * 1024
    /// … or with this many segments, each of which may hold a file open.
    private static let maximumSegments = 32

    private var segments: [Segment] = []
    /// Bytes in memory; segments of files have none.
    private var bytes: Int64 = 0
    /// How many bytes of the first segment were sent.
    private var offset: Int64 = 0

    var isEmpty: Bool { segments.isEmpty }

    var isFull: Bool { segments.count >= Self.maximumSegments || bytes >= Self.maximumBytes }

    /// Adds segments at the end. Empty ones are dropped.
    mutating func append(_ added: [Segment]) {
        for segment in added where segment.length > 0 {
            segments.append(segment)
            if case .bytes = segment { bytes += segment.length }
        }
    }

    /// The next bytes, as far as they are in one segment; nil if there are none.
    func front(atMost room: Int) -> Slice? {
        guard let first = segments.first else { return nil }
        return Slice(segment: first, offset: offset, count: Int(min(Int64(room), first.length - offset)))
    }

    /// Bytes of the first segment have been sent.
    mutating func advance(_ sent: Int) {
        guard let first = segments.first else { return }
        offset += Int64(sent)
        guard offset >= first.length else { return }
        if case .bytes = first { bytes -= first.length }
        segments.removeFirst()
        offset = 0
    }
}
