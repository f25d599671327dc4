internal import Domain
internal import HTTPTypes
internal import Services

extension Call {
    /// The condition under which the request replaces or removes a file: `If-None-Match: *` stores one only if there is
    /// none yet (RFC 9110, section 13.1.2).
    ///
    /// It throws a problem with the status 412 if it does not hold.
    func condition(on type: FileType) -> FileCondition {
        { [request] kept in
            let outcome = Preconditions(request.fields).evaluate(
                method: request.method, tag: kept.map { EntityTag($0.validator) }, modified: kept?.dateUploaded)
            guard outcome == .proceed else {
                throw Problem(
                    .preconditionFailed,
                    "The \(type.rawValue) file that there is, or is not, is not what your condition says.")
            }
        }
    }
}
