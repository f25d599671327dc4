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

    /// Waits, for at most ten seconds, until nothing is staged.
    ///
    /// A refused upload is removed with its last reference, which a thread may hold for a moment after the answer.
    public func nothingIsStaged() async throws -> Bool {
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while try !files(in: "staging").isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(5))
        }
        return true
    }
}
