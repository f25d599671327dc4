internal import Domain
internal import HTTPTypes
internal import Services
internal import Transformations

/// An address of a file of an image that may be signed, without the parts of the signature.
struct SignableAddress {
    let image: ImageID
    /// Whether the address may give the original, or metadata of it.
    let needsOriginal: Bool
    private let text: String

    /// - Throws: a problem that says why the address cannot be signed.
    init(_ text: String, _ presets: RenderPresets, at fault: Problem.Fault) throws {
        func refused(_ reason: String) -> Problem { Problem(.invalidMember, at: fault, reason) }
        guard let target = try? RequestTarget(text), !text.contains("#") else {
            throw refused("'\(text.prefix(100))' is not the path of an address, such as /v1/images/ID/thumbnail.")
        }
        guard SignedAddress.names.allSatisfy({ target.values($0).isEmpty }) else {
            throw refused("The address has a signature already: send it without expires, key and signature.")
        }
        guard let (name, rest) = Self.parts(of: target.components), let id = ImageID(name) else {
            throw refused(
                "'\(text.prefix(100))' is not signed here: only files and renditions of images are, such as /v1/images/ID/render?width=500."
            )
        }
        (image, self.text) = (id, text)
        switch rest {
        case .render:
            let query = target.query.filter { $0.name != "download" }
            needsOriginal = try presets.read(query).keepsMetadata
        case .public: needsOriginal = false
        case .original: needsOriginal = true
        }
    }

    private enum Kind {
        /// A rendition as the query describes it.
        case render
        /// A file or a rendition without metadata.
        case `public`
        /// The original, or a file that may be it.
        case original
    }

    private static func parts(of components: [String]) -> (id: String, kind: Kind)? {
        switch components.count {
        case 4 where components[0] == "v1" && components[1] == "images":
            switch components[3] {
            case "render": (components[2], .render)
            case FileType.thumbnail.rawValue, FileType.fullSize.rawValue: (components[2], .public)
            case FileType.original.rawValue, FileType.compressed.rawValue: (components[2], .original)
            default: nil
            }
        case 7 where components[0] == "iiif" && components[1] == "3": (components[2], .public)
        case 2 where components[0] == "download" || components[0] == "compress": (components[1], .original)
        case 2 where components[0] == "images":
            components[1].lastIndex(of: ".").map { (String(components[1][..<$0]), .original) }
        default: nil
        }
    }

    /// The address with its signature.
    ///
    /// - Parameter expires: seconds since 1970.
    func signed(until expires: Int64, with signatures: AddressSignatures) throws -> String {
        func claimed(_ key: String) -> String {
            "\(text)\(text.contains("?") ? "&" : "?")expires=\(expires)&key=\(key)"
        }
        let (key, code) = try signatures.sign { key in
            (try? RequestTarget(claimed(key))).map { SignedAddress.message(for: $0) } ?? []
        }
        return "\(claimed(key))&signature=\(code)"
    }
}
