import CommandLine

/// A program with every kind of option and argument.
enum PaintProgram {
    enum Colour: String, CaseIterable {
        case red, green
    }

    static let draw = CommandSyntax(
        "draw", "Draw a picture. It takes a while.",
        options: [
            Option("port", "PORT", .integer(in: 0...65_535), default: 5000, "The port [TCP]: it's open. See \\."),
            Option<Colour?>("colour", "COLOUR", .choice, "The colour."),
            Option("log", "ON|OFF", .onOrOff, default: true, "Whether to log."),
            Option("canvas", "FOLDER", .text, default: "./canvas", "The folder."),
            Option<String?>("palette", "FILE", .text, "The file."),
            Option(flag: "yes", "Do not ask."),
            Option(repeatable: "tag", "TEXT", "A tag."),
        ], arguments: "FILE or FOLDER …")
    static let tools = CommandSyntax("tools", "Change tools.", options: [], arguments: "list | add NAME | remove NAME")
    static let explain = CommandSyntax("explain", "Explain a command.", options: [], arguments: "[COMMAND]")
    static let commands = [draw, tools, explain]
}
