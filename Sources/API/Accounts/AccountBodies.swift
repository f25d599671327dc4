internal import TextCoding
internal import Domain
internal import Services

/// The body of a registration.
struct RegistrationBody: JSONObjectBody {
    let request: Accounts.RegistrationRequest

    enum CodingKeys: String, CodingKey, CaseIterable {
        case handle, password, invitation, role
        case setupCode = "setup_code"
        case quotaBytes = "quota_bytes"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        var request = Accounts.RegistrationRequest(
            handle: try container.decode(String.self, forKey: .handle),
            password: try container.decode(String.self, forKey: .password))
        request.invitation = try container.decodeIfPresent(String.self, forKey: .invitation)
        request.setupCode = try container.decodeIfPresent(String.self, forKey: .setupCode)
        request.role = try container.decodeIfPresent(Account.Role.self, forKey: .role)
        request.quotaBytes = try container.quota(forKey: .quotaBytes)
        self.request = request
    }
}

/// The body of a PATCH of an account (RFC 7396): only the given members are changed.
struct AccountChangesBody: JSONObjectBody {
    let changes: AccountChanges

    enum CodingKeys: String, CodingKey, CaseIterable {
        case role, disabled, duplicates
        case quotaBytes = "quota_bytes"
    }

    /// What becomes of bytes that the account has already.
    enum Duplicates: String, StringEnumeration {
        case merge, keep
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard !container.allKeys.isEmpty else {
            throw Problem.badRequest(
                "The body changes nothing: role, disabled, quota_bytes and duplicates can be changed.")
        }
        var changes = AccountChanges()
        changes.role = try container.decodeIfPresent(Account.Role.self, forKey: .role)
        changes.isDisabled = try container.decodeIfPresent(Bool.self, forKey: .disabled)
        changes.quotaBytes = try container.quota(forKey: .quotaBytes)
        changes.keepsDuplicates = try container.decodeIfPresent(Duplicates.self, forKey: .duplicates).map {
            $0 == .keep
        }
        self.changes = changes
    }
}

extension AccountChanges {
    /// The changes in the log.
    var summary: String {
        [
            role.map { "role \($0.rawValue)" }, isDisabled.map { $0 ? "disabled" : "enabled" },
            quotaBytes.map { "quota \($0.map { "\($0)" } ?? "none")" },
            keepsDuplicates.map { $0 ? "keeps duplicates" : "merges duplicates" },
        ].compactMap { $0 }.joined(separator: ", ")
    }
}

extension KeyedDecodingContainer {
    /// Nil if the member is left out, `.some(nil)` for a null, which means no limit.
    fileprivate func quota(forKey key: Key) throws -> Int64?? {
        guard contains(key) else { return nil }
        guard let bytes = try decodeIfPresent(WholeNumber.self, forKey: key)?.value else { return .some(nil) }
        guard bytes >= 0 else {
            throw DecodingError.refused(codingPath + [key], "a number of bytes from 0, or null for no bound")
        }
        return bytes
    }
}
