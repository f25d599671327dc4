// CorpusFiles: the corpus of real images, for the tests of every target that reads images.
public import Foundation
public import Testing

/// The files of the image corpus, if it is available: in `TINTYPE_CORPUS`, or beside the project.
public enum Corpus {
    /// One line of the corpus' manifest.
    public struct Entry: CustomTestStringConvertible, Sendable {
        public let fields: [String: String]
        public let url: URL

        public var path: String { self["path"] }
        public var verdict: String { self["verdict"] }
        public var format: String { self["format"] }
        public var testDescription: String { path }
        public subscript(_ name: String) -> String { fields[name] ?? "" }
        public func integer(_ name: String) -> Int? { Int(self[name]) }
        public func number(_ name: String) -> Double? { Double(self[name]) }
        public func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }
    }

    /// Empty if there is no corpus.
    public static let entries: [Entry] = load()

    public static func entries(_ verdict: String) -> [Entry] { entries.filter { $0.verdict == verdict } }

    private static func load() -> [Entry] {
        let root = folder
        guard let text = try? String(contentsOf: root.appending(path: "manifest.tsv"), encoding: .utf8) else {
            print("The image corpus is not here: only the files that the tests make themselves are tried.")
            return []
        }
        let lines = text.split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
        guard let names = lines.first else { return [] }
        return lines.dropFirst().map { values in
            let fields = Dictionary(zip(names.map(String.init), values.map(String.init)), uniquingKeysWith: { $1 })
            return Entry(fields: fields, url: root.appending(path: fields["path"] ?? ""))
        }
    }

    private static var folder: URL {
        if let path = ProcessInfo.processInfo.environment["TINTYPE_CORPUS"] { return URL(filePath: path) }
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = package.deletingLastPathComponent()
        let places = [beside, beside.deletingLastPathComponent()].map { $0.appending(path: "shared/corpus") }
        return places.first { FileManager.default.fileExists(atPath: $0.path) } ?? places[0]
    }
}
