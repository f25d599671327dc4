public import Domain
internal import StreamedJSON
public import SystemIO

/// What a file beside the pictures says of them: a picture a row, as CSV or as JSON.
///
/// CSV has the names of the members in its first row, JSON is an array of objects. `file` names the picture, from the
/// folder of that file; everything else becomes a member of the item.
public struct BatchMetadata: Sendable {
    /// One picture.
    public struct Entry: Hashable, Sendable {
        public let file: FilePath
        public let members: [String: JSONValue]
    }

    public let entries: [Entry]

    /// Reads a file whose name ends in `.csv` or `.json`.
    ///
    /// - Throws: `ClientError` with `usage` that names the line or the entry that is wrong.
    public init(_ path: FilePath) throws(ClientError) {
        let bytes: [UInt8]
        do {
            let file = try FileDescriptor(reading: path)
            bytes = try file.read(at: 0, count: Int(try file.size()))
        } catch {
            throw ClientError(.usage, "\(SanitizedText.of(path)) cannot be read: \(error.meaning)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ClientError(.usage, "\(SanitizedText.of(path)) is not text in UTF-8")
        }
        let name = path.lastComponent.text.lowercased()
        let rows: [(place: String, members: [String: JSONValue])]
        if name.hasSuffix(".csv") {
            rows = try Self.rows(csv: text, of: path)
        } else if name.hasSuffix(".json") {
            rows = try Self.rows(json: bytes, of: path)
        } else {
            throw ClientError(.usage, "\(SanitizedText.of(path)) must be a .csv or a .json file")
        }
        var entries: [Entry] = []
        for var row in rows {
            guard case .string(let file)? = row.members.removeValue(forKey: "file"), !file.isEmpty else {
                throw ClientError(.usage, "\(SanitizedText.of(path)), \(row.place): 'file' must name a picture")
            }
            entries.append(Entry(file: FilePath(file).absolute(in: path.parent), members: row.members))
        }
        self.entries = entries
    }

    private static func rows(
        csv text: String, of path: FilePath
    ) throws(ClientError) -> [(place: String, members: [String: JSONValue])] {
        let rows: [(line: Int, fields: [String])]
        do { rows = try CSVText(text).rows } catch {
            throw ClientError(.usage, "\(SanitizedText.of(path)), line \(error.line): \(error.reason)")
        }
        guard let names = rows.first?.fields, names.contains("file"), Set(names).count == names.count else {
            throw ClientError(
                .usage,
                "\(SanitizedText.of(path)), line 1: there must be the names of the columns, each once, and 'file' among them"
            )
        }
        var result: [(place: String, members: [String: JSONValue])] = []
        for row in rows.dropFirst() {
            guard row.fields.count == names.count else {
                throw ClientError(
                    .usage,
                    "\(SanitizedText.of(path)), line \(row.line): it has \(row.fields.count) fields, and the first line \(names.count)"
                )
            }
            let members = zip(names, row.fields).filter { !$0.1.isEmpty }.map { ($0.0, JSONValue.string($0.1)) }
            result.append(("line \(row.line)", Dictionary(members) { first, _ in first }))
        }
        return result
    }

    private static func rows(
        json bytes: [UInt8], of path: FilePath
    ) throws(ClientError) -> [(place: String, members: [String: JSONValue])] {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch {
            throw ClientError(
                .usage, "\(SanitizedText.of(path)) is not valid JSON: \(error.reason), after \(error.position) bytes")
        }
        guard case .array(let elements) = value else {
            throw ClientError(.usage, "\(SanitizedText.of(path)) must be an array of objects")
        }
        var result: [(place: String, members: [String: JSONValue])] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let members) = element else {
                throw ClientError(.usage, "\(SanitizedText.of(path)), entry \(index + 1): it must be an object")
            }
            result.append(("entry \(index + 1)", members))
        }
        return result
    }
}
