internal import Crypto
internal import HTTPClient
internal import HTTPServer
internal import SQLite
internal import Sodium
internal import SystemIO
public import Telemetry
internal import Vips

/// What program this is: its version, its commit, and the libraries that it runs with.
public struct ProgramVersion: Sendable, CustomStringConvertible {
    public static let current = ProgramVersion()

    /// As openapi.yaml has it.
    public let number = "0.1.0"
    /// The commit of the source; nil if the build was not told.
    public let commit = ProgramCommit.hash
    /// The C libraries whose versions decide how images come out and how requests are served, as they are loaded.
    public let libraries: [(name: String, version: String)] = [
        ("libvips", VipsLibrary.version), ("libmicrohttpd", HTTPServerLibrary.version),
        ("gnutls", HTTPServerLibrary.tlsVersion),
        ("libcurl", HTTPClientLibrary.version), ("sqlite", SQLiteLibrary.version),
        ("openssl", OpenSSLLibrary.version), ("libsodium", SodiumLibrary.version),
    ]

    /// Such as `tintype 0.1.0 (commit 0123456789ab)`.
    public var description: String { "tintype \(number)" + (commit.map { " (commit \($0))" } ?? "") }

    /// The libraries in one line, such as `libvips 8.14.1, sqlite 3.40.1`.
    public var libraryList: String { libraries.map { "\($0.name) \($0.version)" }.joined(separator: ", ") }

    /// The version in the first line of the log.
    public func log(to log: Logger) {
        log.log(
            .info, "starting",
            ["version": .text(number), "commit": .text(commit ?? "unknown"), "libraries": .text(libraryList)])
    }

    /// The version, and when the process started, as metrics.
    func observe(in metrics: Metrics) {
        let labels = [("version", number), ("commit", commit ?? "unknown")] + libraries.map { ($0.name, $0.version) }
        metrics.gauge(
            "tintype_build_info", "The version of the program and of the libraries that it runs with; always 1.",
            labels: labels
        ) { 1 }
        let started = ProcessStart.seconds
        metrics.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.") { started }
    }
}
