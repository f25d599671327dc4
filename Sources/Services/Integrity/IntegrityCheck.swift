internal import BlobStorage
internal import CatalogStorage
internal import Domain
internal import Runtime
internal import SystemIO

/// Compares the catalogue with the store, both ways, and repairs what can be repaired.
public struct IntegrityCheck: Sendable {
    /// A difference between the catalogue and the store.
    public struct Defect: Hashable, Sendable {
        public enum Kind: String, Sendable, CaseIterable {
            /// The catalogue has a file that the store does not have.
            case missingFile = "missing-file"
            /// The length of a file is not the one in the catalogue.
            case wrongSize = "wrong-size"
            /// The digest or checksum of a file is not the one in the catalogue.
            case wrongDigest = "wrong-digest"
            /// The store has a file that the catalogue does not have.
            case strayFile = "stray-file"
            /// An upload that was never finished.
            case strayStaging = "stray-staging"
            /// The catalogue's database file is damaged.
            case brokenCatalogue = "broken-catalogue"
        }

        public let kind: Kind
        /// The file, below the data folder; or what the database says.
        public let subject: String
        /// How it was repaired; nil if it was not.
        public let remedy: String?
    }

    public struct Options: Sendable {
        /// Read every file, and compare its digest or checksum.
        public var isDeep = false
        /// Repair what can be repaired.
        public var repairs = false
        /// Uploads under way are not leftovers: a server works on the folder.
        public var ignoresStaging = false
        public init() {}
    }

    let repository: Repository
    let kept: KeptRenditions
    let options: Options
    let report: @Sendable (Defect) -> Void

    /// - Parameter report: takes each defect as it is found.
    public init(
        repository: Repository, kept: KeptRenditions, options: Options,
        report: @escaping @Sendable (Defect) -> Void
    ) {
        (self.repository, self.kept, self.options) = (repository, kept, options)
        self.report = report
    }

    /// The result of a check.
    public struct Summary: Sendable {
        public var files: Int64 = 0
        public var findings = 0
        public var mended = 0

        /// Whether every defect has been repaired.
        public var isSound: Bool { findings == mended }
    }

    public func run() async throws -> Summary {
        var summary = Summary()
        for problem in try await repository.catalog.integrityCheck() {
            note(Defect(kind: .brokenCatalogue, subject: problem, remedy: nil), in: &summary)
        }
        try await checkCatalogue(&summary)
        try await checkStore(&summary)
        return summary
    }

    /// Checks that every file that the catalogue knows is there, with the right bytes.
    private func checkCatalogue(_ summary: inout Summary) async throws {
        var cursor: Cursor?
        repeat {
            let page = try await repository.catalog.allFiles(after: cursor, limit: 500)
            for file in page.elements {
                summary.files += 1
                if let kind = try await defect(of: file) {
                    let remedy = options.repairs ? try await mend(file) : nil
                    note(Defect(kind: kind, subject: file.key.path, remedy: remedy), in: &summary)
                }
            }
            cursor = page.next
        } while cursor != nil
    }

    private func defect(of file: StoredFile) async throws -> Defect.Kind? {
        guard let bytes = try await repository.store.size(of: file.key) else { return .missingFile }
        guard bytes == file.bytes else { return .wrongSize }
        guard options.isDeep, let summary = try await repository.store.digest(of: file.key) else { return nil }
        let isSame = summary.crc32 == file.crc32 && (file.type != .original || summary.digest == file.digest)
        return isSame ? nil : .wrongDigest
    }

    /// A rendition can be made again; an original cannot.
    private func mend(_ file: StoredFile) async throws -> String? {
        guard file.type != .original else { return nil }
        try await repository.store.remove(file.key)
        try await repository.catalog.removeFile(at: file.key)
        if file.type == .compressed { return "taken out of the catalogue: it is made again when it is asked for" }
        do {
            try await kept.make(of: file.digest, turnedBy: file.rotation)
            try await repository.catalog.showRenditions(ofContent: file.digest)
            return "made again"
        } catch  where ServiceError(explaining: error) != nil {
            return "taken out of the catalogue: it is missing now, and cannot be made again"
        }
    }

    /// Checks that every file that the store has is known.
    private func checkStore(_ summary: inout Summary) async throws {
        for type in FileType.allCases {
            for try await files in repository.store.list(type) {
                for file in files where try await !isKnown(file) {
                    if try await isUnderWay(file) { continue }
                    note(Defect(kind: .strayFile, subject: file.path, remedy: nil), in: &summary)
                }
            }
        }
        if options.ignoresStaging { return }
        for name in try await repository.store.staged() where try await !repository.catalog.hasUpload(named: name) {
            let isRemoved = options.repairs ? try await repository.store.removeStaged(name) : false
            note(
                Defect(kind: .strayStaging, subject: "staging/\(name)", remedy: isRemoved ? "removed" : nil),
                in: &summary)
        }
    }

    /// Whether a server is publishing or removing the file right now, or has finished since the store was listed.
    private func isUnderWay(_ file: ListedBlob) async throws -> Bool {
        guard options.ignoresStaging else { return false }
        if try await repository.store.isInTransition(file.path) { return true }
        guard let key = file.key, try await repository.store.size(of: key) != nil else { return true }
        return try await isKnown(file)
    }

    private func isKnown(_ file: ListedBlob) async throws -> Bool {
        guard let key = file.key else { return false }
        return try await repository.catalog.hasFile(at: key)
    }

    private func note(_ finding: Defect, in summary: inout Summary) {
        summary.findings += 1
        if finding.remedy != nil { summary.mended += 1 }
        report(finding)
    }
}
