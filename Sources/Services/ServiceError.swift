internal import CatalogStorage
public import Domain
internal import Imaging
internal import Runtime
internal import SQL
internal import SystemIO
internal import Transformations

/// Why a use case failed, and what to do about it.
public struct ServiceError: Error, Hashable {
    public enum Code: Hashable, Sendable {
        case notFound
        /// The request needs an account, and shows none.
        case unauthenticated
        /// The viewer may not do that.
        case forbidden
        /// The handle or the password is wrong.
        case wrongPassword
        /// The share has a password, and the visitor has not given it.
        case passwordRequired
        /// There were too many failures: wait that long.
        case throttled(seconds: Int)
        /// The quota of the account leaves room for this many bytes only.
        case quotaExceeded(bytesLeft: Int64)
        /// The request makes no sense.
        case invalid
        /// The request does not fit the current state.
        case conflict
        /// Some of the files that were asked for are not available.
        case incomplete(UnavailableFiles)
        /// It existed, and what it was made of has changed.
        case gone
        /// What has happened since the cursor is not known any more.
        case outdatedCursor
        /// The resource has been changed since the client read it.
        case stale
        /// The format of the bytes is not accepted.
        case unsupported
        /// More bytes than are allowed.
        case tooLarge
        /// More pixels or frames than are allowed.
        case tooManyPixels
        /// The image cannot be decoded.
        case damaged
        /// The bytes are not those that were announced.
        case digestMismatch
        /// Bytes of a resumable upload do not follow those that are there, which are this many.
        case offsetMismatch(Int64)
        /// A later request continues the resumable upload.
        case superseded
        /// The resumable upload has ended, with this many bytes.
        case uploadEnded(Int64, ImageID?)
        /// The resumable upload has been given up.
        case uploadExpired
        /// Not all bytes of the resumable upload are there.
        case uploadUnfinished
        case tooManyUploads
        case tooManyBulkChanges
        /// The request would show so many private images to others, and does not say that it shall.
        case showsPrivateImages(Int64)
        case storageFull
        /// Too many requests are under way.
        case overloaded
    }

    public let code: Code
    /// One or two sentences for the client, without paths and secrets.
    public let message: String
    /// The name of the value that is at fault, as the API has it; nil if it is not one value.
    public let field: String?

    public init(_ code: Code, field: String? = nil, _ message: String) {
        (self.code, self.field, self.message) = (code, field, message)
    }

    /// What an error of a lower layer means to the client; nil if it is a defect of the server.
    public init?(explaining error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let error as ImagingError: self.init(error)
        case let error as TransformationError where error.code == .hiddenFrames: self.init(.conflict, error.message)
        case let error as TransformationError: self.init(.invalid, field: error.parameter, error.message)
        case is PoolOverloaded: self.init(.overloaded, "The server has too much to do: try again in a moment.")
        case let error as SystemError where error.isStorageFull: self = .storageFull
        case let error as DatabaseError where error.code == .full: self = .storageFull
        case let error as DatabaseError where error.code == .overloaded || error.code == .busy:
            self.init(.overloaded, "The catalogue has too much to do: try again in a moment.")
        case let error as CatalogError: self.init(error)
        default: return nil
        }
    }

    private init?(_ error: CatalogError) {
        switch error.code {
        case .foreignCursor:
            self.init(.invalid, field: "cursor", "The cursor is of another list: begin again without it.")
        case .futureCursor:
            self.init(
                .invalid, field: "cursor", "The server has not given out this cursor yet: begin again without it.")
        case .outdatedCursor:
            self.init(
                .outdatedCursor,
                "The changes since this cursor are not known any more. Take the 'next' of a request without a cursor, then list the images anew, and continue from that 'next'."
            )
        case .handleTaken: self.init(.conflict, field: "handle", "The handle is taken: choose another one.")
        case .noAccount: self = .unauthenticated
        case .externalIDTaken(let image):
            self.init(
                .conflict, field: "external_id",
                "Another image of the account has this external_id: \(image). Choose another one, or change that image."
            )
        case .notFirst:
            self.init(.forbidden, "The setup code has had its use: the server has an account now.")
        case .noInvitation:
            self.init(.forbidden, "The invitation is not valid, or not any more: ask an admin for another one.")
        case .quotaExceeded(let left):
            self = .quotaExceeded(bytesLeft: left)
        case .tokenQuotaExceeded(let left):
            self.init(
                .quotaExceeded(bytesLeft: left),
                "The token's quota leaves room for \(left) bytes: use another token.")
        case .tooManyUploads:
            self.init(
                .tooManyUploads,
                "The account has as many uploads under way as it may: finish some, or remove them with DELETE.")
        case .tooManyBulkChanges:
            self.init(
                .tooManyBulkChanges,
                "The account has as many bulk changes under way as it may: wait until some have ended.")
        case .noAlbum: self = .noAlbum
        case .noParent:
            self.init(.invalid, field: "parent", "The parent must be another album of the album's owner.")
        case .albumCycle:
            self.init(.conflict, field: "parent", "An album cannot be in itself, or in one that is in it.")
        case .albumsTooDeep:
            self.init(
                .conflict, field: "parent",
                "Albums are nested at most \(Album.maximumDepth) deep: choose a parent further up.")
        case .tooManyAlbums:
            self.init(.conflict, "An account has at most \(Album.maximumAlbums) albums: delete some first.")
        case .noShare: self = .noShare
        case .shareFull(let left):
            self.init(
                .quotaExceeded(bytesLeft: left),
                "The share takes \(left) more bytes only: ask whoever gave you its address.")
        case .tooManyShares:
            self.init(.conflict, "An account has at most \(Share.maximumShares) shares: end some first.")
        case .tooManyWebhooks:
            self.init(.conflict, "An account has at most \(Webhook.maximumCount) webhooks: delete one first.")
        case .noSharedImage(let id):
            self.init(.notFound, field: "images", "You have no image \(id): only your own images can be shared.")
        case .albumFull:
            self.init(
                .conflict,
                "An album has at most \(Album.maximumImages) images and \(Album.maximumMembers) members: use another album."
            )
        case .staleShare:
            self.init(.stale, "The share has been changed since you read it: read it again, and repeat your change.")
        case .tooManySelected:
            self.init(
                .invalid,
                "This selects more than \(ImageSelection.maximumImages) images: narrow it, such as by dates.")
        case .noRangeEnd(let id):
            self.init(
                .notFound, field: "ranges",
                "There is no image \(id), with which a range begins or ends: give the one beside it, a date or a cursor."
            )
        case .foreignRangeEnd:
            self.init(
                .invalid, field: "ranges",
                "A date begins or ends a range only in a list that is sorted by the date taken: give the id of an image."
            )
        case .malformedRow: return nil
        }
    }

    private init(_ error: ImagingError) {
        switch error.code {
        case .unsupported: self.init(.unsupported, error.message)
        case .tooManyPixels, .tooManyFrames: self.init(.tooManyPixels, error.message)
        default: self.init(.damaged, error.message)
        }
    }

    static let storageFull = ServiceError(
        .storageFull, "There is no room left in the store; nothing was kept. Free some, and send it again.")

    static func quotaExceeded(bytesLeft: Int64) -> ServiceError {
        ServiceError(
            .quotaExceeded(bytesLeft: bytesLeft),
            "The account's quota leaves room for \(bytesLeft) bytes: delete images for good, those in the trash too, or ask an admin for more."
        )
    }

    static let unauthenticated = ServiceError(
        .unauthenticated, "This needs an account: log in (POST /v1/sessions), or send a token.")

    static let noAlbum = ServiceError(.notFound, "There is no such album.")

    static func noImage() -> ServiceError { ServiceError(.notFound, "There is no such image.") }
}
