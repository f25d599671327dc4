internal import Domain
internal import SystemIO

/// Names of downloaded files: portable, and unique for each image.
enum FileNaming {
    /// A name such as `Lake-1f0c8a3b5d7e.jpg`: the title, the last digits of the id, and the format's extension.
    ///
    /// - Parameter isFull: whether the name contains the whole id, for the case that the short name exists.
    static func name(
        title: String, id: ImageID, type: FileType, format: ImageFormat, isFull: Bool = false
    ) -> FilePath {
        let digits = id.description
        let suffix = type == .original ? "" : "-\(type.rawValue)"
        let stem = PortableName.imageStem(of: title)
        return FilePath("\(stem)-\(isFull ? digits : String(digits.suffix(12)))\(suffix).\(format.fileExtension)")
    }

    /// The name of a partial file: the same in every run, so that a later run continues it.
    static func part(id: ImageID, type: FileType) -> FilePath { FilePath("\(id)-\(type.rawValue).part") }
}
