internal import TextCoding
internal import Domain

/// The texts of an image that the index of words holds.
struct ImageTexts: Hashable {
    /// In the order of `fields`.
    let values: [String]

    static let fields: [WordMatch.Field] = [
        .title, .description, .tags, .attributes, .camera, .lens, .creator, .fileName,
    ]

    /// - Parameters:
    ///   - details: as they are read from their row, so that an entry is removed with exactly the texts that were
    ///     inserted (`docs/decisions/0013`).
    ///   - sentName: the name with which the file was sent.
    init(_ details: ImageDetails, _ metadata: PhotoMetadata, sentName: String?) {
        let camera = [metadata.cameraMake, metadata.cameraModel].compactMap { $0 }.joined(separator: " ")
        // One tag per line, so that the last word of a tag and the first word of the next stay separate.
        values = [
            details.title, details.description, details.tags.joined(separator: "\n"), Self.text(of: details.attributes),
            camera, metadata.lens ?? "", details.creator ?? metadata.creator ?? "",
            // Without its ending: a search for "jpg" would find almost everything.
            (details.fileName ?? sentName).map { ImageEnding.stem(of: $0) } ?? "",
        ].map(\.folded)
    }

    /// Names and values at any depth.
    private static func text(of attributes: [String: JSONValue]) -> String {
        var lines: [String] = []
        append(.object(attributes), to: &lines)
        return lines.joined(separator: "\n")
    }

    private static func append(_ value: JSONValue, to lines: inout [String]) {
        switch value {
        case .null: break
        case .bool(let flag): lines.append(flag ? "true" : "false")
        case .integer(let number): lines.append(String(number))
        case .number(let number): lines.append(String(number))
        case .string(let text): lines.append(text)
        case .array(let items): for item in items { append(item, to: &lines) }
        case .object(let members):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                lines.append(name)
                append(member, to: &lines)
            }
        }
    }
}
