internal import FoundationEssentials

/// What the libraries of a worker process read while they work, and all that it may read by name.
///
/// libvips loads its modules at the start, ImageMagick its own at the first bitmap, and librsvg reads fonts if a drawing
/// has text.
enum LibraryFiles {
    static var paths: [String] { libraries + settings + fonts + chosenByEnvironment }

    private static let libraries = [
        "/etc/ld.so.cache", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/locale",
    ]
    private static let settings = [
        "/etc/ImageMagick-6", "/etc/ImageMagick-7", "/usr/share/ImageMagick-6", "/usr/share/ImageMagick-7",
    ]
    private static let fonts = [
        "/etc/fonts", "/usr/share/fontconfig", "/usr/share/fonts", "/usr/local/share/fonts", "/var/cache/fontconfig",
    ]

    /// What the user has put elsewhere, by the variables that a worker process inherits.
    private static var chosenByEnvironment: [String] {
        let environment = ProcessInfo.processInfo.environment
        let lists = [
            "LD_LIBRARY_PATH", "VIPSHOME", "MAGICK_CODER_MODULE_PATH", "MAGICK_CONFIGURE_PATH", "FONTCONFIG_FILE",
            "FONTCONFIG_PATH",
        ]
        let named = lists.compactMap { environment[$0] }.flatMap { $0.split(separator: ":").map(String.init) }
        let home = environment["HOME"].map { ["\($0)/.fonts", "\($0)/.local/share/fonts"] } ?? []
        return named + home
    }
}
