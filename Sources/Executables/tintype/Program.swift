import Client
import CommandLine
import Composition
import Domain
import Glibc
import Runtime
import Services
import SystemIO
import Telemetry

/// The commands, and the common behaviour of the program on the command line.
enum Program {
    static let name = "tintype"
    static let environmentPrefix = "TINTYPE"

    /// Exit statuses: those of BSD's sysexits if one fits.
    enum Exit {
        static let ok: Int32 = 0
        static let findings: Int32 = 1
        static let usage: Int32 = 64
        static let unavailable: Int32 = 69
        static let failure: Int32 = 70
        static let notPermitted: Int32 = 77

        /// Each with what it means, for the manual pages.
        static let meanings: [(status: Int32, meaning: String)] = [
            (ok, "All is done."), (findings, "Something is missing, damaged or was refused; the output tells what."),
            (usage, "The command line or the environment has a mistake."),
            (unavailable, "The server cannot be reached, or is busy."), (failure, "The program failed."),
            (notPermitted, "The server does not permit it: log in, or use an account that may do it."),
        ]
    }

    private static let commands: [(syntax: CommandSyntax, run: @Sendable (ParsedArguments) async throws -> Int32)] = [
        (ServeCommand.syntax, ServeCommand.run), (ConfigCommand.syntax, ConfigCommand.run),
        (DoctorCommand.syntax, DoctorCommand.run),
        (AccountsCommand.syntax, AccountsCommand.run),
        (CheckCommand.syntax, CheckCommand.run),
        (SignCommand.syntax, SignCommand.run), (KeysCommand.syntax, KeysCommand.run),
        (UploadCommand.syntax, UploadCommand.run), (ListCommand.syntax, ListCommand.run),
        (DownloadCommand.syntax, DownloadCommand.run), (DeleteCommand.syntax, DeleteCommand.run),
        (TrashCommand.syntax, TrashCommand.run), (AlbumsCommand.syntax, AlbumsCommand.run),
        (ShareCommand.syntax, ShareCommand.run),
        (VerifyCommand.syntax, VerifyCommand.run), (CompressServiceCommand.syntax, CompressServiceCommand.run),
        (LoginCommand.syntax, LoginCommand.run), (LogoutCommand.syntax, LogoutCommand.run),
        (CompletionsCommand.syntax, CompletionsCommand.run), (ManualCommand.syntax, ManualCommand.run),
    ]

    /// What the program does.
    static let summary = "Tintype stores images, finds them again, and serves them in the sizes that you need."

    /// The syntax of each command, in the order of the help text.
    static var syntaxes: [CommandSyntax] { commands.map(\.syntax) }

    static func run(_ arguments: [String]) async -> Int32 {
        guard let name = arguments.first, !["help", "--help", "-h"].contains(name) else {
            print(overview)
            return arguments.isEmpty ? Exit.usage : Exit.ok
        }
        if ["version", "--version"].contains(name) {
            print("\(ProgramVersion.current)\n\(ProgramVersion.current.libraryList)")
            return Exit.ok
        }
        guard let command = commands.first(where: { $0.syntax.name == name }) else {
            printError("there is no command '\(name)': see \(Self.name) --help")
            return Exit.usage
        }
        do {
            let parsed = try ParsedArguments(
                Array(arguments.dropFirst()), of: command.syntax, environment: environment,
                environmentPrefix: environmentPrefix)
            if parsed.asksForHelp {
                print(command.syntax.help(program: Self.name, environmentPrefix: environmentPrefix))
                return Exit.ok
            }
            return try await command.run(try ServerConfiguration.completed(parsed))
        } catch let error as UsageError {
            printError(error.description)
            return Exit.usage
        } catch let error as ServiceError where [.notFound, .conflict, .invalid].contains(error.code) {
            printError(error.message)
            return Exit.usage
        } catch let error as ClientError {
            printError(SanitizedText.of(error.message))
            return status(of: error)
        } catch {
            printError("\(ServiceError(explaining: error)?.message ?? "\(error)")")
            return Exit.failure
        }
    }

    /// The exit status of a command that ends with a `ClientError`.
    static func status(of error: ClientError) -> Int32 {
        switch error.code {
        case .unavailable: Exit.unavailable
        case .notPermitted: Exit.notPermitted
        case .usage: Exit.usage
        case .refused, .notFound, .damaged, .local, .storageFull: Exit.findings
        }
    }

    /// The user agent.
    static var userAgent: String { "\(name)/\(ProgramVersion.current.number)" }

    /// The token in the environment; nil if there is none.
    static var environmentToken: String? {
        environment["TINTYPE_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The key in the environment with which addresses are signed; nil if there is none.
    static func sharedSigningKey() throws -> [UInt8]? { try sharedKey("TINTYPE_SIGNING_KEY") }

    /// The key in the environment from which the addresses of shares are derived; nil if there is none.
    static func sharedShareKey() throws -> [UInt8]? { try sharedKey("TINTYPE_SHARE_KEY") }

    private static func sharedKey(_ name: String) throws -> [UInt8]? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard (32...1024).contains(text.utf8.count) else {
            throw UsageError(
                "\(name) has \(text.utf8.count) bytes, and must have 32 to 1024: make one with openssl rand -hex 32"
            )
        }
        return Array(text.utf8)
    }

    /// A log on standard error, of lines from `level` on.
    static func log(from level: LogLevel) throws -> Logger {
        Logger(output: try FileDescriptor(duplicating: STDERR_FILENO), level: level) { Timestamp.now.description }
    }

    /// Runs the services of a server until a signal arrives.
    static func serve(_ services: [any Service], log: Logger) async throws -> Int32 {
        ProgramVersion.current.log(to: log)
        let (outcome, _) = await Interruption.run {
            try await ServiceGroup(services).run()
        } interrupted: {
            log.log(.info, "stopping")
        }
        if case .success = outcome { log.log(.info, "stopped") }
        log.close()
        try outcome.get()
        return Exit.ok
    }

    static func printError(_ message: String) {
        var bytes = Array("\(name): \(message)\n".utf8)
        // If standard error is closed, the failure cannot be reported.
        _ = write(STDERR_FILENO, &bytes, bytes.count)
    }

    private static var overview: String {
        var text = "\(summary)\n\n"
        text += "Usage: \(name) COMMAND [options]\n\nCommands:\n"
        for (syntax, _) in commands {
            text += "  " + syntax.name + String(repeating: " ", count: max(1, 18 - syntax.name.count))
            text += syntax.summary + "\n"
        }
        text += "\n\(name) COMMAND --help explains the options of a command.\n\n"
        return text + "\(ProgramVersion.current)\n\(ProgramVersion.current.libraryList)"
    }

    static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }
}
