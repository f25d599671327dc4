import CommandLine
import Testing

@Suite struct ParsedArgumentsTests {
    private enum Colour: String, CaseIterable {
        case red, green
    }

    private static let port = Option("port", "PORT", .integer(in: 0...65_535), default: 5000, "The port.")
    private static let maximumBody = Option<Int64>("max-body", "BYTES", .byteCount, default: 1 << 30, "Bytes.")
    private static let colour = Option<Colour?>("colour", "COLOUR", .choice, "The colour.")
    private static let timeout = Option("timeout", "SECONDS", .seconds(in: 1...60), default: 30, "The timeout.")
    private static let log = Option("log", "ON|OFF", .onOrOff, default: true, "Whether to log.")
    private static let origins = Option("origins", "LIST", .list, default: [], "The origins.")
    private static let yes = Option(flag: "yes", "Do not ask.")
    private static let tag = Option(repeatable: "tag", "TEXT", "A tag.")

    private static let syntax = CommandSyntax(
        "paint", "Paints.", options: [port, maximumBody, colour, timeout, log, origins, yes, tag],
        arguments: "FILE …")

    private func parse(_ arguments: String..., environment: [String: String] = [:]) throws -> ParsedArguments {
        try ParsedArguments(arguments, of: Self.syntax, environment: environment, environmentPrefix: "PAINT")
    }

    @Test func `the command line takes precedence over the environment, and that over the default`() throws {
        #expect(try parse().value(of: Self.port) == 5000)
        #expect(try parse(environment: ["PAINT_PORT": "1"]).value(of: Self.port) == 1)
        #expect(try parse("--port", "2", environment: ["PAINT_PORT": "1"]).value(of: Self.port) == 2)
        #expect(try parse("--port=3").value(of: Self.port) == 3)
        #expect(try parse("--max-body", "1", environment: ["MAX_BODY": "2"]).value(of: Self.maximumBody) == 1)
        #expect(try parse(environment: ["PAINT_MAX_BODY": "2"]).value(of: Self.maximumBody) == 2)
        #expect(try parse().value(of: Self.colour) == nil)
    }

    @Test func `reads flags, arguments, and everything after two hyphens`() throws {
        let parsed = try parse("a", "--yes", "--", "--port", "b")
        #expect(try parsed.value(of: Self.yes) && parsed.arguments == ["a", "--port", "b"])
        #expect(try !parse().value(of: Self.yes) && !parse("--yes=no").value(of: Self.yes))
        for word in ["true", "YES", "on", "1"] {
            #expect(try parse(environment: ["PAINT_YES": word]).value(of: Self.yes))
        }
    }

    @Test(
        arguments: [("12", 12), ("1KiB", 1024), ("3MiB", 3 << 20), ("2 GiB", 2 << 30), ("1TiB", 1 << 40)]
            as [(String, Int64)])
    func `reads bytes`(text: String, bytes: Int64) throws {
        #expect(try parse("--max-body", text).value(of: Self.maximumBody) == bytes)
    }

    @Test func `reads words, lists and seconds`() throws {
        #expect(try parse("--colour", "red").value(of: Self.colour) == .red)
        #expect(try parse("--origins", "a,b,,c").value(of: Self.origins) == ["a", "b", "c"])
        #expect(try parse("--origins", "").value(of: Self.origins) == [])
        #expect(try parse("--log", "off").value(of: Self.log) == false)
        #expect(try parse("--timeout", "60").value(of: Self.timeout) == 60)
    }

    @Test func `takes every value of a repeatable option, and the last of any other`() throws {
        #expect(try parse("--tag", "a b", "--tag=c").value(of: Self.tag) == ["a b", "c"])
        #expect(try parse("--port", "1", "--port", "2").value(of: Self.port) == 2)
        #expect(try parse().value(of: Self.tag) == [])
        #expect(try parse(environment: ["PAINT_TAG": "x"]).value(of: Self.tag) == ["x"])
        #expect(try parse("--tag", "y", environment: ["PAINT_TAG": "x"]).value(of: Self.tag) == ["y"])
    }

    @Test(arguments: [
        (["--porr", "1"], "unknown option --porr: did you mean --port?"),
        (["--port"], "--port needs a value: see --help"),
    ])
    func `refuses options that are not in the syntax`(arguments: [String], message: String) throws {
        let error = #expect(throws: UsageError.self) {
            try ParsedArguments(arguments, of: Self.syntax, environment: [:], environmentPrefix: "PAINT")
        }
        #expect(error?.description == message)
    }

    @Test func `refuses options of other actions`() throws {
        let options: [(any AnyOption, Set<String>)] = [(Self.yes, ["erase"]), (Self.tag, ["add", "mix"])]
        let given = try parse("add", "--tag", "x", environment: ["PAINT_YES": "true"])
        try given.refuseOptions(of: "add", except: options)
        let error = #expect(throws: UsageError.self) { try given.refuseOptions(of: "erase", except: options) }
        #expect(error?.description == "--tag is for add and mix, not for erase")
    }

    @Test func `refuses an argument of a command that takes none`() throws {
        let syntax = CommandSyntax("wait", "Waits.", options: [])
        #expect(throws: UsageError.self) {
            try ParsedArguments(["a"], of: syntax, environment: [:], environmentPrefix: "PAINT")
        }
    }

    private func refusal<Value>(_ option: Option<Value>, _ text: String) throws -> String? {
        let parsed = try parse("--\(option.name)", text)
        return #expect(throws: UsageError.self) { try parsed.value(of: option) }?.description
    }

    @Test func `states what an option takes`() throws {
        #expect(try refusal(Self.port, "70000") == "--port takes a whole number from 0 to 65535, not '70000'")
        #expect(try refusal(Self.port, "-1") == "--port takes a whole number from 0 to 65535, not '-1'")
        for text in ["-1", "9999999999GiB", "", "1.5MiB", "KiB"] {
            #expect(
                try refusal(Self.maximumBody, text)?.hasSuffix("a number of bytes such as 500MiB, not '\(text)'")
                    == true)
        }
        #expect(try refusal(Self.colour, "blue") == "--colour takes one of red, green, not 'blue'")
        #expect(try refusal(Self.timeout, "0") == "--timeout takes a whole number from 1 to 60, not '0'")
        #expect(try refusal(Self.log, "yes") == "--log takes on or off, not 'yes'")
    }

    @Test func `shows each option with its default and its variable in the help text`() {
        let help = Self.syntax.help(program: "studio", environmentPrefix: "PAINT")
        #expect(help.hasPrefix("Paints.\n\nUsage: studio paint [options] FILE …\n"))
        #expect(help.contains("  --port PORT\n        The port.\n        (default: 5000; or PAINT_PORT)\n"))
        #expect(help.contains("  --max-body BYTES\n        Bytes.\n        (default: 1GiB; or PAINT_MAX_BODY)\n"))
        #expect(help.contains("  --yes\n        Do not ask.\n        (or PAINT_YES)\n"))
        #expect(help.contains("A tag. May be given several times.\n        (or PAINT_TAG)\n"))
    }
}
