internal import Crypto
internal import Domain
internal import HTTPTypes
internal import Runtime
internal import Streams

/// The digests that a request announces of its body (RFC 9530).
///
/// `Content-Digest` is of the body as it is sent. `Repr-Digest` is of the representation, which is the same for a body
/// without content coding. It is refused with a form, where it would seem to confirm one of the files.
struct AnnouncedDigests {
    fileprivate struct Announcement {
        let field: String
        let algorithm: DigestField.Algorithm
        let digest: [UInt8]
    }

    private static let fields = ["Repr-Digest", "Content-Digest"]

    private var announcements: [Announcement] = []

    /// - Throws: a problem that names the field that cannot be read.
    init(_ request: HTTPRequest) throws {
        for name in Self.fields {
            guard let text = request.fields[name] else { continue }
            do {
                for (algorithm, digest) in try DigestField(text).digests {
                    announcements.append(Announcement(field: name, algorithm: algorithm, digest: digest))
                }
            } catch {
                throw Problem.badRequest(
                    "\(name) cannot be read: it must be such as sha-256=:…: or sha-512=:…:, with 32 or 64 bytes in base64 between the colons.",
                    at: .header(name))
            }
        }
    }

    /// - Throws: a problem if `Repr-Digest` is announced.
    func refuseOfRepresentation() throws {
        guard announcements.contains(where: { $0.field == "Repr-Digest" }) else { return }
        throw Problem.badRequest(
            "Repr-Digest is of one bare body: send the image itself, or Content-Digest, which is of the whole form.",
            at: .header("Repr-Digest"))
    }

    /// The SHA-256 of a bare body, which an upload computes anyway.
    var sha256: Digest? { announcements.first { $0.algorithm == .sha256 }.flatMap { Digest(bytes: $0.digest) } }

    /// The body, whose end is an error if it has not the digests that are announced.
    ///
    /// - Parameter isDigested: whether whoever reads it compares `sha256` itself.
    func verified(_ body: ByteStream, isDigested: Bool = false) throws -> ByteStream {
        let checked = announcements.filter { one in
            !(isDigested && one.algorithm == .sha256 && Digest(bytes: one.digest) == sha256)
        }
        guard !checked.isEmpty else { return body }
        let digests = try Set(checked.map(\.algorithm)).map {
            ($0, try StreamDigest($0 == .sha256 ? .sha256 : .sha512))
        }
        let state = Locked(digests)
        return ByteStream {
            guard let piece = try await body.next() else {
                for (algorithm, digest) in try state.withLock({ try $0.map { ($0, try $1.finish()) } }) {
                    for announcement in checked where announcement.algorithm == algorithm {
                        try announcement.compare(with: digest)
                    }
                }
                return nil
            }
            try state.withLock { for (_, digest) in $0 { try digest.update(piece) } }
            return piece
        }
    }
}

extension AnnouncedDigests.Announcement {
    fileprivate func compare(with actual: [UInt8]) throws {
        guard digest == actual else {
            throw Problem(
                .digestMismatch, at: .header(field),
                "The body has the digest \(DigestField.format(actual, by: algorithm)), not the one that \(field) announces: send it again."
            )
        }
    }
}
