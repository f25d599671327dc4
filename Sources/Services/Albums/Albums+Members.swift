internal import CatalogStorage
public import Domain

extension Albums {
    /// The members of an album.
    ///
    /// - Throws: `forbidden` if the viewer sees the album only because it is public.
    public func members(of id: AlbumID, for viewer: Viewer) async throws -> [AlbumMember] {
        _ = try await standing(id, for: viewer, atLeast: .viewer)
        return try await repository.catalog.members(of: id)
    }

    /// Makes an account a member, or gives it another role.
    ///
    /// - Parameter sharesPrivate: whether the viewer's private images in the album are shown to its members.
    /// - Throws: `notFound` if there is no such account; `showsPrivateImages`; `conflict` for the owner.
    public func setMember(
        _ handle: Handle, _ role: AlbumRole, of id: AlbumID, sharesPrivate: Bool?, for viewer: Viewer
    ) async throws {
        let standing = try await standing(id, for: viewer, atLeast: .manager)
        let account = try await account(handle)
        guard account.id != standing.album.owner else {
            throw ServiceError(.conflict, "The owner of an album is no member of it.")
        }
        let outcome = try await repository.catalog.setMember(
            account.id, role, of: id, sharesPrivate: sharesPrivate, by: try viewer.owner())
        switch outcome {
        case .done: break
        case .notFound: throw ServiceError.noAlbum
        case .needsConsent(let count): throw ServiceError.showsPrivate(count, to: "'\(handle)'")
        }
    }

    /// Removes a member: a manager anybody, others themselves.
    public func removeMember(_ handle: Handle, of id: AlbumID, for viewer: Viewer) async throws {
        let standing = try await standing(id, for: viewer)
        let account = try await account(handle)
        if account.id != viewer.account { _ = try await self.standing(id, for: viewer, atLeast: .manager) }
        guard try await repository.catalog.removeMember(account.id, of: standing.album.id) else {
            throw ServiceError(.notFound, "The album has no member '\(handle)'.")
        }
    }

    private func account(_ handle: Handle) async throws -> Account {
        guard let account = try await repository.catalog.account(handle) else {
            throw ServiceError(.notFound, "There is no account '\(handle)'.")
        }
        return account
    }
}
