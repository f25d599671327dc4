public import CommandLine
internal import SystemIO
internal import TOML

/// The configuration file of the server, or of its separate compressor.
public enum ServerConfiguration {
    public static let option = Option<String?>(
        "config", "FILE", .text,
        "A configuration file in TOML. Its keys are the names of the options of serve, such as port = 5000. Options and environment variables take precedence."
    )

    private static let maximumBytes: Int64 = 1 << 20

    /// The arguments with the values of the file that they or the environment name; the same if they name none.
    ///
    /// - Parameter options: those that take values of the file; nil for those that the command's syntax names. If there
    ///   are none, the file is not read.
    /// - Throws: `UsageError` that names the file, and the line of a mistake.
    public static func completed(
        _ arguments: ParsedArguments, for options: [any AnyOption]? = nil
    ) throws(UsageError) -> ParsedArguments {
        try completed(arguments, for: options ?? arguments.fileOptions, of: ServerOptions.all, named: option)
    }

    /// The arguments with the values of a file of another program than the server.
    ///
    /// - Parameters:
    ///   - known: the options that the file may have.
    ///   - file: the option that names the file.
    static func completed(
        _ arguments: ParsedArguments, for options: [any AnyOption], of known: [any AnyOption],
        named file: Option<String?>
    ) throws(UsageError) -> ParsedArguments {
        guard !options.isEmpty, let path = try arguments.value(of: file) else { return arguments }
        return arguments.adding(try read(path, known), for: options)
    }

    /// Reads and checks a file.
    private static func read(_ path: String, _ known: [any AnyOption]) throws(UsageError) -> ConfigurationFile {
        let entries: [TOMLDocument.Entry]
        do {
            entries = try TOMLDocument(try bytes(of: path)).entries
        } catch let error as TOMLError {
            let place = [error.line, error.column].compactMap { $0.map { ":\($0)" } }.joined()
            throw UsageError("\(path)\(place): this is not TOML: \(error.message)")
        } catch let error as SystemError {
            throw UsageError("the configuration file \(path) cannot be read: \(error.meaning)")
        } catch {
            throw UsageError("\(error)")
        }
        return try ConfigurationFile(path: path, entries: entries.map(entry), options: known)
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        let file = try FileDescriptor(reading: FilePath(path))
        guard try file.status().kind == .file else {
            throw UsageError("the configuration file \(path) is not a file")
        }
        let size = try file.size()
        guard size <= maximumBytes else {
            throw UsageError("the configuration file \(path) has more than \(maximumBytes) bytes")
        }
        return try file.read(at: 0, count: Int(size))
    }

    private static func entry(_ entry: TOMLDocument.Entry) -> ConfigurationFile.Entry {
        let value: ConfigurationFile.Value =
            switch entry.value {
            case .text(let text): .text(text)
            case .integer(let number): .integer(number)
            case .boolean(let value): .boolean(value)
            case .texts(let texts): .texts(texts)
            case .other(let kind): .other(kind)
            }
        return ConfigurationFile.Entry(name: entry.key, value: value, line: entry.line)
    }
}
