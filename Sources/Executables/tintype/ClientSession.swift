import Client
import CommandLine
import Glibc
import HTTPClient
import HTTPTypes
import Runtime
import SystemIO

/// What every command of the client needs: the server, the account that it acts as, and the console.
struct ClientSession {
    /// The account that a command acts as.
    static let user = Option<String?>(
        "user", "HANDLE", .text,
        "The account to act as: the one that is logged in, or any account if the server runs with --access open.")
    static let json = Option(flag: "json", "Print JSON objects, one on each line.")

    private static let server = Option(
        "server", "URL", .text, default: "http://localhost:5000", "The address of the server.")
    private static let retryTimeout = Option(
        "retry-timeout", "SECONDS", .seconds(in: 0...86_400), default: 60,
        "How long to retry if the server cannot be reached or is busy.")
    private static let certificateFile = Option<String?>(
        "ca-file", "FILE", .text, "A PEM file of certificates to trust instead of the system's.")

    /// The options of commands that connect to a server.
    static let connectionOptions: [any AnyOption] = [server, retryTimeout, certificateFile]

    /// The options of commands that report each image.
    static let options: [any AnyOption] = connectionOptions + [json]

    let address: ServerAddress
    let identity: ClientIdentity
    let client: HTTPClient
    let console: Console
    private let retryTimeout: Double

    /// - Parameters:
    ///   - user: the account to act as, if the command has that option.
    ///   - concurrency: the maximum number of concurrent requests.
    init(_ arguments: ParsedArguments, as user: String? = nil, concurrency: Int) throws {
        let address = try ServerAddress(arguments.value(of: Self.server))
        try self.init(arguments, at: address, as: try Self.identity(of: user, at: address), concurrency: concurrency)
    }

    /// A session without credentials, to log in with.
    init(anonymous arguments: ParsedArguments) throws {
        try self.init(
            arguments, at: try ServerAddress(arguments.value(of: Self.server)), as: .anonymous, concurrency: 1)
    }

    private init(
        _ arguments: ParsedArguments, at address: ServerAddress, as identity: ClientIdentity, concurrency: Int
    ) throws {
        (self.address, self.identity) = (address, identity)
        retryTimeout = try arguments.value(of: Self.retryTimeout)
        var settings = HTTPClientSettings(userAgent: Program.userAgent)
        settings.certificateFile = try arguments.value(of: Self.certificateFile)
        client = HTTPClient(settings: settings, concurrency: concurrency)
        console = Console(
            output: try FileDescriptor(duplicating: STDOUT_FILENO),
            errors: try FileDescriptor(duplicating: STDERR_FILENO))
        ProcessLimits.raiseOpenFiles()
    }

    /// Runs a command until it ends or is interrupted, and closes the session.
    ///
    /// - Returns: the exit status.
    func run(_ body: @escaping @Sendable (Connection, Console) async throws -> Int32) async throws -> Int32 {
        let (outcome, signal) = await Interruption.run { try await body(connection(), console) }
        await close()
        if let signal { return 128 + signal }
        do {
            return try outcome.get()
        } catch let error as SystemError where error.isBrokenPipe {
            // The reader has closed the output, as `head` does.
            return Program.Exit.ok
        }
    }

    /// A connection to the server with the identity of this session.
    func connection(progress: RunProgress? = nil) -> Connection { connection(as: identity, progress: progress) }

    func connection(as identity: ClientIdentity, progress: RunProgress? = nil) -> Connection {
        Connection(
            address, client: client, identity: identity, retries: RetryPolicy(retryTimeout: retryTimeout)
        ) {
            progress?.waiting(seconds: $0, reason: $1)
        }
    }

    /// The account's handle, if it is known.
    var account: String? {
        switch identity {
        case .anonymous: nil
        case .onBehalf(let handle): handle
        case .token(_, let account): account
        }
    }

    func close() async {
        await client.close()
        await console.close()
    }

    /// A token of the environment takes precedence over a stored one; without either, the named account.
    private static func identity(of user: String?, at address: ServerAddress) throws -> ClientIdentity {
        if let token = Program.environmentToken { return .token(token, account: user) }
        guard let credential = try ClientFolders.credentials().credential(for: address) else {
            return user.map { .onBehalf(of: $0) } ?? .anonymous
        }
        guard user == nil || user == credential.account else {
            throw UsageError(
                "you are logged in to \(address) as \(credential.account), not as \(user ?? ""): log in as that account, or log out"
            )
        }
        return .token(credential.token, account: credential.account)
    }
}
