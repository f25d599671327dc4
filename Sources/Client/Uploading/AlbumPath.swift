internal import SystemIO

/// The path of albums that a file's folders become.
enum AlbumPath {
    /// The names of the folders from a named one down to the file, with slashes between them; nil for a file that is in no
    /// named folder.
    static func of(_ file: FilePath, in roots: [FilePath]) -> String? {
        let path = components(file)
        let root = roots.map(components).filter { path.count > $0.count && path.starts(with: $0) }.max {
            $0.count < $1.count
        }
        guard let root else { return nil }
        let folders = (root.suffix(1) + path[root.count...].dropLast()).filter { $0 != "." && $0 != ".." }
        return folders.isEmpty ? nil : folders.joined(separator: "/")
    }

    private static func components(_ path: FilePath) -> [String] {
        path.text.split(separator: "/").map(String.init)
    }
}
