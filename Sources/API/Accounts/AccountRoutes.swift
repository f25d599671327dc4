internal import Domain
internal import HTTPTypes
public import Services
internal import Streams

/// Accounts: creating, listing, changing and removing them.
public struct AccountRoutes: Sendable {
    private let accounts: Accounts
    /// Registrations cost the hash of a password each.
    private let registrations = AttemptLimit(capacity: 100, leakSeconds: 60, of: "registrations")

    public init(accounts: Accounts) { self.accounts = accounts }

    public var routes: [Route] {
        [
            Route(.post, "/v1/accounts", access: .reading, register),
            Route(.get, "/v1/accounts", access: .administering, list),
            Route(.get, "/v1/accounts/{handle}", access: .managing, account),
            Route(.patch, "/v1/accounts/{handle}", access: .managing, update),
            Route(.delete, "/v1/accounts/{handle}", access: .managing, remove),
            Route(.put, "/v1/accounts/{handle}/password", access: .managing, changePassword),
            Route(.post, "/v1/accounts/{handle}/transfer", access: .administering, transfer),
            Route(.post, "/v1/invitations", access: .administering, invite),
        ]
    }

    private func register(_ call: Call) async throws -> HTTPResponse {
        let body = try await Self.decode(RegistrationBody.self, call)
        let setup = body.request.setupCode == nil ? "" : " (setup code)"
        call.trail.note(.registration, body.request.handle + setup)
        if !call.viewer.isAdmin { try registrations.take(call.request.origin.clientKey) }
        let registered = try await accounts.register(body.request, by: call.viewer)
        var response = HTTPResponse.json(
            .created, AccountView(registered.account, offeredImages: registered.offeredImages, call.links))
        response.fields["Location"] = call.links.account(registered.account.handle)
        return response
    }

    private struct TransferBody: JSONObjectBody {
        let to: String

        enum CodingKeys: String, CodingKey, CaseIterable { case to }
    }

    private struct TransferView: Encodable {
        let transferred: Int, left: Int
    }

    private func transfer(_ call: Call) async throws -> HTTPResponse {
        guard let heir = Handle(try await Self.decode(TransferBody.self, call).to) else {
            throw Problem(.notFound, "There is no such account.")
        }
        call.trail.note(.imageTransfer, "\(call.parameters["handle"]) to \(heir)")
        let transfer = try await accounts.transfer(from: try Self.handle(call), to: heir, for: call.viewer)
        return .json(.ok, TransferView(transferred: transfer.transferred, left: transfer.left))
    }

    private func list(_ call: Call) async throws -> HTTPResponse {
        let query = try QueryParameters(call.request.target, known: ["cursor", "limit"])
        let page = try await accounts.list(
            after: try query.cursor(), limit: try query.number("limit", in: 1...1000) ?? 100)
        return ListView(
            name: "accounts", ids: page.elements.map(\.id.description),
            entries: page.elements.map { AccountView($0, call.links) },
            next: page.next?.description
        ).response(to: call.request)
    }

    private func account(_ call: Call) async throws -> HTTPResponse {
        .json(.ok, AccountView(try await accounts.account(try Self.handle(call), for: call.viewer), call.links))
    }

    private func update(_ call: Call) async throws -> HTTPResponse {
        let changes = try await Self.decode(AccountChangesBody.self, call).changes
        call.trail.note(.accountChange, "\(call.parameters["handle"]): \(changes.summary)")
        return .json(
            .ok, AccountView(try await accounts.update(try Self.handle(call), changes, for: call.viewer), call.links))
    }

    private struct PasswordBody: JSONObjectBody {
        let current: String?
        let password: String

        enum CodingKeys: String, CodingKey, CaseIterable { case current, password }
    }

    private func changePassword(_ call: Call) async throws -> HTTPResponse {
        let body = try await Self.decode(PasswordBody.self, call)
        call.trail.note(.passwordChange, call.parameters["handle"])
        try await accounts.changePassword(
            of: try Self.handle(call), from: body.current, to: body.password,
            address: call.request.origin.clientKey, for: call.viewer)
        return HTTPResponse(.noContent)
    }

    private struct RemovalView: Encodable {
        let handle: String, imagesDeleted: Int, imagesTransferred: Int

        enum CodingKeys: String, CodingKey {
            case handle
            case imagesDeleted = "images_deleted"
            case imagesTransferred = "images_transferred"
        }
    }

    private func remove(_ call: Call) async throws -> HTTPResponse {
        let handle = try Self.handle(call)
        call.trail.note(.accountRemoval, "\(handle)")
        let removal = try await accounts.remove(handle, try Self.disposition(call), for: call.viewer)
        return .json(
            .ok,
            RemovalView(
                handle: handle.description, imagesDeleted: removal.deleted, imagesTransferred: removal.transferred))
    }

    /// The request must say what happens to the images.
    private static func disposition(_ call: Call) throws -> Accounts.Disposition {
        let query = try QueryParameters(call.request.target, known: ["images", "to"])
        switch (query.text("images"), query.text("to").map(Handle.init)) {
        case ("delete", nil): return .delete
        case ("transfer", let heir??): return .transfer(to: heir)
        default:
            throw Problem.badRequest(
                "Say what becomes of the account's images: ?images=delete, or ?images=transfer&to=HANDLE of another account.",
                at: .parameter(query.text("images") == "transfer" ? "to" : "images"))
        }
    }

    private struct InvitationBody: JSONObjectBody {
        let days: WholeNumber?

        enum CodingKeys: String, CodingKey, CaseIterable { case days }
    }

    private struct InvitationView: Encodable {
        let id: InvitationID, code: String, expiresAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case id, code
            case expiresAt = "expires_at"
        }
    }

    private func invite(_ call: Call) async throws -> HTTPResponse {
        let bytes = try await call.request.body.collect(upTo: SessionRoutes.maximumBodyBytes)
        let days = bytes.isEmpty ? nil : try JSONBody.decode(InvitationBody.self, from: bytes).days?.value
        guard (1...365).contains(days ?? 7) else {
            throw Problem(.invalidMember, at: .pointer("/days"), "An invitation lasts 1 to 365 days.")
        }
        call.trail.note(.invitation, "\(days ?? 7) days")
        let invitation = try await accounts.invite(by: call.viewer, days: days.map { Int($0) } ?? 7)
        return .json(
            .created,
            InvitationView(id: invitation.id, code: invitation.code, expiresAt: invitation.expires))
    }

    private static func decode<Body: JSONObjectBody>(_ type: Body.Type, _ call: Call) async throws -> Body {
        try JSONBody.decode(type, from: try await call.request.body.collect(upTo: SessionRoutes.maximumBodyBytes))
    }

    private static func handle(_ call: Call) throws -> Handle {
        guard let handle = Handle(call.parameters["handle"]) else {
            throw Problem(.notFound, "There is no such account.")
        }
        return handle
    }
}
