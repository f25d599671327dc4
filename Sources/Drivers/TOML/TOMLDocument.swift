internal import CTOML

/// A TOML document: its keys, in the order of their lines. A table is one value, of which only the kind is told.
public struct TOMLDocument: Sendable {
    public enum Value: Sendable, Hashable {
        case text(String), integer(Int64), boolean(Bool)
        /// An array that holds nothing but texts.
        case texts([String])
        /// Of another kind, in words such as "a table".
        case other(String)
    }

    public struct Entry: Sendable, Hashable {
        public let key: String
        public let value: Value
        /// Counted from 1.
        public let line: Int
    }

    public let entries: [Entry]

    /// Reads the bytes of a document in UTF-8.
    ///
    /// - Throws: `TOMLError`, for example if the document has a key twice.
    public init(_ bytes: [UInt8]) throws(TOMLError) {
        let collector = EntryCollector()
        var mistake = tintype_toml_mistake()
        let context = Unmanaged.passUnretained(collector).toOpaque()
        let status = bytes.withUnsafeBytes { buffer in
            tintype_toml_read(
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, note, context, &mistake)
        }
        guard status == 0 else { throw TOMLError(mistake) }
        entries = collector.entries
    }
}

/// A mistake in a TOML document.
public struct TOMLError: Error, Hashable {
    /// What is wrong, as toml++ says it.
    public let message: String
    /// Counted from 1; nil if it is not known.
    public let line: Int?
    /// Counted from 1; nil if it is not known.
    public let column: Int?

    fileprivate init(_ mistake: tintype_toml_mistake) {
        message = withUnsafeBytes(of: mistake.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        line = mistake.line > 0 ? Int(mistake.line) : nil
        column = mistake.column > 0 ? Int(mistake.column) : nil
    }
}

private final class EntryCollector {
    var entries: [TOMLDocument.Entry] = []
}

private func note(context: UnsafeMutableRawPointer?, entry: UnsafePointer<tintype_toml_entry>?) {
    guard let context, let entry = entry?.pointee else { return }
    let value: TOMLDocument.Value =
        switch entry.type {
        case tintype_toml_text: .text(text(entry.text))
        case tintype_toml_integer: .integer(entry.integer)
        case tintype_toml_boolean: .boolean(entry.boolean)
        case tintype_toml_texts:
            .texts(UnsafeBufferPointer(start: entry.texts, count: entry.text_count).map(text))
        default: .other(text(entry.text))
        }
    Unmanaged<EntryCollector>.fromOpaque(context).takeUnretainedValue().entries
        .append(TOMLDocument.Entry(key: text(entry.key), value: value, line: Int(entry.line)))
}

private func text(_ string: tintype_toml_string) -> String {
    String(decoding: UnsafeRawBufferPointer(start: string.bytes, count: string.count), as: UTF8.self)
}
