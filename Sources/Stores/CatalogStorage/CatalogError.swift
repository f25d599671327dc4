public import Domain

/// An error that the caller of the catalogue can act on.
public struct CatalogError: Error, Hashable {
    public enum Code: Hashable, Sendable {
        /// The cursor belongs to another list or to another order of this list.
        case foreignCursor
        /// What has happened since the cursor is not known any more.
        case outdatedCursor
        /// No server has given out the cursor yet.
        case futureCursor
        /// A stored value is invalid: another program has changed the catalogue.
        case malformedRow
        /// The account was removed or disabled.
        case noAccount
        /// The invitation does not exist or has expired.
        case noInvitation
        /// There is an account already.
        case notFirst
        /// The upload exceeds the account's quota, of which `bytesLeft` are left.
        case quotaExceeded(bytesLeft: Int64)
        /// The upload exceeds the token's quota, of which `bytesLeft` are left.
        case tokenQuotaExceeded(bytesLeft: Int64)
        /// The account has as many uploads under way as it may.
        case tooManyUploads
        /// The account has as many bulk changes under way as it may.
        case tooManyBulkChanges
        /// The album does not exist any more.
        case noAlbum
        /// The owner of the album has no such album that could be its parent.
        case noParent
        /// The album would be in itself.
        case albumCycle
        /// Albums would be nested too deep.
        case albumsTooDeep
        /// The account has as many albums as it may.
        case tooManyAlbums
        /// The album would have too many images or members.
        case albumFull
        /// Another image of the account, this one, has the external id.
        case externalIDTaken(ImageID)
        /// The share has ended, or takes no images.
        case noShare
        /// The share takes no more than `bytesLeft` bytes.
        case shareFull(bytesLeft: Int64)
        /// The account has as many shares as it may.
        case tooManyShares
        /// The account has no such image that it could share.
        case noSharedImage(ImageID)
        /// The account has as many webhooks as it may.
        case tooManyWebhooks
        /// The share has been changed since the version that the change was made against.
        case staleShare
        /// The request selects more images than a selection may have.
        case tooManySelected
        /// The end of a range is no image that the account may know of.
        case noRangeEnd(ImageID)
        /// The end of a range is a date, and the list is not sorted by the date taken.
        case foreignRangeEnd
        /// The handle belongs to another account.
        case handleTaken
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}
