internal import Domain
internal import SystemIO

/// Names of downloaded files: portable, and never taken by another image.
enum FileNaming {
    /// A name such as `Lake-1f0c8a3b5d7e.jpg`: the title, the last digits of the id, and the format's ending.
    ///
    /// - Parameter isFull: whether the whole id goes into it, for when the short name is taken.
    static func name(
        title: String, id: ImageID, type: FileType, format: ImageFormat, isFull: Bool = false
    ) -> FilePath {
        let digits = id.description
        let suffix = type == .original ? "" : "-\(type.rawValue)"
        let stem = PortableName.stem(of: title)
        return FilePath("\(stem)-\(isFull ? digits : String(digits.suffix(12)))\(suffix).\(format.fileExtension)")
    }

    /// A name for what is on its way: the same in every run, so that a later one goes on with it.
    static func part(id: ImageID, type: FileType) -> FilePath { FilePath("\(id)-\(type.rawValue).part") }
}
