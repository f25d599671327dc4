import CatalogStorage
import Domain
import TestApplication

@testable import Composition
@testable import Services

/// Uploads and look-ups for the tests of services.
extension RepositoryAssembly {
    func ingest(
        _ derivationTime: Ingest.DerivationTime = .never, maximumBytes: Int64 = 1 << 20
    ) -> Ingest {
        Ingest(
            repository: repository, publication: publication, kept: kept, openFiles: openFiles, jobs: jobs,
            derivationTime: derivationTime, maximumBytes: maximumBytes)
    }

    /// Uploads an image in pieces.
    @discardableResult
    func add(
        _ bytes: [UInt8], name: String? = nil, details: ImageDetails = ImageDetails(title: ""),
        for viewer: Viewer = .root
    ) async throws -> Ingest.Receipt {
        let ingest = ingest()
        let incoming = try await ingest.receive(for: viewer)
        for start in stride(from: 0, to: bytes.count, by: 1000) {
            try await incoming.append(Array(bytes[start..<min(start + 1000, bytes.count)]))
        }
        let upload = try await incoming.finish(announced: nil, verify: false)
        return try await ingest.keep(upload, fileName: name, details: details, for: viewer)
    }

    /// A member, whose account is created for it.
    func member(_ handle: String, in application: TestApplication, quotaBytes: Int64? = nil) async throws -> Viewer {
        let account = try await application.account(handle, quotaBytes: quotaBytes)
        return Viewer(
            account: account.id, role: account.role, scopes: Set(Scope.allCases), proof: .openAccess)
    }
}

/// The code of the error that a body throws, as reported to the client; nil if it throws none.
func code(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
) async throws -> ServiceError.Code? {
    do {
        try await body()
        return nil
    } catch {
        guard let explained = ServiceError(explaining: error) else { throw error }
        return explained.code
    }
}
