internal import BlobStorage
internal import CatalogStorage
public import Domain

extension Ingest {
    /// Begins to take in what a visitor of a share sends.
    ///
    /// - Parameter bytes: the announced length, if there is one.
    /// - Throws: `forbidden` if the share takes no images; `quotaExceeded`.
    public func receive(of visit: ShareVisit, announced bytes: Int64?) async throws -> IncomingUpload {
        guard let room = visit.share.room else {
            throw ServiceError(.forbidden, "The share shows images, and takes none.")
        }
        guard room.count > 0, bytes ?? 1 <= room.bytes else {
            throw ServiceError(explaining: CatalogError(.shareFull(bytesLeft: room.count > 0 ? room.bytes : 0), ""))
                ?? .storageFull
        }
        return IncomingUpload(
            blob: try await repository.store.stage(), imaging: repository.imaging,
            maximumBytes: min(maximumBytes, room.bytes))
    }

    /// Keeps what a visitor of a share has sent: a private image of the share's owner, in the album of the share.
    ///
    /// It is always a new image. If it were the one that the owner has already, the visitor would learn that there is one,
    /// see what its owner says of it, and take it out of the trash.
    /// - Throws: `notFound` if the share has ended meanwhile; `quotaExceeded`; `storageFull`, also if the owner's quota is
    ///   reached, of which a visitor learns nothing more.
    public func keep(_ upload: InspectedUpload, fileName: String?, of visit: ShareVisit) async throws -> ImageRecord {
        do {
            return try await keep(
                upload, details: try ImageDetails().titled(by: fileName).validated(),
                from: Sender(owner: visit.share.owner, fileName: fileName, share: visit.scope)
            ).record
        } catch let error as CatalogError {
            switch error.code {
            case .quotaExceeded:
                throw ServiceError(
                    .storageFull, "There is no room for the image: ask whoever gave you the address of the share.")
            case .noAccount: throw ServiceError.noShare
            default: throw error
            }
        }
    }
}
