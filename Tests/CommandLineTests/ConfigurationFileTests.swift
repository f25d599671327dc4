import CommandLine
import Testing

@Suite struct ConfigurationFileTests {
    private static let port = Option("port", "PORT", .integer(in: 0...65_535), default: 5000, "The port.")
    private static let host = Option("host", "ADDRESS", .text, default: "here", "The host.")
    private static let cache = Option<Int64>("cache", "BYTES", .byteCount, default: 1, "Bytes.")
    private static let timeout = Option("timeout", "SECONDS", .seconds(in: 1...60), default: 30, "The timeout.")
    private static let log = Option("log", "ON|OFF", .onOrOff, default: true, "Whether to log.")
    private static let origins = Option("origins", "LIST", .list, default: [], "The origins.")
    private static let strict = Option(flag: "strict", "Be strict.")
    private static let other = Option("other", "TEXT", .text, default: "x", "Not for files.")

    private static let fileOptions: [any AnyOption] = [port, host, cache, timeout, log, origins, strict]
    private static let syntax = CommandSyntax(
        "paint", "Paints.", options: fileOptions + [other], fileOptions: fileOptions)

    private static func file(_ entries: (String, ConfigurationFile.Value)...) throws -> ConfigurationFile {
        try ConfigurationFile(
            path: "/etc/paint.toml",
            entries: entries.enumerated().map {
                ConfigurationFile.Entry(name: $1.0, value: $1.1, line: $0 + 1)
            }, options: fileOptions)
    }

    private static func parse(
        _ arguments: String..., environment: [String: String] = [:], file: ConfigurationFile
    ) throws -> ParsedArguments {
        try ParsedArguments(arguments, of: syntax, environment: environment, environmentPrefix: "PAINT").adding(file)
    }

    @Test func `command line and environment take precedence over the file, and it over the default`() throws {
        let file = try Self.file(("host", .text("there")), ("port", .integer(1)))
        let parsed = try Self.parse(file: file)
        #expect(try parsed.value(of: Self.port) == 1 && parsed.value(of: Self.timeout) == 30)
        let both = try Self.parse("--port", "3", environment: ["PAINT_HOST": "env", "PAINT_PORT": "2"], file: file)
        #expect(try both.value(of: Self.port) == 3 && both.value(of: Self.host) == "env")
    }

    @Test func `tells where each value comes from`() throws {
        let file = try Self.file(("host", .text("there")), ("port", .integer(1)), ("log", .boolean(false)))
        let parsed = try Self.parse("--port", "3", environment: ["PAINT_LOG": "on"], file: file)
        #expect(parsed.origin(of: Self.port) == ("3", .commandLine))
        #expect(parsed.origin(of: Self.log) == ("on", .environment(variable: "PAINT_LOG")))
        #expect(parsed.origin(of: Self.host) == ("there", .file(path: "/etc/paint.toml", line: 1)))
        #expect(parsed.origin(of: Self.timeout) == ("30", .defaultValue))
        #expect(parsed.origin(of: Self.strict) == ("false", .defaultValue))
    }

    @Test func `reads every kind of value`() throws {
        let parsed = try Self.parse(
            file: Self.file(
                ("cache", .text("4 GiB")), ("timeout", .integer(60)), ("log", .boolean(false)),
                ("origins", .texts(["a", "b"])), ("strict", .boolean(true))))
        #expect(try parsed.value(of: Self.cache) == 4 << 30 && parsed.value(of: Self.timeout) == 60)
        #expect(try !parsed.value(of: Self.log) && parsed.value(of: Self.strict))
        #expect(try parsed.value(of: Self.origins) == ["a", "b"])
        let others = try Self.parse(
            file: Self.file(("cache", .integer(5)), ("log", .text("off")), ("origins", .text("a,b"))))
        #expect(try others.value(of: Self.cache) == 5 && !others.value(of: Self.log))
        #expect(try others.value(of: Self.origins) == ["a", "b"])
    }

    @Test func `a file takes the place of the one before`() throws {
        let former = try Self.parse("--host", "h", file: Self.file(("port", .integer(1)), ("timeout", .integer(5))))
        let next = former.adding(try Self.file(("host", .text("there")), ("port", .integer(2))))
        #expect(try next.value(of: Self.port) == 2 && next.value(of: Self.timeout) == 30)
        #expect(try next.value(of: Self.host) == "h")
        let mixed = former.replacing(["port"], from: next)
        #expect(try mixed.value(of: Self.port) == 2 && mixed.value(of: Self.timeout) == 5)
    }

    @Test func `an option that the file may not set keeps its value`() throws {
        let syntax = CommandSyntax("show", "Shows.", options: [Self.host, Self.port], fileOptions: [Self.host])
        let parsed = try ParsedArguments([], of: syntax, environment: [:], environmentPrefix: "PAINT")
            .adding(try Self.file(("host", .text("there")), ("port", .integer(1))))
        #expect(try parsed.value(of: Self.host) == "there" && parsed.value(of: Self.port) == 5000)
    }

    @Test(
        arguments: [
            ("prot", .integer(1), "there is no option 'prot'"),
            ("por", .integer(1), "there is no option 'por': did you mean port?"),
            ("other", .text("y"), "there is no option 'other'"),
            ("port", .integer(70_000), "port takes a whole number from 0 to 65535, not 70000"),
            ("port", .text("80"), "port takes a whole number from 0 to 65535, not the text \"80\""),
            ("port", .boolean(true), "port takes a whole number from 0 to 65535, not true"),
            ("host", .integer(1), "host takes a text, not 1"),
            ("strict", .text("yes"), "strict takes true or false, not the text \"yes\""),
            ("log", .text("maybe"), "log takes on or off, not the text \"maybe\""),
            ("cache", .text("4 GB"), "cache takes a number of bytes such as 500MiB, not the text \"4 GB\""),
            (
                "cache", .other("a number with a fraction"),
                "cache takes a number of bytes such as 500MiB, not a number with a fraction"
            ),
            (
                "origins", .texts(["a,b"]),
                "origins takes a list with commas between its elements, or an array of such texts, not [\"a,b\"]"
            ),
            ("timeout", .texts(["1"]), "timeout takes a whole number from 1 to 60, not [\"1\"]"),
        ] as [(String, ConfigurationFile.Value, String)])
    func `a mistake is told with file and line`(name: String, value: ConfigurationFile.Value, message: String) throws {
        let error = #expect(throws: UsageError.self) { try Self.file(("log", .boolean(true)), (name, value)) }
        #expect(error?.description == "/etc/paint.toml:2: \(message)")
    }
}
