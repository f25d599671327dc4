internal import SystemIO

/// A walk through files and folders. It holds only the open folders and the names of the current one.
///
/// Symbolic links that the user names are followed; others are not, so that a walk does not loop or leave its folders.
final class FolderWalk {
    /// The maximum depth of nested folders: each of them is held open.
    private static let maximumDepth = 300

    private var roots: ArraySlice<FilePath>
    private var entered: [(reader: FolderReader, path: FilePath)] = []

    /// - Parameter roots: files and folders, in the order in which they are visited.
    init(_ roots: [FilePath]) { self.roots = roots[...] }

    /// The next results, at most `count`; none at the end. It blocks.
    func next(_ count: Int) -> [WalkEntry] {
        var findings: [WalkEntry] = []
        while findings.count < count {
            if let folder = entered.last {
                if let finding = step(folder.reader, folder.path) { findings.append(finding) }
            } else if let root = roots.popFirst() {
                if let finding = begin(root) { findings.append(finding) }
            } else {
                break
            }
        }
        return findings
    }

    /// Starts with a file or folder that the user has named.
    private func begin(_ root: FilePath) -> WalkEntry? {
        do {
            let status = try FileStatus(of: root, followingLinks: true)
            switch status.kind {
            case .file: return .file(FoundFile(path: root, name: root, folder: nil, status: status))
            case .folder:
                entered.append((try FolderReader(try FileDescriptor(reading: root)), root))
                return nil
            case .link, .other: return .unreadable(root, reason: "it is neither a file nor a folder")
            }
        } catch {
            return .unreadable(root, reason: error.meaning)
        }
    }

    /// Visits the next name in the innermost folder.
    private func step(_ reader: FolderReader, _ path: FilePath) -> WalkEntry? {
        let name: FilePath
        do {
            guard let next = try reader.next() else {
                entered.removeLast()
                return nil
            }
            name = next
        } catch {
            entered.removeLast()
            return .unreadable(path, reason: error.meaning)
        }
        let place = path.appending(name)
        do {
            return try visit(name, at: place, in: reader.folder)
        } catch {
            return .unreadable(place, reason: error.meaning)
        }
    }

    private func visit(_ name: FilePath, at place: FilePath, in folder: FileDescriptor) throws(SystemError)
        -> WalkEntry?
    {
        let status = try FileStatus(of: name, in: folder)
        switch status.kind {
        case .file: return .file(FoundFile(path: place, name: name, folder: folder, status: status))
        case .folder:
            guard entered.count < Self.maximumDepth else {
                return .unreadable(place, reason: "folders lie more than \(Self.maximumDepth) deep: name it by itself")
            }
            entered.append((try FolderReader(try FileDescriptor(reading: name, in: folder)), place))
            return nil
        case .link: return .passed(place, reason: "a link, which is followed only where it is named")
        case .other: return .passed(place, reason: "a socket, pipe or device")
        }
    }
}
