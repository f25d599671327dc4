import CommandLine
import Testing

@Suite struct ParsedArgumentsTests {
    private enum Colour: String, CaseIterable {
        case red, green
    }

    private static let syntax = CommandSyntax(
        "paint", "Paints.",
        options: [
            Option("port", "PORT", default: "5000", "The port."), Option("max-body", "BYTES", "Bytes."),
            Option("colour", "COLOUR", "The colour."), Option(flag: "yes", "Do not ask."),
            Option(repeatable: "tag", "TEXT", "A tag."),
        ], arguments: "FILE …")

    private func parse(_ arguments: String..., environment: [String: String] = [:]) throws -> ParsedArguments {
        try ParsedArguments(arguments, of: Self.syntax, environment: environment, environmentPrefix: "PAINT")
    }

    @Test func `takes the command line before the environment before the default`() throws {
        #expect(try parse().number("port", in: 0...65535) == 5000)
        #expect(try parse(environment: ["PAINT_PORT": "1"]).number("port", in: 0...65535) == 1)
        #expect(try parse("--port", "2", environment: ["PAINT_PORT": "1"]).number("port", in: 0...65535) == 2)
        #expect(try parse("--port=3").number("port", in: 0...65535) == 3)
    }

    @Test func `reads flags, arguments and what stands behind two hyphens`() throws {
        let parsed = try parse("a", "--yes", "--", "--port", "b")
        #expect(parsed.flag("yes") && parsed.arguments == ["a", "--port", "b"])
        #expect(try !parse().flag("yes") && parse(environment: ["PAINT_YES": "true"]).flag("yes"))
    }

    @Test(arguments: [("12", 12), ("1KiB", 1024), ("2 GiB", 2 << 30)] as [(String, Int64)])
    func `reads bytes`(text: String, bytes: Int64) throws {
        #expect(try parse("--max-body", text).bytes("max-body") == bytes)
    }

    @Test func `takes every value of an option that may be repeated, and the last of any other`() throws {
        #expect(try parse("--tag", "a b", "--tag=c", "--port", "1", "--port", "2").values("tag") == ["a b", "c"])
        #expect(try parse("--port", "1", "--port", "2").values("port") == ["2"])
        #expect(try parse().values("tag") == [])
        #expect(try parse(environment: ["PAINT_TAG": "x"]).values("tag") == ["x"])
        #expect(try parse("--tag", "y", environment: ["PAINT_TAG": "x"]).values("tag") == ["y"])
    }

    @Test func `says what is wrong`() throws {
        #expect(throws: UsageError.self) { try parse("--porr", "1") }
        #expect(throws: UsageError.self) { try parse("--port") }
        #expect(throws: UsageError.self) { try parse("--port", "70000").number("port", in: 0...65535) }
        #expect(throws: UsageError.self) { try parse("--max-body", "-1").bytes("max-body") }
        #expect(throws: UsageError.self) { try parse("--max-body", "9999999999GiB").bytes("max-body") }
        #expect(throws: UsageError.self) { try parse("--colour", "blue").choice("colour", Colour.self) }
        #expect(try parse("--colour", "red").choice("colour", Colour.self) == .red)
    }
}
