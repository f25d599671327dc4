internal import CSystem

/// The commit of the program's source.
public enum ProgramCommit {
    /// The hash in hexadecimal digits; nil if the build was not told.
    public static var hash: String? {
        let text = String(cString: tintype_commit())
        return text.isEmpty ? nil : text
    }
}
