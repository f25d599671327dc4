import Foundation

extension TestApplication {
    /// The files below a part of the data folder, such as `original`, by their paths in it, in order.
    public func files(in part: String) throws -> [String] {
        let root = folder + "/" + part
        guard FileManager.default.fileExists(atPath: root) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}
