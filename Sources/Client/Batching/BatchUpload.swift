internal import Domain
internal import Runtime
public import SystemIO

/// Sends pictures in batches, with what a file beside them says of each, and waits until each is an image or was
/// refused.
public struct BatchUpload: Sendable {
    /// At most so many pictures, and bytes of them, in one batch.
    private static let maximumItems = 200
    private static let maximumBytes: Int64 = 128 << 20
    /// Between two questions how far a batch is.
    private static let pauses: [Double] = [0.05, 0.1, 0.2, 0.5, 1]

    private struct Picture {
        let path: FilePath
        let bytes: Int64
    }

    private let connection: Connection
    private let progress: RunProgress
    private let details: UploadDetails
    private let temporary: FilePath

    /// - Parameters:
    ///   - details: of which the visibility and the tags apply to all images.
    ///   - temporary: a folder for the bodies of batches.
    public init(_ connection: Connection, progress: RunProgress, details: UploadDetails, temporary: FilePath) {
        (self.connection, self.progress) = (connection, progress)
        (self.details, self.temporary) = (details, temporary)
    }

    /// Sends all pictures.
    ///
    /// - Throws: `ClientError` if the run cannot continue, `CancellationError`; failures of single pictures go to the
    ///   progress.
    public func run(_ metadata: BatchMetadata) async throws {
        let files = BlockingPool<Void>(name: "files", threads: 1, queue: 64)
        let result = await Result { try await send(metadata.entries[...], on: files) }
        await files.close()
        try result.get()
    }

    private func send(_ entries: ArraySlice<BatchMetadata.Entry>, on files: BlockingPool<Void>) async throws {
        for _ in entries { progress.found(bytes: 0) }
        progress.walkIsOver()
        var rest = entries
        while !rest.isEmpty {
            try Task.checkCancellation()
            let some = rest
            let (body, pictures, failed, taken) = try await files.run { [temporary] in
                try Self.body(of: some, in: temporary)
            }
            rest = rest.dropFirst(taken)
            for (path, reason) in failed { try await progress.finish(.unreadable(reason), path) }
            if !pictures.isEmpty { try await send(body, pictures) }
        }
    }

    /// The body of the next batch, its pictures, those that cannot be read, and how many entries these are.
    private static func body(
        of entries: ArraySlice<BatchMetadata.Entry>, in folder: FilePath
    ) throws -> (BatchBody, [Picture], failed: [(FilePath, String)], taken: Int) {
        var body = try BatchBodyWriter(in: folder)
        var (pictures, failed): ([Picture], [(FilePath, String)]) = ([], [])
        var (bytes, taken): (Int64, Int) = (0, 0)
        for entry in entries where pictures.count < maximumItems && bytes < maximumBytes {
            taken += 1
            do throws(SystemError) {
                let picture = try FileDescriptor(reading: entry.file)
                let size = try picture.size()
                do { try body.add(picture, entry.members) } catch let error as SystemError { throw error } catch {
                    throw SystemError.invalid("read a picture")
                }
                pictures.append(Picture(path: entry.file, bytes: size))
                bytes += size
            } catch {
                failed.append((entry.file, error.meaning))
            }
        }
        return (try body.finish(), pictures, failed, taken)
    }

    private func send(_ body: BatchBody, _ pictures: [Picture]) async throws {
        let ticket = progress.begin(pictures[0].path, bytes: body.bytes)
        defer { progress.end(ticket) }
        let id = try await connection.sendBatch(
            FileSlice(file: body.file, offset: 0, length: body.bytes), key: body.key, details: details
        ) { [progress] sent, _ in progress.advance(ticket, to: sent) }
        for (picture, item) in zip(pictures, try await finished(id)) {
            let outcome: Outcome =
                if item.state == .ready, let image = item.image { .sent(image) } else {
                    .refused(item.error ?? "the server does not say why")
                }
            try await progress.finish(outcome, picture.path, bytes: item.state == .ready ? picture.bytes : 0)
        }
    }

    /// The items of a batch, once none of them is pending.
    private func finished(_ id: BatchID) async throws -> [RemoteBatchItem] {
        var asked = 0
        while true {
            var batch = try await connection.batch(id)
            if batch.state == "done" {
                var items = batch.items
                while let next = batch.next {
                    batch = try await connection.batch(id, after: next)
                    items += batch.items
                }
                return items
            }
            try await Task.sleep(for: .seconds(Self.pauses[min(asked, Self.pauses.count - 1)]))
            asked += 1
        }
    }
}
