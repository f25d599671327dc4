internal import Domain
internal import Imaging

/// The libraries for images: their versions, and whether each format can be read and written.
struct CodecCheck {
    func findings() -> [Finding] {
        let versions = Finding.ok("libraries", ProgramVersion.current.libraryList)
        let failures = CodecTrial.run()
        guard !failures.isEmpty else {
            let names = ImageFormat.allCases.map(\.rawValue).joined(separator: ", ")
            return [versions, .ok("codecs", "all work: \(names)")]
        }
        return [versions]
            + failures.map { format, reason in
                .problem(
                    "codecs", "\(format.rawValue) cannot be handled: \(reason)",
                    "install libvips with all of its modules (libvips42 of Debian 12, with libheif and libjxl)")
            }
    }
}
