internal import CommandLine
internal import Domain
internal import FoundationEssentials
internal import SystemIO
internal import Transformations

/// A file of presets: a JSON object of names, each with an object of parameters.
enum PresetsFile {
    private static let maximumBytes: Int64 = 1 << 20

    static func read(_ path: String) throws -> RenderPresets {
        let presets: [String: [String: JSONValue]]
        do {
            let file = try FileDescriptor(reading: FilePath(path))
            let bytes = try file.read(at: 0, count: Int(min(try file.size(), maximumBytes)))
            presets = try JSONDecoder().decode([String: [String: JSONValue]].self, from: Data(bytes))
        } catch let error as SystemError {
            throw UsageError("the file of presets \(path) cannot be read: \(error.meaning)")
        } catch {
            throw UsageError(
                "the file of presets \(path) must hold JSON such as {\"card\": {\"width\": 400, \"fit\": \"cover\"}}")
        }
        do {
            return try RenderPresets(try presets.mapValues { try $0.mapValues(text) })
        } catch let error as TransformationError {
            throw UsageError("in \(path): \(error.message)")
        }
    }

    private static func text(_ value: JSONValue) throws(UsageError) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return "\(number)"
        case .number(let number): return "\(number)"
        case .bool(let flag): return "\(flag)"
        case .null, .array, .object:
            throw UsageError("a parameter of a preset is a text, a number, true or false")
        }
    }
}
