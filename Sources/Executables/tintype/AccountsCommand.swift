import Runtime
import CommandLine
import Composition
import Domain
import Services
import SystemIO
import Telemetry

/// `tintype accounts`: the accounts of a data folder, even while a server runs.
enum AccountsCommand {
    private static let role = Option<Account.Role?>(
        "role", "ROLE", .choice, "The role of the account: admin or member. A new account is a member by default.")
    private static let quota = Option<Int64??>(
        "quota", "BYTES", quotaType, "The maximum size of all originals of the account, or none for no limit.")
    private static let json = Option(flag: "json", "Print JSON objects, one account on each line.")

    static let syntax = CommandSyntax(
        "accounts", "Add, list and change accounts.",
        options: [DataFolder.option, ServerConfiguration.option, role, quota, json],
        arguments:
            "add HANDLE | list | disable HANDLE | enable HANDLE | change HANDLE | password HANDLE | transfer FROM TO",
        fileOptions: [DataFolder.option])

    private static let actions = "add, list, disable, enable, change, password or transfer"

    static func run(_ arguments: ParsedArguments) async throws -> Int32 {
        let words = arguments.arguments
        guard let action = words.first else {
            throw UsageError("say what to do: \(actions); see --help")
        }
        try arguments.refuseOptions(
            of: action, except: [(role, ["add", "change"]), (quota, ["add", "change"]), (json, ["list"])])
        let handles = words.count - 1
        switch action {
        case "list": guard handles == 0 else { throw UsageError("list takes no handle") }
        case "transfer":
            guard handles == 2 else {
                throw UsageError("transfer takes two handles, such as: accounts transfer root alice")
            }
        default:
            guard handles == 1 else {
                throw UsageError("\(action) takes one handle, such as: accounts \(action) alice")
            }
        }
        let folder = try await DataFolder.open(FilePath(try arguments.value(of: DataFolder.option)))
        let log = try Program.log(from: .error)
        let assembly = try RepositoryAssembly(folder: folder, settings: try ServerSettings(), log: log)
        let outcome = await Result { try await perform(words, on: assembly.accounts, arguments) }
        await assembly.close()
        log.close()
        try outcome.get()
        return Program.Exit.ok
    }

    private static func perform(
        _ words: [String], on accounts: Accounts, _ arguments: ParsedArguments
    ) async throws {
        let (action, name) = (words[0], words.last ?? "")
        var changes = AccountChanges()
        switch action {
        case "add": try await add(name, to: accounts, arguments)
        case "list": try await list(accounts, asJSON: try arguments.value(of: json))
        case "disable", "enable":
            changes.isDisabled = action == "disable"
            try await change(name, changes, in: accounts)
        case "change":
            changes.role = try arguments.value(of: role)
            changes.quotaBytes = try arguments.value(of: quota)
            try await change(name, changes, in: accounts)
        case "password": try await changePassword(name, in: accounts)
        case "transfer": try await transfer(from: words[1], to: name, in: accounts)
        default: throw UsageError("there is no action '\(action)': \(actions)")
        }
    }

    private static func add(_ name: String, to accounts: Accounts, _ arguments: ParsedArguments) async throws {
        let handle = try await accounts.availableHandle(name)
        var request = Accounts.RegistrationRequest(
            handle: name, password: try Prompt.password("Password of \(handle): "))
        request.role = try arguments.value(of: role)
        request.quotaBytes = try arguments.value(of: quota)
        let account = try await accounts.add(request)
        print("\(account.handle) can log in now.")
        let images = try await accounts.builtInImageCount()
        if images > 0 {
            print(
                "The built-in account has \(images) images: '\(Program.name) accounts transfer root \(account.handle)' gives them to \(account.handle)."
            )
        }
    }

    private static func transfer(from: String, to: String, in accounts: Accounts) async throws {
        let (owner, heir) = (try await accounts.owner(from).handle, try await accounts.owner(to).handle)
        let transfer = try await accounts.transfer(from: owner, to: heir, for: .root)
        print("\(heir) has \(transfer.transferred) images more.")
        if transfer.left > 0 { print("\(transfer.left) stay with \(owner): \(heir) has the same files already.") }
    }

    private static func change(_ name: String, _ changes: AccountChanges, in accounts: Accounts) async throws {
        let account = try await accounts.update(try await accounts.owner(name).handle, changes, for: .root)
        AccountsList.print([account], asJSON: false)
    }

    private static func changePassword(_ name: String, in accounts: Accounts) async throws {
        let handle = try await accounts.owner(name).handle
        let password = try Prompt.password("New password of \(handle): ")
        try await accounts.changePassword(of: handle, from: nil, to: password, address: "", for: .root)
        print("\(handle) has a new password; its sessions and tokens have ended.")
    }

    private static func list(_ accounts: Accounts, asJSON: Bool) async throws {
        var cursor: Cursor?
        repeat {
            let page = try await accounts.list(after: cursor, limit: 500)
            AccountsList.print(page.elements, asJSON: asJSON)
            cursor = page.next
        } while cursor != nil
    }

    /// A number of bytes, or `none` for an account without a limit.
    private static let quotaType = OptionType<Int64?>("a number of bytes such as 500MiB, or none") { text in
        text == "none" ? .some(nil) : OptionType<Int64>.byteCount.value(text).map(Optional.some)
    }
}
