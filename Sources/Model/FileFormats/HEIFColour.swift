/// What a HEIC or AVIF file says of the colours of its primary picture (ISO/IEC 23008-12).
public struct HEIFColour: Hashable, Sendable {
    /// Of a colour box `nclx` (ISO/IEC 14496-12, section 12.1.5); nil if there is none.
    public private(set) var codePoints: CodePoints?
    /// Whether colours are multiplied by alpha: the picture refers to its alpha plane as `prem` (ISO/IEC 23000-22,
    /// section 7.3.5.2).
    public private(set) var isPremultiplied = false

    private static let metaLimit = 1 << 20

    /// - Throws: what the window's reader throws.
    public init(_ file: inout ByteWindow) throws {
        guard let meta = try MediaBoxes.topLevel("meta", in: &file, limit: Self.metaLimit), meta.count >= 4 else {
            return
        }
        let boxes = MediaBoxes(meta.dropFirst(4))
        guard let primary = Self.primaryItem(boxes) else { return }
        let references = boxes["iref"].map(ItemReferences.init) ?? ItemReferences()
        isPremultiplied = !references.targets(of: primary, "prem").isEmpty
        guard let properties = boxes["iprp"].map({ ItemProperties(MediaBoxes($0.content)) }) else { return }
        // A grid may leave it to its tiles to say.
        let items = [primary] + references.targets(of: primary, "dimg").prefix(1)
        for item in items where codePoints == nil { codePoints = Self.codePoints(properties.boxes(of: item)) }
    }

    private static func primaryItem(_ boxes: MediaBoxes) -> Int? {
        guard let box = boxes["pitm"]?.full else { return nil }
        return box.version == 0 ? ByteOrder.big.uint16(box.rest, at: 0) : ByteOrder.big.uint32(box.rest, at: 0)
    }

    private static func codePoints(_ properties: [MediaBoxes.Box]) -> CodePoints? {
        let colours = properties.filter { $0.type == "colr" }.map(\.content)
        guard let nclx = colours.first(where: { Array($0.prefix(4)).has("nclx") }),
            let primaries = ByteOrder.big.uint16(nclx, at: 4), let transfer = ByteOrder.big.uint16(nclx, at: 6)
        else { return nil }
        let light = properties.first { $0.type == "clli" }.flatMap { ByteOrder.big.uint16($0.content, at: 0) }
        return CodePoints(primaries: primaries, transfer: transfer, maximumLight: light.flatMap { $0 > 0 ? $0 : nil })
    }
}

/// Which items of a HEIF file refer to which (ISO/IEC 14496-12, section 8.11.12).
private struct ItemReferences {
    private var list: [(type: String, from: Int, to: [Int])] = []

    init() {}

    init(_ box: MediaBoxes.Box) {
        guard let (version, _, rest) = box.full else { return }
        let width = version == 0 ? 2 : 4
        for reference in MediaBoxes(rest).boxes {
            let content = reference.content
            guard let from = ByteOrder.big.number(content, at: 0, width: width),
                let count = ByteOrder.big.uint16(content, at: width)
            else { continue }
            let to = (0..<count).compactMap { ByteOrder.big.number(content, at: width + 2 + $0 * width, width: width) }
            list.append((reference.type, Int(from), to.map(Int.init)))
        }
    }

    func targets(of item: Int, _ type: String) -> [Int] { list.first { $0.type == type && $0.from == item }?.to ?? [] }
}

/// The properties of the items of a HEIF file (ISO/IEC 23008-12, section 9.3).
private struct ItemProperties {
    private let properties: [MediaBoxes.Box]
    private let associations: [MediaBoxes.Box]

    init(_ boxes: MediaBoxes) {
        properties = boxes["ipco"].map { MediaBoxes($0.content).boxes } ?? []
        associations = boxes.all("ipma")
    }

    func boxes(of item: Int) -> [MediaBoxes.Box] {
        indexes(of: item).compactMap { $0 > 0 && $0 <= properties.count ? properties[$0 - 1] : nil }
    }

    private func indexes(of item: Int) -> [Int] {
        for case let (version, flags, rest)? in associations.map(\.full) {
            let (itemWidth, width) = (version == 0 ? 2 : 4, flags & 1 == 0 ? 1 : 2)
            guard let entries = ByteOrder.big.uint32(rest, at: 0) else { continue }
            var offset = 4
            for _ in 0..<entries {
                guard let id = ByteOrder.big.number(rest, at: offset, width: itemWidth),
                    let count = ByteOrder.big.number(rest, at: offset + itemWidth, width: 1)
                else { break }
                offset += itemWidth + 1
                let stated = (0..<Int(count)).compactMap {
                    ByteOrder.big.number(rest, at: offset + $0 * width, width: width)
                }
                // The first bit says whether a reader must understand the property.
                if Int(id) == item { return stated.map { Int($0) & (width == 1 ? 0x7F : 0x7FFF) } }
                offset += Int(count) * width
            }
        }
        return []
    }
}
