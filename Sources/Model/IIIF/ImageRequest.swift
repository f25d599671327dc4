public import Domain
public import Transformations

/// The path of a request for an image (IIIF Image API 3.0, section 4).
public struct ImageRequest: Hashable, Sendable {
    public let transformation: Transformation
    public let format: ImageFormat

    /// The formats by the names that they have in paths.
    public static let formats = ImageFormat.written.map { (name: $0.fileExtension, format: $0) }

    /// Parses the last four components of a path.
    ///
    /// - Parameter file: the quality and the format, such as `default.jpg`.
    /// - Throws: `malformed`, which says which part is wrong, and why.
    public init(region: String, size: String, rotation: String, file: String) throws(TransformationError) {
        guard let dot = file.lastIndex(of: ".") else {
            throw Self.malformed("quality and format", file, "such as default.jpg")
        }
        let (quality, name) = (String(file[..<dot]), String(file[file.index(after: dot)...]))
        guard let format = Self.formats.first(where: { $0.name == name })?.format else {
            throw Self.malformed("format", name, "one of " + Self.formats.map(\.name).joined(separator: ", "))
        }
        var transformation = Transformation()
        transformation.region = try Self.region(region)
        transformation.size = try Self.size(size)
        transformation.rotation = try Self.rotation(rotation)
        transformation.tone = try Self.tone(quality)
        transformation.format = .fixed(format)
        (self.transformation, self.format) = (transformation, format)
    }

    /// Section 4.1.
    private static func region(_ text: String) throws(TransformationError) -> Region {
        if text == "full" { return .whole }
        if text == "square" { return .square }
        let isPercent = text.hasPrefix("pct:")
        let parts = (isPercent ? text.dropFirst(4) : text[...]).split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { isPercent ? DecimalNumber.read($0) : whole($0).map(Double.init) }
        guard parts.count == 4, numbers.count == 4, numbers.allSatisfy({ $0 <= 1e9 }) else {
            throw malformed("region", text, "full, square, x,y,w,h or pct:x,y,w,h")
        }
        return isPercent
            ? .percent(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
            : .pixels(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    /// Section 4.2. Without `^` a size that would need more pixels than the region has is an error.
    private static func size(_ text: String) throws(TransformationError) -> Size {
        let isEnlarging = text.hasPrefix("^")
        let enlargement = isEnlarging ? Size.Enlargement.allowed : .refused
        let rest = isEnlarging ? text.dropFirst() : text[...]
        if rest == "max" { return isEnlarging ? .largest : .natural }
        let problem = malformed("size", text, "max, w, or ,h or pct:n or w,h or !w,h, with ^ before it to enlarge")
        if rest.hasPrefix("pct:") {
            guard let percent = DecimalNumber.read(rest.dropFirst(4)), percent > 0, percent <= 1e6 else {
                throw problem
            }
            return .percent(percent, enlargement)
        }
        let isConfined = rest.hasPrefix("!")
        let parts = (isConfined ? rest.dropFirst() : rest).split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw problem }
        let (width, height) = (whole(parts[0]).map(Double.init), whole(parts[1]).map(Double.init))
        guard width != nil || parts[0].isEmpty, height != nil || parts[1].isEmpty, width != nil || height != nil,
            width != 0, height != 0, !isConfined || (width != nil && height != nil)
        else { throw problem }
        return .box(width: width, height: height, isConfined ? .inside : .fill, enlargement)
    }

    /// Section 4.3.
    private static func rotation(_ text: String) throws(TransformationError) -> Rotation {
        let isMirrored = text.hasPrefix("!")
        guard let degrees = DecimalNumber.read(isMirrored ? text.dropFirst() : text[...]), degrees <= 360 else {
            throw malformed("rotation", text, "degrees from 0 to 360, with ! before them to mirror first")
        }
        return Rotation(isMirrored: isMirrored, degrees: degrees)
    }

    /// Section 4.4.
    private static func tone(_ text: String) throws(TransformationError) -> Tone {
        switch text {
        case "default", "color": return .colour
        case "gray": return .grey
        case "bitonal": return .bitonal
        default: throw malformed("quality", text, "default, color, gray or bitonal")
        }
    }

    private static func whole(_ text: some StringProtocol) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), text.utf8.count <= 9
        else {
            return nil
        }
        return Int(text)
    }

    private static func malformed(_ part: String, _ text: String, _ expectation: String) -> TransformationError {
        // The quality and the format are parts of the file's name.
        let parameter = ["region", "size", "rotation"].contains(part) ? part : "file"
        return TransformationError(
            .malformed, parameter: parameter, "The \(part) must be \(expectation), not '\(text.prefix(100))'.")
    }
}
