import CatalogStorage
import CommandLine
import Domain
import Glibc
import PasswordHashing
import Services
import SystemIO
import Telemetry

/// `tintype accounts`: the accounts of a data folder, also beside a running server.
enum AccountsCommand {
    static let syntax = CommandSyntax(
        "accounts", "Add, list and change accounts.",
        options: [
            Stores.dataOption,
            Option("role", "ROLE", "admin or member: what the account may do. A new one is a member."),
            Option("quota", "BYTES", "The most bytes of originals that the account may have; none for no bound."),
            Option(flag: "json", "List as JSON, one account a line."),
        ], arguments: "add HANDLE | list | disable HANDLE | enable HANDLE | change HANDLE | password HANDLE")

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let words = arguments.arguments
        guard let action = words.first else {
            throw UsageError("say what to do: add, list, disable, enable, change or password; see --help")
        }
        guard (action == "list") == (words.count == 1), words.count <= 2 else {
            throw UsageError(
                action == "list"
                    ? "list takes no handle" : "\(action) takes one handle, such as: accounts \(action) alice")
        }
        let stores = try await Stores.open(arguments)
        do {
            try await perform(action, words.last ?? "", on: stores.catalog, arguments)
        } catch {
            await stores.close()
            throw error
        }
        await stores.close()
        return Program.Exit.ok
    }

    private static func perform(
        _ action: String, _ name: String, on catalog: Catalog, _ arguments: ParsedArguments
    ) async throws {
        switch action {
        case "add": try await add(name, to: catalog, arguments)
        case "list": try await list(catalog, asJSON: arguments.flag("json"))
        case "disable", "enable":
            var changes = AccountChanges()
            changes.isDisabled = action == "disable"
            try await change(name, changes, in: catalog)
        case "change":
            var changes = AccountChanges()
            changes.role = try arguments.choice("role", Account.Role.self)
            changes.quotaBytes = try quota(arguments)
            try await change(name, changes, in: catalog)
        case "password":
            let account = try await account(name, in: catalog)
            let hash = try await hash(try Prompt.password("New password of \(account.handle): "))
            try await catalog.setPassword(of: account.id, hash: hash, endsAccess: true)
            print("\(account.handle) has a new password; its sessions and tokens have ended.")
        default: throw UsageError("there is no action '\(action)': add, list, disable, enable, change or password")
        }
    }

    private static func add(_ name: String, to catalog: Catalog, _ arguments: ParsedArguments) async throws {
        let handle = try AccountRules.handle(name)
        guard try await catalog.account(handle) == nil else {
            throw UsageError("there is an account '\(handle)' already")
        }
        let role = try arguments.choice("role", Account.Role.self) ?? .member
        let quota = try quota(arguments) ?? nil
        let hash = try await hash(try Prompt.password("Password of \(handle): "))
        try await catalog.addAccount(
            NewAccount(handle: handle, role: role, passwordHash: hash, quotaBytes: quota))
        print("\(handle) can log in now.")
    }

    private static func hash(_ password: String) async throws -> String {
        let passwords = Passwords(workers: PasswordWorkers(executable: "/proc/self/exe", queue: 1))
        do {
            let hash = try await passwords.hash(password)
            await passwords.close()
            return hash
        } catch {
            await passwords.close()
            throw error
        }
    }

    private static func change(_ name: String, _ changes: AccountChanges, in catalog: Catalog) async throws {
        let account = try await account(name, in: catalog)
        guard account.id != .root || (changes.role == nil && changes.isDisabled == nil) else {
            throw UsageError("the built-in account stays an admin, and cannot be disabled")
        }
        _ = try await catalog.updateAccount(account.id, changes)
        try await AccountsList.print([self.account(name, in: catalog)], asJSON: false)
    }

    private static func list(_ catalog: Catalog, asJSON: Bool) async throws {
        var cursor: Cursor?
        repeat {
            let page = try await catalog.accounts(after: cursor, limit: 500)
            AccountsList.print(page.elements, asJSON: asJSON)
            cursor = page.next
        } while cursor != nil
    }

    private static func account(_ name: String, in catalog: Catalog) async throws -> Account {
        guard let handle = Handle(name), let account = try await catalog.account(handle) else {
            throw UsageError("there is no account '\(name)'")
        }
        return account
    }

    /// Nil where it is not given, `.some(nil)` for `none`.
    private static func quota(_ arguments: ParsedArguments) throws(UsageError) -> Int64?? {
        arguments.value("quota") == "none" ? .some(nil) : try arguments.bytes("quota").map(Optional.some)
    }
}
