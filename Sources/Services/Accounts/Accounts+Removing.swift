internal import BlobStorage
internal import CatalogStorage
public import Domain

extension Accounts {
    /// What happens to the images of an account that is removed.
    public enum Disposition: Sendable {
        /// They are deleted.
        case delete
        /// They are transferred to another account, except those whose content that account has already: these are
        /// deleted.
        case transfer(to: Handle)
    }

    /// How many images were deleted and transferred, trashed ones included.
    public struct Removal: Sendable {
        public var deleted = 0
        public var transferred = 0
    }

    private static let imagesAtOnce = 200

    /// Removes an account: it is disabled first, then its images are removed, then the account.
    ///
    /// If this is interrupted, the account stays disabled with the images that are left. Repeating it continues.
    /// - Throws: `notFound`; `conflict` for the built-in account, or if the images are to go to the account itself.
    public func remove(_ handle: Handle, _ disposition: Disposition, for viewer: Viewer) async throws -> Removal {
        let account = try await account(handle, for: viewer)
        guard account.id != .root else { throw ServiceError(.conflict, "The built-in account cannot be removed.") }
        var heir: Account?
        if case .transfer(let handle) = disposition {
            guard viewer.isAdmin else {
                throw ServiceError(.forbidden, "Only an admin can give the images of an account to another one.")
            }
            heir = try await self.account(handle, for: viewer)
            guard heir?.id != account.id else {
                throw ServiceError(.conflict, "The images must go to another account than the one that is removed.")
            }
        }
        var changes = AccountChanges()
        changes.isDisabled = true
        _ = try await repository.catalog.updateAccount(account.id, changes)
        var removal = Removal()
        if let heir { removal.transferred = try await transferImages(of: account.id, to: heir.id) }
        removal.deleted = try await deleteImages(of: account.id)
        try await deleteAlbums(of: account.id)
        let waiting = try await repository.catalog.uploadNames(of: account.id)
        _ = try await repository.catalog.deleteAccount(account.id)
        try await repository.store.waiting.remove(waiting)
        return removal
    }

    /// How many images were transferred, trashed ones included, and how many stay because the other account has their content already.
    public struct Transfer: Sendable {
        public let transferred: Int
        public let left: Int
    }

    /// Transfers the images of an account to another one.
    ///
    /// - Throws: `notFound`; `forbidden` unless the viewer is an admin; `conflict` if both are the same account.
    public func transfer(from handle: Handle, to heir: Handle, for viewer: Viewer) async throws -> Transfer {
        guard viewer.isAdmin else {
            throw ServiceError(.forbidden, "Only an admin can give the images of an account to another one.")
        }
        let (account, heir) = (try await account(handle, for: viewer), try await self.account(heir, for: viewer))
        guard account.id != heir.id else {
            throw ServiceError(.conflict, "The images must go to another account than the one that has them.")
        }
        let count = try await transferImages(of: account.id, to: heir.id)
        return Transfer(transferred: count, left: Int(try await self.account(handle, for: viewer).imageCount))
    }

    /// How many images the built-in account has.
    public func builtInImageCount() async throws -> Int {
        Int(try await repository.catalog.account(AccountID.root)?.imageCount ?? 0)
    }

    private func transferImages(of account: AccountID, to heir: AccountID) async throws -> Int {
        var total = 0
        while case let count = try await repository.catalog.transferImages(
            from: account, to: heir, limit: Self.imagesAtOnce), count > 0
        {
            try Task.checkCancellation()
            total += count
        }
        while case let count = try await repository.catalog.transferTrash(
            from: account, to: heir, limit: Self.imagesAtOnce), count > 0
        {
            try Task.checkCancellation()
            total += count
        }
        try await repository.catalog.transferAlbums(from: account, to: heir)
        library.openFiles.forget(ownedBy: account)
        return total
    }

    /// Deletes the albums of an account, in steps, and no image of anybody else.
    private func deleteAlbums(of account: AccountID) async throws {
        while case let ids = try await repository.catalog.albums(ownedBy: account, limit: Self.imagesAtOnce),
            !ids.isEmpty
        {
            for id in ids { while try await !repository.catalog.deleteAlbum(id) {} }
        }
    }

    private func deleteImages(of account: AccountID) async throws -> Int {
        var total = 0
        while case let ids = try await repository.catalog.images(ownedBy: account, limit: Self.imagesAtOnce),
            !ids.isEmpty
        {
            for id in ids {
                do {
                    try await library.delete(id, version: nil, isPermanent: true, for: .root)
                    total += 1
                } catch let error as ServiceError where error.code == .notFound {
                    // It has been deleted in the meantime.
                }
            }
        }
        return try await total + library.trash.deleteImages(ownedBy: account)
    }
}
