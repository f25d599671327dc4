internal import Domain
internal import HTTPTypes
internal import Services

extension Call {
    /// Evaluates the conditions of a request that replaces or removes a file: `If-None-Match: *` stores one only if there
    /// is none yet (RFC 9110, section 13.1.2).
    ///
    /// - Throws: `notFound`; a problem with the status 412 if a condition fails.
    func requireConditions(on type: FileType, of id: ImageID, in library: Library) async throws {
        guard ["If-Match", "If-None-Match", "If-Unmodified-Since"].contains(where: { request.fields[$0] != nil }) else {
            return
        }
        let kept = try await library.metadata(id, for: viewer).files.first { $0.type == type }
        let outcome = Preconditions(request.fields).evaluate(
            method: request.method, tag: kept.map { EntityTag($0.validator) }, modified: kept?.dateUploaded)
        guard outcome == .proceed else {
            throw Problem(
                .preconditionFailed,
                "The \(type.rawValue) file that there is, or is not, is not what your condition says.")
        }
    }
}
