import Domain
import Testing

@testable import Services

@Suite struct FilePermissionTests {
    private static let ada = AccountID()
    private static let digest = Digest(String(repeating: "0", count: 64))

    private static func viewer(
        _ account: AccountID?, _ role: Account.Role = .member, _ scopes: Set<Scope> = Set(Scope.allCases)
    ) -> FilePermission {
        .viewer(Viewer(account: account, role: role, scopes: scopes, proof: .none))
    }

    @Test(
        arguments: [
            (.signedAddress, true, true), (.viewer(.stranger), false, true), (.viewer(.root), true, true),
            (viewer(ada), true, true), (viewer(AccountID()), false, true), (viewer(AccountID(), .admin), true, true),
            // A token of an admin without the scope admin sees what a member sees.
            (viewer(AccountID(), .admin, [.read, .write]), false, true),
            (viewer(nil, .admin), false, true),
        ] as [(FilePermission, Bool, Bool)])
    func `only those who may see an image get its files without a look at albums`(
        permission: FilePermission, seesPrivate: Bool, seesPublic: Bool
    ) throws {
        let digest = try #require(Self.digest)
        for (visibility, sees) in [(Visibility.private, seesPrivate), (.public, seesPublic)] {
            let access = FileAccess(
                digest: digest, owner: Self.ada, visibility: visibility, fileName: "", title: "",
                dateAdded: .now)
            #expect(permission.isEvident(.rendition, access) == sees)
            // Nothing says that others get the original.
            let isInCharge = seesPrivate && sees
            #expect(permission.isEvident(.original, access) == isInCharge)
        }
    }
}

@Suite struct DisclosureTests {
    private static let ada = AccountID()

    private static func record(_ original: Bool?, _ place: Bool?) throws -> ImageRecord {
        let content = ImageContent(
            digest: try #require(Digest(String(repeating: "0", count: 64))), format: .jpeg, width: 1, height: 1,
            orientation: 1, frames: 1, hasAlpha: false, metadata: PhotoMetadata())
        return ImageRecord(
            id: ImageID(), content: content, owner: ada, ownerHandle: "ada",
            details: ImageDetails(visibility: .public, publicOriginal: original, publicPlace: place), bytes: 1,
            dateAdded: .now, dateModified: .now, state: .ready, version: 1)
    }

    @Test(
        arguments: [
            (nil, nil, false, false, false, false), (nil, nil, true, false, true, true),
            (nil, nil, false, true, false, true), (true, nil, false, false, true, true),
            // The original states the place, too.
            (true, false, false, false, true, true), (false, nil, true, false, false, false),
            (false, true, true, false, false, true), (nil, false, false, true, false, false),
        ] as [(Bool?, Bool?, Bool, Bool, Bool, Bool)])
    func `others get what the owner gives, or else the server`(
        flag: Bool?, placeFlag: Bool?, originals: Bool, places: Bool, original: Bool, place: Bool
    ) throws {
        let record = try Self.record(flag, placeFlag)
        let defaults = PublicDefaults(originals: originals, places: places)
        let member = Viewer(account: AccountID(), role: .member, scopes: Set(Scope.allCases), proof: .none)
        for viewer in [Viewer.stranger, member] {
            let disclosure = Disclosure(of: record, to: viewer, defaults)
            #expect(disclosure.original == original)
            #expect(disclosure.place == place)
            #expect(!disclosure.settings)
        }
        let owner = Viewer(account: Self.ada, role: .member, scopes: [.read], proof: .none)
        for viewer in [owner, .root] { #expect(Disclosure(of: record, to: viewer, defaults) == .everything) }
    }
}

@Suite struct CompressionRulesTests {
    @Test(
        arguments: [
            (.jpeg, 1, nil, true), (.png, 1, .webp, true), (.gif, 2, nil, false), (.gif, 2, .webp, false),
            (.gif, 1, nil, true), (.svg, 1, nil, false), (.svg, 1, .webp, true), (.svg, 2, .webp, false),
        ] as [(ImageFormat, Int, ImageFormat?, Bool)])
    func `animations, documents and drawings are not compressed`(
        format: ImageFormat, frames: Int, wanted: ImageFormat?, applies: Bool
    ) {
        #expect(CompressionRules.applies(to: format, frames: frames, as: wanted) == applies)
    }

    @Test func `the original is used unless another format is requested`() throws {
        try CompressionRules.requireOriginal(.png, bytes: 5, frames: 1, as: nil)
        try CompressionRules.requireOriginal(.png, bytes: 5, frames: 1, as: .png)
        try CompressionRules.requireOriginal(.gif, bytes: 5, frames: 3, as: nil)
        for (frames, message) in [
            (
                1,
                "As webp the image would not be smaller than its original of 5 bytes, or not look like it: ask for another type, or leave it out."
            ),
            (
                3,
                "The image has 3 frames, which are not compressed: its compressed file has the original's bytes. Leave the type out."
            ),
        ] {
            #expect(throws: ServiceError(.conflict, message)) {
                try CompressionRules.requireOriginal(.gif, bytes: 5, frames: frames, as: .webp)
            }
        }
    }
}
